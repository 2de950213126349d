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

void check_arrived(const char* what, std::uint64_t i, std::uint64_t j, double value, double expected) {
  if (value == expected) return;
  wrong_product(
      fmt::format("{}, element ({}, {}): {:a}, expected {:a} to the last bit", what, i, j, value, expected));
}

}  // namespace

double largest_exact(rp_dtype input, rp_dtype accumulate, std::uint64_t k) {
  const bool is_f8 = input == RP_F8E4M3 || input == RP_F8E5M2;
  // As unit_roundoff: of the accumulation's bits one is kept back.
  const double sum = is_f8 ? 0x1p12 : accumulate == RP_F64 ? 0x1p52 : accumulate == RP_F32 ? 0x1p23 : 0x1p30;
  double exact = 0x1p20;
  if (input == RP_F32) exact = 0x1p23;
  if (input == RP_F16 || input == RP_TF32) exact = 0x1p11;
  if (input == RP_F8E4M3) exact = 0x1p4;
  if (input == RP_F8E5M2) exact = 0x1p3;
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

std::vector<double> column_selection(const Dimensions& size, std::uint64_t first) {
  std::vector<double> b(size.k * size.n);
  for (std::uint64_t p = first; p < std::min(first + size.n, size.k); ++p)
    b[p * size.n + (p - first + 1) % size.n] = 1;
  return b;
}

void check_selected_columns(const FoundProduct& found, std::span<const double> a, std::uint64_t first) {
  const auto [m, n, k] = found.size;
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t i = 0; i < m; ++i) {
      for (std::uint64_t s = 0; s < n; ++s) {
        const std::uint64_t j = (s + 1) % n;
        const double expected = first + s < k ? a[i * k + first + s] : 0;
        check_arrived("selected columns of A", i, j, static_cast<double>(c[i * n + j]), expected);
      }
    }
  });
}

std::vector<double> row_selection(const Dimensions& size, std::uint64_t first) {
  std::vector<double> a(size.m * size.k);
  for (std::uint64_t p = first; p < std::min(first + size.m, size.k); ++p)
    a[(p - first + 1) % size.m * size.k + p] = 1;
  return a;
}

void check_selected_rows(const FoundProduct& found, std::span<const double> b, std::uint64_t first) {
  const auto [m, n, k] = found.size;
  with_elements(found.type, found.c, [&](const auto* c) {
    for (std::uint64_t s = 0; s < m; ++s) {
      const std::uint64_t i = (s + 1) % m;
      for (std::uint64_t j = 0; j < n; ++j) {
        const double expected = first + s < k ? b[(first + s) * n + j] : 0;
        check_arrived("selected rows of B", i, j, static_cast<double>(c[i * n + j]), expected);
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
