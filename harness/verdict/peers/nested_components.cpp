#include "harness/verdict/peers/nested_components.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/base/no_number.hpp"

namespace rackproof {

namespace {

struct Group {
  std::size_t parent = 0;  ///< in the level before
  double count = 0;
  double sum = 0;
};
/// The groups of every level, the outermost first; level 0 is the one group of all values.
using Tree = std::vector<std::vector<Group>>;

Tree grouped(std::span<const double> values, std::span<const std::vector<std::uint32_t>> levels) {
  Tree tree(levels.size() + 1);
  tree[0].resize(1);
  std::vector<std::unordered_map<std::uint32_t, std::size_t>> places(levels.size() + 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) throw Error("variance components of a value that is not finite");
    std::size_t parent = 0;
    for (std::size_t level = 0; level <= levels.size(); ++level) {
      std::size_t place = 0;
      if (level > 0) {
        const auto [at, is_new] = places[level].try_emplace(levels[level - 1][i], tree[level].size());
        place = at->second;
        if (is_new) tree[level].push_back({parent, 0, 0});
        if (tree[level][place].parent != parent) throw Error("groups of variance components are not nested");
      }
      tree[level][place].count += 1;
      tree[level][place].sum += values[i];
      parent = place;
    }
  }
  return tree;
}

/// Σ over the groups of `outer` of Σ n² / n of the groups of `inner` in them: what the inner level's component adds to the outer
/// level's sum of squared sums. outer ≤ inner.
double coefficient(const Tree& tree, std::size_t outer, std::size_t inner) {
  std::vector<double> squares(tree[inner].size());
  for (std::size_t i = 0; i < squares.size(); ++i) squares[i] = tree[inner][i].count * tree[inner][i].count;
  for (std::size_t level = inner; level > outer; --level) {
    std::vector<double> above(tree[level - 1].size(), 0);
    for (std::size_t i = 0; i < squares.size(); ++i) above[tree[level][i].parent] += squares[i];
    squares = std::move(above);
  }
  double sum = 0;
  for (std::size_t i = 0; i < squares.size(); ++i) sum += squares[i] / tree[outer][i].count;
  return sum;
}

}  // namespace

std::vector<VarianceComponent> nested_components(std::span<const double> values,
                                                 std::span<const std::vector<std::uint32_t>> levels) {
  if (values.empty()) throw Error("variance components of no values");
  for (const auto& level : levels) {
    if (level.size() != values.size()) throw Error("columns of variance components differ in length");
  }
  // About their mean: squares of large numbers would lose the spread.
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  std::vector<double> centred(values.begin(), values.end());
  for (double& value : centred) value -= mean;
  const Tree tree = grouped(centred, levels);

  std::vector<double> between(levels.size() + 2,
                              0);  // Σ sum² / n of each level; last: Σ of the values' squares
  std::vector<std::size_t> groups(levels.size() + 2, values.size());
  for (std::size_t level = 0; level <= levels.size(); ++level) {
    groups[level] = tree[level].size();
    for (const Group& group : tree[level]) between[level] += group.sum * group.sum / group.count;
  }
  for (const double value : centred) between.back() += value * value;

  const std::size_t within = levels.size() + 1;
  std::vector<VarianceComponent> out(within);
  std::vector<double> solved(within + 1, 0);  // components before those below 0 become 0
  for (std::size_t level = within; level >= 1; --level) {
    VarianceComponent& component = out[level - 1];
    component.degrees = groups[level] - groups[level - 1];
    component.variance = component.mean_square = component.per_group = kNoNumber;
    if (component.degrees == 0) continue;
    const auto degrees = static_cast<double>(component.degrees);
    component.mean_square = (between[level] - between[level - 1]) / degrees;
    double explained = 0;
    for (std::size_t inner = level + 1; inner <= within; ++inner) {
      const double share =
          inner == within ? degrees : coefficient(tree, level, inner) - coefficient(tree, level - 1, inner);
      explained += solved[inner] * share / degrees;
    }
    const double own =
        level == within ? degrees : coefficient(tree, level, level) - coefficient(tree, level - 1, level);
    component.per_group = own / degrees;
    solved[level] = (component.mean_square - explained) / component.per_group;
    component.variance = std::max(0.0, solved[level]);
  }
  return out;
}

}  // namespace rackproof
