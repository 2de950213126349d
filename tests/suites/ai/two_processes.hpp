// Work in fresh processes that report a text, and message passing between two of them without any library.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernels/message_passing.h"

namespace rackproof {

/// What goes wrong with the sum over ranks of single-precision numbers.
enum class SumFault { none, lost, scaled };

/// Runs `work` in `ranks` (1 or 2) child processes and returns what each reports. `messages` is nullptr for
/// one rank. Throws Error when a child does not end well. To be called before this process has opened a
/// backend: its threads do not fork.
std::vector<std::string> in_processes(
    int ranks, SumFault fault, const std::function<std::string(const rp_message_passing* messages)>& work);

}  // namespace rackproof
