#include "tests/reports/sample_campaign.hpp"

#include <algorithm>
#include <stdexcept>

#include "harness/base/digest.hpp"
#include "harness/base/no_number.hpp"
#include "tests/harness/results/not_measured.hpp"

namespace rackproof::test {

namespace {

constexpr CellValue kNothing{kNotMeasured, kNotMeasured, kNotMeasured, 0, Status::skipped, Stop::none};

CellValue measured(double value, double half_width) {
  return {static_cast<float>(value),
          static_cast<float>(value * (1 - half_width)),
          static_cast<float>(value * (1 + half_width)),
          2,
          Status::ok,
          Stop::precise};
}

TargetRow place(const std::string& name, Placement placement, const std::string& scope,
                std::vector<std::uint32_t> members, const std::string& rack) {
  TargetRow row;
  row.name = name;
  row.placement = placement;
  row.scope = scope;
  row.members = std::move(members);
  row.rack = rack;
  row.model = placement == Placement::device ? "fault-device" : "host-model";
  return row;
}

void add_node(Results& results, const std::string& rack, const std::string& node) {
  const auto index = static_cast<std::uint32_t>(results.targets.size());
  TargetRow row = place(rack + "/" + node, Placement::node, "node", {index}, rack);
  row.hostname = rack + node + ".example";
  row.boot_id = "boot-" + rack + node;
  row.labels = {{"rack", rack}, {"site", "sample"}};
  results.targets.push_back(row);
}

SeriesRow series(const std::string& case_id, const std::string& quantity, QuantityKind kind,
                 const std::string& unit, Direction direction, const std::string& title) {
  SeriesRow row;
  row.case_id = case_id;
  row.quantity = quantity;
  row.kind = kind;
  row.unit = unit;
  row.direction = direction;
  row.title = title;
  return row;
}

Limit limit(const std::string& metric, const std::string& scope, Bound bound, Dimension dimension,
            const std::string& clause, const std::string& provenance) {
  Limit row;
  row.metric = metric;
  row.scope = scope;
  row.bound = std::move(bound);
  row.dimension = dimension;
  row.clause = clause;
  row.provenance = provenance;
  return row;
}

template <typename Rows, typename Matches>
auto& found(Rows& rows, Matches matches) {
  const auto at = std::find_if(rows.begin(), rows.end(), matches);
  if (at == rows.end()) throw std::out_of_range("the sample campaign has no such row");
  return *at;
}

}  // namespace

std::uint32_t Campaign::target(const std::string& name) const {
  const auto& row = found(results.targets, [&](const TargetRow& t) { return t.name == name; });
  return static_cast<std::uint32_t>(&row - results.targets.data());
}

std::int32_t Campaign::limit(const std::string& metric) const {
  for (std::size_t i = 0; i < limits.limits.size(); ++i) {
    if (limits.limits[i].metric == metric) return static_cast<std::int32_t>(i);
  }
  return -1;
}

VerdictCell& Campaign::cell(const std::string& name, const std::string& case_id,
                            const std::string& quantity) {
  const auto row = target(name);
  return found(verdicts.cells, [&](const VerdictCell& c) {
    return c.target == row && c.case_id == case_id && c.quantity == quantity;
  });
}

RollUp& Campaign::rack(const std::string& name) {
  return found(verdicts.roll_ups, [&](const RollUp& r) { return r.kind == "rack" && r.subject == name; });
}

Coverage& Campaign::ledger(const std::string& name, const std::string& case_id) {
  const auto row = target(name);
  return found(verdicts.coverage, [&](const Coverage& c) { return c.target == row && c.case_id == case_id; });
}

void Campaign::add_pass(const std::string& name, const std::string& case_id, const std::string& quantity,
                        double value) {
  const auto row = target(name);
  results.promises.push_back({row, case_id, ""});
  verdicts.coverage.push_back({row, case_id, true, true, ""});
  VerdictCell done;
  done.target = row;
  done.case_id = case_id;
  done.verdict = Verdict::pass;
  done.value = done.lo = done.hi = kNoNumber;
  done.launches = 2;
  verdicts.cells.push_back(done);
  VerdictCell gate = done;
  gate.quantity = quantity;
  gate.limit = limit(case_id + "#" + quantity);
  gate.value = value;
  gate.lo = value * 0.96;
  gate.hi = value * 1.04;
  if (gate.limit >= 0) verdicts.cells.push_back(gate);
  store(row, case_id, measured(value, 0.04));
}

void Campaign::store(std::uint32_t row, const std::string& case_id, const CellValue& value) {
  const auto p = static_cast<std::size_t>(results.targets[row].placement);
  const auto& columns = results.columns[p];
  const auto column =
      static_cast<std::size_t>(std::find(columns.begin(), columns.end(), row) - columns.begin());
  for (std::size_t s = 0; s < results.series.size(); ++s) {
    if (results.series[s].case_id == case_id) results.cells[p].at(s * columns.size() + column) = value;
  }
}

void Campaign::make_fail(const std::string& name, const std::string& case_id, const std::string& quantity,
                         double value) {
  VerdictCell& gate = cell(name, case_id, quantity);
  gate.verdict = Verdict::fail;
  gate.failure = "limit";
  gate.reason = "both launches are on the bad side of the limit";
  gate.value = value;
  gate.lo = value * 0.98;
  gate.hi = value * 1.02;
  store(gate.target, case_id, measured(value, 0.02));
  verdicts.disposition = Disposition::rejected;
  verdicts.exit_code = ExitCode::rejected;
  rack(results.targets[target(name)].rack).disposition = Disposition::rejected;
}

void Campaign::make_unmeasured(const std::string& name, const std::string& case_id,
                               const std::string& quantity, const std::string& reason) {
  for (const auto& part : {quantity, std::string{}}) {
    VerdictCell& one = cell(name, case_id, part);
    one.verdict = Verdict::not_judged;
    one.value = one.lo = one.hi = kNoNumber;
    one.launches = 0;
    one.reason = reason;
  }
  Coverage& entry = ledger(name, case_id);
  entry.measured = entry.judged = false;
  entry.excluded = reason;
  const auto row = target(name);
  store(row, case_id, kNothing);
  if (verdicts.disposition == Disposition::accepted) verdicts.disposition = Disposition::undecided;
  RollUp& roll_up = rack(results.targets[row].rack);
  if (roll_up.disposition == Disposition::accepted) roll_up.disposition = Disposition::undecided;
}

Campaign accepted_campaign() {
  Campaign c;
  Results& r = c.results;
  for (const auto* rack : {"rack1", "rack2"}) {
    add_node(r, rack, "node1");
    add_node(r, rack, "node2");
  }
  r.targets.push_back(place("rack2/node1/dev0", Placement::device, "device", {2}, "rack2"));
  r.targets.push_back(place("rack1/node1+rack1/node2", Placement::pair, "pair", {0, 1}, ""));
  r.targets.push_back(place("rack1/node2+rack2/node1", Placement::pair, "pair", {1, 2}, ""));
  r.targets.push_back(place("rack1", Placement::group, "group:rack", {0, 1}, ""));
  r.targets.push_back(place("rack2", Placement::group, "group:rack", {2, 3}, ""));
  r.series = {series(kHostTriad, "bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
                     "bandwidth of host memory: a = b + q·c"),
              series(kGemm, "rate", QuantityKind::real, "flop/s", Direction::higher_is_better,
                     "matrix product in f64, device"),
              series(kPingPong, "latency", QuantityKind::real, "s", Direction::lower_is_better,
                     "one-way time of an 8-byte message between two nodes"),
              series(kAllreduce, "bus_bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
                     "allreduce of 1 MiB")};
  for (std::uint32_t t = 0; t < r.targets.size(); ++t)
    r.columns[static_cast<std::size_t>(r.targets[t].placement)].push_back(t);
  for (std::size_t p = 0; p < r.cells.size(); ++p) {
    r.cells[p].assign(r.series.size() * r.columns[p].size(), kNothing);
  }
  Provenance& p = r.provenance;
  p.campaign_id = "0b6b4c1e-5a4f-4c7a-9a60-000000000001";
  p.program_version = "0.1.0";
  p.catalogue_hash = sha256("catalogue");
  p.started_utc = "2026-11-23T08:00:00.000Z";
  p.finished_utc = "2026-11-23T08:04:30.000Z";
  p.plan_name = "quickstart";
  p.plan_text = "schema = 1\nname = \"quickstart\"\n";
  p.plan_sha256 = sha256(p.plan_text);
  p.site_name = "sample";
  p.site_text = "schema = 1\nname = \"sample\"\n";
  p.site_sha256 = sha256(p.site_text);
  p.seed = 1;
  p.launches = 2;
  p.launch_component = 0.02;
  p.backends = {{"cpu", "0.1.0", "lib/rackproof/librackproof-cpu.so", sha256("cpu")},
                {"fault", "0.1.0", "lib/rackproof/librackproof-fault.so", sha256("fault")}};
  p.removed_environment = {{"OPENBLAS_NUM_THREADS", "1"}};
  Limits& l = c.limits;
  l.name = "quickstart";
  l.text = "schema = 1\nname = \"quickstart\"\n";
  const std::string triad = std::string(kHostTriad) + "#bandwidth";
  l.limits = {limit(triad, "node", LowerLimit{9e9}, kBytePerSecond, "4.10", "datasheet × 0.8"),
              limit(std::string(kGemm) + "#rate", "device", LowerLimit{2e9}, kFlopPerSecond, "4.2",
                    "contract clause 4.2"),
              limit(std::string(kPingPong) + "#latency", "pair", UpperLimit{20e-6}, kSecond, "",
                    "measured on 12 pairs, 2026-11-02"),
              limit(std::string(kAllreduce) + "#bus_bandwidth", "group:rack", LowerLimit{1e9}, kBytePerSecond,
                    "5.1", "contract clause 5.1")};
  Verdicts& v = c.verdicts;
  v.engine_version = "1";
  v.campaign_id = p.campaign_id;
  v.results_sha256 = sha256("results");
  r.file_sha256 = v.results_sha256;
  v.limits_sha256 = sha256(l.text);
  v.limits_name = l.name;
  v.disposition = Disposition::accepted;
  v.exit_code = ExitCode::accepted;
  v.roll_ups = {{"campaign", "campaign", Verdict::pass, Disposition::accepted, 18, 0, 0, 0, 0},
                {"rack1", "rack", Verdict::pass, Disposition::accepted, 8, 0, 0, 0, 0},
                {"rack2", "rack", Verdict::pass, Disposition::accepted, 8, 0, 0, 0, 0}};
  c.add_pass("rack1/node1", kHostTriad, "bandwidth", 10.1e9);
  c.add_pass("rack1/node2", kHostTriad, "bandwidth", 10.3e9);
  c.add_pass("rack2/node1", kHostTriad, "bandwidth", 9.95e9);
  c.add_pass("rack2/node2", kHostTriad, "bandwidth", 10.2e9);
  c.add_pass("rack2/node1/dev0", kGemm, "rate", 2.6e9);
  c.add_pass("rack1/node1+rack1/node2", kPingPong, "latency", 3.1e-6);
  c.add_pass("rack1/node2+rack2/node1", kPingPong, "latency", 3.4e-6);
  c.add_pass("rack1", kAllreduce, "bus_bandwidth", 1.9e9);
  c.add_pass("rack2", kAllreduce, "bus_bandwidth", 1.8e9);
  return c;
}

Campaign rejected_campaign() {
  Campaign c = accepted_campaign();
  for (auto& target : c.results.targets) {
    target.is_virtual = true;
    if (target.placement == Placement::node) {
      target.hostname = "test-host";
      target.boot_id = "boot-of-test-host";
    }
  }
  c.make_fail("rack2/node2", kHostTriad, "bandwidth", 7.2e9);
  VerdictCell& pair = c.cell("rack1/node2+rack2/node1", kPingPong, "latency");
  pair.verdict = Verdict::inconclusive;
  pair.reason = "the interval contains the limit";
  pair.value = 19.6e-6;
  pair.lo = 18.1e-6;
  pair.hi = 21.4e-6;
  c.make_unmeasured("rack2/node1/dev0", kGemm, "rate", "crashed in 3 launches, no control elsewhere");
  RollUp& rack2 = c.rack("rack2");
  rack2.passed = 5;
  rack2.failed = 1;
  rack2.not_judged = 2;
  AttemptRow crash;
  crash.target = c.target("rack2/node1/dev0");
  crash.case_id = kGemm;
  crash.outcome = {Status::crashed, Phase::measure, "signal 11"};
  crash.end_utc_ns = 1'795'420'800'000'000'000;
  c.results.attempts.push_back(crash);
  c.results.notices.push_back(
      {"same_machine", {"rack1/node1", "rack1/node2"}, "both entries have boot id boot-of-test-host"});
  c.verdicts.findings.push_back({"f-01ab",
                                 "suspect",
                                 {"rack2/node2"},
                                 "28 % below its peers",
                                 "measure again with a known-good partner"});
  return c;
}

}  // namespace rackproof::test
