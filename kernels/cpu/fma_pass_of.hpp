// Chains of fused multiply-add for one instruction set; included as stream_pass_of.hpp is. The file defines besides
//   kFmaRegisters          vector registers that hold chains; two more hold a and b
//   fused(a, x, b)         one rounding in every lane
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/cpu/fma_pass.hpp"

namespace rackproof::cpu {
namespace {

template <class T>
struct FmaVector {
  static constexpr int kLanes = static_cast<int>(kVectorBytes / sizeof(T));
  typedef T Value __attribute__((vector_size(kVectorBytes)));
};

/// Vectors of chains stay in registers from the first round to the last. As many at once as no unit ever waits for: at
/// least latency × units, which is 8 on today's x86 cores and 10 on Haswell.
template <int Vectors, class T>
RP_TARGET [[gnu::always_inline]] inline void fma_rounds(T* values, std::uint64_t rounds,
                                                        typename FmaVector<T>::Value a,
                                                        typename FmaVector<T>::Value b) {
  constexpr int kLanes = FmaVector<T>::kLanes;
  typename FmaVector<T>::Value x[Vectors];
#pragma GCC unroll 32
  for (int v = 0; v < Vectors; ++v) std::memcpy(&x[v], values + v * kLanes, sizeof x[v]);
  for (std::uint64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 32
    for (int v = 0; v < Vectors; ++v) x[v] = fused(a, x[v], b);
  }
#pragma GCC unroll 32
  for (int v = 0; v < Vectors; ++v) std::memcpy(values + v * kLanes, &x[v], sizeof x[v]);
}

/// All vectors in as few groups as the registers allow, as even as they can be.
template <int Vectors, class T>
RP_TARGET [[gnu::always_inline]] inline void fma_groups(T* values, std::uint64_t rounds,
                                                        typename FmaVector<T>::Value a,
                                                        typename FmaVector<T>::Value b) {
  constexpr int kGroups = (Vectors + kFmaRegisters - 1) / kFmaRegisters;
  constexpr int kFirst = (Vectors + kGroups - 1) / kGroups;
  fma_rounds<kFirst>(values, rounds, a, b);
  if constexpr (Vectors > kFirst)
    fma_groups<Vectors - kFirst>(values + kFirst * FmaVector<T>::kLanes, rounds, a, b);
}

template <class T>
RP_TARGET void fma_pass(T* values, std::uint64_t rounds, T a, T b) {
  using Value = typename FmaVector<T>::Value;
  fma_groups<static_cast<int>(kFmaChains) / FmaVector<T>::kLanes>(
      values, rounds, a - Value{}, b - Value{});  // in every lane, and a - 0 is a
}

}  // namespace
}  // namespace rackproof::cpu
