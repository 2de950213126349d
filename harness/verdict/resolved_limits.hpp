// Limits with numbers in place of what is relative.
#pragma once

#include "harness/results/cell_reader.hpp"
#include "harness/results/results.hpp"
#include "harness/verdict/limits.hpp"
#include "harness/verdict/rated.hpp"

namespace rackproof {

/// Each relative limit becomes one for every model that its placement has in `results`, unless another limit of the same
/// severity names that model. To rated values: share × what `devices` says of the model; where it says nothing, or the maker
/// discloses nothing, or counts sparse operations, the limit stays without a number and says why. To peers: share × the median of
/// all measured targets of that placement and model; of fewer than kLeastPeers there is none. Limits without a share stay as
/// they are. `basis` and `provenance` name what the number is a share of.
Limits resolved(const Limits& limits, const Results& results, const RatedDevices& devices);
Limits resolved(const Limits& limits, const CellReader& cells, const RatedDevices& devices);

/// The number of one limit relative to a rated value on one model. False: there is none, `unresolved` says why.
bool resolve_rated(Limit& limit, const std::string& model, const RatedDevices& devices);

/// Whether any limit is relative to a rated value.
bool needs_rated(const Limits& limits);

}  // namespace rackproof
