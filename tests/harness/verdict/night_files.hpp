// Results files of many nights of a small site: racks of nodes with a serial each, one metric, levels as planted.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <limits>

#include "harness/base/random.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/trend/calendar.hpp"
#include "tests/harness/verdict/campaign_builder.hpp"

namespace rackproof::test {

inline const std::string kBandwidth = kTriad + "#bandwidth";
inline const std::int32_t kFirstDay = *day_of("2026-10-24");

/// What a node is on one night.
struct NightlyNode {
  double share = 1;  ///< of its level; NaN: not measured
  std::string serial;
  std::string driver = "12.1";
};

/// Called for every (night, node); nodes count from 0 over the site.
using Planted = std::function<void(int night, int node, NightlyNode& state)>;

struct NightlySite {
  int racks = 3;
  int nodes = 8;  ///< of each rack
  double noise = 0.004;
  std::uint64_t seed = 1;
  Planted planted = [](int, int, NightlyNode&) {};

  Results night(int number) const {
    CampaignBuilder builder(racks, nodes, 1);
    Results& results = builder.results;
    const std::int32_t day = kFirstDay + number;
    results.provenance.campaign_id = fmt::format("campaign-{:03}", number);
    results.provenance.started_utc = date_text(day) + "T01:02:03.456Z";
    results.provenance.finished_utc = date_text(day) + "T02:02:03.456Z";
    results.series[0].direction = Direction::higher_is_better;
    results.series[0].formula = "stream-triad";
    results.series[0].clock = "host";
    results.series[0].definition_hash = "h1";
    for (int node = 0; node < racks * nodes; ++node) {
      NightlyNode state;
      state.serial = fmt::format("SN{:04}", node);
      planted(number, node, state);
      const auto row = static_cast<std::uint32_t>(node);
      TargetRow& target = results.targets[row];
      target.serial = state.serial;
      target.labels = {{"rack", target.rack}, {"hall", node % 2 == 0 ? "A" : "B"}};
      results.facts.push_back(
          {row, "identity/hostname", "", fmt::format("host{:02}", node), "answered by the node"});
      results.facts.push_back({row, "host/driver", "", state.driver, "told by the node"});
      const RandomStream random(seed, static_cast<std::uint64_t>(node));
      const double level = 2e9 * (1 + 0.01 * random.normal(1'000'000));
      const double value =
          level * state.share * (1 + noise * random.normal(static_cast<std::uint64_t>(number)));
      if (std::isfinite(value)) {
        builder.measured(row, {value});
        builder.cell_of(row).status = Status::ok;
      } else {
        builder.promise(row);
      }
    }
    return results;
  }

  /// As folder/night<n>/results.h5.
  void write(const std::filesystem::path& folder, int number) const {
    const auto campaign = folder / fmt::format("night{:03}", number);
    std::filesystem::create_directories(campaign);
    write_results(night(number), campaign / "results.h5");
  }
};

inline std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".h5") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace rackproof::test
