// TORCH_ARG: an option with its setter and its getter.
#pragma once

#include <utility>

/// Inside an options struct: a private member `name_` of type T with chained setters `name(value)`, which
/// return the struct, and getters `name()`. What follows the macro initialises the member: `TORCH_ARG(double,
/// p) = 0.5;`. The macro's name is part of libtorch's interface: programs use it for options of their own.
#define TORCH_ARG(T, name)                                 \
 public:                                                   \
  auto name(T new_##name)->decltype(*this) {               \
    this->name##_ = std::move(new_##name);                 \
    return *this;                                          \
  }                                                        \
  const T& name() const noexcept { return this->name##_; } \
  T& name() noexcept { return this->name##_; }             \
                                                           \
 private:                                                  \
  T name##_
