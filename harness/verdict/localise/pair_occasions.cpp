#include "harness/verdict/localise/pair_occasions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "harness/base/error.hpp"
#include "harness/base/statistics.hpp"

namespace rackproof {

namespace {

// Rates are kept to five significant digits: no spread is below that.
constexpr double kLeastNoise = 1e-4;

void check(const PairResult& result, const PairNetwork& network) {
  if (result.a >= network.nodes.size() || result.b >= network.nodes.size())
    throw Error("a result between nodes that are not listed");
  if (result.a == result.b)
    throw Error(fmt::format("a result of {} with itself is of no pair", network.nodes[result.a]));
  if (result.path != kNoPath && result.path >= network.groups.size())
    throw Error("a result over a path that is not listed");
}

bool is_measured(const PairResult& result) { return result.rate > 0 && std::isfinite(result.rate); }

}  // namespace

double upper_median(std::vector<double> values) {
  if (values.empty()) throw Error("no values");
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

PairOccasions pair_occasions(const std::vector<PairResult>& results, const PairNetwork& network) {
  PairOccasions out;
  std::map<std::uint32_t, std::vector<double>> of_kind;
  for (const PairResult& result : results) {
    check(result, network);
    if (is_measured(result))
      of_kind[result.kind].push_back(std::log(result.rate));
    else
      ++out.left_out;
  }
  if (of_kind.empty()) throw Error("no pair was measured");
  std::map<std::uint32_t, double> usual;
  for (const auto& [kind, logs] : of_kind) usual[kind] = median(logs);

  std::vector<const PairResult*> ordered;
  for (const PairResult& result : results) {
    if (is_measured(result)) ordered.push_back(&result);
  }
  const auto key = [](const PairResult* result) {
    return std::tuple(std::min(result->a, result->b), std::max(result->a, result->b), result->round,
                      result->a > result->b, result->one_way, result->path, result->kind, result->rate);
  };
  std::ranges::sort(ordered, {}, key);
  std::vector<double> one_way;
  std::size_t count = 0;
  for (const PairResult* result : ordered) {
    const std::uint32_t low = std::min(result->a, result->b), high = std::max(result->a, result->b);
    if (out.rows.empty() || std::tie(out.rows.back().low, out.rows.back().high, out.rows.back().round) !=
                                std::tie(low, high, result->round)) {
      out.rows.push_back({low, high, result->round, result->path, 0, {}, {}});
      count = 0;
    }
    Occasion& row = out.rows.back();
    const double residual = std::log(result->rate) - usual.at(result->kind);
    row.residual += (residual - row.residual) / static_cast<double>(++count);
    if (!result->one_way) continue;
    (result->a == low ? row.forth : row.back).push_back(residual);
    one_way.push_back(residual);
  }
  std::vector<double> residuals;
  for (const Occasion& row : out.rows) residuals.push_back(row.residual);
  out.noise = std::max(kLeastNoise, scaled_mad(residuals));
  if (!one_way.empty()) out.one_way_noise = std::max(kLeastNoise, scaled_mad(one_way));
  return out;
}

}  // namespace rackproof
