// Many alike in one line: "8 x nvidia, 1 x ast".
#pragma once

#include <string>
#include <vector>

#include "harness/base/reading.hpp"

namespace rackproof {

/// How often each text is there, in the order of the texts; "none" when there are none.
std::string tally(const std::vector<std::string>& texts);

/// The tally of readings; unavailable, with the first reason, when one of them is: a part of a whole is no whole.
Reading<std::string> tally(const std::vector<Reading<std::string>>& readings);

}  // namespace rackproof
