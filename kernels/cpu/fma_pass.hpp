// Chains of fused multiply-add in one thread. Each instruction set compiles fma_pass_of.hpp for itself.
#pragma once

#include <cstdint>

namespace rackproof::cpu {

/// Values that a pass works on; a multiple of every vector that is kept in registers.
inline constexpr std::uint64_t kFmaChains = 256;

/// Each of kFmaChains values becomes fma(a, x, b), `rounds` times.
template <class T>
using FmaPass = void (*)(T* values, std::uint64_t rounds, T a, T b);

template <class T>
FmaPass<T> fma_pass_portable();
template <class T>
FmaPass<T> fma_pass_avx2();
template <class T>
FmaPass<T> fma_pass_avx512();

}  // namespace rackproof::cpu
