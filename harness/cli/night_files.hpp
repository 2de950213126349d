// The folder of nightly campaigns, as `trend` and the nightly page read it.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/verdict/trend/trend_events.hpp"
#include "reports/html/page.hpp"

namespace rackproof {

inline constexpr const char* kTrendEventsFile = "trend-events.toml";

/// Every results file below the folder, at any depth, sorted. Throws Error for what is no folder or holds none.
std::vector<std::filesystem::path> night_files(const std::filesystem::path& folder);

/// Of the file `given` where it is not empty, else of kTrendEventsFile in the folder; none where that is not there.
TrendEvents night_events(const std::filesystem::path& folder, const std::filesystem::path& given);

/// The nightly page of a folder, with the settings that `trend` has without options. Throws Error as these do.
Page nightly_page_of(const std::filesystem::path& folder, const std::filesystem::path& events,
                     Language language);

}  // namespace rackproof
