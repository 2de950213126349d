// By which implementations a case was measured.
#pragma once

#include <map>
#include <set>
#include <string>

#include "harness/results/results.hpp"

namespace rackproof {

/// Division ("closed") → implementations, of the launches that ended ok.
using Implementations = std::map<std::string, std::set<std::string>>;

/// By case.
std::map<std::string, Implementations> implementations_of(const Results& results);

}  // namespace rackproof
