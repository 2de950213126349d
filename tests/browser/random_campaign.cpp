#include "tests/browser/random_campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "harness/base/random.hpp"
#include "harness/results/cells.hpp"

namespace rackproof::browser {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kHostGemm = "compute/host/gemm:f64,burst";

/// A case on one placement, and its number on what is as it should be.
struct DrawnCase {
  const char* id;
  const char* quantity;
  const char* unit;
  Direction direction;
  Placement placement;
  double usual;
};
constexpr DrawnCase kCases[]{
    {test::kHostTriad, "bandwidth", "B/s", Direction::higher_is_better, Placement::node, 2e9},
    {kHostGemm, "rate", "flop/s", Direction::higher_is_better, Placement::node, 40e9},
    {test::kGemm, "rate", "flop/s", Direction::higher_is_better, Placement::device, 3e12},
    {test::kPingPong, "latency", "s", Direction::lower_is_better, Placement::pair, 4e-6}};

class RandomCampaign {
 public:
  explicit RandomCampaign(std::uint64_t seed) : random_(seed, 0) {}

  test::Campaign make() {
    Results& results = campaign_.results;
    results.provenance = test::accepted_campaign().results.provenance;
    results.ended = one_in(8) ? Ended::interrupted : Ended::complete;
    add_series();
    add_targets();
    for (std::uint32_t target = 0; target < results.targets.size(); ++target) {
      for (const DrawnCase& one : kCases) {
        if (one.placement == results.targets[target].placement) add_case(target, one);
      }
    }
    std::ranges::stable_sort(results.exact, {},
                             [](const ExactValue& e) { return std::pair(e.series, e.target); });
    fill_cells(results);
    add_limits();
    return std::move(campaign_);
  }

 private:
  bool one_in(std::uint64_t n) { return random_.index(n) == 0; }

  void add_series() {
    const auto add = [&](const char* id, const char* quantity, QuantityKind kind, const char* unit,
                         Direction direction) {
      SeriesRow row;
      row.case_id = id;
      row.quantity = quantity;
      row.kind = kind;
      row.unit = unit;
      row.direction = direction;
      row.title = fmt::format("title of {}", id);
      campaign_.results.series.push_back(row);
    };
    for (const DrawnCase& one : kCases)
      add(one.id, one.quantity, QuantityKind::real, one.unit, one.direction);
    add(test::kHostTriad, "threads", QuantityKind::exact, "1", Direction::neither);
    add(test::kHostTriad, "transport", QuantityKind::text, "1", Direction::neither);
  }

  std::uint32_t add_target(const std::string& name, Placement placement, const std::string& scope,
                           std::vector<std::uint32_t> members, const std::string& rack) {
    TargetRow row;
    row.name = name;
    row.placement = placement;
    row.scope = scope;
    row.members = std::move(members);
    row.rack = rack;
    row.model = placement == Placement::node && one_in(3) ? "m2" : "m1";
    const auto index = static_cast<std::uint32_t>(campaign_.results.targets.size());
    campaign_.results.targets.push_back(std::move(row));
    return index;
  }

  void add_targets() {
    Results& results = campaign_.results;
    std::vector<std::uint32_t> first_of_rack;
    const auto racks = 2 + random_.index(3);
    for (std::uint64_t r = 1; r <= racks; ++r) {
      const std::string rack = fmt::format("rack{}", r);
      const auto nodes = 1 + random_.index(2);
      for (std::uint64_t n = 1; n <= nodes; ++n) {
        const auto index = static_cast<std::uint32_t>(results.targets.size());
        const std::string name = fmt::format("{}/node{}", rack, n);
        add_target(name, Placement::node, "node", {index}, rack);
        if (n == 1) first_of_rack.push_back(index);
        TargetRow& node = results.targets[index];
        if (one_in(12)) node.absent = "in repair";
        if (!one_in(12)) {
          node.hostname = fmt::format("host-{}-{}", r, n);
          node.boot_id = fmt::format("boot-{}-{}", r, n);
        }
        const auto devices = random_.index(3);
        for (std::uint64_t d = 0; d < devices; ++d)
          add_target(fmt::format("{}/dev{}", name, d), Placement::device, "device", {index}, rack);
      }
    }
    const std::uint32_t a = first_of_rack[0], b = first_of_rack[1];
    add_target(results.targets[a].name + "+" + results.targets[b].name, Placement::pair, "pair", {a, b}, "");
  }

  bool answered(const TargetRow& target) const {
    return std::ranges::all_of(target.members, [&](std::uint32_t member) {
      return !campaign_.results.targets[member].hostname.empty();
    });
  }

