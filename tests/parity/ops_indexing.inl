// The rows of ops.inl that read and write at indices, and the programs of views and in-place writes.
#pragma once

#include <algorithm>

namespace parity {
namespace {

using Index = std::vector<ml::indexing::TensorIndex>;

// The indices that cases_indexing.cpp spelt out in numbers from `at` on; tensors are the inputs from
// `tensor` on.
Index spelt(const Args& a, size_t at, size_t tensor) {
  using namespace ml::indexing;
  Index result;
  for (; at + 3 < a.given.ints.size(); at += 4) {
    const auto limit = [&](size_t i) {
      return a.n(at + i) == 99 ? ml::optional<int64_t>() : ml::optional<int64_t>(a.n(at + i));
    };
    switch (a.n(at)) {
      case 0:
        result.emplace_back(None);
        break;
      case 1:
        result.emplace_back("...");
        break;
      case 2:
        result.emplace_back(a.n(at + 1));
        break;
      case 3:
        result.emplace_back(a.flag(at + 1));
        break;
      case 4:
        result.emplace_back(Slice(limit(1), limit(2), a.n(at + 3)));
        break;
      default:
        result.emplace_back(a[tensor++]);
    }
  }
  return result;
}

// Values for a write of shape `sizes`, from a long vector; some dimensions are left to broadcasting.
ml::Tensor values_like(const ml::Tensor& store, ml::IntArrayRef sizes, int64_t choice) {
  std::vector<int64_t> shape(sizes.begin(), sizes.end());
  if (choice == 1) shape.assign(shape.size(), 1);
  if (choice == 2 && !shape.empty()) shape.erase(shape.begin());
  if (choice == 3 && !shape.empty()) shape.back() = 1;
  int64_t count = 1;
  for (const int64_t s : shape) count *= s;
  return store.slice(0, 0, count).reshape(shape);
}

// A few tensors, at first x, y and zeros, that instructions of five numbers make views of and write into.
class WritingProgram {
 public:
  explicit WritingProgram(const Args& a) : a_(a) {
    tensors_ = {a.n(0) % 8 == 0 && a[0].requires_grad() ? a[0] : a[0].contiguous() * 1, a[1].contiguous() * 2,
                ml::zeros_like(a[0].detach().contiguous())};
  }

  Tensors run() {
    for (size_t i = 1; i + 4 < a_.given.ints.size(); i += 5) step(a_.n(i), i + 1);
    Tensors results;
    for (const ml::Tensor& t : tensors_) results.push_back(t * 1);
    return results;
  }

 private:
  const ml::Tensor& tensor(int64_t i) const { return tensors_[static_cast<size_t>(i) % tensors_.size()]; }

  void step(int64_t code, size_t at) {
    const ml::Tensor t = tensor(a_.n(at)), other = tensor(a_.n(at + 1));
    const int64_t p = a_.n(at + 2), q = a_.n(at + 3);
    // libtorch refuses to write into a view as into a leaf until asked what made it, if its base has joined
    // the tape after it.
    if (code >= 8) (void)t.grad_fn();
    const int64_t d = t.dim() ? p % t.dim() : 0, size = t.dim() ? t.size(d) : 1, i = size ? q % size : 0;
    if (code < 8)
      make_view(code, t, d, i);
    else if (code < 20)
      write(code, t, other, p, q);
    else
      write_part(code, t, other, d, i);
  }

  void make_view(int64_t code, const ml::Tensor& t, int64_t d, int64_t i) {
    if (t.dim() == 0) return;
    switch (code) {
      case 0:
      case 1:
        return tensors_.push_back(t.select(d, i));
      case 2:
        return tensors_.push_back(t.slice(d, i, ml::nullopt, 2));
      case 3:
        return tensors_.push_back(t.transpose(0, d));
      case 4:
        return tensors_.push_back(t.unsqueeze(d));
      case 5:
        return tensors_.push_back(t.contiguous().view({-1}));
      case 6:
        return tensors_.push_back(t.unsqueeze(0).expand(ml::IntArrayRef(expanded(t))));
      default:
        if (i % 3 == 0 && t.size(d) > 0) {
          tensors_.push_back(t.unbind(d)[0]);
          several_ = true;
        }
    }
  }
  static std::vector<int64_t> expanded(const ml::Tensor& t) {
    std::vector<int64_t> sizes(t.sizes().begin(), t.sizes().end());
    sizes.insert(sizes.begin(), 2);
    return sizes;
  }

