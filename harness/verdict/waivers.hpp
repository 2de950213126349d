// Waivers: who takes which failing gate as it is, why, and until when. They never change a verdict.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

struct Waiver {
  std::string target;  ///< "rack1/node2/dev3"
  std::string metric;  ///< "memory/device/triad:f64,cold#bandwidth"; the case id for its completion
  std::string who;
  std::string reason;
  std::string until;  ///< "2027-01-31": the last day on which it holds
};

struct Waivers {
  std::string name;  ///< of the file
  std::string sha256;
  std::vector<Waiver> rows;

  /// The one that holds for a target and metric on a date ("2026-11-29" or a longer ISO 8601 time, UTC), or null. No date: null.
  const Waiver* find(std::string_view target, std::string_view metric, std::string_view date) const;
};

/// waivers.toml: schema = 1 and [[waiver]] tables with exactly these keys. Throws Error with all diagnostics together.
Waivers read_waivers(const std::filesystem::path& file);

}  // namespace rackproof
