// What the emulation tells the sanitizers; nothing in builds without them. RACKPROOF_EMULATION_TSAN: kernels are compiled
// with the thread sanitizer (this library never is, so the compiler does not say so).
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif
#if defined(RACKPROOF_EMULATION_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

namespace rackproof::emulation {

#if defined(RACKPROOF_EMULATION_TSAN)
inline constexpr bool kFindsRaces = true;
/// What was done before a release is seen after an acquire of the same object.
inline void acquire(void* object) { __tsan_acquire(object); }
inline void release(void* object) { __tsan_release(object); }
#else
inline constexpr bool kFindsRaces = false;
inline void acquire(void*) {}
inline void release(void*) {}
#endif

#if defined(__SANITIZE_ADDRESS__)
inline void forbid(const void* memory, std::size_t bytes) { __asan_poison_memory_region(memory, bytes); }
inline void permit(const void* memory, std::size_t bytes) { __asan_unpoison_memory_region(memory, bytes); }
#else
inline void forbid(const void*, std::size_t) {}
inline void permit(const void*, std::size_t) {}
#endif

}  // namespace rackproof::emulation
