#include "reports/worst_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "harness/base/statistics.hpp"
#include "harness/base/units.hpp"
#include "harness/verdict/localise/suspects.hpp"
#include "reports/fleet_metric.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

constexpr auto kPairs = static_cast<std::size_t>(Placement::pair);

/// A pair with what it is sorted by.
struct RankedPair {
  std::uint32_t target = 0;
  double value = 0;      // NaN: not measured
  double deviation = 0;  // from the median, as a share of it; NaN: none
  std::uint8_t verdict = kNoVerdict;

  /// Fails, then undecided ones, then by how far it is on the bad side; what has no value last.
  auto rank(Direction direction) const {
    const bool fails = verdict == static_cast<std::uint8_t>(Verdict::fail);
    const bool is_open = verdict == static_cast<std::uint8_t>(Verdict::inconclusive);
    double good = std::abs(deviation) * -1;
    if (direction == Direction::higher_is_better) good = deviation;
    if (direction == Direction::lower_is_better) good = -deviation;
    return std::tuple(fails ? 0 : is_open ? 1 : 2, std::isfinite(good) ? good : HUGE_VAL);
  }
};

class PairLists {
 public:
  PairLists(const Results& results, const Limits& limits, const Verdicts& verdicts)
      : results_(results), limits_(limits) {
    for (const VerdictCell& cell : verdicts.cells) {
      if (cell.completion() || cell.severity != Severity::gate ||
          results.targets[cell.target].placement != Placement::pair)
        continue;
      const auto [at, is_new] =
          verdicts_.try_emplace({cell.case_id + "#" + cell.quantity, cell.target}, kNoVerdict);
      at->second = worse_verdict(at->second, static_cast<std::uint8_t>(cell.verdict));
    }
    for (const Finding& finding : verdicts.findings) {
      if (finding.kind == kSuspectFinding && !finding.subjects.empty())
        suspects_.emplace(finding.subjects.begin(), finding.subjects.end());
    }
  }

  std::vector<WorstPairs> make() const {
    std::vector<WorstPairs> lists;
    for (std::size_t series = 0; series < results_.series.size() && lists.size() < kMostPairMetrics;
         ++series) {
      if (results_.series[series].kind != QuantityKind::real) continue;
      WorstPairs list = list_of(series);
      if (list.measured > 0) lists.push_back(std::move(list));
    }
    return lists;
  }

 private:
  WorstPairs list_of(std::size_t series) const {
    const SeriesRow& row = results_.series[series];
    WorstPairs list{.metric = row.metric(), .limit = limit_of(row.metric())};
    std::vector<RankedPair> pairs;
    std::vector<double> values;
    const auto& columns = results_.columns[kPairs];
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const CellValue& cell = results_.cells[kPairs][series * columns.size() + i];
      const auto verdict = verdicts_.find({list.metric, columns[i]});
      RankedPair pair{columns[i], double{cell.value}, 0,
                      verdict == verdicts_.end() ? kNoVerdict : verdict->second};
      if (std::isfinite(pair.value)) values.push_back(pair.value);
      // Of the other metrics of pairs there is nothing here, neither a value nor a verdict.
      if (std::isfinite(pair.value) || pair.verdict != kNoVerdict) pairs.push_back(pair);
    }
    list.measured = values.size();
    list.missing = pairs.size() - values.size();
    if (values.empty()) return list;
    const double middle = median(values);
    const Dimension dimension = dimension_of(row.unit);
    list.median = value_text(middle, dimension);
    for (RankedPair& pair : pairs) pair.deviation = (pair.value - middle) / std::abs(middle);
    std::ranges::stable_sort(pairs, {}, [&](const RankedPair& pair) { return pair.rank(row.direction); });
    pairs.resize(std::min(pairs.size(), kMostWorstPairs));
    for (const RankedPair& pair : pairs) list.worst.push_back(shown(pair, dimension));
    return list;
  }

  WorstPair shown(const RankedPair& pair, const Dimension& dimension) const {
    WorstPair out{.target = results_.targets[pair.target].name, .value = value_text(pair.value, dimension)};
    if (std::isfinite(pair.deviation)) out.against_median = change_text(pair.deviation);
    if (pair.verdict != kNoVerdict) out.verdict = static_cast<Verdict>(pair.verdict);
    std::set<std::string> nodes;
    for (const std::uint32_t member : results_.targets[pair.target].members)
      nodes.insert(results_.targets[member].name);
    out.suspected = std::ranges::any_of(suspects_, [&](const std::set<std::string>& suspect) {
      return std::ranges::includes(nodes, suspect);
    });
    return out;
  }

  std::string limit_of(const std::string& metric) const {
    std::vector<std::string> texts;
    for (const Limit& limit : limits_.limits) {
      if (limit.metric == metric && limit.scope == "pair" && limit.severity == Severity::gate)
        texts.push_back(to_string(limit));
    }
    return fmt::format("{}", fmt::join(texts, "; "));
  }

  const Results& results_;
  const Limits& limits_;
  std::map<std::pair<std::string, std::uint32_t>, std::uint8_t>
      verdicts_;                              // metric, target → worst of its gates
  std::set<std::set<std::string>> suspects_;  // names of nodes
};

}  // namespace

std::vector<WorstPairs> worst_pairs(const Results& results, const Limits& limits, const Verdicts& verdicts) {
  if (results.columns[kPairs].empty()) return {};
  return PairLists(results, limits, verdicts).make();
}

}  // namespace rackproof
