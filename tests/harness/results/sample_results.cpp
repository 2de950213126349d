#include "tests/harness/results/sample_results.hpp"

#include <unistd.h>

#include <array>
#include <limits>

#include "tests/harness/results/not_measured.hpp"

namespace rackproof {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "rackproof-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw Error("cannot make a temporary folder");
  path_ = pattern;
}
TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

namespace {

using test::kNotMeasured;

TargetRow target_row(std::string name, Placement placement, std::string scope,
                     std::vector<std::uint32_t> members) {
  TargetRow row;
  row.name = std::move(name);
  row.placement = placement;
  row.scope = std::move(scope);
  row.members = std::move(members);
  row.rack = placement == Placement::node || placement == Placement::device ? "rack1" : "";
  row.model = "model-a";
  row.is_virtual = true;
  return row;
}

void add_targets(Results& results) {
  results.targets = {target_row("rack1/node1", Placement::node, "node", {0}),
                     target_row("rack1/node2", Placement::node, "node", {1}),
                     target_row("rack1/node1/dev0", Placement::device, "device", {0}),
                     target_row("rack1/node2/dev0", Placement::device, "device", {1}),
                     target_row("rack1/node1+rack1/node2", Placement::pair, "pair", {0, 1}),
                     target_row("rack1", Placement::group, "group:rack", {0, 1})};
  results.targets[0].labels = {{"hall", "A"}, {"rack", "rack1"}, {"row", "Straße 1"}};
  results.targets[0].serial = "SN-0001";
  results.targets[0].hostname = "host-one";
  results.targets[0].boot_id = "boot-1";
  results.targets[0].machine_id = "machine-1";
  results.targets[1].absent = "in repair";
  results.targets[1].is_virtual = false;
  results.columns = {std::vector<std::uint32_t>{2, 3}, {0, 1}, {4}, {5}};
}

void add_attempts(Results& results) {
  AttemptRow ok;
  ok.target = 0;
  ok.case_id = "memory/host/triad:f64,cold";
  ok.outcome = {Status::ok, Phase::finish, ""};
  ok.stop = Stop::precise;
  ok.begin_utc_ns = 1'795'000'000'000'000'001;
  ok.end_utc_ns = 1'795'000'001'000'000'002;
  ok.iterations = 100;
  ok.elements_checked = 1'000'000;
  ok.resolution_s = 2e-8;
  ok.implementation = "portable";
  ok.implementation_detail = "library 1.2, algorithm 7";
  ok.division = "closed";
  ok.log_offset = 4711;
  ok.before = {{"clock_hz", 3.1e9}, {"temperature_k", 320.5}};
  ok.after = {{"throttle", 0}};
  ok.boot_id = "boot-1";
  AttemptRow again = ok;
  again.launch = 1;
  again.throttled = true;
  AttemptRow crashed;
  crashed.target = 3;
  crashed.case_id = "compute/device/gemm:f64";
  crashed.launch = 0;
  crashed.attempt = 2;
  crashed.outcome = {Status::crashed, Phase::measure, "signal 11 <&> \"quoted\"", true};
  crashed.stop = Stop::error;
  crashed.clocks_disagree = true;
  results.attempts = {ok, again, crashed};
  results.launch_values = {{0, 0, 1.2345678e10, 1.23e10, 1.24e10, 100},
                           {1, 0, 1.25e10, 1.24e10, 1.26e10, 90}};
  results.counters = {{0, "nic/eth0/rx_bytes", "B", 1.5e9, ""},
                      {1, "kernel_log", "1", kNotMeasured, "needs root"},
                      {2, "edac/mc0/ue", "1", 2, ""}};
  results.samples = {{0, {1000, 1001, 999}, {}}, {2, {5}, {4}}};
}

void add_cells(Results& results) {
  const CellValue none{kNotMeasured, kNotMeasured, kNotMeasured, 0, Status::skipped, Stop::none};
  for (std::size_t placement = 0; placement < kPlacementCount; ++placement) {
    results.cells[placement].assign(results.series.size() * results.columns[placement].size(), none);
  }
  results.cells[1][0] = {1.2423e10F, 1.211e10F, 1.275e10F, 2, Status::ok, Stop::precise};
  results.cells[0][3] = {kNotMeasured, kNotMeasured, kNotMeasured, 0, Status::crashed, Stop::error};
  results.exact = {{1, 0, -7, false}, {1, 5, std::numeric_limits<std::int64_t>::max(), true}};
}

}  // namespace

Results sample_results() {
  Results results;
  auto& provenance = results.provenance;
  provenance.campaign_id = "0190a1b2-0000-7000-8000-000000000001";
  provenance.program_version = "0.1.0";
  provenance.catalogue_hash = std::string(64, 'c');
  provenance.started_utc = "2026-11-23T08:09:10.123Z";
  provenance.finished_utc = "2026-11-23T09:09:10.123Z";
  provenance.plan_text = "schema = 1\nname = \"sample\"\n";
  provenance.plan_sha256 = std::string(64, 'a');
  provenance.plan_name = "sample";
  provenance.site_text = "schema = 1\n# 机柜\n";
  provenance.site_sha256 = std::string(64, 'b');
  provenance.site_name = "two nodes";
  provenance.serials_text = "target,serial";
  provenance.serials_sha256 = std::string(64, 'e');
  provenance.seed = std::numeric_limits<std::uint64_t>::max();
  provenance.launches = 2;
  provenance.launch_component = 0.05;
  provenance.attribute_virtual = true;
  provenance.journal_sha256 = std::string(64, 'd');
  provenance.backends = {{"cpu", "1.0", "/opt/lib/librackproof-cpu.so", std::string(64, 'e')}};
  provenance.removed_environment = {{"MKL_DEBUG_CPU_TYPE", "5"}, {"OMP_NUM_THREADS", "1"}};
  provenance.setup_environment = {
      {"LD_PRELOAD", std::nullopt}, {"MODULE_SET", ""}, {"PATH", "/opt/hpc/bin:/usr/bin"}};
  provenance.hwloc_xml = {{"boot-1", "<topology version=\"2.0\"/>"}};
  results.ended = Ended::interrupted;
  results.series = {
      {"memory/host/triad:f64,cold", "bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better,
       "stream-triad: 3 · 8 · n / t", "host", "h1", "memory bandwidth"},
      {"compute/device/gemm:f64", "checked", QuantityKind::exact, "1", Direction::neither, "", "host", "h2",
       "matrix product"},
      {"interconnect/host/allreduce", "time", QuantityKind::real, "s", Direction::lower_is_better, "",
       "event", "h3", "sum over nodes"}};
  add_targets(results);
  add_attempts(results);
  add_cells(results);
  results.promises = {{0, "memory/host/triad:f64,cold", ""}, {3, "compute/device/gemm:f64", "no f64 units"}};
  results.facts = {{0, "identity/hostname", "", "host-one", "answered by the node"},
                   {0, "identity/serial", "SN-0001", "", "site"}};
  results.notices = {{"one machine", {"rack1/node1", "rack1/node2"}, "both answer with boot id boot-1"},
                     {"empty", {}, ""}};
  return results;
}

}  // namespace rackproof
