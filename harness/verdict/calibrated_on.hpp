// What the numbers of a limits file were measured on:
//
//   [calibration]
//   name = "…"
//   date = "2026-11-29"
//   serials = ["…"]          # of its targets
//   calibrated_on = "…"      # SHA-256 of the sorted serials, each with a line feed
//
// No device passes a gate that its own measurement has set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/plan/toml_table.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

struct CalibratedOn {
  std::string name;
  std::string date;
  std::vector<std::string> serials;  ///< sorted
  std::string sha256;
};

/// SHA-256 of sorted serials.
std::string hash_of_serials(std::vector<std::string> serials);

/// [calibration] of a limits file; nothing when there is none. Problems go to `problems`.
std::optional<CalibratedOn> read_calibrated_on(TomlTable& limits, const std::string& file,
                                               std::vector<Diagnostic>& problems);

/// The serial of a target, or of one of its nodes, that the calibration has; empty: none.
std::string calibrated_serial(const CalibratedOn& calibration, const Results& results, std::uint32_t target);

}  // namespace rackproof
