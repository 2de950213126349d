// The CPUs that both sides of a comparison use.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace rackproof::bench {

/// Keeps this process and all that it starts on the CPUs of one NUMA node: that of its first CPU. Returns them,
/// ascending. Throws Error.
std::vector<int> stay_on_one_node();

/// What makes an OpenMP program use exactly these CPUs, one thread pinned to each.
std::map<std::string, std::string> openmp_pinned(const std::vector<int>& cpus);

/// "0,1,2".
std::string list(const std::vector<int>& cpus);

/// Model, kernel, governor, page mode, load: one "# …" line each.
std::string describe_machine();

}  // namespace rackproof::bench
