#include "kernels/cpu/options.hpp"

#include <algorithm>
#include <string>

#include "kernels/edge.h"

namespace rackproof::cpu {

namespace {

InstructionSet instruction_set_of(std::string_view name) {
  for (const InstructionSet set : {InstructionSet::portable, InstructionSet::avx2, InstructionSet::avx512}) {
    if (name != name_of(set)) continue;
    if (set > best_instruction_set())
      throw kernels::Failure(RP_UNSUPPORTED, "this CPU does not have " + std::string(name));
    return set;
  }
  throw kernels::Failure(RP_INVALID,
                         "instruction_set=" + std::string(name) + ": expected portable|avx2|avx512");
}

bool by_thread_of(std::string_view name, bool several) {
  if (name == "by_thread") return true;
  if (name != "by_library")
    throw kernels::Failure(RP_INVALID,
                           "products=" + std::string(name) + ": expected by_thread or by_library");
  if (several) {
    throw kernels::Failure(
        RP_UNSUPPORTED,
        "products=by_library: OpenBLAS runs the products of two NUMA nodes one after the other");
  }
  return false;
}

}  // namespace

Options parse_options(std::string_view text, bool several) {
  Options options;
  options.by_thread = several;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view key = pair.substr(0, equals);
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    if (key == "instruction_set") {
      options.instruction_set = instruction_set_of(value);
    } else if (key == "products") {
      options.by_thread = by_thread_of(value, several);
    } else {
      throw kernels::Failure(RP_INVALID, "the CPU backend has no option \"" + std::string(pair) +
                                             "\"; it has instruction_set=portable|avx2|avx512 and "
                                             "products=by_thread|by_library, with a comma between them");
    }
  }
  return options;
}

}  // namespace rackproof::cpu
