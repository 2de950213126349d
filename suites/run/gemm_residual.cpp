#include "suites/run/gemm_residual.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "suites/run/gemm_probes.hpp"

namespace rackproof {

namespace {

struct Worst {
  double share = 0;  ///< of the bound; NaN when a row has one
  std::uint64_t row = 0;
};

/// Σ ±values as if in twice the precision: of a wide matrix the rounding of the check itself would be the larger error (A.
/// Neumaier, ZAMM 54, 1974).
template <class T>
double signed_sum(const T* values, std::span<const double> sign) {
  double sum = 0;
  double lost = 0;
  for (std::size_t j = 0; j < sign.size(); ++j) {
    const double value = sign[j] * static_cast<double>(values[j]);
    const double next = sum + value;
    lost += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
  return sum + lost;
}

Worst worst_row(const FoundProduct& found, Accumulation accumulate, std::span<const double> a,
                std::span<const double> b, std::uint64_t key) {
  const auto [m, n, k] = found.size;
  const std::vector<double> sign = random_signs(key, Probe::residual_signs, n);
  std::vector<double> bx(k), cx(m);
  for (std::uint64_t p = 0; p < k; ++p) bx[p] = signed_sum(b.data() + p * n, sign);
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t i = 0; i < m; ++i) cx[i] = signed_sum(c + i * n, sign);
  });
  const std::vector<double> abx = times(a, m, bx);
  const double errors = kRandomErrors + kBiasedErrors * std::sqrt(static_cast<double>(k));
  const double unit =
      (errors * unit_roundoff(accumulate) + kCheckErrors * unit_roundoff(RP_F64)) * root_of_squares(b);
  Worst worst;
  for (std::uint64_t i = 0; i < m; ++i) {
    const double bound = unit * root_of_squares(a.subspan(i * k, k));
    const double error = std::abs(cx[i] - abx[i]);
    if (error <= worst.share * bound) continue;  // not for NaN
    worst = {error / bound, i};
    if (std::isnan(worst.share)) break;
  }
  return worst;
}

}  // namespace

double scaled_residual(const FoundProduct& found, Accumulation accumulate, std::span<const double> a,
                       std::span<const double> b, std::uint64_t key) {
  return worst_row(found, accumulate, a, b, key).share;
}

void check_scaled_residual(const FoundProduct& found, Accumulation accumulate, std::span<const double> a,
                           std::span<const double> b, std::uint64_t key) {
  const Worst worst = worst_row(found, accumulate, a, b, key);
  if (worst.share <= 1) return;
  wrong_product(fmt::format("{}: the residual of row {} is {:.3g} times its bound", found.name, worst.row,
                            worst.share));
}

}  // namespace rackproof
