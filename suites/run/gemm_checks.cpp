#include "suites/run/gemm_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/measure/case_stopped.hpp"
#include "kernels/philox.h"

namespace rackproof {

namespace {

constexpr std::uint64_t kWholeRows = 8;
constexpr std::uint64_t kWeightArray = 901;  // keeps the random numbers of the checks apart from the data's
constexpr std::uint64_t kSignArray = 902;
constexpr std::uint64_t kVectorArray = 903;

[[noreturn]] void wrong(const std::string& reason) { throw CaseStopped(Status::wrong, Phase::check, reason); }

/// Calls f with the output's elements in their type.
template <class F>
void with_elements(rp_dtype type, std::span<const std::byte> c, F&& f) {
  const auto as = [&]<class T>(const T*) { f(reinterpret_cast<const T*>(c.data())); };
  if (type == RP_F64) return as(static_cast<const double*>(nullptr));
  if (type == RP_F32) return as(static_cast<const float*>(nullptr));
  if (type == RP_I32) return as(static_cast<const std::int32_t*>(nullptr));
  throw Error("no such output type of a matrix product");
}

std::uint64_t random_word(std::uint64_t key, std::uint64_t array, std::uint64_t i) {
  const auto block = kernels::philox4x32(key, i, array);
  return std::uint64_t{block[0]} << 32 | block[1];
}

/// First, last, and others in between.
std::vector<std::uint64_t> some_rows(std::uint64_t rows, std::uint64_t key) {
  std::vector<std::uint64_t> chosen;
  if (rows <= kWholeRows) {
    for (std::uint64_t row = 0; row < rows; ++row) chosen.push_back(row);
    return chosen;
  }
  chosen = {0, rows - 1};
  for (std::uint64_t i = 0; chosen.size() < kWholeRows; ++i)
    chosen.push_back(random_word(key, kWeightArray + 10, i) % rows);
  return chosen;
}

std::uint64_t as_word(double integer) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(integer));
}

/// Whether a value is an integer that f64 holds exactly. NaN is not.
bool is_integer(double value) { return std::abs(value) <= 0x1p53 && value == std::trunc(value); }

std::vector<double> signs(std::uint64_t key, std::uint64_t array, std::uint64_t count) {
  std::vector<double> result(count);
  for (std::uint64_t i = 0; i < count; ++i)
    result[i] = (random_word(key, array, i / 64) >> (i % 64) & 1) != 0 ? 1 : -1;
  return result;
}

/// y = M · x, M with `rows` rows.
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

/// y = x · M, M with `columns` columns.
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

double largest_row_sum(std::span<const double> matrix, std::uint64_t columns) {
  double largest = 0;
  for (std::uint64_t at = 0; at < matrix.size(); at += columns) {
    double sum = 0;
    for (std::uint64_t j = 0; j < columns; ++j) sum += std::abs(matrix[at + j]);
    largest = std::max(largest, sum);
  }
  return largest;
}

double root_of_squares(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum);
}

void check_sum(const FoundProduct& found, const char* what, std::uint64_t index, double sum, double expected,
               double tolerance) {
  const double error = std::abs(sum - expected);
  if (!(error <= tolerance)) {
    wrong(fmt::format("{}: the signed sum of {} {} is {:.17g}, expected {:.17g}, error {:.3g} above {:.3g}",
                      found.name, what, index, sum, expected, error, tolerance));
  }
}

}  // namespace

double output_value(rp_dtype type, std::span<const std::byte> c, std::uint64_t i) {
  double value = 0;
  with_elements(type, c, [&](const auto* elements) { value = static_cast<double>(elements[i]); });
  return value;
}

double unit_roundoff(rp_dtype accumulate) {
  if (accumulate == RP_F64) return 0x1p-53;
  return accumulate == RP_F32 ? 0x1p-24 : 0;
}

