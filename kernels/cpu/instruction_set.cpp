#include "kernels/cpu/instruction_set.hpp"

#include <string>

#include "kernels/edge.h"

namespace rackproof::cpu {

InstructionSet best_instruction_set() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return InstructionSet::avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return InstructionSet::avx2;
#endif
  return InstructionSet::portable;
}

std::string_view name_of(InstructionSet set) {
  switch (set) {
    case InstructionSet::avx512:
      return "avx512";
    case InstructionSet::avx2:
      return "avx2";
    default:
      return "portable";
  }
}

InstructionSet instruction_set_option(std::string_view options) {
  const InstructionSet best = best_instruction_set();
  if (options.empty()) return best;
  constexpr std::string_view kKey = "instruction_set=";
  for (const InstructionSet set : {InstructionSet::portable, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!options.starts_with(kKey) || options.substr(kKey.size()) != name_of(set)) continue;
    if (set > best) {
      throw kernels::Failure(RP_UNSUPPORTED, "this CPU does not have " + std::string(name_of(set)));
    }
    return set;
  }
  throw kernels::Failure(RP_INVALID,
                         "the CPU backend knows no option but instruction_set=portable|avx2|avx512, not \"" +
                             std::string(options) + "\"");
}

}  // namespace rackproof::cpu
