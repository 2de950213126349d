// rackproof doctor [--json] [--privileged]
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/base/version.hpp"
#include "harness/cli/list_backends.hpp"
#include "harness/cli/verb.hpp"
#include "harness/cli/worker_files.hpp"
#include "harness/machine/environment_variables.hpp"
#include "harness/machine/measuring_conditions.hpp"
#include "harness/machine/snapshot.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Program {
  const char* name;
  const char* cost;  ///< of doing without
};

constexpr Program kPrograms[]{{"ssh", "launchers ssh and push"},
                              {"mpirun", "pairs and groups, but by srun"},
                              {"srun", "launcher slurm"},
                              {"tar", "deploy = push"},
                              {"lstopo", "a picture of the topology; rackproof itself does without"}};

std::string find_program(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path candidate = fs::path(folder) / name;
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

void add_programs(json& checks) {
  for (const Program& program : kPrograms) {
    const std::string found = find_program(program.name);
    checks.push_back({{"group", "program"},
                      {"subject", program.name},
                      {"found", found.empty() ? "not in PATH" : found},
                      {"cost", found.empty() ? fmt::format("without it: {}", program.cost) : ""}});
  }
}

/// What of a library is there; a device-less backend costs only what needs its devices.
json library_check(const json& described) {
  const std::string name = fs::path(described.value("library", "")).filename();
  const std::string refused = described.value("refused", "");
  const std::size_t devices = described.value("devices", json::array()).size();
  json check{{"group", "library"}, {"subject", name}, {"found", ""}, {"cost", ""}};
  if (!refused.empty()) {
    check["found"] = "refused: " + printable(refused);
    check["cost"] = "nothing is measured with it";
  } else if (described.value("kind", "") == "message passing") {
    check["found"] = "messages between nodes";
  } else {
    check["found"] = fmt::format("{} device{}", devices, devices == 1 ? "" : "s");
    if (devices == 0)
      check["cost"] = "none of its devices is measured here: " + printable(described.value("reason", ""));
  }
  return check;
}

void add_variables(json& checks) {
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string name(text.substr(0, text.find('=')));
    if (!spoils_numbers(name)) continue;
    checks.push_back({{"group", "variable"},
                      {"subject", printable(name)},
                      {"found", "set"},
                      {"cost", "none in a campaign, which takes it away; other programs' numbers change"}});
  }
}

json examine() {
  const WorkerFiles files = find_worker();
  json checks = json::array();
  for (const json& described : described_libraries(files)) checks.push_back(library_check(described));
  add_programs(checks);
  for (const MeasuringCondition& row : measuring_conditions(SystemRoot())) {
    checks.push_back(
        {{"group", "machine"}, {"subject", row.subject}, {"found", row.found}, {"cost", row.cost}});
  }
  add_variables(checks);
  return {{"version", kProgramVersion}, {"worker", files.worker.string()}, {"checks", checks}};
}

void print_report(const json& report) {
  std::vector<std::string> in_order;
  std::size_t costly = 0;
  fmt::print("rackproof {}, worker {}\n\nWhat costs something here:\n", kProgramVersion,
             report.at("worker").get<std::string>());
  for (const json& check : report.at("checks")) {
    const std::string subject = check.at("subject"), found = check.at("found"), cost = check.at("cost");
    if (cost.empty()) {
      in_order.push_back(fmt::format("{} ({})", subject, found));
    } else {
      ++costly;
      fmt::print("  {}: {}\n      {}\n", subject, found, cost);
    }
  }
  if (costly == 0) fmt::print("  nothing\n");
  fmt::print("\nIn order: {}\nNothing was changed.\n", fmt::join(in_order, ", "));
}

/// What only root may read, for the inventories that others make until the next boot.
ExitCode keep_privileged() {
  if (::geteuid() != 0) throw Error("--privileged reads what only root may read: run it as root");
  const SystemRoot root;
  const Snapshot snapshot = take_snapshot(root, iso8601_utc(utc_now_ns()));
  if (snapshot.texts.empty() && !snapshot.modules)
    throw Error("this machine shows nothing that only root may read: no DMI");
  write_snapshot(root, snapshot);
  fmt::print("{}: {} serials, {}\n", kSnapshotFile, snapshot.texts.size(),
             snapshot.modules ? fmt::format("{} memory modules", snapshot.modules->modules.size())
                              : "no memory modules");
  return ExitCode::accepted;
}

ExitCode doctor(bool as_json) {
  const json report = examine();
  if (as_json) {
    fmt::print("{}\n", report.dump(2, ' ', false, json::error_handler_t::replace));
  } else {
    print_report(report);
  }
  return ExitCode::accepted;
}

}  // namespace

void declare_doctor(CLI::App& verb, std::function<ExitCode()>& action) {
  auto as_json = std::make_shared<bool>(false);
  verb.add_flag("--json", *as_json, "as one JSON object");
  auto privileged = std::make_shared<bool>(false);
  verb.add_flag("--privileged", *privileged,
                "as root, once after each boot: keep what only root may read for everybody's inventory, in " +
                    std::string(kSnapshotFile));
  action = [=] { return *privileged ? keep_privileged() : doctor(*as_json); };
}

}  // namespace rackproof
