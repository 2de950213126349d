#include "kernels/cpu/cpuid_caches.hpp"

#include <algorithm>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace rackproof::cpu {

std::uint64_t l3_that_a_cpu_reaches(bool amd, std::uint32_t family, std::uint32_t model, std::uint64_t l3) {
  constexpr std::uint64_t kOfEpyc9005 = std::uint64_t{32} << 20, kWithStackedCache = std::uint64_t{96} << 20;
  if (!amd) return l3;
  if (family == 0x1A && model < 0x20) return std::min(l3, kOfEpyc9005);
  const bool in_complexes = family == 0x17 || family == 0x19 || (family == 0x1A && model < 0x50);
  return in_complexes ? std::min(l3, kWithStackedCache) : l3;
}

CpuidCaches cpuid_caches() {
  CpuidCaches caches;
#if defined(__x86_64__)
  constexpr unsigned kL1 = 0x80000005, kL2AndL3 = 0x80000006;
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(kL1, &eax, &ebx, &ecx, &edx) != 0) caches.l1_data = std::uint64_t{ecx >> 24} << 10;
  if (__get_cpuid(kL2AndL3, &eax, &ebx, &ecx, &edx) != 0) {
    caches.l2 = std::uint64_t{ecx >> 16} << 10;
    caches.l3 = std::uint64_t{edx >> 18} << 19;
  }
  __get_cpuid(0, &eax, &ebx, &ecx, &edx);
  const bool amd = ebx == signature_AMD_ebx && ecx == signature_AMD_ecx && edx == signature_AMD_edx;
  __get_cpuid(1, &eax, &ebx, &ecx, &edx);
  const unsigned family = (eax >> 8 & 0xF) + (eax >> 20 & 0xFF);
  const unsigned model = (eax >> 4 & 0xF) | (eax >> 12 & 0xF0);
  caches.l3_reached = l3_that_a_cpu_reaches(amd, family, model, caches.l3);
#endif
  return caches;
}

}  // namespace rackproof::cpu