  /// Not planned, exempt, never tried, or launches of which each may go wrong, on either side of the limit or without a number.
  void add_case(std::uint32_t target, const DrawnCase& one) {
    Results& results = campaign_.results;
    const auto fate = random_.index(12);
    if (fate == 0) return;
    results.promises.push_back({target, one.id, fate == 1 ? "this model cannot" : ""});
    if (fate <= 2 || !answered(results.targets[target])) return;
    constexpr double kShares[]{1.2, 1.1, 1, 0.8, 0.51, 0.4};
    const double share = kShares[random_.index(std::size(kShares))];
    const int launches = results.provenance.launches - (one_in(10) ? 1 : 0);
    bool measured = false;
    for (int launch = 0; launch < launches; ++launch) {
      AttemptRow attempt;
      attempt.target = target;
      attempt.case_id = one.id;
      attempt.launch = launch;
      attempt.outcome.status =
          one_in(14) ? static_cast<Status>(1 + random_.index(kStatusCount - 1)) : Status::ok;
      attempt.outcome.reason = attempt.outcome.status == Status::ok ? "" : "drawn";
      attempt.log_offset = static_cast<std::int64_t>(results.attempts.size());
      attempt.boot_id = results.targets[results.targets[target].members.front()].boot_id;
      results.attempts.push_back(attempt);
      if (attempt.outcome.status != Status::ok) continue;
      measured = true;
      const double value = one_in(16) ? kNaN : one.usual * share * (1 + 0.002 * random_.uniform());
      results.launch_values.push_back({static_cast<std::uint32_t>(results.attempts.size() - 1),
                                       series_of(one.id, one.quantity), value, value * 0.999, value * 1.001,
                                       10});
    }
    if (!measured || std::string_view(one.id) != test::kHostTriad) return;
    if (!one_in(6))
      results.exact.push_back({series_of(one.id, "threads"), target, one_in(4) ? 2 : 1, one_in(8)});
    if (!one_in(6))
      results.facts.push_back(
          {target, std::string(one.id) + "#transport", "", one_in(4) ? "shm" : "tcp", "worker"});
  }

  std::uint32_t series_of(std::string_view id, std::string_view quantity) const {
    const auto& series = campaign_.results.series;
    const auto found = std::ranges::find_if(
        series, [&](const SeriesRow& row) { return row.case_id == id && row.quantity == quantity; });
    return static_cast<std::uint32_t>(found - series.begin());
  }

  /// Only where something is planned: a limit on nothing is refused.
  bool is_planned(const char* id) const {
    return std::ranges::any_of(campaign_.results.promises,
                               [&](const PromiseRow& row) { return row.case_id == id; });
  }

  void add_limit(const char* id, const char* quantity, const char* scope, Bound bound, Dimension dimension,
                 Severity severity, const char* model = "") {
    if (!is_planned(id)) return;
    Limit limit;
    limit.metric = fmt::format("{}#{}", id, quantity);
    limit.scope = scope;
    limit.bound = std::move(bound);
    limit.dimension = dimension;
    limit.severity = severity;
    limit.model = model;
    limit.clause = fmt::format("4.{}", campaign_.limits.limits.size() + 1);
    limit.provenance = "drawn";
    campaign_.limits.limits.push_back(std::move(limit));
  }

  void add_limits() {
    campaign_.limits.name = "drawn";
    const Severity gate = Severity::gate;
    add_limit(test::kHostTriad, "bandwidth", "node", LowerLimit{1e9}, kBytePerSecond, gate);
    add_limit(test::kHostTriad, "bandwidth", "node", LowerLimit{1.9e9}, kBytePerSecond, Severity::score);
    if (one_in(2))
      add_limit(test::kHostTriad, "bandwidth", "node", LowerLimit{1.5e9}, kBytePerSecond, gate, "m2");
    if (one_in(8))
      add_limit(test::kHostTriad, "bandwidth", "node", LowerLimit{1e9}, kBytePerSecond, gate, "m3");
    add_limit(test::kHostTriad, "threads", "node", ExactNumber{1}, kNumber, gate);
    add_limit(test::kHostTriad, "transport", "node", ExactTexts{{"tcp"}}, kNumber, gate);
    if (one_in(2)) add_limit(kHostGemm, "rate", "node", BandLimit{25e9, 45e9}, kFlopPerSecond, gate);
    add_limit(test::kGemm, "rate", "device", LowerLimit{2e12}, kFlopPerSecond, gate);
    add_limit(test::kPingPong, "latency", "pair", UpperLimit{4.2e-6}, kSecond, gate);
  }

  RandomSequence random_;
  test::Campaign campaign_;
};

}  // namespace

test::Campaign random_campaign(std::uint64_t seed) { return RandomCampaign(seed).make(); }

}  // namespace rackproof::browser
