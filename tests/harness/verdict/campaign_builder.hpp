// A small campaign in memory: racks of nodes with one device each, one case with a real, an exact and a text
// quantity.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "harness/base/statistics.hpp"
#include "harness/verdict/judge.hpp"

namespace rackproof::test {

inline const std::string kTriad = "memory/host/triad:f64,cold";

class CampaignBuilder {
 public:
  /// Nodes are rack<r>/node<n>, each a machine of its own; `launches` are planned per (target, case).
  CampaignBuilder(int racks, int nodes, int launches = 2) {
    results.provenance.campaign_id = "campaign";
    results.provenance.launches = launches;
    results.provenance.launch_component = 0.02;
    results.file_sha256 = std::string(64, 'a');
    results.series = {series("bandwidth", QuantityKind::real, "B/s"),
                      series("threads", QuantityKind::exact, "1"),
                      series("transport", QuantityKind::text, "1")};
    for (int r = 1; r <= racks; ++r) {
      for (int n = 1; n <= nodes; ++n) {
        TargetRow target;
        target.rack = "rack" + std::to_string(r);
        target.name = target.rack + "/node" + std::to_string(n);
        target.scope = "node";
        target.model = "m1";
        target.hostname = "host" + std::to_string(results.targets.size());
        target.boot_id = "boot" + std::to_string(results.targets.size());
        add(target, {static_cast<std::uint32_t>(results.targets.size())});
      }
    }
  }

  /// Adds a device, pair or group over the given nodes and returns its row.
  std::uint32_t target(Placement placement, std::string scope, std::string name,
                       std::vector<std::uint32_t> members) {
    TargetRow target;
    target.placement = placement;
    target.scope = std::move(scope);
    target.name = std::move(name);
    target.model = "m1";
    if (placement == Placement::device) target.rack = results.targets[members[0]].rack;
    return add(target, std::move(members));
  }

  void promise(std::uint32_t target, std::string exempt = {}) {
    results.promises.push_back({target, kTriad, std::move(exempt)});
  }

  /// One attempt; `value` is recorded as its launch's bandwidth when it is ok.
  AttemptRow& attempt(std::uint32_t target, Status status, int launch, int number = 0, double value = 2e9) {
    AttemptRow row;
    row.target = target;
    row.case_id = kTriad;
    row.launch = launch;
    row.attempt = number;
    row.outcome = {status, Phase::measure, status == Status::ok ? "" : "because"};
    row.log_offset = static_cast<std::int64_t>(results.attempts.size());  // ended in this order
    results.attempts.push_back(row);
    if (status == Status::ok) {
      results.launch_values.push_back({static_cast<std::uint32_t>(results.attempts.size() - 1), 0, value,
                                       value * 0.999, value * 1.001, 10});
    }
    return results.attempts.back();
  }

  /// Promise, one ok attempt per value, and the cell over them.
  void measured(std::uint32_t target, const std::vector<double>& launches) {
    promise(target);
    for (std::size_t i = 0; i < launches.size(); ++i)
      attempt(target, Status::ok, static_cast<int>(i), 0, launches[i]);
    number(target, launches);
  }

  /// The cell of the bandwidth, as finalise makes it.
  void number(std::uint32_t target, const std::vector<double>& launches) {
    const double centre = median(launches);
    const Interval interval = widened(centre, {centre * 0.999, centre * 1.001},
                                      results.provenance.launch_component, launches.size());
    CellValue& cell = cell_of(target);
    cell.value = static_cast<float>(centre);
    cell.lo = static_cast<float>(interval.lo);
    cell.hi = static_cast<float>(interval.hi);
    cell.n = static_cast<std::uint16_t>(launches.size());
  }

  CellValue& cell_of(std::uint32_t target) {
    const auto placement = static_cast<std::size_t>(results.targets[target].placement);
    const auto& columns = results.columns[placement];
    std::size_t column = 0;
    while (columns[column] != target) ++column;
    return results.cells[placement][column];  // series 0
  }

  Results results;

 private:
  static SeriesRow series(std::string quantity, QuantityKind kind, std::string unit) {
    SeriesRow row;
    row.case_id = kTriad;
    row.quantity = std::move(quantity);
    row.kind = kind;
    row.unit = std::move(unit);
    return row;
  }

  std::uint32_t add(TargetRow target, std::vector<std::uint32_t> members) {
    const auto row = static_cast<std::uint32_t>(results.targets.size());
    const auto placement = static_cast<std::size_t>(target.placement);
    target.members = std::move(members);
    results.targets.push_back(std::move(target));
    auto& columns = results.columns[placement];
    auto& cells = results.cells[placement];
    CellValue none;
    none.value = none.lo = none.hi = std::nanf("");
    for (std::size_t s = results.series.size(); s-- > 0;) {  // one more column at the end of each row
      cells.insert(cells.begin() + static_cast<std::ptrdiff_t>((s + 1) * columns.size()), none);
    }
    columns.push_back(row);
    return row;
  }
};

inline Limit limit_on(const std::string& quantity, Bound bound, const std::string& scope = "node",
                      Severity severity = Severity::gate) {
  Limit limit;
  limit.metric = kTriad + "#" + quantity;
  limit.scope = scope;
  limit.bound = std::move(bound);
  limit.dimension = quantity == "bandwidth" ? kBytePerSecond : kNumber;
  limit.severity = severity;
  limit.provenance = "test";
  return limit;
}

inline Limits limits_of(std::vector<Limit> rows) {
  Limits limits;
  limits.name = "test";
  limits.text = "text";
  limits.limits = std::move(rows);
  return limits;
}

/// At least 1 GB/s on every node.
inline Limits floor_of_1_gb() { return limits_of({limit_on("bandwidth", LowerLimit{1e9})}); }

inline const VerdictCell& cell(const Verdicts& verdicts, std::uint32_t target,
                               const std::string& quantity = {}) {
  for (const auto& row : verdicts.cells) {
    if (row.target == target && row.quantity == quantity) return row;
  }
  throw Error("no cell for " + quantity);
}

inline const RollUp& subject(const Verdicts& verdicts, const std::string& name, const std::string& kind) {
  for (const auto& row : verdicts.roll_ups) {
    if (row.subject == name && row.kind == kind) return row;
  }
  throw Error("no roll-up for " + name);
}

/// The first finding of a kind; nullptr: there is none.
inline const Finding* finding(const Verdicts& verdicts, const std::string& kind) {
  const auto found = std::find_if(verdicts.findings.begin(), verdicts.findings.end(),
                                  [&](const Finding& row) { return row.kind == kind; });
  return found == verdicts.findings.end() ? nullptr : &*found;
}

}  // namespace rackproof::test
