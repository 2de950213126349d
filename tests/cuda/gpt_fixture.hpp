// Random inputs of the training operations in a type, and outputs against a reference in double.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/bf16.h"
#include "kernels/philox.h"
#include "tests/cuda/gpt_reference.hpp"
#include "tests/cuda/kernel_fixture.hpp"

namespace rackproof::cuda {

using kernels::Bf16;
using kernels::Wide;

/// Standard normal, in the type; `array` keeps the inputs of a test apart.
template <class T>
std::vector<T> normal(std::size_t count, std::uint64_t array) {
  std::vector<T> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<T>(kernels::normal<Wide<T>>(31, array, i));
  return out;
}

/// factor · x + summand, in the type.
template <class T>
void scale(std::vector<T>& values, double factor, double summand = 0) {
  for (T& x : values) x = static_cast<T>(static_cast<double>(x) * factor + summand);
}

template <class T>
reference::Numbers wide(const std::vector<T>& values) {
  reference::Numbers out;
  for (const T value : values) out.push_back(static_cast<double>(value));
  return out;
}

/// Every number is within `units` roundings of 1 (of itself where it is larger) of the type that is computed in; of bf16, also
/// within so many roundings of its own and one of a number as large as `on_the_way`. NaN is right only where NaN is expected.
template <class T>
void expect_close(const std::vector<T>& found, const reference::Numbers& expected, double units,
                  double roundings = 1, double on_the_way = 0) {
  const double eps = sizeof(T) == 8 ? 0x1p-52 : 0x1p-23;
  const double half = std::is_same_v<T, Bf16> ? 0x1p-8 : 0;
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto value = static_cast<double>(found[i]);
    if (std::isnan(expected[i]) && std::isnan(value)) continue;
    const double size = std::abs(expected[i]);
    const double error = std::abs(value - expected[i]);
    ASSERT_TRUE(error <= units * eps * std::fmax(1, size) + half * (roundings * size + on_the_way))
        << i << ": " << value << ", not " << expected[i];
  }
}

/// All types of the training operations.
template <class Type>
class Gpt : public testing::Test {};

using GptTypes = testing::Types<double, float, Bf16>;

}  // namespace rackproof::cuda
