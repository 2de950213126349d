// Random inputs of the training operations in a type, and outputs against a reference in double.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/gpt_bounds.h"
#include "kernels/gpt_reference.h"
#include "kernels/philox.h"
#include "tests/cuda/kernel_fixture.hpp"

namespace rackproof::cuda {

using kernels::Bf16;
using kernels::GptBound;
using kernels::Wide;
using kernels::reference::in_double;
namespace reference = kernels::reference;
namespace bounds = kernels::gpt_bounds;

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

/// Every number is within the bound, and all those of bf16 together within theirs.
template <class T>
void expect_close(const std::vector<T>& found, const reference::Numbers& expected, const GptBound& bound) {
  ASSERT_EQ(found.size(), expected.size());
  kernels::GptErrors errors;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto value = static_cast<double>(found[i]);
    ASSERT_TRUE(kernels::gpt_close(value, expected[i], kernels::gpt_tolerance<T>(bound, expected[i])))
        << i << ": " << value << ", not " << expected[i];
    errors.add(value, expected[i]);
  }
  EXPECT_TRUE(errors.template small<T>()) << "root mean square: " << errors.relative();
}

/// These kernels compute in Wide<T> and round what they leave once: narrower than what the contract lets others do
/// (kernels/gpt_bounds.h).
constexpr GptBound once(const GptBound& bound) { return {bound.units}; }

/// All types of the training operations.
template <class Type>
class Gpt : public testing::Test {};

using GptTypes = testing::Types<double, float, Bf16>;

}  // namespace rackproof::cuda
