// What the CPU itself says of its caches, for machines whose kernel shows none (virtual machines that hide the topology).
#pragma once

#include <cstdint>

namespace rackproof::cpu {

/// Bytes; 0: not said.
struct CpuidCaches {
  std::uint64_t l1_data = 0;  ///< of one CPU
  std::uint64_t l2 = 0;       ///< of one CPU
  std::uint64_t l3 = 0;       ///< of the whole package
  std::uint64_t l3_reached =
      0;  ///< of that what one CPU can use at most: where the last level is in pieces, its own
};

/// From Zen to Zen 5 (AMD's families 17h, 19h and 1Ah up to model 4Fh) each core complex has a last level of its own: of 32 MiB in EPYC
/// 9005 (family 1Ah up to model 1Fh), of 96 MiB at most in the others (with stacked cache; AMD's product specifications). Of
/// any other CPU the whole package's: `l3`.
std::uint64_t l3_that_a_cpu_reaches(bool amd, std::uint32_t family, std::uint32_t model, std::uint64_t l3);

/// CPUID leaves 0x80000005 and 0x80000006 (AMD64 Architecture Programmer's Manual, volume 3, appendix E.4); all 0 where they do
/// not exist.
CpuidCaches cpuid_caches();

}  // namespace rackproof::cpu
