// Layer norm and column sums of kernels/gpt.h on the device. Rows: a block each. Columns: a block has 32 of them and sums
// up in an order that does not depend on timing.
#include <cmath>

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/reduce.cuh"

namespace rackproof::cuda {
namespace {

using kernels::Bf16;
using kernels::Wide;

constexpr std::uint32_t kThreads = 256;
constexpr std::uint32_t kColumns = 32;                // of a block
constexpr std::uint32_t kRows = kThreads / kColumns;  // that it adds at once

/// The sum over all rows of value(row, column) for the 32 columns of the block; the first 32 threads get it. All threads
/// of the block call it, with the same `partial`, kThreads elements of shared memory.
template <class T, class Value>
__device__ T sum_of_column(T* partial, std::uint32_t rows, std::uint32_t columns, Value value) {
  const std::uint32_t column = blockIdx.x * kColumns + threadIdx.x % kColumns;
  T sum{0};
  if (column < columns) {
    for (std::uint32_t row = threadIdx.x / kColumns; row < rows; row += kRows) sum += value(row, column);
  }
  __syncthreads();  // of an earlier call all have read
  partial[threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.x >= kColumns) return sum;
  SIMT_UNROLL
  for (std::uint32_t k = 1; k < kRows; ++k) sum += partial[k * kColumns + threadIdx.x];
  return sum;
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    column_sum(const T* in, T* out, std::uint32_t rows, std::uint32_t columns) {
  SIMT_SHARED(Wide<T>, partial, kThreads);
  const Wide<T> sum = sum_of_column(partial, rows, columns, [=](std::uint32_t row, std::uint32_t column) {
    return static_cast<Wide<T>>(in[std::uint64_t{row} * columns + column]);
  });
  const std::uint32_t column = blockIdx.x * kColumns + threadIdx.x;
  if (threadIdx.x < kColumns && column < columns) out[column] = static_cast<T>(sum);
}

template <class T>
__global__ void __launch_bounds__(kThreads) layer_norm(const T* x, const T* weight, const T* bias, T* y,
                                                       Wide<T>* mean, Wide<T>* rstd, std::uint32_t columns) {
  using W = Wide<T>;
  const T* in = x + std::uint64_t{blockIdx.x} * columns;
  T* out = y + std::uint64_t{blockIdx.x} * columns;
  const W scale = 1 / static_cast<W>(columns);
  const auto from_centre = [=](std::uint32_t j, W centre) { return static_cast<W>(in[j]) - centre; };
  W sum{0};
  for (std::uint32_t j = threadIdx.x; j < columns; j += kThreads) sum += static_cast<W>(in[j]);
  const W centre = block_reduce<kThreads>(sum, Sum{}) * scale;
  W squares{0};
  for (std::uint32_t j = threadIdx.x; j < columns; j += kThreads)
    squares += from_centre(j, centre) * from_centre(j, centre);
  const W variance = block_reduce<kThreads>(squares, Sum{}) * scale;
  const W inverse = 1 / std::sqrt(variance + static_cast<W>(kernels::kLayerNormEpsilon));
  for (std::uint32_t j = threadIdx.x; j < columns; j += kThreads)
    out[j] = static_cast<T>(from_centre(j, centre) * inverse * static_cast<W>(weight[j]) +
                            static_cast<W>(bias[j]));
  if (threadIdx.x == 0) {
    mean[blockIdx.x] = centre;
    rstd[blockIdx.x] = inverse;
  }
}

/// With x̂ = (x − mean)·rstd and g = dy·weight:  dx = rstd · (g − mean(g) − x̂·mean(g·x̂)).
template <class T>
__global__ void __launch_bounds__(kThreads)
    input_gradient(const T* dy, const T* x, const T* weight, const Wide<T>* mean, const Wide<T>* rstd, T* dx,
                   std::uint32_t columns) {
  using W = Wide<T>;
  const T* in = x + std::uint64_t{blockIdx.x} * columns;
  const T* gradient = dy + std::uint64_t{blockIdx.x} * columns;
  T* out = dx + std::uint64_t{blockIdx.x} * columns;
  const W centre = mean[blockIdx.x];
  const W inverse = rstd[blockIdx.x];
  W sum{0}, sum_scaled{0};
  for (std::uint32_t j = threadIdx.x; j < columns; j += kThreads) {
    const W g = static_cast<W>(gradient[j]) * static_cast<W>(weight[j]);
    sum += g;
    sum_scaled += g * (static_cast<W>(in[j]) - centre) * inverse;
  }
  const W scale = 1 / static_cast<W>(columns);
  const W of_g = block_reduce<kThreads>(sum, Sum{}) * scale;
  const W of_scaled = block_reduce<kThreads>(sum_scaled, Sum{}) * scale;
  for (std::uint32_t j = threadIdx.x; j < columns; j += kThreads) {
    const W normal = (static_cast<W>(in[j]) - centre) * inverse;
    const W g = static_cast<W>(gradient[j]) * static_cast<W>(weight[j]);
    out[j] = static_cast<T>(inverse * (g - of_g - normal * of_scaled));
  }
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    weight_gradient(const T* dy, const T* x, const Wide<T>* mean, const Wide<T>* rstd, T* dweight, T* dbias,
                    std::uint32_t rows, std::uint32_t columns) {
  using W = Wide<T>;
  SIMT_SHARED(W, partial, kThreads);
  const W of_weight = sum_of_column(partial, rows, columns, [=](std::uint32_t row, std::uint32_t column) {
    const std::uint64_t i = std::uint64_t{row} * columns + column;
    return static_cast<W>(dy[i]) * (static_cast<W>(x[i]) - mean[row]) * rstd[row];
  });
  const W of_bias = sum_of_column(partial, rows, columns, [=](std::uint32_t row, std::uint32_t column) {
    return static_cast<W>(dy[std::uint64_t{row} * columns + column]);
  });
  const std::uint32_t column = blockIdx.x * kColumns + threadIdx.x;
  if (threadIdx.x >= kColumns || column >= columns) return;
  dweight[column] = static_cast<T>(of_weight);
  dbias[column] = static_cast<T>(of_bias);
}

std::uint64_t blocks_of_columns(std::uint32_t columns) {
  return (std::uint64_t{columns} + kColumns - 1) / kColumns;
}

}  // namespace

template <class T>
int launch_gpt_column_sum(const rp_gpt_column_sum_params& p, const Launch& launch) {
  return simt::launch(column_sum<T>, blocks_of_columns(p.columns), kThreads, launch.stream,
                      elements<const T>(launch, p.in), elements<T>(launch, p.out), p.rows, p.columns);
}

template <class T>
int launch_gpt_layer_norm(const rp_gpt_layer_norm_params& p, const Launch& launch) {
  return simt::launch(layer_norm<T>, p.rows, kThreads, launch.stream, elements<const T>(launch, p.x),
                      elements<const T>(launch, p.weight), elements<const T>(launch, p.bias),
                      elements<T>(launch, p.y), elements<Wide<T>>(launch, p.mean),
                      elements<Wide<T>>(launch, p.rstd), p.columns);
}

template <class T>
int launch_gpt_layer_norm_backward(const rp_gpt_layer_norm_backward_params& p, const Launch& launch) {
  const auto* const dy = elements<const T>(launch, p.dy);
  const auto* const x = elements<const T>(launch, p.x);
  const auto* const mean = elements<const Wide<T>>(launch, p.mean);
  const auto* const rstd = elements<const Wide<T>>(launch, p.rstd);
  const int error =
      simt::launch(input_gradient<T>, p.rows, kThreads, launch.stream, dy, x,
                   elements<const T>(launch, p.weight), mean, rstd, elements<T>(launch, p.dx), p.columns);
  if (error != 0) return error;
  return simt::launch(weight_gradient<T>, blocks_of_columns(p.columns), kThreads, launch.stream, dy, x, mean,
                      rstd, elements<T>(launch, p.dweight), elements<T>(launch, p.dbias), p.rows, p.columns);
}

template int launch_gpt_column_sum<Bf16>(const rp_gpt_column_sum_params&, const Launch&);
template int launch_gpt_column_sum<double>(const rp_gpt_column_sum_params&, const Launch&);
template int launch_gpt_column_sum<float>(const rp_gpt_column_sum_params&, const Launch&);
template int launch_gpt_layer_norm<Bf16>(const rp_gpt_layer_norm_params&, const Launch&);
template int launch_gpt_layer_norm<double>(const rp_gpt_layer_norm_params&, const Launch&);
template int launch_gpt_layer_norm<float>(const rp_gpt_layer_norm_params&, const Launch&);
template int launch_gpt_layer_norm_backward<Bf16>(const rp_gpt_layer_norm_backward_params&, const Launch&);
template int launch_gpt_layer_norm_backward<double>(const rp_gpt_layer_norm_backward_params&, const Launch&);
template int launch_gpt_layer_norm_backward<float>(const rp_gpt_layer_norm_backward_params&, const Launch&);

}  // namespace rackproof::cuda
