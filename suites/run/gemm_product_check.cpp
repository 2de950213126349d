#include "suites/run/gemm_product_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/regions.h"
#include "suites/run/gemm_probes.hpp"
#include "suites/run/gemm_reference.hpp"
#include "suites/run/parallel.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kWorthAThread = std::uint64_t{1} << 18;  // elements to compare

void check_sum(const FoundProduct& found, const char* what, std::uint64_t index, double sum, double expected,
               double tolerance) {
  const double error = std::abs(sum - expected);
  if (!(error <= tolerance)) {
    wrong_product(
        fmt::format("{}: the signed sum of {} {} is {:.17g}, expected {:.17g}, error {:.3g} above {:.3g}",
                    found.name, what, index, sum, expected, error, tolerance));
  }
}

}  // namespace

ProductCheck::ProductCheck(const Dimensions& size, Accumulation accumulate, std::span<const double> a,
                           std::span<const double> b, std::uint64_t key, double full_reference)
    : size_(size),
      factor_(5 * std::sqrt(static_cast<double>(size.k)) * unit_roundoff(accumulate)),
      row_norm_(size.m),
      column_norm_(size.n) {
  const auto [m, n, k] = size;
  for (std::uint64_t i = 0; i < m; ++i) row_norm_[i] = root_of_squares(a.subspan(i * k, k));
  for (std::uint64_t p = 0; p < k; ++p) {
    for (std::uint64_t j = 0; j < n; ++j) column_norm_[j] += b[p * n + j] * b[p * n + j];
  }
  for (double& norm : column_norm_) norm = std::sqrt(norm);
  if (size.multiplications() <= full_reference) {
    expected_.resize(m * n);
    multiply_reference(size, a, b, expected_);
    return;
  }
  rows_ = some_rows(m, key);
  expected_.resize(rows_.size() * n);
  for (std::size_t r = 0; r < rows_.size(); ++r)
    multiply_reference({1, n, k}, a.subspan(rows_[r] * k, k), b, std::span(expected_).subspan(r * n, n));
  row_sign_ = random_signs(key, Probe::row_signs, m);
  column_sign_ = random_signs(key, Probe::column_signs, n);
  row_sum_ = times(a, m, times(b, k, column_sign_));
  column_sum_ = left_times(left_times(row_sign_, a, k), b, n);
}

void ProductCheck::check(const FoundProduct& found, std::uint64_t column_shift) const {
  const std::uint64_t row_bytes = size_.n * kernels::element_bytes(found.type);
  const auto check_part = [&](std::uint64_t row) {
    FoundProduct part = found;
    part.c = found.c.subspan(row * row_bytes, row_bytes);
    check_row(part, row, column_shift);
  };
  if (rows_.empty()) {
    // Between the samples of a device that should stay hot: on all CPUs.
    in_parallel(size_.m, 1 + kWorthAThread / size_.n, [&](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t i = begin; i < end; ++i) check_part(i);
    });
    return;
  }
  std::ranges::for_each(rows_, check_part);
  check_sums(found, column_shift);
}

std::uint64_t ProductCheck::row_of(std::uint64_t word) const {
  return rows_.empty() ? word % size_.m : rows_[word % rows_.size()];
}

std::span<const double> ProductCheck::expected_row(std::uint64_t row) const {
  const std::uint64_t which =
      rows_.empty() ? row : static_cast<std::uint64_t>(std::ranges::find(rows_, row) - rows_.begin());
  return std::span(expected_).subspan(which * size_.n, size_.n);
}

void ProductCheck::check_row(const FoundProduct& found, std::uint64_t row, std::uint64_t column_shift) const {
  const std::uint64_t n = size_.n;
  const std::span<const double> expected = expected_row(row);
  const double of_row = tolerance(row);
  // Column j of the found product is column (j + shift) mod n of the expected one.
  const auto part = [&](std::uint64_t begin, std::uint64_t end, std::uint64_t first) {
    std::uint64_t bad = 0;
    with_elements(found.type, found.c, [&](const auto* c) {
      const auto* const at = c + begin;
      const double* const right = expected.data() + first;
      const double* const norm = column_norm_.data() + first;
      for (std::uint64_t j = 0; j < end - begin; ++j)
        bad += std::abs(static_cast<double>(at[j]) - right[j]) <= of_row * norm[j] ? 0u : 1u;
    });
    return bad;
  };
  const std::uint64_t bad = part(0, n - column_shift, column_shift) + part(n - column_shift, n, 0);
  if (bad == 0) return;
  for (std::uint64_t j = 0; j < n; ++j) {
    const std::uint64_t from = (j + column_shift) % n;
    const double value = output_value(found.type, found.c, j);
    const double error = std::abs(value - expected[from]);
    if (!(error <= of_row * column_norm_[from])) {
      wrong_product(
          fmt::format("element ({}, {}) of {}: {:.17g}, expected {:.17g}, error {:.3g} above {:.3g}", row, j,
                      found.name, value, expected[from], error, of_row * column_norm_[from]));
    }
  }
}

void ProductCheck::check_sums(const FoundProduct& found, std::uint64_t column_shift) const {
  const auto [m, n, k] = size_;
  std::vector<double> of_row(m), of_column(n), sign(n);
  for (std::uint64_t j = 0; j < n; ++j) sign[j] = column_sign_[(j + column_shift) % n];
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t i = 0; i < m; ++i) {
      double sums[4] = {0, 0, 0, 0};
      const double sign_of_row = row_sign_[i];
      const auto* const row = c + i * n;
      for (std::uint64_t j = 0; j < n; ++j) of_column[j] += sign_of_row * static_cast<double>(row[j]);
      for (std::uint64_t j = 0; j < n; ++j) sums[j % 4] += sign[j] * static_cast<double>(row[j]);
      of_row[i] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
  });
  const double all_columns = root_of_squares(column_norm_);
  const double all_rows = root_of_squares(row_norm_);
  for (std::uint64_t i = 0; i < m; ++i)
    check_sum(found, "row", i, of_row[i], row_sum_[i], factor_ * row_norm_[i] * all_columns);
  for (std::uint64_t j = 0; j < n; ++j) {
    const std::uint64_t from = (j + column_shift) % n;
    check_sum(found, "column", j, of_column[j], column_sum_[from], factor_ * column_norm_[from] * all_rows);
  }
}

}  // namespace rackproof
