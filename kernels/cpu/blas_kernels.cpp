#include "kernels/cpu/blas_kernels.hpp"

#include <cstdlib>
#include <string_view>

// Present in builds with kernels for several CPUs.
extern "C" {
__attribute__((weak)) void gotoblas_dynamic_init();
__attribute__((weak)) void gotoblas_dynamic_quit();
__attribute__((weak)) char* openblas_get_corename();
}

namespace rackproof::cpu {
namespace {

/// OpenBLAS's name for the kernels of this CPU's instruction set; nullptr: nothing better than what it has.
const char* wanted_kernels() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bf16")) return "Cooperlake";
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
  return nullptr;
}

}  // namespace

void choose_blas_kernels() {
  constexpr const char* kVariable = "OPENBLAS_CORETYPE";  // read by gotoblas_dynamic_init
  if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit || !openblas_get_corename) return;
  const char* const wanted = wanted_kernels();
  if (wanted == nullptr || std::getenv(kVariable) != nullptr) return;
  if (std::string_view(openblas_get_corename()) != "Prescott") return;
  setenv(kVariable, wanted, 1);
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  unsetenv(kVariable);
}

}  // namespace rackproof::cpu
