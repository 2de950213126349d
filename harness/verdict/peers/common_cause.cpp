#include "harness/verdict/peers/common_cause.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kFewest = 3;
constexpr double kChance = 1e-3;

struct Count {
  std::size_t hits = 0;
  std::size_t marked = 0;
};

/// Log likelihood of `hits` among `n` at their own rate.
double at_own_rate(std::size_t hits, std::size_t n) {
  const auto term = [](std::size_t k, std::size_t of) {
    return k == 0 ? 0.0 : static_cast<double>(k) * std::log(static_cast<double>(k) / static_cast<double>(of));
  };
  return term(hits, n) + term(n - hits, n);
}

/// Subjects that are not explained yet.
struct Unexplained {
  std::vector<std::uint32_t> population, flagged;
};

struct Candidate {
  CommonCause::Level level;
  Count count;
  double likelihood = 0;
};

/// The best level, the number of levels that were tried, and those of the same count and likelihood as the best.
struct Search {
  std::vector<Candidate> best;
  std::size_t tried = 0;
};

Search search(const Unexplained& rest, std::span<const PeerFactor> factors) {
  Search found;
  const std::size_t n = rest.population.size(), k = rest.flagged.size();
  for (std::size_t factor = 0; factor < factors.size(); ++factor) {
    const std::vector<std::uint32_t>& levels = factors[factor].level;
    std::map<std::uint32_t, Count> counts;
    for (const std::uint32_t subject : rest.flagged) {
      if (levels[subject] != kNoGroup) ++counts[levels[subject]].hits;
    }
    if (counts.empty()) continue;
    // Of the flagged there are few, of the others millions: these look up what a table holds.
    std::vector<Count*> place(counts.rbegin()->first + std::size_t{1}, nullptr);
    for (auto& [level, count] : counts) place[level] = &count;
    for (const std::uint32_t subject : rest.population) {
      if (levels[subject] < place.size() && place[levels[subject]] != nullptr)
        ++place[levels[subject]]->marked;
    }
    std::vector<Candidate> here;
    for (const auto& [level, count] : counts) {
      ++found.tried;
      const bool is_met_more = static_cast<double>(count.hits) * static_cast<double>(n) >
                               static_cast<double>(count.marked) * static_cast<double>(k);
      if (count.hits < kFewest || !is_met_more) continue;
      here.push_back({{factor, level},
                      count,
                      at_own_rate(count.hits, count.marked) + at_own_rate(k - count.hits, n - count.marked)});
    }
    for (const Candidate& candidate : here) {
      if (found.best.empty() || candidate.likelihood > found.best.front().likelihood) found.best.clear();
      if (found.best.empty() || candidate.likelihood == found.best.front().likelihood)
        found.best.push_back(candidate);
    }
  }
  return found;
}

/// Whether two levels have the same members.
bool same_members(const Unexplained& rest, std::span<const PeerFactor> factors, CommonCause::Level a,
                  CommonCause::Level b) {
  return std::ranges::all_of(rest.population, [&](std::uint32_t subject) {
    return (factors[a.factor].level[subject] == a.level) == (factors[b.factor].level[subject] == b.level);
  });
}

std::optional<CommonCause> next_cause(const Unexplained& rest, std::span<const PeerFactor> factors) {
  const Search found = search(rest, factors);
  if (found.best.empty()) return std::nullopt;
  const Candidate& best = found.best.front();
  CommonCause cause;
  cause.p = std::min(
      1.0, static_cast<double>(found.tried) * hypergeometric_tail(best.count.hits, rest.flagged.size(),
                                                                  best.count.marked, rest.population.size()));
  if (!(cause.p < kChance)) return std::nullopt;
  for (const Candidate& other : found.best) {
    if (same_members(rest, factors, best.level, other.level)) cause.levels.push_back(other.level);
  }
  cause.flagged = rest.flagged.size();
  cause.others = rest.population.size() - rest.flagged.size();
  cause.others_with = best.count.marked - best.count.hits;
  return cause;
}

}  // namespace

std::vector<CommonCause> common_causes(std::span<const std::uint32_t> population,
                                       std::span<const std::uint32_t> flagged,
                                       std::span<const PeerFactor> factors) {
  for (const PeerFactor& factor : factors) {
    if (!population.empty() && population.back() >= factor.level.size())
      throw Error("a factor has no entry for each subject");
  }
  Unexplained rest{{population.begin(), population.end()}, {flagged.begin(), flagged.end()}};
  std::vector<CommonCause> out;
  while (rest.flagged.size() >= kFewest) {
    std::optional<CommonCause> cause = next_cause(rest, factors);
    if (!cause) break;
    const CommonCause::Level level = cause->levels.front();
    const auto has_it = [&](std::uint32_t subject) {
      return factors[level.factor].level[subject] == level.level;
    };
    std::ranges::copy_if(rest.flagged, std::back_inserter(cause->members), has_it);
    std::erase_if(rest.flagged, has_it);
    std::erase_if(rest.population, has_it);
    out.push_back(std::move(*cause));
  }
  return out;
}

}  // namespace rackproof
