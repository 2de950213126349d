#include "harness/verdict/trend/trend_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/base/no_number.hpp"
#include "harness/base/parallel.hpp"
#include "harness/base/statistics.hpp"

namespace rackproof {

namespace {

constexpr int kDigits = 5;  // of values in a results file

/// What rounding to five digits leaves of a value, as the standard deviation of a share of it.
double resolution(double level) {
  return std::pow(10.0, std::floor(std::log10(level)) - (kDigits - 1)) / level / std::sqrt(12.0);
}

double median_of_measured(std::span<const double> values) {
  std::vector<double> measured;
  for (const double value : values) {
    if (std::isfinite(value)) measured.push_back(value);
  }
  return measured.empty() ? kNoNumber : median(measured);
}

/// The first night of a day that is not before the cut.
std::uint32_t night_of(const std::vector<TrendNight>& nights, std::int32_t day) {
  const auto at = std::ranges::find_if(nights, [&](const TrendNight& night) { return night.day >= day; });
  return static_cast<std::uint32_t>(at - nights.begin());
}

std::uint32_t first_night(const NightlyHistory& history, const std::string& metric,
                          const std::string& subject, const std::vector<LevelCut>& cuts,
                          std::vector<bool>& used) {
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    if (!cuts[i].covers(metric, subject)) continue;
    used[i] = true;
    first = std::max(first, night_of(history.nights(), cuts[i].day));
  }
  return first;
}

}  // namespace

TrendSeries relative_series(std::span<const float> measured, std::size_t nights,
                            const std::vector<std::uint32_t>& first_night, unsigned threads) {
  constexpr std::size_t kBlock = 4096;
  const std::size_t count = first_night.size();
  TrendSeries out;
  out.nights = nights;
  out.values.assign(count * nights, kNoNumber);
  out.level.assign(count, kNoNumber);
  out.floor.assign(count, 0);
  for_each_index((count + kBlock - 1) / kBlock, threads, [&](std::size_t block) {
    for (std::size_t s = block * kBlock; s < std::min(count, (block + 1) * kBlock); ++s) {
      const std::span<double> values(out.values.data() + s * nights, nights);
      for (std::size_t night = first_night[s]; night < nights; ++night)
        values[night] = measured[s * nights + night];
      const double level = median_of_measured(values);
      const bool sound = level > 0;
      if (sound) out.level[s] = level;
      if (sound) out.floor[s] = resolution(level);
      for (double& value : values) value = sound ? value / level : kNoNumber;
    }
  });
  return out;
}

std::vector<std::uint32_t> first_nights(const NightlyHistory& history, Placement placement,
                                        const std::string& metric, const std::vector<LevelCut>& cuts,
                                        std::vector<bool>& used) {
  std::vector<std::uint32_t> first(history.subjects(placement).size(), 0);
  for (std::size_t s = 0; s < first.size(); ++s) {
    if (history.subjects(placement)[s].is_closed) {
      first[s] = static_cast<std::uint32_t>(history.nights().size());
      continue;
    }
    if (!cuts.empty())
      first[s] = first_night(history, metric, history.text(history.subjects(placement)[s].name), cuts, used);
  }
  return first;
}

std::vector<RollUpGroup> roll_up_groups(const NightlyHistory& history, Placement placement) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> racks, models;
  const auto& subjects = history.subjects(placement);
  for (std::uint32_t s = 0; s < subjects.size(); ++s) {
    if (subjects[s].is_closed) continue;
    if (!history.text(subjects[s].rack).empty()) racks[subjects[s].rack].push_back(s);
    models[subjects[s].model].push_back(s);
  }
  std::vector<RollUpGroup> groups;
  for (auto& [rack, members] : racks) {
    if (members.size() >= 2) groups.push_back({"rack", history.text(rack), std::move(members)});
  }
  std::vector<std::uint32_t> all;
  std::size_t cohorts = 0;
  for (auto& [model, members] : models) {
    all.insert(all.end(), members.begin(), members.end());
    if (members.size() < 2) continue;
    ++cohorts;
    const std::string& name = history.text(model);
    groups.push_back({"cohort", "model=" + (name.empty() ? "unknown" : name), std::move(members)});
  }
  std::ranges::sort(all);
  if (cohorts >= 2) groups.push_back({"site", "site", std::move(all)});
  return groups;
}

TrendSeries roll_up(const TrendSeries& series, const std::vector<RollUpGroup>& groups,
                    const NightlyHistory& history, const std::string& metric,
                    const std::vector<LevelCut>& cuts, std::vector<bool>& used, unsigned threads) {
  TrendSeries out;
  out.nights = series.nights;
  out.values.assign(groups.size() * series.nights, kNoNumber);
  out.level.assign(groups.size(), kNoNumber);
  out.floor.assign(groups.size(), 0);
  std::vector<std::uint32_t> first;
  for (const RollUpGroup& group : groups)
    first.push_back(first_night(history, metric, group.name, cuts, used));
  for_each_index(groups.size(), threads, [&](std::size_t g) {
    const std::span<double> values(out.values.data() + g * series.nights, series.nights);
    std::vector<std::vector<double>> measured(series.nights);
    std::vector<double> counts, levels;
    for (std::size_t night = first[g]; night < series.nights; ++night) {
      for (const std::uint32_t member : groups[g].members) {
        const double value = series.of(member)[night];
        if (std::isfinite(value)) measured[night].push_back(value);
      }
      if (!measured[night].empty()) counts.push_back(static_cast<double>(measured[night].size()));
    }
    if (counts.empty()) return;
    const double usual = median(counts);
    for (std::size_t night = first[g]; night < series.nights; ++night) {
      if (2 * static_cast<double>(measured[night].size()) >= usual && !measured[night].empty())
        values[night] = median(measured[night]);
    }
    for (const std::uint32_t member : groups[g].members) {
      if (std::isfinite(series.level[member])) levels.push_back(series.level[member]);
      out.floor[g] = std::max(out.floor[g], series.floor[member]);
    }
    out.level[g] = median(levels);
  });
  return out;
}

}  // namespace rackproof
