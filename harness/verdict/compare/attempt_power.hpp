// Power while a case was measured, by what told it: powers of different scope or source are never compared.
#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "harness/results/results.hpp"

namespace rackproof {

/// Source ("package, rapl//package-") → target → W: the mean over the launches that ended ok, if each has readings for nine tenths of its
/// window. Scopes are rack, node, package and device: a board may be any part. Of a device only what is told of itself; of others the sum over the sources of one name, where each of its nodes told, or
/// its rack as a whole.
using CasePowers = std::map<std::string, std::unordered_map<std::uint32_t, double>>;

/// By case.
std::map<std::string, CasePowers> powers_of(const Results& results);

}  // namespace rackproof
