// Random inputs of the training operations in a type, and outputs against a reference in double.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/philox.h"
#include "tests/cuda/gpt_reference.hpp"
#include "tests/cuda/kernel_fixture.hpp"

namespace rackproof::cuda {

/// Standard normal, in the type; `array` keeps the inputs of a test apart.
template <class T>
std::vector<T> normal(std::size_t count, std::uint64_t array) {
  std::vector<T> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = kernels::normal<T>(31, array, i);
  return out;
}

template <class T>
reference::Numbers wide(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}

/// Every number is within `units` roundings of 1 (of itself where it is larger); NaN is right only where NaN is expected.
template <class T>
void expect_close(const std::vector<T>& found, const reference::Numbers& expected, double units) {
  const double eps = sizeof(T) == 8 ? 0x1p-52 : 0x1p-23;
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(expected[i]) && std::isnan(found[i])) continue;
    const double error = std::abs(static_cast<double>(found[i]) - expected[i]);
    ASSERT_TRUE(error <= units * eps * std::fmax(1, std::abs(expected[i])))
        << i << ": " << found[i] << ", not " << expected[i];
  }
}

/// Both types of the training operations.
template <class Type>
class Gpt : public testing::Test {};

using GptTypes = testing::Types<double, float>;

}  // namespace rackproof::cuda
