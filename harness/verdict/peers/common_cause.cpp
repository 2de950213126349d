#include "harness/verdict/peers/common_cause.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "harness/base/distributions.hpp"
#include "harness/base/error.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kFewestFlagged = 3;
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

/// Subjects that are not explained yet, and how many of them have each level that any of the flagged has. Subjects are
/// millions, those that a cause explains few: all are counted once, and those taken off.
class Unexplained {
 public:
  Unexplained(std::span<const std::uint32_t> population, std::span<const std::uint32_t> flagged,
              std::span<const PeerFactor> factors)
      : factors_(factors),
        population_(population),
        left_(population.empty() ? 0 : population.back() + std::size_t{1}, 0),
        size_(population.size()),
        flagged_(flagged.begin(), flagged.end()) {
    for (const std::uint32_t subject : population) left_[subject] = 1;
    counts_.reserve(factors.size());
    for (const PeerFactor& factor : factors) counts_.push_back(count(factor.level));
  }

  std::size_t size() const { return size_; }
  const std::vector<std::uint32_t>& flagged() const { return flagged_; }

  Search search() const {
    Search found;
    const std::size_t n = size_, k = flagged_.size();
    for (std::size_t factor = 0; factor < factors_.size(); ++factor) {
      for (const auto& [level, count] : counts_[factor].of_level) {
        if (count.hits == 0) continue;  // explained since
        ++found.tried;
        const bool is_met_more = static_cast<double>(count.hits) * static_cast<double>(n) >
                                 static_cast<double>(count.marked) * static_cast<double>(k);
        if (count.hits < kFewestFlagged || !is_met_more) continue;
        const Candidate candidate{
            {factor, level},
            count,
            at_own_rate(count.hits, count.marked) + at_own_rate(k - count.hits, n - count.marked)};
        if (found.best.empty() || candidate.likelihood > found.best.front().likelihood) found.best.clear();
        if (found.best.empty() || candidate.likelihood == found.best.front().likelihood)
          found.best.push_back(candidate);
      }
    }
    return found;
  }

  /// Whether two levels have the same members.
  bool same_members(CommonCause::Level a, CommonCause::Level b) const {
    if (a.factor == b.factor && a.level == b.level) return true;
    const auto &with_a = factors_[a.factor].level, &with_b = factors_[b.factor].level;
    return std::ranges::all_of(population_, [&](std::uint32_t subject) {
      return left_[subject] == 0 || (with_a[subject] == a.level) == (with_b[subject] == b.level);
    });
  }

  /// Those with a level are explained. Returns the flagged among them.
  std::vector<std::uint32_t> explain(CommonCause::Level level) {
    const auto& levels = factors_[level.factor].level;
    const auto has_it = [&](std::uint32_t subject) { return levels[subject] == level.level; };
    std::vector<std::uint32_t> members;
    std::ranges::copy_if(flagged_, std::back_inserter(members), has_it);
    std::erase_if(flagged_, has_it);
    for (const std::uint32_t subject : population_) {
      if (!has_it(subject) || left_[subject] == 0) continue;
      left_[subject] = 0;
      --size_;
      take_off(subject, &Count::marked);
    }
    for (const std::uint32_t subject : members) take_off(subject, &Count::hits);
    return members;
  }

 private:
  /// Of one factor. Of the flagged there are few levels: the others look up what a table holds.
  struct Levels {
    Levels() = default;
    Levels(Levels&&) = default;  // a copy's places would be those of the original
    std::map<std::uint32_t, Count> of_level;
    std::vector<Count*> place;
    Count* find(std::uint32_t level) const { return level < place.size() ? place[level] : nullptr; }
  };

  Levels count(const std::vector<std::uint32_t>& level) const {
    Levels levels;
    for (const std::uint32_t subject : flagged_) {
      if (level[subject] != kNoGroup) ++levels.of_level[level[subject]].hits;
    }
    if (levels.of_level.empty()) return levels;
    levels.place.assign(levels.of_level.rbegin()->first + std::size_t{1}, nullptr);
    for (auto& [number, count] : levels.of_level) levels.place[number] = &count;
    for (const std::uint32_t subject : population_) {
      if (Count* const count = levels.find(level[subject])) ++count->marked;
    }
    return levels;
  }

  void take_off(std::uint32_t subject, std::size_t Count::*number) {
    for (std::size_t factor = 0; factor < factors_.size(); ++factor) {
      if (Count* const count = counts_[factor].find(factors_[factor].level[subject])) --(count->*number);
    }
  }

  std::span<const PeerFactor> factors_;
  std::span<const std::uint32_t> population_;
  std::vector<std::uint8_t> left_;  // by subject
  std::size_t size_;                // of those that are left
  std::vector<std::uint32_t> flagged_;
  std::vector<Levels> counts_;  // by factor
};

std::optional<CommonCause> next_cause(const Unexplained& rest) {
  const Search found = rest.search();
  if (found.best.empty()) return std::nullopt;
  const Candidate& best = found.best.front();
  CommonCause cause;
  cause.p = std::min(
      1.0, static_cast<double>(found.tried) *
               hypergeometric_tail(best.count.hits, rest.flagged().size(), best.count.marked, rest.size()));
  if (!(cause.p < kChance)) return std::nullopt;
  for (const Candidate& other : found.best) {
    if (rest.same_members(best.level, other.level)) cause.levels.push_back(other.level);
  }
  cause.flagged = rest.flagged().size();
  cause.others = rest.size() - rest.flagged().size();
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
  std::vector<CommonCause> out;
  if (flagged.size() < kFewestFlagged) return out;
  Unexplained rest(population, flagged, factors);
  while (rest.flagged().size() >= kFewestFlagged) {
    std::optional<CommonCause> cause = next_cause(rest);
    if (!cause) break;
    cause->members = rest.explain(cause->levels.front());
    out.push_back(std::move(*cause));
  }
  return out;
}

}  // namespace rackproof
