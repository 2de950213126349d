// Of what was measured between two nodes, the pairs that are worst: what a page says of them without scripts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/results/results.hpp"
#include "harness/verdict/verdicts.hpp"

namespace rackproof {

/// Metrics of pairs that are listed, and pairs of each.
inline constexpr std::size_t kMostPairMetrics = 8;
inline constexpr std::size_t kMostWorstPairs = 10;

/// All texts are plain and not escaped.
struct WorstPair {
  std::string target;                ///< "rack1/node1+rack1/node2"
  std::string value;                 ///< "not measured" when there is none
  std::string against_median{};      ///< "-12.0 %"; empty: there is no value, or the median is 0
  std::optional<Verdict> verdict{};  ///< the worst of its gates; none: no gate
  bool suspected = false;            ///< one of its nodes or their link is
};

struct WorstPairs {
  std::string metric;
  std::string limit;  ///< of its gates, "≥ 1 GB/s"; empty: none
  std::string median{};
  std::size_t measured = 0, missing = 0;  ///< pairs
  std::vector<WorstPair>
      worst{};  ///< those that fail first, then by how far they are on the bad side of the median
};

/// Of each metric that has a value on a pair, in the order of the series. Empty without pairs.
std::vector<WorstPairs> worst_pairs(const Results& results, const Limits& limits, const Verdicts& verdicts);

}  // namespace rackproof