double largest_exact(rp_dtype input, rp_dtype accumulate, std::uint64_t k) {
  const double sum = accumulate == RP_F64 ? 0x1p52 : accumulate == RP_F32 ? 0x1p23 : 0x1p30;
  double exact = 0x1p20;
  if (input == RP_F32) exact = 0x1p23;
  if (input == RP_F16) exact = 0x1p11;
  if (input == RP_BF16) exact = 0x1p8;
  if (input == RP_I8) exact = 127;
  return std::max(1.0, std::min(exact, std::floor(std::sqrt(sum / static_cast<double>(k)))));
}

void check_exact(const FoundProduct& found, std::span<const double> a, std::span<const double> b,
                 std::uint64_t key) {
  const auto [m, n, k] = found.size;
  std::vector<std::uint64_t> row_weight(m), column_weight(n), sum_of_row(m), sum_of_column(n);
  for (std::uint64_t i = 0; i < m; ++i) row_weight[i] = random_word(key, kWeightArray, i) | 1;
  for (std::uint64_t j = 0; j < n; ++j) column_weight[j] = random_word(key, kWeightArray + 1, j) | 1;
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t i = 0; i < m; ++i) {
      for (std::uint64_t j = 0; j < n; ++j) {
        const double value = static_cast<double>(c[i * n + j]);
        if (!is_integer(value))
          wrong(fmt::format("{}, element ({}, {}): {:.17g}, expected an integer", found.name, i, j, value));
        sum_of_row[i] += as_word(value) * column_weight[j];
        sum_of_column[j] += as_word(value) * row_weight[i];
      }
    }
  });
  // C · w = A · (B · w) and w · C = (w · A) · B, modulo 2^64.
  std::vector<std::uint64_t> bw(k), wa(k), expected(n);
  for (std::uint64_t p = 0; p < k; ++p) {
    for (std::uint64_t j = 0; j < n; ++j) bw[p] += as_word(b[p * n + j]) * column_weight[j];
  }
  for (std::uint64_t i = 0; i < m; ++i) {
    std::uint64_t sum = 0;
    for (std::uint64_t p = 0; p < k; ++p) {
      sum += as_word(a[i * k + p]) * bw[p];
      wa[p] += as_word(a[i * k + p]) * row_weight[i];
    }
    if (sum != sum_of_row[i]) wrong(fmt::format("{}: the checksum of row {} is not exact", found.name, i));
  }
  for (std::uint64_t p = 0; p < k; ++p) {
    for (std::uint64_t j = 0; j < n; ++j) expected[j] += wa[p] * as_word(b[p * n + j]);
  }
  for (std::uint64_t j = 0; j < n; ++j) {
    if (expected[j] != sum_of_column[j])
      wrong(fmt::format("{}: the checksum of column {} is not exact", found.name, j));
  }
  std::vector<double> row(n);
  for (const std::uint64_t i : some_rows(m, key)) {
    multiply_reference({1, n, k}, a.subspan(i * k, k), b, row);
    for (std::uint64_t j = 0; j < n; ++j) {
      const double value = output_value(found.type, found.c, i * n + j);
      if (!(value == row[j])) {
        wrong(fmt::format("{}, element ({}, {}): {:.17g}, expected {:.17g} exactly", found.name, i, j, value,
                          row[j]));
      }
    }
  }
}

std::vector<double> permutation_matrix(const Dimensions& size) {
  std::vector<double> b(size.k * size.n);
  for (std::uint64_t p = 0; p < std::min(size.k, size.n); ++p) b[p * size.n + (p + 1) % size.n] = 1;
  return b;
}

void check_permuted(const FoundProduct& found, std::span<const double> a) {
  const auto [m, n, k] = found.size;
  const std::uint64_t moved = std::min(k, n);
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t i = 0; i < m; ++i) {
      for (std::uint64_t p = 0; p < n; ++p) {
        const double expected = p < moved ? a[i * k + p] : 0;
        const double value = static_cast<double>(c[i * n + (p + 1) % n]);
        if (!(value == expected)) {
          wrong(fmt::format("permutation product, element ({}, {}): {:a}, expected {:a} to the last bit", i,
                            (p + 1) % n, value, expected));
        }
      }
    }
  });
}

