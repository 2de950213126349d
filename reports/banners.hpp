// What of a site is not real: virtual nodes, emulated devices, recorded machines.
#pragma once

#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/results/results.hpp"
#include "reports/place.hpp"

namespace rackproof {

/// One phrase for each kind; empty when all is real.
std::vector<Phrase> banners_of(const Results& results, const Virtuality& virtuality);

}  // namespace rackproof
