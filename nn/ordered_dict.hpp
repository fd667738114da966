// A dictionary that remembers the order of insertion.
#pragma once

#include <initializer_list>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <xgrad/core/error.hpp>

namespace xgrad {

/// Keys and values in the order in which they were inserted, found by position or by key: what
/// named_parameters() returns. `for (const auto& item : dict) use(item.key(), item.value());` PyTorch:
/// torch::OrderedDict.
template <class Key, class Value>
class OrderedDict {
 public:
  /// A key with its value; `*item` and `item->` are the value.
  class Item {
   public:
    /// A key and its value; neither is in a dictionary yet.
    Item(Key key, Value value) : pair_(std::move(key), std::move(value)) {}
    /// The key and the value.
    const Key& key() const noexcept { return pair_.first; }
    Value& value() noexcept { return pair_.second; }
    const Value& value() const noexcept { return pair_.second; }
    Value& operator*() noexcept { return pair_.second; }
    const Value& operator*() const noexcept { return pair_.second; }
    Value* operator->() noexcept { return &pair_.second; }
    const Value* operator->() const noexcept { return &pair_.second; }
    const std::pair<Key, Value>& pair() const noexcept { return pair_; }

   private:
    std::pair<Key, Value> pair_;
  };
  using Iterator = typename std::vector<Item>::iterator;
  using ConstIterator = typename std::vector<Item>::const_iterator;

  /// The description names the keys in error messages: "Parameter 'weight' already defined".
  explicit OrderedDict(std::string key_description = "Key") : key_description_(std::move(key_description)) {}
  OrderedDict(std::initializer_list<Item> items) : OrderedDict() {
    for (const Item& item : items) insert(item.key(), item.value());
  }

  /// What the keys are called.
  const std::string& key_description() const noexcept { return key_description_; }
  /// As those of std::vector.
  size_t size() const noexcept { return items_.size(); }
  bool is_empty() const noexcept { return items_.empty(); }
  Iterator begin() { return items_.begin(); }
  Iterator end() { return items_.end(); }
  ConstIterator begin() const { return items_.begin(); }
  ConstIterator end() const { return items_.end(); }

  /// The first and the last item; an error when there is none.
  Item& front() { return at_position(0, "front() on an empty OrderedDict"); }
  const Item& front() const { return const_cast<OrderedDict*>(this)->front(); }
  Item& back() { return at_position(size() - 1, "back() on an empty OrderedDict"); }
  const Item& back() const { return const_cast<OrderedDict*>(this)->back(); }
  /// The item at a position; an error when out of range.
  Item& operator[](size_t index) { return at_position(index, "operator[]"); }
  const Item& operator[](size_t index) const { return const_cast<OrderedDict*>(this)->operator[](index); }

  /// The value of a key; an error when there is none.
  Value& operator[](const Key& key) {
    if (Value* value = find(key)) return *value;
    not_defined(key);
  }
  const Value& operator[](const Key& key) const { return const_cast<OrderedDict*>(this)->operator[](key); }
  /// The value of a key, or null.
  Value* find(const Key& key) noexcept;
  const Value* find(const Key& key) const noexcept { return const_cast<OrderedDict*>(this)->find(key); }
  /// Whether there is such a key.
  bool contains(const Key& key) const noexcept { return find(key) != nullptr; }

  /// Makes room for so many items.
  void reserve(size_t capacity);
  /// Adds a new key at the end and returns its value; an error when the key exists.
  Value& insert(Key key, Value value);
  /// Adds all items of another dictionary.
  void update(const OrderedDict& other);
  /// Removes a key; an error when there is none.
  void erase(const Key& key);
  /// Removes all.
  void clear();

  /// All items, keys, values, or pairs of them, in their order.
  const std::vector<Item>& items() const noexcept { return items_; }
  std::vector<Key> keys() const;
  std::vector<Value> values() const;
  std::vector<std::pair<Key, Value>> pairs() const;

  /// Equal keys and values in the same order.
  friend bool operator==(const OrderedDict& a, const OrderedDict& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
      if (!(a.items_[i].pair() == b.items_[i].pair())) return false;
    return true;
  }

 private:
  Item& at_position(size_t index, const char* what);
  [[noreturn]] void not_defined(const Key& key) const;
  std::string known_keys() const;

  std::unordered_map<Key, size_t> index_;
  std::vector<Item> items_;
  std::string key_description_;
};

// Outside of the class, so that a program need not compile the instances that the library has.

template <class Key, class Value>
void OrderedDict<Key, Value>::reserve(size_t capacity) {
  index_.reserve(capacity);
  items_.reserve(capacity);
}

template <class Key, class Value>
Value& OrderedDict<Key, Value>::insert(Key key, Value value) {
  if (!index_.emplace(key, items_.size()).second)
    fail(key_description_, " '", key, "' already defined: choose another name, or erase the old one first");
  items_.emplace_back(std::move(key), std::move(value));
  return items_.back().value();
}

template <class Key, class Value>
void OrderedDict<Key, Value>::update(const OrderedDict& other) {
  reserve(size() + other.size());
  for (const Item& item : other) insert(item.key(), item.value());
}

template <class Key, class Value>
void OrderedDict<Key, Value>::erase(const Key& key) {
  const auto at = index_.find(key);
  if (at == index_.end()) fail("Key '", key, "' doesn't exist: ", known_keys());
  const size_t position = at->second;
  index_.erase(at);
  items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(position));
  for (auto& entry : index_)
    if (entry.second > position) --entry.second;
}

template <class Key, class Value>
std::vector<Key> OrderedDict<Key, Value>::keys() const {
  std::vector<Key> result;
  for (const Item& item : items_) result.push_back(item.key());
  return result;
}

template <class Key, class Value>
std::vector<Value> OrderedDict<Key, Value>::values() const {
  std::vector<Value> result;
  for (const Item& item : items_) result.push_back(item.value());
  return result;
}

template <class Key, class Value>
std::vector<std::pair<Key, Value>> OrderedDict<Key, Value>::pairs() const {
  std::vector<std::pair<Key, Value>> result;
  for (const Item& item : items_) result.push_back(item.pair());
  return result;
}

template <class Key, class Value>
typename OrderedDict<Key, Value>::Item& OrderedDict<Key, Value>::at_position(size_t index, const char* what) {
  if (index >= size())
    fail("OrderedDict: ", what, ": Index ", static_cast<std::ptrdiff_t>(index), " is out of bounds for ",
         size(), " items");
  return items_[index];
}

template <class Key, class Value>
void OrderedDict<Key, Value>::not_defined(const Key& key) const {
  fail(key_description_, " '", key, "' is not defined: ", known_keys());
}

template <class Key, class Value>
std::string OrderedDict<Key, Value>::known_keys() const {
  std::string list = is_empty() ? "there are none" : "there are";
  for (const Item& item : items_) list += detail::str(" '", item.key(), "'");
  return list;
}

template <class Key, class Value>
Value* OrderedDict<Key, Value>::find(const Key& key) noexcept {
  const auto at = index_.find(key);
  return at == index_.end() ? nullptr : &items_[at->second].value();
}

template <class Key, class Value>
void OrderedDict<Key, Value>::clear() {
  index_.clear();
  items_.clear();
}

}  // namespace xgrad
