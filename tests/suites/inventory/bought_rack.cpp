#include "tests/suites/inventory/bought_rack.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "harness/launch/campaign_record.hpp"
#include "harness/plan/identifier.hpp"
#include "harness/record/journal.hpp"
#include "harness/results/finalise.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof::test {

namespace {

namespace fs = std::filesystem;

constexpr const char* kIdentity = "inventory/device/identity";

constexpr const char* kPlan = R"(schema = 1
name = "p"
launches = 1
[[run]]
cases = ["inventory/host/*"]
placement = "node"
[[run]]
cases = ["inventory/device/*"]
placement = "device"
)";

constexpr const char* kSite = R"site(schema = 1
name = "s"
serials = "serials.csv"
[[rack]]
name = "rack1"
[[node]]
name = "rack1/node[1-2]"
rack = "rack1"
address = "{node}"
model = "EX-8A"
[node.promised]
"cpu#model" = "INTEL(R) XEON(R) PLATINUM 8558"
"cpu#sockets" = 2
"cpu#cores" = 16
"cpu#threads" = 32
"cpu#offline" = 0
"cpu#numa_nodes" = 2
"cpu#numa_cpus" = "0: 0-7,16-23, 1: 8-15,24-31"
"cpu#microcode" = "0x21000283"
"memory#total" = "1056563916 KiB"
"memory#modules" = 16
"memory#slots" = 16
"memory#module_bytes" = "1024 GiB"
"memory#module_speed" = "4800 MT/s"
"memory#module_vendors" = "16 x Samsung"
"memory#module_parts" = "16 x M321R8GA0BB0-CQKZJ"
"system#product" = "EX-8A"
"system#board" = "EX-MB2"
"system#bios" = ["2.0", "2.1"]
"system#kernel" = "6.1.0-30-amd64"
"system#os" = "Debian GNU/Linux 12 (bookworm)"
"system#image" = "compute 2026.11"
"system#command_line" = "root=LABEL=root ro iommu=pt"
"system#services" = "munge, slurmd"
"pci#accelerators" = 8
"pci#accelerator_ids" = "8 x 10de:2330"
"pci#accelerator_drivers" = "8 x nvidia"
"pci#accelerator_links" = "8 x x16 32 GT/s"
"pci#accelerator_nodes" = "4 x 0, 4 x 1"
"pci#nics" = 9
"pci#nic_ids" = "8 x 15b3:1021, 1 x 8086:1563"
"pci#nic_drivers" = "1 x ixgbe, 8 x mlx5_core"
"pci#nvme" = 1
"pci#narrow_links" = "none"
"network#mtus" = "1 x 9000"
"network#speeds" = "1 x 10 Gb/s"
"network#ib_ports" = 8
"network#ib_states" = "8 x ACTIVE"
"network#ib_rates" = "8 x 400 Gb/sec (4X NDR)"
"network#ib_firmware" = "8 x 28.39.2048"
[[node.device]]
name = "dev[0-7]"
backend = "cuda"
model = "accelerator"
[node.device.promised]
"identity#model" = "Example Accelerator 80GB"
"identity#driver" = "580.65.06"
"identity#firmware" = "96.00.61.00.01"
"identity#ecc" = "on"
"identity#memory" = "80 GiB"
"identity#power_limit" = "700 W"
"identity#ecc_uncorrected_lifetime" = 0
"identity#remapped_rows" = 0
"identity#links_active" = 2
"identity#pci_id" = "10de:2330"
"identity#link_width_loaded" = 16
"identity#link_speed_loaded" = "32 GT/s"
)site";

constexpr const char* kLimits = R"(schema = 1
name = "l"
[[limit]]
metric = "inventory/host/*"
placement = "node"
promised = true
clause = "0.1"
provenance = "contract"
[[limit]]
metric = "inventory/device/*"
placement = "device"
promised = true
clause = "0.2"
provenance = "contract"
)";

std::string serials() {
  std::string text = "target,serial,uuid,part\n";
  for (int node = 1; node <= 2; ++node) {
    text += fmt::format("rack1/node{0},EX00000{0},,\n", node);
    for (int i = 0; i < 8; ++i) text += fmt::format("rack1/node{0}/dev{1},D{0}{1},GPU-{0}{1},\n", node, i);
    for (int i = 0; i < 16; ++i)
      text += fmt::format("rack1/node{},{},,memory\n", node, 80000 + 1000 * node + i);
  }
  return text;
}

template <std::size_t N>
void put(char (&field)[N], const std::string& text) {
  std::snprintf(field, N, "%s", text.c_str());
}

/// A folder that goes with the object.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "bought-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw Error("no temporary folder");
    path_ = pattern;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

class Writer {
 public:
  Writer(Journal& journal) : journal_(journal) {}

