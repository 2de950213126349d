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

/// B of a product that moves the columns of A: b[p][(p + 1) mod n] = 1 for p < min(k, n), else 0.
std::vector<double> permutation_matrix(const Dimensions& size);
/// A times that: one product and no rounding per element, so every bit of A must arrive and the rest is 0. Arithmetic
/// that keeps fewer bits, such as f64 from integer slices, loses the low ones.
void check_permuted(const FoundProduct& found, std::span<const double> a);

/// Zero times zero: every element is 0.
void check_zeros(const FoundProduct& found);

}  // namespace rackproof
