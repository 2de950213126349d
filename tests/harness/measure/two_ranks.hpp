// Two processes as the ranks of a group, joined by a socket, without MPI.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/measure/group.hpp"

namespace rackproof {

/// Runs `body` as rank 0 and rank 1 in processes of their own. Returns what each said: the text that it
/// returned; "threw …"; or "hung" when it did not end in time. A collective that the two ranks do not call
/// alike fails on both.
std::vector<std::string> on_two_ranks(const std::function<std::string(const Group&)>& body,
                                      double seconds = 20);

}  // namespace rackproof
