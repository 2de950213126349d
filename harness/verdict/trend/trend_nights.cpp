#include "harness/verdict/trend/trend_nights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "harness/base/error.hpp"
#include "harness/verdict/note_texts.hpp"
#include "harness/verdict/trend/calendar.hpp"

namespace rackproof {

namespace {

/// Minutes of "…T01:02:…"; −1: none.
int minute_of_day(std::string_view time) {
  int hour = -1, minute = -1;
  if (time.size() < 16 || time[10] != 'T' || time[13] != ':') return -1;
  std::from_chars(time.data() + 11, time.data() + 13, hour);
  std::from_chars(time.data() + 14, time.data() + 16, minute);
  return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? -1 : 60 * hour + minute;
}

}  // namespace

TrendRun trend_run(const CellReader& file) {
  TrendRun run;
  run.path = file.path();
  run.started_utc = file.provenance().started_utc;
  run.ended = file.ended();
  for (const Part& part : file.parts()) run.campaigns.push_back(part.campaign_id);
  std::ranges::sort(run.campaigns);
  const auto day = day_of(run.started_utc);
  const int minute = minute_of_day(run.started_utc);
  if (!day || minute < 0) {
    throw Error(fmt::format("{} says that it began at \"{}\", which is no time; take it out of the folder",
                            file.path().string(), run.started_utc));
  }
  run.minute = std::int64_t{*day} * 24 * 60 + minute;
  return run;
}

std::vector<TrendRun> in_order(std::vector<TrendRun> runs, std::vector<Phrase>& notes) {
  const auto key = [](const TrendRun& run) { return std::tie(run.started_utc, run.campaigns, run.path); };
  std::ranges::sort(runs, [&](const TrendRun& a, const TrendRun& b) {
    // Those with the most campaigns first: the others are parts of them.
    if (a.campaigns.size() != b.campaigns.size()) return a.campaigns.size() > b.campaigns.size();
    return key(a) < key(b);
  });
  std::map<std::string, std::size_t> seen;  // campaign → run that is kept
  std::vector<TrendRun> kept;
  for (TrendRun& run : runs) {
    std::vector<std::size_t> where;
    for (const std::string& campaign : run.campaigns) {
      if (const auto at = seen.find(campaign); at != seen.end()) where.push_back(at->second);
    }
    if (!where.empty() && where.size() < run.campaigns.size()) {
      throw Error(fmt::format(
          "{} and {} have some campaigns in common and others not; keep one of them in the folder",
          kept[where.front()].path.string(), run.path.string()));
    }
    if (!where.empty()) {
      notes.emplace_back(note_texts::kLeftOut, run.path.string(), run.campaigns.front(),
                         kept[where.front()].path.string());
      continue;
    }
    for (const std::string& campaign : run.campaigns) seen[campaign] = kept.size();
    kept.push_back(std::move(run));
  }
  std::ranges::sort(kept, [&](const TrendRun& a, const TrendRun& b) { return key(a) < key(b); });
  return kept;
}

}  // namespace rackproof
