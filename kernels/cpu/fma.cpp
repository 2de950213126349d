#include "kernels/cpu/fma.hpp"

#include <cstring>
#include <string>

#include "kernels/cpu/fma_pass.hpp"
#include "kernels/fma.h"
#include "kernels/regions.h"

namespace rackproof::cpu {
namespace {

template <class T>
FmaPass<T> fma_pass(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return fma_pass_avx512<T>();
  if (set == InstructionSet::avx2) return fma_pass_avx2<T>();
#endif
  return fma_pass_portable<T>();
}

/// Whether the portable path's fused operation is an instruction.
#ifdef __FP_FAST_FMA
constexpr bool kPortableIsFused = true;
#else
constexpr bool kPortableIsFused = false;
#endif

}  // namespace

void check_fma(const void*, InstructionSet set) {
  if (set != InstructionSet::portable || kPortableIsFused) return;
  throw kernels::Failure(RP_UNSUPPORTED, "no fused multiply-add with the instruction set \"" +
                                             std::string(name_of(set)) +
                                             "\": its rate would be a function's");
}

template <class T>
Job prepare_fma(const DeviceMemory& memory, const void* bytes) {
  rp_fma_params params;
  std::memcpy(&params, bytes, sizeof params);
  const kernels::Region region = kernels::fma_regions(sizeof(T), params)[0];
  T* const values = reinterpret_cast<T*>(memory.translate(region.memory, region.bytes));
  return [=](ThreadPool& pool) {
    if (params.units > pool.size())
      throw kernels::Failure(RP_INVALID, "fma: more units than the device has CPUs");
    const FmaPass<T> pass = fma_pass<T>(pool.instruction_set());
    pool.parallel_for(0, params.units, 1, [&](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t at = begin * params.chains; at < end * params.chains; at += kFmaChains)
        pass(values + at, params.rounds, static_cast<T>(params.a), static_cast<T>(params.b));
    });
  };
}

template Job prepare_fma<double>(const DeviceMemory&, const void*);
template Job prepare_fma<float>(const DeviceMemory&, const void*);

}  // namespace rackproof::cpu
