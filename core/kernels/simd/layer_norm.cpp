#include <xgrad/core/kernels/layer_norm.hpp>

#include <xgrad/core/kernels/simd/row.hpp>
#include <xgrad/core/kernels/stream.hpp>

namespace xgrad::kernels::simd {

namespace {

// The sum of f(i) over a row: f serves registers and single elements alike.
template <class Arch, class T, class F>
[[gnu::always_inline]] inline T sum_of(std::int64_t n, F f) {
  using B = xsimd::batch<T, Arch>;
  if (n >= std::int64_t(B::size))
    return sum_row<T, Arch>(
        n, [&](std::int64_t i) __attribute__((always_inline)) { return f.template operator()<B>(i); });
  T total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += f.template operator()<T>(i);
  return total;
}

// f(i) stored at out[i] for a whole row, around the caches if `streamed`.
template <class Arch, class T, class F>
[[gnu::always_inline]] inline void map_of(T* out, std::int64_t n, bool streamed, F f) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::int64_t width = std::int64_t(B::size);
  std::int64_t i = 0;
  if (streamed && is_aligned<B>(out))
    for (; i + width <= n; i += width) stream(f.template operator()<B>(i), out + i);
  for (; i + width <= n; i += width) f.template operator()<B>(i).store_unaligned(out + i);
  for (; i < n; ++i) out[i] = f.template operator()<T>(i);
}

template <class V, class T>
[[gnu::always_inline]] inline V load(const T* from) {
  if constexpr (std::is_same_v<V, T>)
    return *from;
  else
    return V::load_unaligned(from);
}

}  // namespace

template <class Arch, class T>
void layer_norm(const NormalizedRows<T>& r, const T* bias, T* y, double eps, std::int64_t begin,
                std::int64_t end) {
  const T* const weight = r.weight;
  const bool streamed = (end - begin) * r.n * std::int64_t(sizeof(T)) > streamed_bytes;
  for (std::int64_t row = begin; row < end; ++row) {
    const T* x = r.x + row * r.n;
    const T mean =
        sum_of<Arch, T>(
            r.n, [x]<class V>(std::int64_t i) __attribute__((always_inline)) { return load<V>(x + i); }) /
        T(r.n);
    const T variance = sum_of<Arch, T>(
                           r.n, [ x, mean ]<class V>(std::int64_t i) __attribute__((always_inline)) {
                             const V d = load<V>(x + i) - V(mean);
                             return V(d * d);
                           }) /
                       T(r.n);
    const T scale = T(1) / T(__builtin_sqrt(double(variance) + eps));
    r.mean[row] = mean;
    r.scale[row] = scale;
    map_of<Arch>(
        y + row * r.n, r.n, streamed, [=]<class V>(std::int64_t i) __attribute__((always_inline)) {
          V v = (load<V>(x + i) - V(mean)) * V(scale);
          if (weight) v = v * load<V>(weight + i);
          if (bias) v = v + load<V>(bias + i);
          return v;
        });
  }
  if (streamed) finish_streams();
}

template <class Arch, class T>
void layer_norm_backward(const NormalizedRows<T>& r, const T* gradient, T* dx, std::int64_t begin,
                         std::int64_t end) {
  const T* const weight = r.weight;
  const bool streamed = (end - begin) * r.n * std::int64_t(sizeof(T)) > streamed_bytes;
  for (std::int64_t row = begin; row < end; ++row) {
    const T* x = r.x + row * r.n;
    const T* g = gradient + row * r.n;
    const T mean = r.mean[row], scale = r.scale[row];
    const auto weighted = [=]<class V>(std::int64_t i) __attribute__((always_inline)) {
      return weight ? V(load<V>(g + i) * load<V>(weight + i)) : load<V>(g + i);
    };
    const auto normal = [=]<class V>(std::int64_t i) __attribute__((always_inline)) {
      return V((load<V>(x + i) - V(mean)) * V(scale));
    };
    const T along = sum_of<Arch, T>(r.n, weighted) / T(r.n);
    const T across = sum_of<Arch, T>(
                         r.n,
                         [=]<class V>(std::int64_t i) __attribute__((always_inline)) {
                           return V(weighted.template operator()<V>(i) * normal.template operator()<V>(i));
                         }) /
                     T(r.n);
    map_of<Arch>(
        dx + row * r.n, r.n, streamed, [=]<class V>(std::int64_t i) __attribute__((always_inline)) {
          return V(
              (weighted.template operator()<V>(i) - V(along) - normal.template operator()<V>(i) * V(across)) *
              V(scale));
        });
  }
  if (streamed) finish_streams();
}

template <class Arch, class T>
void layer_norm_parameters(const NormalizedRows<T>& r, const T* gradient, T* dweight, T* dbias,
                           std::int64_t rows) {
  for (std::int64_t i = 0; i < r.n; ++i) {
    if (dweight) dweight[i] = T(0);
    if (dbias) dbias[i] = T(0);
  }
  for (std::int64_t row = 0; row < rows; ++row) {
    const T* x = r.x + row * r.n;
    const T* g = gradient + row * r.n;
    const T mean = r.mean[row], scale = r.scale[row];
    if (dweight)
      for (std::int64_t i = 0; i < r.n; ++i) dweight[i] += g[i] * ((x[i] - mean) * scale);
    if (dbias)
      for (std::int64_t i = 0; i < r.n; ++i) dbias[i] += g[i];
  }
}

template void layer_norm<XGRAD_ARCH>(const NormalizedRows<float>&, const float*, float*, double, std::int64_t,
                                     std::int64_t);
template void layer_norm<XGRAD_ARCH>(const NormalizedRows<double>&, const double*, double*, double,
                                     std::int64_t, std::int64_t);
template void layer_norm_backward<XGRAD_ARCH>(const NormalizedRows<float>&, const float*, float*,
                                              std::int64_t, std::int64_t);
template void layer_norm_backward<XGRAD_ARCH>(const NormalizedRows<double>&, const double*, double*,
                                              std::int64_t, std::int64_t);
template void layer_norm_parameters<XGRAD_ARCH>(const NormalizedRows<float>&, const float*, float*, float*,
                                                std::int64_t);
template void layer_norm_parameters<XGRAD_ARCH>(const NormalizedRows<double>&, const double*, double*,
                                                double*, std::int64_t);

}  // namespace xgrad::kernels::simd
