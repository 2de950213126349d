// Products that have exactly one right answer. Every check throws CaseStopped(wrong) with the first element or sum that is
// not it; NaN is never right. Inputs are handed over as the f64 values of their elements.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "suites/run/gemm_output.hpp"

namespace rackproof {

/// Inputs whose product is exact in every order of summation: random integers of at most `largest_exact` in absolute
/// value, k · largest² below 2^(bits − 1) of the accumulation, and exact in the input type.
double largest_exact(rp_dtype input, rp_dtype accumulate, std::uint64_t k);

/// For integer inputs with exact sums: every element by row and column sums with random odd weights modulo 2^64
/// (R. Freivalds, "Probabilistic machines can use less running time", 1977), in which one wrong element always shows
/// and many hide with probability 2^-63 at most; eight whole rows against an exact product too.
void check_exact(const FoundProduct& found, std::span<const double> a, std::span<const double> b,
                 std::uint64_t key);

/// B of a product that picks n columns of A from column `first` on: b[p][(p − first + 1) mod n] = 1 for
/// first ≤ p < min(first + n, k), else 0.
std::vector<double> column_selection(const Dimensions& size, std::uint64_t first);
/// A times that: one product and no rounding per element, so every bit of those columns must arrive, and the rest is 0.
/// Arithmetic that keeps fewer bits of A, such as f64 from integer slices, loses the low ones.
void check_selected_columns(const FoundProduct& found, std::span<const double> a, std::uint64_t first);

/// A of a product that picks m rows of B from row `first` on: a[(p − first + 1) mod m][p] = 1 for
/// first ≤ p < min(first + m, k), else 0.
std::vector<double> row_selection(const Dimensions& size, std::uint64_t first);
/// That times B: as check_selected_columns for the bits of B, which may be cut apart from those of A.
void check_selected_rows(const FoundProduct& found, std::span<const double> b, std::uint64_t first);

/// Zero times zero: every element is 0.
void check_zeros(const FoundProduct& found);

}  // namespace rackproof
