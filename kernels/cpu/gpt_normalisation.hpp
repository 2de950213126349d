// Layer norm and column sums of the GPT ops (kernels/gpt.h) on host pointers.
//
// `Pool` has parallel_for(begin, end, grain, f(begin, end)) with a partition that depends on its arguments
// only. Every output element is summed by one thread in one order, so the result does not depend on timing.
#pragma once

#include <cmath>
#include <cstddef>

#include "kernels/gpt.h"

namespace rackproof::cpu {

/// Rows per thread at least: below some 32 Ki elements waking a thread costs more than it brings.
constexpr std::size_t row_grain(std::size_t columns) {
  return columns == 0 ? 1 : (32768 + columns - 1) / columns;
}

/// y, mean and rstd of each row.
template <class T, class Pool>
void layer_norm(Pool& pool, const T* x, const T* weight, const T* bias, T* y, T* mean, T* rstd,
                std::size_t rows, std::size_t columns) {
  pool.parallel_for(0, rows, row_grain(columns), [=](std::size_t begin, std::size_t end) {
    const T scale = T{1} / static_cast<T>(columns);
    for (std::size_t i = begin; i < end; ++i) {
      const T* in = x + i * columns;
      T* out = y + i * columns;
      T sum = 0;
      for (std::size_t j = 0; j < columns; ++j) sum += in[j];
      const T centre = sum * scale;
      T squares = 0;
      for (std::size_t j = 0; j < columns; ++j) squares += (in[j] - centre) * (in[j] - centre);
      const T inverse = T{1} / std::sqrt(squares * scale + static_cast<T>(kernels::kLayerNormEpsilon));
      for (std::size_t j = 0; j < columns; ++j) out[j] = (in[j] - centre) * inverse * weight[j] + bias[j];
      mean[i] = centre;
      rstd[i] = inverse;
    }
  });
}

/// With x̂ = (x − mean)·rstd and g = dy·weight:  dx = rstd · (g − mean(g) − x̂·mean(g·x̂)).
template <class T, class Pool>
void layer_norm_backward(Pool& pool, const T* dy, const T* x, const T* weight, const T* mean, const T* rstd,
                         T* dx, T* dweight, T* dbias, std::size_t rows, std::size_t columns) {
  pool.parallel_for(0, rows, row_grain(columns), [=](std::size_t begin, std::size_t end) {
    const T scale = T{1} / static_cast<T>(columns);
    for (std::size_t i = begin; i < end; ++i) {
      const T* in = x + i * columns;
      const T* grad = dy + i * columns;
      T* out = dx + i * columns;
      T sum = 0;
      T sum_scaled = 0;
      for (std::size_t j = 0; j < columns; ++j) {
        const T g = grad[j] * weight[j];
        sum += g;
        sum_scaled += g * (in[j] - mean[i]) * rstd[i];
      }
      for (std::size_t j = 0; j < columns; ++j) {
        const T normal = (in[j] - mean[i]) * rstd[i];
        out[j] = rstd[i] * (grad[j] * weight[j] - scale * (sum + normal * sum_scaled));
      }
    }
  });
  pool.parallel_for(0, columns, row_grain(rows), [=](std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) dweight[j] = dbias[j] = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = begin; j < end; ++j) {
        const T grad = dy[i * columns + j];
        dweight[j] += grad * (x[i * columns + j] - mean[i]) * rstd[i];
        dbias[j] += grad;
      }
    }
  });
}

/// out[j] = Σ_i in[i][j].
template <class T, class Pool>
void column_sum(Pool& pool, const T* in, T* out, std::size_t rows, std::size_t columns) {
  pool.parallel_for(0, columns, row_grain(rows), [=](std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) out[j] = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = begin; j < end; ++j) out[j] += in[i * columns + j];
    }
  });
}

}  // namespace rackproof::cpu