  void step(const std::string& target, const std::string& boot_id, CaseEnd end) {
    const std::string step = fmt::format("s{}.0", ++steps_);
    end.target = target;
    end.outcome = {Status::ok, Phase::finish, ""};
    Hello hello;
    Identity& identity = hello.ranks.emplace_back();
    identity.hostname = identity.boot_id = boot_id;
    add({{"type", "step_begin"},
         {"target", target},
         {"launch", 0},
         {"attempt", 0},
         {"cases", {end.case_id}},
         {"utc_ns", 1}},
        step);
    add(hello, step);
    add(CaseBegin{end.case_id, target, 0, 0, 2}, step);
    add(end, step);
    add({{"type", "step_end"},
         {"outcome", Outcome{Status::ok, Phase::finish, ""}},
         {"complete", true},
         {"reason", ""},
         {"utc_ns", 3}},
        step);
  }

 private:
  void add(nlohmann::json record, const std::string& step) {
    record["step"] = step;
    journal_.append(record);
  }
  Journal& journal_;
  int steps_ = 0;
};

}  // namespace

Server::Server() {
  eight_accelerators(machine);
  std::vector<DmiModule> modules = sixteen_modules();
  for (std::size_t i = 0; i < modules.size(); ++i) modules[i].serial = std::to_string(81000 + i);
  machine.write("/sys/firmware/dmi/tables/DMI", dmi_table(modules));
  for (std::size_t i = 0; i < kAccelerators.size(); ++i) {
    ToldDevice device;
    put(device.info.uuid, fmt::format("GPU-1{}", i));
    put(device.info.serial, fmt::format("D1{}", i));
    put(device.info.model, "Example Accelerator 80GB");
    put(device.info.pci_address, kAccelerators[i]);
    device.info.memory_bytes = std::uint64_t{80} << 30;
    device.info.compute_units = 132;
    rp_device_facts facts{};
    put(facts.driver, "580.65.06");
    put(facts.firmware, "96.00.61.00.01");
    facts.ecc = 1;
    facts.other_processes = 0;
    device.facts = facts;
    device.counters = std::vector<DeviceCounter>{
        {"power_limit", "W", 700}, {"ecc_corrected_lifetime", "1", 0}, {"ecc_uncorrected_lifetime", "1", 0},
        {"remapped_rows", "1", 0}, {"remap_pending", "1", 0},          {"remap_failed", "1", 0},
        {"link0_active", "1", 1},  {"link1_active", "1", 1},           {"link0_sent", "B", 4096}};
    device.position = static_cast<std::int64_t>(i);
    devices.push_back(device);
  }
}

std::map<std::pair<std::string, std::size_t>, CaseEnd> take_stock(const Server& server) {
  std::map<std::pair<std::string, std::size_t>, CaseEnd> ends;
  const SystemRoot root = server.machine.root();
  const Group alone;
  for (const CaseRow& row : inventory_cases()) {
    if (!row.on_node || is_device_case(row.id)) continue;
    CaseEnd end;
    end.case_id = row.id;
    find_runner(row.id)({row, 1, {}, {}, alone, {}, root}, end);
    ends[{end.case_id, 0}] = end;
  }
  for (std::size_t i = 0; i < server.devices.size(); ++i) {
    CaseEnd end;
    end.case_id = kIdentity;
    const auto place = read_pci_device(root, server.devices[i].info.pci_address);
    using Links = Reading<std::vector<PciLink>>;
    const Links loaded = place ? Links(std::vector{place->now}) : Links::unavailable(place.why());
    Inventory inventory(end);
    take_inventory(server.devices[i], place, loaded, inventory);
    ends[{kIdentity, i}] = end;
  }
  return ends;
}

const VerdictCell* Judged::cell(const std::string& target, const std::string& metric) const {
  for (const VerdictCell& cell : verdicts.cells) {
    if (results.targets[cell.target].name == target && cell.case_id + "#" + cell.quantity == metric)
      return &cell;
  }
  return nullptr;
}

bool Judged::finds(const std::string& kind, const std::string& evidence) const {
  return std::ranges::any_of(verdicts.findings, [&](const Finding& finding) {
    return finding.kind == kind && finding.evidence.en.find(evidence) != std::string::npos;
  });
}

Judged judge_rack(const Server& node1, const Server& node2) {
  const Folder folder;
  std::ofstream(folder / "serials.csv") << serials();
  const Plan plan = parse_plan(kPlan, "plan.toml", all_cases());
  const Site site = parse_site(kSite, folder / "site.toml");
  const Limits limits = parse_limits(kLimits, "limits.toml", measurable(plan, all_cases()));
  {
    Journal journal =
        Journal::begin(folder / "journal.jsonl",
                       campaign_record({plan, site, all_cases(), {}, folder / "", "plan.toml", "site.toml"}));
    Writer writer(journal);
    for (const auto& [node, server] : {std::pair("rack1/node1", &node1), std::pair("rack1/node2", &node2)}) {
      for (const auto& [place, end] : take_stock(*server)) {
        const bool is_device = place.first == kIdentity;
        writer.step(is_device ? fmt::format("{}/dev{}", node, place.second) : node, node, end);
      }
    }
    journal.append({{"type", "campaign_end"}, {"ended", 0}, {"utc_ns", 4}});
    journal.sync();
  }
  Judged judged;
  judged.results = finalise(folder / "journal.jsonl").results;
  judged.verdicts = judge(judged.results, limits);
  return judged;
}

}  // namespace rackproof::test
