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

/// Unit roundoff of sums in this type; 0 for integers.
double unit_roundoff(rp_dtype accumulate);

/// Throws CaseStopped (wrong, check).
[[noreturn]] void wrong_product(const std::string& reason);

}  // namespace rackproof