  void write(int64_t code, const ml::Tensor& t, const ml::Tensor& other, int64_t p, int64_t q) {
    const ml::Tensor value = other.sizes() == t.sizes() && q % 2 ? other : other.sum() * 0.1;
    switch (code) {
      case 8:
        t.add_(value, 0.5);
        break;
      case 9:
        t.mul_(value.detach());
        break;
      case 10:
        t.sub_(value);
        break;
      case 11:
        t.copy_(value);
        break;
      case 12:
        q % 2 ? t.zero_() : t.fill_(0.5);
        break;
      case 13:
        t.tanh_();
        break;
      case 14:
        p % 2 ? t.neg_() : t.square_();
        break;
      case 15:
        p % 2 ? t.sigmoid_() : t.clamp_(-0.5, 0.5);
        break;
      case 16:
        // libtorch warns of overlapping elements here and refuses them elsewhere.
        if (t.is_contiguous()) t.masked_fill_(t > 0.1, 2.5);
        break;
      case 17:
        p % 2 ? t.abs_() : t.relu_();
        break;
      case 18: {
        // libtorch refuses several views also after writes that leave the graph alone.
        if (several_) break;
        const ml::NoGradGuard off;
        t.mul_(1.5);
        break;
      }
      default: {
        if (q % 4 || t.dim() == 0) break;
        const ml::Tensor hidden = [&] {
          const ml::NoGradGuard off;
          return t.unsqueeze(0);
        }();
        hidden.mul_(2);
      }
    }
  }

  void write_part(int64_t code, ml::Tensor t, const ml::Tensor& other, int64_t d, int64_t i) {
    if (t.dim() == 0 || t.size(d) == 0) return;
    const ml::Tensor index = ml::tensor(std::vector<int64_t>{i, t.size(d) - 1});
    switch (code) {
      case 20:
        t.select(d, i) = other.sum();
        break;
      case 21:
        t.index_put_({ml::indexing::Ellipsis, -1}, 0.25);
        break;
      case 22:
        t.index_put_({t > 0}, other.sum());
        break;
      case 23:
        t.index_fill_(d, index, 0.75);
        break;
      case 24:
        t.select(d, i).mul_(3).add_(other.sum());
        break;
      case 25:
        t.index_add_(d, index, t.index_select(d, index) * 2);
        break;
      case 26:
        t.slice(d, 0, i + 1).exp_();
        break;
      case 27:
        i % 2 ? t.squeeze_() : t.unsqueeze_(d);
        break;
      default:
        t.transpose_(0, d);
    }
  }

