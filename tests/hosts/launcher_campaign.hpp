// Campaigns that differ in how their workers are started, held against each other.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/hosts/hosts_fixture.hpp"

namespace rackproof::hosts {

inline constexpr const char* kCopy = "memory/host/copy:f64,hot";
inline constexpr const char* kLatency = "interconnect/host/pt2pt:latency";
inline constexpr const char* kBandwidth = "interconnect/host/pt2pt:bandwidth";
inline constexpr const char* kAllreduce = "interconnect/host/allreduce:f32,bytes=8,isolated";

/// "[[run]] …" of one case.
std::string run_of(const std::string& case_id, const std::string& placement);

/// One launch of few samples: a case on devices, and what `more` has.
std::string quick_plan(const std::string& more, int retries = 0);

/// Counts only, so that a busy machine leaves nothing undecided.
std::string count_limits();

/// "<target> <case> <launch> <status>" of the last attempt of everything that was tried.
std::multiset<std::string> states(const e2e::SmallCampaign& campaign);
/// What went wrong on the way, for people.
std::string troubles(const e2e::SmallCampaign& campaign);
/// "<target> <case> <transport>" of what passed messages.
std::set<std::string> transports(const e2e::SmallCampaign& campaign);

}  // namespace rackproof::hosts
