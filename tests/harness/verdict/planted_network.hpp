// Nodes under leaf switches with known faults, measured in pairs.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/verdict/localise/localise.hpp"
#include "tests/harness/verdict/planted_devices.hpp"

namespace rackproof::test {

struct PlantedFaults {
  Noise noise = Noise::gauss;
  std::size_t nodes = 512;
  std::size_t rounds = 7;
  double bad_nodes = 0.01;  ///< share
  std::size_t bad_links = 10;
  std::size_t bad_leaves = 0;
  double effect = -0.1;
  double noise_sd = 0.015;  ///< of one direction
  double disturbed = 0.01;  ///< share of occasions that something else makes up to 40 % slower
  std::size_t leaf_size = 16;
};

class PlantedNetwork {
 public:
  PlantedNetwork(const PlantedFaults& faults, std::uint64_t seed) : faults_(faults), random_(seed, 1) {
    for (std::size_t i = 0; i < faults.nodes; ++i) {
      network.nodes.push_back("n" + std::to_string(i));
      if (i % faults.leaf_size == 0)
        network.groups.push_back({fmt::format("leaf L{}", i / faults.leaf_size), {}});
      network.groups.back().nodes.push_back(static_cast<std::uint32_t>(i));
    }
    plant();
    const auto schedule = pair_schedule(faults.nodes, faults.rounds, seed);
    plant_links(schedule);
    for (const auto& round : schedule) measure(round);
  }

  /// One more round, of these pairs.
  void measure(const std::vector<NodePair>& pairs) {
    for (const auto& [a, b] : pairs) {
      const double disturbance = random_.uniform() < faults_.disturbed ? 0.4 * random_.uniform() : 0;
      const bool is_bad = bad_nodes_.contains(a) || bad_nodes_.contains(b) || bad_leaves_.contains(leaf(a)) ||
                          bad_leaves_.contains(leaf(b)) || bad_links_.contains(std::minmax(a, b));
      const double slow = std::min(is_bad ? faults_.effect : 0.0, -disturbance);
      const std::uint32_t kind = leaf(a) == leaf(b) ? 0 : 1;
      const double usual = kind == 0 ? 50e9 : 45e9;
      for (const auto& [from, to] : {NodePair{a, b}, NodePair{b, a}}) {
        PairResult result{.a = from, .b = to, .round = round_, .one_way = true, .kind = kind};
        result.rate = usual * (1 + slow) * std::exp(faults_.noise_sd * draw(faults_.noise, random_));
        results.push_back(result);
      }
    }
    ++round_;
  }

  std::vector<PairResult> results;
  PairNetwork network;
  std::set<std::string> truth;  ///< "node n7", "link n1 n2", "leaf L3"

 private:
  std::uint32_t leaf(std::uint32_t node) const {
    return node / static_cast<std::uint32_t>(faults_.leaf_size);
  }

  void plant() {
    while (bad_leaves_.size() < faults_.bad_leaves) {
      const auto at = static_cast<std::uint32_t>(random_.index(network.groups.size()));
      if (bad_leaves_.insert(at).second) truth.insert(network.groups[at].name);
    }
    const auto count =
        static_cast<std::size_t>(std::lround(faults_.bad_nodes * static_cast<double>(faults_.nodes)));
    while (bad_nodes_.size() < count) {
      const auto node = static_cast<std::uint32_t>(random_.index(faults_.nodes));
      if (bad_leaves_.contains(leaf(node))) continue;  // nobody could tell
      if (bad_nodes_.insert(node).second) truth.insert("node " + network.nodes[node]);
    }
  }

  void plant_links(const std::vector<std::vector<NodePair>>& schedule) {
    while (bad_links_.size() < faults_.bad_links) {
      const auto& round = schedule[random_.index(schedule.size())];
      const auto [a, b] = round[random_.index(round.size())];
      if (bad_nodes_.contains(a) || bad_nodes_.contains(b) || bad_leaves_.contains(leaf(a)) ||
          bad_leaves_.contains(leaf(b)))
        continue;
      const auto link = std::minmax(a, b);
      if (bad_links_.insert(link).second)
        truth.insert(fmt::format("link {} {}", network.nodes[link.first], network.nodes[link.second]));
    }
  }

  const PlantedFaults faults_;
  RandomSequence random_;
  std::int32_t round_ = 0;
  std::set<std::uint32_t> bad_nodes_, bad_leaves_;
  std::set<NodePair> bad_links_;
};

/// What was named against what was planted.
struct Hits {
  std::uint64_t right = 0, wrong = 0, missed = 0;
  void add(const std::set<std::string>& truth, const std::set<std::string>& named) {
    for (const auto& name : named) (truth.contains(name) ? right : wrong) += 1;
    for (const auto& name : truth) missed += !named.contains(name);
  }
};

/// Causes after the rounds, and after the suspects of each look were measured once more, twice; a link needs more than one occasion.
inline std::set<std::string> named_causes(PlantedNetwork& planted) {
  for (int again = 0; again < 2; ++again)
    planted.measure(retest_pairs(localise(planted.results, planted.network), planted.network.nodes.size()));
  std::set<std::string> named;
  for (Cause cause : localise(planted.results, planted.network).causes) {
    if (cause.kind == CauseKind::link && !cause.repeated) continue;
    cause.way = Way::both;
    named.insert(to_string(cause, planted.network));
  }
  return named;
}

}  // namespace rackproof::test