  const Args& a_;
  Tensors tensors_;
  bool several_ = false;
};

std::vector<Row> indexing_rows() {
  return {
      {{"index", Draw::index, -3, 3}, [](Args a) { return Tensors{a[0].index(spelt(a, 1, 2))}; }},
      {{"index_put_", Draw::index, -3, 3},
       [](Args a) {
         const Index index = spelt(a, 1, 2);
         const ml::Tensor there = a[0].detach().index(index), v = values_like(a[1], there.sizes(), a.n(0));
         if (there.numel() == 0) return Tensors{};  // libtorch records nothing then
         return written(a[0], [&](ml::Tensor& y) { y.index_put_(index, v); });
       }},
      {{"index_put_ number", Draw::index, 0, 3},
       [](Args a) {
         const Index index = spelt(a, 1, 2);
         return written(a[0], [&](ml::Tensor& y) { y.index_put_(index, 2); });
       }},
      {{"index_put_ through a view", Draw::index, -3, 3},
       [](Args a) {
         const Index index = spelt(a, 1, 2);
         ml::Tensor whole = ml::stack({a[0], a[0]}, -1), part = whole.select(-1, 1);
         const ml::Tensor there = a[0].detach().index(index), v = values_like(a[1], there.sizes(), a.n(0));
         if (there.numel() == 0) return Tensors{};  // libtorch records nothing then
         part.index_put_(index, v);
         return Tensors{whole, part};
       }},
      {{"index_put accumulate", Draw::index_list, -3, 3},
       [](Args a) {
         const ml::Tensor v = values_like(a[1], ml::index(a[0].detach(), {a[2]}).sizes(), a.n(0));
         if (v.numel() == 0) return Tensors{};
         return Tensors{ml::index_put(a[0], {a[2]}, v, a.n(0) % 2 == 0)};
       }},
      {{"masked_select", Draw::mask, -3, 3}, [](Args a) { return Tensors{ml::masked_select(a[0], a[1])}; }},
      {{"masked_fill tensor", Draw::mask, -3, 3},
       [](Args a) { return Tensors{ml::masked_fill(a[0], a[1], a[0].sum().to(a[0].scalar_type()))}; }},
      {{"masked_fill_", Draw::mask, -3, 3},
       [](Args a) { return written(a[0], [&](ml::Tensor& y) { y.masked_fill_(a[1], 2); }); }},
      {{"nonzero", Draw::one, 0, 1.4}, [](Args a) { return Tensors{ml::nonzero(a[0])}; }},
      {{"where columns", Draw::one, 0, 1.4}, [](Args a) { return ml::where(a[0]); }},
      {{"take", Draw::index_list, -3, 3}, [](Args a) { return Tensors{ml::take(a[0], a[2])}; }},
      {{"take_along_dim", Draw::gather, -3, 3},
       [](Args a) { return Tensors{ml::take_along_dim(a[0], a[1], a.n(0))}; }},
      {{"scatter", Draw::scatter, -3, 3},
       [](Args a) {
         return Tensors{ml::scatter(a[0], a.n(0), a[1].clamp_max(0), 2),
                        ml::scatter(a[0], a.n(0), a[1].clamp_max(0), 2)};
       }},
      {{"scatter_add_", Draw::scatter, -3, 3},
       [](Args a) { return written(a[0], [&](ml::Tensor& y) { y.scatter_add_(a.n(0), a[1], a[2]); }); }},
      {{"index_add alpha", Draw::index_add, -3, 3},
       [](Args a) { return Tensors{ml::index_add(a[0], a.n(0), a[1], a[2], 2)}; }},
      {{"index_copy", Draw::index_add, -3, 3},
       [](Args a) {
         return Tensors{ml::index_copy(a[0], a.n(0), a[1].clamp_max(a[0].dim() ? 99 : 0), a[2])};
       }},
      {{"index_fill", Draw::pick, -3, 3},
       [](Args a) {
         return Tensors{ml::index_fill(a[0], a.n(0), a[1], 2),
                        ml::index_fill(a[0], a.n(0), a[1], a[0].sum().to(a[0].scalar_type()))};
       }},
      {{"in-place twins", Draw::one, 0.1, 2, true},
       [](Args a) {
         Tensors all;
         const auto add = [&](auto write) {
           all.push_back(a[0] * 1);
           write(all.back());
           all.push_back(ml::stack({a[0], a[0]}, 0));
           write(all.back()[1]);
         };
         add([](const ml::Tensor& y) { y.neg_().exp_(); });
         add([](const ml::Tensor& y) { y.reciprocal_().sqrt_(); });
         add([](const ml::Tensor& y) { y.log_().cos_(); });
         add([](const ml::Tensor& y) { y.log1p_().neg_(); });
         add([](const ml::Tensor& y) { y.pow_(3).sign_(); });
         add([](const ml::Tensor& y) { y.clamp_min_(0.5).clamp_max_(1.5); });
         add([&](const ml::Tensor& y) { y.pow_(a[0]); });
         add([](const ml::Tensor& y) { y.gt_(0.5); });
         return all;
       }},
      {{"program", Draw::program, -1, 1, true}, [](Args a) { return WritingProgram(a).run(); }},
  };
}

}  // namespace
}  // namespace parity
