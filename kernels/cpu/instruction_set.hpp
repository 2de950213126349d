// Which of the code paths of a kernel runs: chosen when the backend is opened, never when it is built.
#pragma once

#include <string_view>

namespace rackproof::cpu {

enum class InstructionSet {
  portable,  ///< what every CPU of the architecture has
  avx2,      ///< AVX2 and FMA
  avx512     ///< AVX-512 F, BW, DQ and VL
};

/// The best one that this CPU and its system have.
InstructionSet best_instruction_set();

/// Whether loops that write to memory ask for the lines of their output ahead. Intel's prefetcher does not do that well for
/// lines that are only written: 15 % of a triad on a Xeon of family 6, model 207. On AMD Zen 3 it costs 3 %, and several lines of each
/// array at once cost 12 %, so there, and on CPUs that were not measured, loops go line by line.
bool asks_ahead();

/// As rp_device_info::instruction_set has it: "portable", "avx2", "avx512".
std::string_view name_of(InstructionSet set);

}  // namespace rackproof::cpu
