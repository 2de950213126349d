// One matrix product as a backend left it, and how its elements are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"
#include "kernels/abi.h"
#include "suites/run/gemm_reference.hpp"

namespace rackproof {

/// c has m · n elements of `type` (f64, f32 or i32), row-major.
struct FoundProduct {
  Dimensions size;
  rp_dtype type = RP_F64;
  std::span<const std::byte> c;
  std::string_view name;  ///< for messages: "product 7"
};

/// Calls f with the first of the output's elements in their type. Throws Error for another type of output.
template <class F>
void with_elements(rp_dtype type, std::span<const std::byte> c, F&& f) {
  const auto as = [&]<class T>(const T*) { f(reinterpret_cast<const T*>(c.data())); };
  if (type == RP_F64) return as(static_cast<const double*>(nullptr));
  if (type == RP_F32) return as(static_cast<const float*>(nullptr));
  if (type == RP_I32) return as(static_cast<const std::int32_t*>(nullptr));
  throw Error("no such output type of a matrix product");
}

/// Element i of an output.
double output_value(rp_dtype type, std::span<const std::byte> c, std::uint64_t i);

/// The type of sums, and of what is multiplied: that of 8-bit floating-point types says more about the errors
/// (kernels/gemm.h).
struct Accumulation {
  rp_dtype sums;
  rp_dtype inputs;
  Accumulation(rp_dtype of_sums, rp_dtype of_inputs) : sums(of_sums), inputs(of_inputs) {}
  Accumulation(rp_dtype type) : sums(type), inputs(type) {}
};

/// Unit roundoff of such sums; 0 for integers.
double unit_roundoff(Accumulation accumulation);

/// Throws CaseStopped (wrong, check).
[[noreturn]] void wrong_product(const std::string& reason);

}  // namespace rackproof
