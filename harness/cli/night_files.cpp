#include "harness/cli/night_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/verdict/trend/trend_charts.hpp"
#include "reports/html/nightly_page.hpp"

namespace rackproof {

namespace fs = std::filesystem;

std::vector<fs::path> night_files(const fs::path& folder) {
  if (!fs::is_directory(folder))
    throw Error(
        fmt::format("{} is no folder; give the one that holds the campaigns of all nights", folder.string()));
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const fs::path& path = entry.path();
    if (entry.is_regular_file() && path.extension() == ".h5" && path.filename() != kVerdictsFile)
      files.push_back(path);
  }
  if (files.empty())
    throw Error(
        fmt::format("{} holds no results file (results.h5 of a campaign, or any *.h5)", folder.string()));
  std::ranges::sort(files);
  return files;
}

TrendEvents night_events(const fs::path& folder, const fs::path& given) {
  if (!given.empty()) return read_trend_events(given);
  const fs::path beside = folder / kTrendEventsFile;
  return fs::exists(beside) ? read_trend_events(beside) : TrendEvents{};
}

Page nightly_page_of(const fs::path& folder, const fs::path& events_file, Language language) {
  const std::vector<fs::path> files = night_files(folder);
  const TrendEvents events = night_events(folder, events_file);
  const NightlyHistory history(files);
  const Trend found = trend(history, events);
  return nightly_page(found, trend_charts(history, events, found, charted_changes(found)), Words(language));
}

}  // namespace rackproof
