#include "harness/verdict/localise/suspects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "harness/verdict/finding_texts.hpp"
#include "harness/verdict/localise/localise.hpp"
#include "harness/verdict/measurements.hpp"

namespace rackproof {

namespace {

namespace texts = finding_texts;

constexpr const char* kLeaf = "leaf";

class PairSuspects {
 public:
  explicit PairSuspects(const Results& results) : results_(results), measurements_(results) {
    for (std::uint32_t row = 0; row < results.targets.size(); ++row) {
      const TargetRow& target = results.targets[row];
      if (target.placement != Placement::pair || target.members.size() != 2) continue;
      const std::uint32_t a = target.members[0], b = target.members[1];
      if (a == b || results.targets[a].is_virtual || results.targets[b].is_virtual) continue;
      pairs_.push_back({row, node_of(a), node_of(b), kind_of(results.targets[a], results.targets[b])});
    }
    group_nodes();
  }

  void add(Findings& findings) const {
    for (std::uint32_t series = 0; series < results_.series.size(); ++series) {
      const SeriesRow& row = results_.series[series];
      if (row.kind == QuantityKind::real && row.direction != Direction::neither) add(series, row, findings);
    }
  }

 private:
  struct Pair {
    std::uint32_t target, a, b, kind;
  };

  std::uint32_t node_of(std::uint32_t target) {
    const auto [at, is_new] = nodes_.try_emplace(target, static_cast<std::uint32_t>(network_.nodes.size()));
    if (is_new) {
      network_.nodes.push_back(results_.targets[target].name);
      targets_.push_back(target);
    }
    return at->second;
  }

  /// Pairs under one leaf are as fast as each other; where no leaf is known, those of one rack.
  static std::uint32_t kind_of(const TargetRow& a, const TargetRow& b) {
    const auto of_a = a.labels.find(kLeaf), of_b = b.labels.find(kLeaf);
    if (of_a != a.labels.end() && of_b != b.labels.end()) return of_a->second == of_b->second ? 0 : 1;
    return a.rack == b.rack ? 2 : 3;
  }

  /// Racks and labels that some of the nodes have in common, not all.
  void group_nodes() {
    std::map<std::string, std::vector<std::uint32_t>> groups;
    for (std::uint32_t node = 0; node < targets_.size(); ++node) {
      const TargetRow& target = results_.targets[targets_[node]];
      groups["rack " + target.rack].push_back(node);
      for (const auto& [label, value] : target.labels) groups[label + " " + value].push_back(node);
    }
    for (auto& [name, nodes] : groups) {
      if (nodes.size() > 1 && nodes.size() < targets_.size())
        network_.groups.push_back({name, std::move(nodes)});
    }
  }

  void add(std::uint32_t series, const SeriesRow& row, Findings& findings) const {
    std::vector<PairResult> results;
    std::set<std::uint32_t> measured;
    std::size_t pairs = 0;
    for (const Pair& pair : pairs_) {
      const RealMeasurement real = measurements_.real(series, pair.target);
      if (!(real.value > 0 && std::isfinite(real.value))) continue;
      ++pairs;
      measured.insert({pair.a, pair.b});
      const std::vector<double> launches = real.launches.empty() ? std::vector{real.value} : real.launches;
      for (std::size_t launch = 0; launch < launches.size(); ++launch) {
        PairResult result{.a = pair.a, .b = pair.b};
        result.rate = row.direction == Direction::lower_is_better ? 1 / launches[launch] : launches[launch];
        result.round = static_cast<std::int32_t>(launch);
        result.kind = pair.kind;
        results.push_back(result);
      }
    }
    if (pairs == 0 ||
        2.0 * static_cast<double>(pairs) < kFewestPairsPerNode * static_cast<double>(measured.size()))
      return;
    for (const Cause& cause : localise(results, network_).causes) report(cause, row, findings);
  }

  void report(const Cause& cause, const SeriesRow& row, Findings& findings) const {
    std::vector<std::string> subjects;
    if (cause.kind == CauseKind::group) {
      subjects = {network_.groups[cause.a].name};
    } else {
      subjects = {network_.nodes[cause.a]};
      if (cause.kind == CauseKind::link) subjects.push_back(network_.nodes[cause.b]);
    }
    Phrase evidence(texts::kExplains, words_of(cause, network_), cause.occasions, row.metric(),
                    fmt::format("{:.2g}", -100 * cause.effect), fmt::format("{:.3g}", -cause.score));
    for (const Phrase& other : cause.not_told_apart) evidence = Phrase(texts::kNotToldApart, evidence, other);
    findings.add(kSuspectFinding, std::move(subjects), std::move(evidence), texts::kSuspectAgain);
  }

  const Results& results_;
  const Measurements measurements_;
  std::vector<Pair> pairs_;
  std::unordered_map<std::uint32_t, std::uint32_t> nodes_;  // row of targets → node of the network
  std::vector<std::uint32_t> targets_;                      // and back
  PairNetwork network_;
};

}  // namespace

void add_suspects(const Results& results, Findings& findings) {
  if (!results.columns[static_cast<std::size_t>(Placement::pair)].empty())
    PairSuspects(results).add(findings);
}

}  // namespace rackproof
