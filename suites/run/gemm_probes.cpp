#include "suites/run/gemm_probes.hpp"

#include <cmath>

#include "kernels/philox.h"

namespace rackproof {

namespace {

constexpr std::uint64_t kWholeRows = 8;

}  // namespace

std::uint64_t random_word(std::uint64_t key, Probe probe, std::uint64_t i) {
  const auto block = kernels::philox4x32(key, i, static_cast<std::uint64_t>(probe));
  return std::uint64_t{block[0]} << 32 | block[1];
}

std::vector<double> random_signs(std::uint64_t key, Probe probe, std::uint64_t count) {
  std::vector<double> result(count);
  for (std::uint64_t i = 0; i < count; ++i)
    result[i] = (random_word(key, probe, i / 64) >> (i % 64) & 1) != 0 ? 1 : -1;
  return result;
}

std::vector<std::uint64_t> some_rows(std::uint64_t rows, std::uint64_t key) {
  std::vector<std::uint64_t> chosen;
  if (rows <= kWholeRows) {
    for (std::uint64_t row = 0; row < rows; ++row) chosen.push_back(row);
    return chosen;
  }
  chosen = {0, rows - 1};
  for (std::uint64_t i = 0; chosen.size() < kWholeRows; ++i)
    chosen.push_back(random_word(key, Probe::rows, i) % rows);
  return chosen;
}

std::vector<double> times(std::span<const double> matrix, std::uint64_t rows, std::span<const double> x) {
  std::vector<double> y(rows);
  for (std::uint64_t i = 0; i < rows; ++i) {
    const double* const row = matrix.data() + i * x.size();
    double sums[4] = {0, 0, 0, 0};
    std::uint64_t j = 0;
    for (; j + 4 <= x.size(); j += 4) {
      for (std::uint64_t l = 0; l < 4; ++l) sums[l] += row[j + l] * x[j + l];
    }
    for (; j < x.size(); ++j) sums[0] += row[j] * x[j];
    y[i] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  return y;
}

std::vector<double> left_times(std::span<const double> x, std::span<const double> matrix,
                               std::uint64_t columns) {
  std::vector<double> y(columns);
  for (std::uint64_t i = 0; i < x.size(); ++i) {
    const double* const row = matrix.data() + i * columns;
    const double xi = x[i];
    for (std::uint64_t j = 0; j < columns; ++j) y[j] += xi * row[j];
  }
  return y;
}

double root_of_squares(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum);
}

}  // namespace rackproof
