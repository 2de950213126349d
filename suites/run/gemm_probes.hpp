// Random vectors and rows with which a matrix product is probed, and what a matrix makes of a vector, in f64.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rackproof {

/// Which random numbers of a key; apart from the arrays that the data of a product use (gemm_matrices.hpp).
enum class Probe : std::uint64_t {
  row_weights = 901,
  column_weights = 902,
  rows = 903,
  row_signs = 904,
  column_signs = 905,
  residual_signs = 906,
  regions = 907,
};

/// Word i of a probe.
std::uint64_t random_word(std::uint64_t key, Probe probe, std::uint64_t i);
/// +1 or −1 with the same probability.
std::vector<double> random_signs(std::uint64_t key, Probe probe, std::uint64_t count);
/// Eight rows, the first and the last among them; all of them when there are not more.
std::vector<std::uint64_t> some_rows(std::uint64_t rows, std::uint64_t key);

/// M · x, M with `rows` rows.
std::vector<double> times(std::span<const double> matrix, std::uint64_t rows, std::span<const double> x);
/// x · M, M with `columns` columns.
std::vector<double> left_times(std::span<const double> x, std::span<const double> matrix,
                               std::uint64_t columns);
/// Euclidean norm.
double root_of_squares(std::span<const double> values);

}  // namespace rackproof