ProductCheck::ProductCheck(const Dimensions& size, rp_dtype accumulate, std::span<const double> a,
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
  row_sign_ = signs(key, kSignArray, m);
  column_sign_ = signs(key, kSignArray + 1, n);
  row_sum_ = times(a, m, times(b, k, column_sign_));
  column_sum_ = left_times(left_times(row_sign_, a, k), b, n);
}

void ProductCheck::check(const FoundProduct& found, std::uint64_t column_shift) const {
  if (rows_.empty()) {
    for (std::uint64_t i = 0; i < size_.m; ++i)
      check_elements(found, i, std::span(expected_).subspan(i * size_.n, size_.n), column_shift);
    return;
  }
  for (std::size_t r = 0; r < rows_.size(); ++r)
    check_elements(found, rows_[r], std::span(expected_).subspan(r * size_.n, size_.n), column_shift);
  check_sums(found, column_shift);
}

void ProductCheck::check_elements(const FoundProduct& found, std::uint64_t row,
                                  std::span<const double> expected, std::uint64_t column_shift) const {
  const std::uint64_t n = size_.n;
  const double of_row = tolerance(row);
  // Column j of the found product is column (j + shift) mod n of the expected one.
  const auto part = [&](std::uint64_t begin, std::uint64_t end, std::uint64_t first) {
    std::uint64_t bad = 0;
    with_elements(found.type, found.c, [&](const auto* c) {
      const auto* const at = c + row * n + begin;
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
    const double value = output_value(found.type, found.c, row * n + j);
    const double error = std::abs(value - expected[from]);
    if (!(error <= of_row * column_norm_[from])) {
      wrong(fmt::format("element ({}, {}) of {}: {:.17g}, expected {:.17g}, error {:.3g} above {:.3g}", row,
                        j, found.name, value, expected[from], error, of_row * column_norm_[from]));
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

void check_scaled_residual(const FoundProduct& found, rp_dtype accumulate, std::span<const double> a,
                           std::span<const double> b, std::uint64_t key) {
  const auto [m, n, k] = found.size;
  std::vector<double> x(n), cx(m);
  for (std::uint64_t j = 0; j < n; ++j) x[j] = kernels::uniform_1_2<double>(key, kVectorArray, j) - 1.5;
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t i = 0; i < m; ++i) {
      for (std::uint64_t j = 0; j < n; ++j) cx[i] += static_cast<double>(c[i * n + j]) * x[j];
    }
  });
  const std::vector<double> abx = times(a, m, times(b, k, x));
  double largest = 0;
  for (std::uint64_t i = 0; i < m; ++i) {
    const double difference = std::abs(cx[i] - abx[i]);
    if (!(difference <= largest)) largest = difference;  // NaN is kept: nothing is below it
    if (std::isnan(largest)) break;
  }
  double norm_x = 0;
  for (const double value : x) norm_x = std::max(norm_x, std::abs(value));
  const double scale = 2 * unit_roundoff(accumulate) * static_cast<double>(k) * largest_row_sum(a, k) *
                       largest_row_sum(b, n) * norm_x;
  const double residual = largest / scale;
  if (!(residual < 16))
    wrong(fmt::format("{}: scaled residual {:.3g}, must be below 16", found.name, residual));
}

void check_zeros(const FoundProduct& found) {
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t i = 0; i < found.size.m * found.size.n; ++i) {
      if (!(c[i] == 0)) {
        wrong(fmt::format("{}, element ({}, {}): {:.17g}, expected 0", found.name, i / found.size.n,
                          i % found.size.n, static_cast<double>(c[i])));
      }
    }
  });
}

}  // namespace rackproof
