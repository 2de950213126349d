#include "suites/run/gemm_output.hpp"

#include "harness/measure/case_stopped.hpp"

namespace rackproof {

double output_value(rp_dtype type, std::span<const std::byte> c, std::uint64_t i) {
  double value = 0;
  with_elements(type, c, [&](const auto* elements) { value = static_cast<double>(elements[i]); });
  return value;
}

double unit_roundoff(rp_dtype accumulate) {
  if (accumulate == RP_F64) return 0x1p-53;
  return accumulate == RP_F32 ? 0x1p-24 : 0;
}

void wrong_product(const std::string& reason) { throw CaseStopped(Status::wrong, Phase::check, reason); }

}  // namespace rackproof
