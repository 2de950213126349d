// The scaled residual of a product of normal data.
#pragma once

#include <cstdint>
#include <span>

#include "suites/run/gemm_output.hpp"

namespace rackproof {

/// Bound of a row = (kRandomErrors + kBiasedErrors · √k) · u · ‖a_i‖₂ · ‖B‖_F, u the unit roundoff of the accumulation, and
/// kCheckErrors · 2^-53 · ‖a_i‖₂ · ‖B‖_F for the rounding of the check itself, which counts for f64 with k < 10 only.
inline constexpr double kRandomErrors = 8;
inline constexpr double kBiasedErrors = 2;
inline constexpr double kCheckErrors = 8;

/// (C·x)_i against (A·(B·x))_i for random signs x: every row i must be within its bound. Throws CaseStopped(wrong). For
/// independent data of mean 0; u = 0 (integers) is no case of it.
///
/// Derivation. Element (i, j) is a sum of k products whose partial sums s_p, p = 1 … k, are rounded:
/// e_ij = Σ_p δ_p · s_p. For data of mean 0, E s_p² = p/k² · ‖a_i‖² · ‖b_j‖². Rounding to nearest: the δ_p are independent of
/// each other, |δ_p| ≤ u, so that the root mean square of e_ij is at most u/√2 · ‖a_i‖ · ‖b_j‖ for any k (N. Higham and
/// T. Mary, "Sharper probabilistic backward error analysis for basic linear algebra kernels with random data", SIAM J. Sci.
/// Comput. 42, 2020). Hardware that truncates: all δ_p against the sign of s_p, at most u in the mean, hence
/// u · √(k/3) · ‖a_i‖ · ‖b_j‖. Sums one after the other have the largest errors, sums in blocks or in more bits smaller ones.
/// Whoever multiplied does not know the signs, so the errors of a row add up as the root of the sum of their squares
/// (Hoeffding's inequality for Rademacher sums), and Σ_j ‖b_j‖² = ‖B‖_F². The constants are 11 and 3.5 of these deviations.
///
/// Measured, largest share of the bound in any row: CPU backend, 13 shapes from 1 × 1 × 1 to 2048³, 3 to 400 seeds each:
/// f64 0.34, f32 0.19, bf16 with sums in f32 0.10 (all with k ≤ 2; at 2048³ 0.008, 0.005, 0.004); sums in f32 one after the
/// other, truncated each time, k = 2048: 0.77. In f32 at n = k = 2048, C = 0 is 10^4 times too far off, and a factor of
/// 1 ± 1e-4 is refused.
void check_scaled_residual(const FoundProduct& found, Accumulation accumulate, std::span<const double> a,
                           std::span<const double> b, std::uint64_t key);

/// The largest share of its bound that the residual of a row takes; NaN when there is one.
double scaled_residual(const FoundProduct& found, Accumulation accumulate, std::span<const double> a,
                       std::span<const double> b, std::uint64_t key);

}  // namespace rackproof
