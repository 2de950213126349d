// The campaign record of a journal → provenance, series, targets and promises.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/results/results.hpp"

namespace rackproof {

/// Fills those parts of `results`. Throws Error for an index or a number that is out of range.
void read_campaign_record(const nlohmann::json& record, Results& results);

}  // namespace rackproof
