// What a case id says about a matrix product.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/measure/sampler.hpp"
#include "kernels/abi.h"
#include "suites/run/gemm_output.hpp"

namespace rackproof {

struct GemmShape {
  rp_dtype input = RP_F64;
  rp_dtype accumulate = RP_F64;
  rp_dtype output = RP_F64;
  Dimensions size;
  std::uint32_t batch = 1;
  bool transpose_b = false;  ///< B is stored n × k: layout=tn
  bool cold = false;         ///< B rotates over copies that together hold at least 4 × the last-level cache
  SampleWindow window = SampleWindow::precise;

  std::uint64_t a_count() const { return size.m * size.k * batch; }
  std::uint64_t b_count() const { return size.k * size.n * batch; }
  std::uint64_t c_count() const { return size.m * size.n * batch; }
  Accumulation accumulation() const { return {accumulate, input}; }
  /// 2 · batch · m · n · k.
  double operations() const { return 2 * size.multiplications() * batch; }
};

/// Params of an id: the input type first; acc=, out= (otherwise the input type); m=, n=, k= (n alone: a square;
/// nothing: 1024); batch=; layout=tn; sustained, burst, cold. Throws Error for anything else: a row of the catalogue is wrong.
GemmShape gemm_shape(std::string_view case_id);

}  // namespace rackproof
