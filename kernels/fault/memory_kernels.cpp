// Stream kernels, chase, random update and march.
#include <algorithm>
#include <array>

#include "kernels/fault/kernels.hpp"

namespace rackproof::fault {
namespace {

/// Pass p of several copies or triads.
template <class T>
void chained_pass(rp_op op, const rp_stream_params& params, std::uint32_t p, Operands operands) {
  T* const to = elements<T>(operands[p % 2 == 0 ? 0 : 1]);
  const T* const from = elements<T>(operands[p % 2 == 0 ? 1 : 0]);
  if (op == RP_OP_TRIAD) {
    const T* const c = elements<T>(operands[2]);
    const T factor = static_cast<T>(kernels::stream_pass_factor(p));
    for (std::uint64_t i = 0; i < params.count; ++i) to[i] = from[i] + factor * c[i];
    return;
  }
  for (std::uint64_t begin = 0; begin < params.count; begin += kernels::kStreamBlock) {
    const std::uint64_t length = std::min(kernels::kStreamBlock, params.count - begin);
    for (std::uint64_t i = 0; i < length; ++i)
      to[begin + (i + kernels::kStreamShift) % length] = from[begin + i];
  }
}

template <class T>
void pass(rp_op op, const rp_stream_params& params, Operands operands) {
  T* const a = elements<T>(operands[0]);
  const kernels::StreamShape shape = kernels::stream_shape(op);
  const T* const b = shape.has_b ? elements<T>(operands[1]) : a;
  const T* const c = shape.has_c ? elements<T>(operands[2]) : a;
  const T q = static_cast<T>(params.q);
  if (!shape.sums) {
    for (std::uint64_t i = 0; i < params.count; ++i) a[i] = kernels::stream_expected(op, a[i], b[i], c[i], q);
    return;
  }
  for (std::uint64_t j = 0; j * kernels::kStreamBlock < params.count; ++j) {
    const std::uint64_t end = std::min(params.count, (j + 1) * kernels::kStreamBlock);
    T sum{};
    for (std::uint64_t i = j * kernels::kStreamBlock; i < end; ++i) {
      sum = static_cast<T>(sum + (op == RP_OP_DOT ? b[i] * c[i] : b[i]));
    }
    a[j] = sum;
  }
}

}  // namespace

void compute_stream(rp_op op, rp_dtype dtype, const rp_stream_params& params, Operands operands) {
  const auto all = [&]<class T>(const T*) {
    if (params.more_passes == 0) return pass<T>(op, params, operands);
    const std::uint64_t sums = kernels::stream_outputs(op, params.count) * sizeof(T);
    for (std::uint32_t p = 0; p <= params.more_passes; ++p) {
      if (op != RP_OP_READ) {
        chained_pass<T>(op, params, p, operands);
        continue;
      }
      const std::array own{operands[0].subspan(p * sums, sums), operands[1]};
      pass<T>(op, params, own);
    }
  };
  if (dtype == RP_F64) all(static_cast<const double*>(nullptr));
  if (dtype == RP_F32) all(static_cast<const float*>(nullptr));
  if (dtype == RP_U64) all(static_cast<const std::uint64_t*>(nullptr));
}

void compute_chase(const rp_chase_params& params, Operands operands) {
  const std::uint64_t* const chain = elements<std::uint64_t>(operands[1]);
  std::uint64_t at = params.start;
  // A chain that leads out of its memory stops there: a fault must not become a crash of another kind.
  for (std::uint64_t step = 0; step < params.steps && at < params.bytes; ++step) at = chain[at / 8];
  *elements<std::uint64_t>(operands[0]) = at;
}

void compute_random_update(const rp_random_update_params& params, Operands operands) {
  std::uint64_t* const table = elements<std::uint64_t>(operands[0]);
  const std::uint64_t each = params.updates / params.parts;
  for (std::uint64_t i = 0; i < params.updates; ++i) {
    const std::uint64_t r = kernels::random_update_word(params.key, i);
    table[kernels::random_update_place(r, i / each, params.words / params.parts)] ^= r;
  }
}

void compute_march(const rp_march_params& params, Operands operands) {
  std::uint64_t* const words = elements<std::uint64_t>(operands[0]);
  std::uint64_t* const report = elements<std::uint64_t>(operands[1]);
  for (std::uint64_t step = 0; step < params.words; ++step) {
    const std::uint64_t i = params.descending != 0 ? params.words - 1 - step : step;
    if (params.read != RP_MARCH_NOTHING) {
      const std::uint64_t difference = words[i] ^ kernels::march_word(params.read, params.key, i);
      if (difference != 0 && report[0] < params.report_pairs) {
        report[1 + 2 * report[0]] = i;
        report[2 + 2 * report[0]] = difference;
      }
      report[0] += difference != 0 ? 1 : 0;
    }
    if (params.write != RP_MARCH_NOTHING) words[i] = kernels::march_word(params.write, params.key, i);
  }
}

}  // namespace rackproof::fault
