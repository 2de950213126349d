// Which node, link or switch is bad, from rates between pairs of nodes: the fewest causes that explain what is slow.
//
// A pair is as slow as the worst part of its path, so a bad part makes all that crosses it slow. Causes are named one by one, worst
// first, and what they explain is taken away: groups of nodes (leaf, rail), shared paths (spine), nodes, then links with two healthy
// ends. What no measurement tells apart is named together. Works as long as most pairs of each kind are healthy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/language/phrase.hpp"
#include "harness/verdict/localise/pair_schedule.hpp"

namespace rackproof {

inline constexpr std::uint32_t kNoPath = 0xffffffff;

/// One measurement from node a to node b.
struct PairResult {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  double rate = 0;  ///< higher is better (of a latency, its inverse); not a positive number: not measured
  std::int32_t round = 0;  ///< the same pair in another round is another occasion
  bool one_way = false;    ///< false: the rate is of both directions together
  std::uint32_t path =
      kNoPath;             ///< row of the groups: what the pair's path shares with others, such as a spine
  std::uint32_t kind = 0;  ///< pairs of one kind (same leaf, other leaf) should be equally fast
};

/// Nodes with one label value, or, without nodes, a path that results name.
struct NetworkGroup {
  std::string name;  ///< "leaf L3"
  std::vector<std::uint32_t> nodes;
};

struct PairNetwork {
  std::vector<std::string> nodes;
  std::vector<NetworkGroup> groups;
};

struct LocaliseSettings {
  double least_effect = 0.03;  ///< what is less slow than that is no cause
  double score = 5;            ///< standard errors below the others
};

enum class CauseKind : std::uint8_t { group, node, link };
enum class Way : std::uint8_t {
  both,
  forth,  ///< what the node sends; of a link, from a to b
  back    ///< what it receives; from b to a
};

struct Cause {
  CauseKind kind = CauseKind::node;
  std::uint32_t a = 0;  ///< row of groups or nodes; of a link, its lower node
  std::uint32_t b = 0;  ///< of a link
  Way way = Way::both;
  double effect = 0;          ///< −0.1: 10 % slower than its kind
  double score = 0;           ///< standard errors, negative
  std::size_t occasions = 0;  ///< that it explains
  bool repeated = false;  ///< seen in more than one occasion; a link that is not may be a passing disturbance
  /// What else would explain the same occasions: "node n7", "leaf L3".
  std::vector<Phrase> not_told_apart{};
};

/// "node n7, sending", "link n1 n2, from n1 to n2", "leaf L3".
std::string to_string(const Cause& cause, const PairNetwork& network);
/// The same in both languages.
Phrase words_of(const Cause& cause, const PairNetwork& network);

struct Localisation {
  std::vector<Cause> causes;  ///< in the order in which they were found
  std::vector<std::uint32_t>
      unseen;  ///< nodes of which nothing is known beyond the causes: never measured, or always across one
  double noise = 0;  ///< relative standard deviation of one occasion
  std::size_t occasions = 0;
  std::size_t left_out = 0;  ///< results that are no positive number
};

/// Pure; the order of the results does not matter. Throws Error for a result that names a node or path outside the tables, or a
/// node with itself; for no results; for settings outside (0, 1) and above 0.
Localisation localise(const std::vector<PairResult>& results, const PairNetwork& network,
                      const LocaliseSettings& settings = {});

/// What to measure next: each suspected link again, and each suspected node, or end of a link, with healthy partners.
std::vector<NodePair> retest_pairs(const Localisation& localisation, std::size_t nodes);

}  // namespace rackproof
