// What a site can tell the CPU backend: "key=value,…".
#pragma once

#include <string_view>

#include "kernels/cpu/instruction_set.hpp"

namespace rackproof::cpu {

struct Options {
  /// "instruction_set=portable|avx2|avx512"; otherwise the best one.
  InstructionSet instruction_set = best_instruction_set();
  /// "products=by_thread": f64 and f32 products go to BLAS thread by thread, as they do on a host with several NUMA nodes;
  /// "products=by_library": BLAS divides them, as it does otherwise.
  bool by_thread = false;
  friend bool operator==(const Options&, const Options&) = default;
};

/// `several`: the host has more than one NUMA node. Throws kernels::Failure: RP_INVALID for a key or value that there is
/// not, RP_UNSUPPORTED for an instruction set that the CPU lacks, and for products by library with several nodes.
Options parse_options(std::string_view text, bool several);

}  // namespace rackproof::cpu
