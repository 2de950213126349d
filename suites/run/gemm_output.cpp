#include "suites/run/gemm_output.hpp"

#include "harness/measure/case_stopped.hpp"

namespace rackproof {

double output_value(rp_dtype type, std::span<const std::byte> c, std::uint64_t i) {
  double value = 0;
  with_elements(type, c, [&](const auto* elements) { value = static_cast<double>(elements[i]); });
  return value;
}

double unit_roundoff(Accumulation accumulation) {
  if (accumulation.sums == RP_F64) return 0x1p-53;
  if (accumulation.sums != RP_F32) return 0;
  return accumulation.inputs == RP_F8E4M3 || accumulation.inputs == RP_F8E5M2 ? 0x1p-13 : 0x1p-24;
}

void wrong_product(const std::string& reason) { throw CaseStopped(Status::wrong, Phase::check, reason); }

}  // namespace rackproof
