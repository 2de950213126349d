// The targets of several campaigns as those of one file.
//
// Targets are united by name and scope. Each row comes from one part, its own: the one that has attempts there, else
// the first that promises a case on it (one that got an answer before others), else one that got an answer, else the
// first that lists it. Groups of one name with other members in different parts (the group `site` of two shards) are
// different targets: each is called <name>@<site name>, or <name>@<12 digits of the SHA-256 of the site> where two
// sites share the name.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

/// Results of a campaign, and what messages call their file.
struct MergeInput {
  std::string file;
  Results results;
};

struct MergedTargets {
  std::vector<TargetRow> targets;                  ///< in the order of the parts, each where it first stands
  std::vector<NodeAnswer> answers;                 ///< as in Results
  std::vector<std::vector<std::uint32_t>> row_of;  ///< [part][row in its file] → row of `targets`
  std::vector<std::map<std::string, std::string>> new_names;  ///< [part] name → name, of renamed groups

  bool is_own(std::size_t part, std::uint32_t row_in_file) const {
    return targets[row_of[part][row_in_file]].part == part;
  }
};

/// Throws Error, one line with the files and the target: measured in two parts, or in the sites of two parts with
/// another placement, rack, model, members or virtual in one and not in the other.
MergedTargets unite_targets(const std::vector<MergeInput>& parts);

}  // namespace rackproof
