#include "tests/reports/large_campaign.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "harness/base/digest.hpp"

namespace rackproof::test {

namespace {

constexpr double kLimit = 2e9;
constexpr std::size_t kDevicesOfNode = 8;

std::string case_of(std::size_t metric) {
  return fmt::format("compute/device/gemm:bf16,burst,size={}", 1000 + metric);
}

void add_series(Campaign& c, std::size_t metrics) {
  for (std::size_t m = 0; m < metrics; ++m) {
    SeriesRow row;
    row.case_id = case_of(m);
    row.quantity = "rate";
    row.unit = "flop/s";
    row.direction = Direction::higher_is_better;
    row.title = "matrix product in bfloat16";
    c.results.series.push_back(row);
    Limit limit;
    limit.metric = row.metric();
    limit.scope = "device";
    limit.bound = LowerLimit{kLimit};
    limit.dimension = kFlopPerSecond;
    limit.clause = fmt::format("4.{}", m + 1);
    limit.provenance = "datasheet × 0.8";
    c.limits.limits.push_back(limit);
  }
}

std::uint32_t add_target(Results& r, std::string name, Placement placement, std::string scope,
                         std::string rack) {
  const auto row = static_cast<std::uint32_t>(r.targets.size());
  TargetRow target;
  target.name = std::move(name);
  target.placement = placement;
  target.scope = std::move(scope);
  target.rack = std::move(rack);
  r.columns[static_cast<std::size_t>(placement)].push_back(row);
  r.targets.push_back(std::move(target));
  return row;
}

void add_cell(Campaign& c, std::uint32_t target, std::size_t metric, double value) {
  const bool fails = value < kLimit;
  const std::string case_id = case_of(metric);
  c.results.promises.push_back({target, case_id, ""});
  c.verdicts.coverage.push_back({target, case_id, true, true, ""});
  VerdictCell cell;
  cell.target = target;
  cell.case_id = case_id;
  cell.verdict = Verdict::pass;
  cell.value = cell.lo = cell.hi = std::numeric_limits<double>::quiet_NaN();
  cell.launches = 2;
  c.verdicts.cells.push_back(cell);
  cell.quantity = "rate";
  cell.limit = static_cast<std::int32_t>(metric);
  cell.value = value;
  cell.lo = value * 0.99;
  cell.hi = value * 1.01;
  if (fails) {
    cell.verdict = Verdict::fail;
    cell.failure = "limit";
    cell.reason = "both launches are on the bad side of the limit";
  }
  c.verdicts.cells.push_back(cell);
}

void add_rack(Campaign& c, const LargeCampaign& size, const std::string& rack) {
  Results& r = c.results;
  RollUp roll_up{rack, "rack", Verdict::pass, Disposition::accepted, 0, 0, 0, 0, 0};
  std::uint32_t node = 0;
  std::size_t cells = 0;
  for (std::size_t d = 0; d < size.devices; ++d) {
    const std::string node_name = fmt::format("{}/node{}", rack, d / kDevicesOfNode);
    if (d % kDevicesOfNode == 0) {
      node = add_target(r, node_name, Placement::node, "node", rack);
      r.targets[node].members = {node};
      r.targets[node].hostname = fmt::format("{}-node{}", rack, d / kDevicesOfNode);
    }
    const auto device = add_target(r, fmt::format("{}/dev{}", node_name, d % kDevicesOfNode),
                                   Placement::device, "device", rack);
    r.targets[device].members = {node};
    for (std::size_t m = 0; m < size.metrics; ++m, ++cells) {
      const bool bad = cells < size.bad;
      add_cell(c, device, m, (bad ? 1.2e9 : 2.5e9) + 1e6 * static_cast<double>((d * 7 + m * 13) % 97));
      ++(bad ? roll_up.failed : roll_up.passed);
      ++roll_up.passed;
    }
  }
  if (size.bad > 0) roll_up.verdict = Verdict::fail;
  if (size.bad > 0) roll_up.disposition = c.verdicts.disposition = Disposition::rejected;
  c.verdicts.roll_ups.push_back(roll_up);
}

void store_values(Campaign& c) {
  Results& r = c.results;
  for (std::size_t p = 0; p < r.cells.size(); ++p) {
    CellValue nothing;
    nothing.value = nothing.lo = nothing.hi = std::numeric_limits<float>::quiet_NaN();
    r.cells[p].assign(r.series.size() * r.columns[p].size(), nothing);
  }
  const auto p = static_cast<std::size_t>(Placement::device);
  std::vector<std::size_t> column_of(r.targets.size());
  for (std::size_t i = 0; i < r.columns[p].size(); ++i) column_of[r.columns[p][i]] = i;
  for (const auto& cell : c.verdicts.cells) {
    if (cell.completion() || r.targets[cell.target].placement != Placement::device) continue;
    CellValue& value =
        r.cells[p][static_cast<std::size_t>(cell.limit) * r.columns[p].size() + column_of[cell.target]];
    value.value = static_cast<float>(cell.value);
    value.lo = static_cast<float>(cell.lo);
    value.hi = static_cast<float>(cell.hi);
    value.n = 2;
    value.status = Status::ok;
  }
}

}  // namespace

Campaign large_campaign(const LargeCampaign& size) {
  const Campaign sample = accepted_campaign();
  Campaign c;
  c.results.provenance = sample.results.provenance;
  c.limits.name = sample.limits.name;
  c.limits.text = sample.limits.text;
  c.verdicts = sample.verdicts;
  c.verdicts.cells.clear();
  c.verdicts.coverage.clear();
  c.verdicts.roll_ups.resize(1);
  c.results.file_sha256 = sample.results.file_sha256;
  add_series(c, size.metrics);
  for (std::size_t r = 0; r < size.racks; ++r) add_rack(c, size, fmt::format("R{:03}", r + 1));
  if (size.racks > 1) {
    std::vector<std::uint32_t> nodes = c.results.columns[static_cast<std::size_t>(Placement::node)];
    const auto site = add_target(c.results, "site", Placement::group, "group:site", "");
    c.results.targets[site].members = std::move(nodes);
    add_cell(c, site, 0, kLimit / 2);
  }
  store_values(c);
  return c;
}

}  // namespace rackproof::test
