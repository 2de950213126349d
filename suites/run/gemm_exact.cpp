#include "suites/run/gemm_exact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "suites/run/gemm_probes.hpp"

namespace rackproof {

namespace {

std::uint64_t as_word(double integer) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(integer));
}

/// Whether a value is an integer that f64 holds exactly. NaN is not.
bool is_integer(double value) { return std::abs(value) <= 0x1p53 && value == std::trunc(value); }

}  // namespace

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
  for (std::uint64_t i = 0; i < m; ++i) row_weight[i] = random_word(key, Probe::row_weights, i) | 1;
  for (std::uint64_t j = 0; j < n; ++j) column_weight[j] = random_word(key, Probe::column_weights, j) | 1;
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t i = 0; i < m; ++i) {
      for (std::uint64_t j = 0; j < n; ++j) {
        const double value = static_cast<double>(c[i * n + j]);
        if (!is_integer(value))
          wrong_product(
              fmt::format("{}, element ({}, {}): {:.17g}, expected an integer", found.name, i, j, value));
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
    if (sum != sum_of_row[i])
      wrong_product(fmt::format("{}: the checksum of row {} is not exact", found.name, i));
  }
  for (std::uint64_t p = 0; p < k; ++p) {
    for (std::uint64_t j = 0; j < n; ++j) expected[j] += wa[p] * as_word(b[p * n + j]);
  }
  for (std::uint64_t j = 0; j < n; ++j) {
    if (expected[j] != sum_of_column[j])
      wrong_product(fmt::format("{}: the checksum of column {} is not exact", found.name, j));
  }
  std::vector<double> row(n);
  for (const std::uint64_t i : some_rows(m, key)) {
    multiply_reference({1, n, k}, a.subspan(i * k, k), b, row);
    for (std::uint64_t j = 0; j < n; ++j) {
      const double value = output_value(found.type, found.c, i * n + j);
      if (!(value == row[j])) {
        wrong_product(fmt::format("{}, element ({}, {}): {:.17g}, expected {:.17g} exactly", found.name, i, j,
                                  value, row[j]));
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
          wrong_product(
              fmt::format("permutation product, element ({}, {}): {:a}, expected {:a} to the last bit", i,
                          (p + 1) % n, value, expected));
        }
      }
    }
  });
}

void check_zeros(const FoundProduct& found) {
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t i = 0; i < found.size.m * found.size.n; ++i) {
      if (!(c[i] == 0)) {
        wrong_product(fmt::format("{}, element ({}, {}): {:.17g}, expected 0", found.name, i / found.size.n,
                                  i % found.size.n, static_cast<double>(c[i])));
      }
    }
  });
}

}  // namespace rackproof
