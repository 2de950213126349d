#include "harness/machine/snapshot.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/machine/memory.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

constexpr std::string_view kBootId = "/proc/sys/kernel/random/boot_id";
constexpr std::string_view kMachineId = "/etc/machine-id";
constexpr std::int64_t kMostSlots = 1 << 16;

std::string required_line(const SystemRoot& root, std::string_view file) {
  const auto line = root.line(file);
  if (!line) throw Error(line.why());
  return *line;
}

json modules_json(const MemoryModules& modules) {
  json rows = json::array();
  for (const MemoryModule& module : modules.modules) {
    rows.push_back({{"slot", module.slot},
                    {"bytes", module.bytes},
                    {"transfers_per_s", module.transfers_per_s},
                    {"manufacturer", module.manufacturer},
                    {"serial", module.serial},
                    {"part_number", module.part_number}});
  }
  return {{"slots", modules.slots}, {"modules", rows}};
}

std::string line_in(const json& in, const char* key) {
  const std::string text = in.at(key).get<std::string>();
  if (text.size() > 256 || std::ranges::any_of(text, [](char c) { return c < ' ' || c > '~'; }))
    throw Error(fmt::format("{} is no line of text", key));
  return text;
}

MemoryModules modules_from(const json& in) {
  MemoryModules found;
  in.at("slots").get_to(found.slots);
  for (const json& row : in.at("modules")) {
    found.modules.push_back({.slot = line_in(row, "slot"),
                             .bytes = row.at("bytes").get<std::int64_t>(),
                             .transfers_per_s = row.at("transfers_per_s").get<std::int64_t>(),
                             .manufacturer = line_in(row, "manufacturer"),
                             .serial = line_in(row, "serial"),
                             .part_number = line_in(row, "part_number")});
    if (found.modules.back().bytes <= 0 || found.modules.back().bytes > std::int64_t{1} << 44 ||
        found.modules.back().transfers_per_s < 0)
      throw Error("a module has no size");
  }
  if (found.slots <= 0 || found.slots > kMostSlots ||
      found.modules.size() > static_cast<std::size_t>(found.slots))
    throw Error("the number of slots does not fit the modules");
  return found;
}

/// On the machine itself only root's word counts.
bool is_trusted(const SystemRoot& root) {
  if (root.is_recorded()) return true;
  for (const std::string_view path : {kSnapshotFile, kSnapshotFile.substr(0, kSnapshotFile.rfind('/'))}) {
    struct stat status {};
    if (::lstat(root.at(path).c_str(), &status) != 0 || status.st_uid != 0 ||
        (status.st_mode & (S_IWGRP | S_IWOTH)) != 0 || S_ISLNK(status.st_mode))
      return false;
  }
  return true;
}

}  // namespace

std::vector<std::string_view> snapshot_texts() {
  return {"/sys/class/dmi/id/product_serial", "/sys/class/dmi/id/product_uuid",
          "/sys/class/dmi/id/board_serial", "/sys/class/dmi/id/chassis_serial"};
}

Snapshot take_snapshot(const SystemRoot& root, const std::string& utc) {
  Snapshot snapshot{required_line(root, kBootId), required_line(root, kMachineId), utc, {}, {}};
  for (const std::string_view file : snapshot_texts()) {
    if (const auto line = root.line(file)) snapshot.texts.emplace(file, *line);
  }
  if (const auto modules = read_memory_modules(root)) snapshot.modules = *modules;
  return snapshot;
}

void write_snapshot(const SystemRoot& root, const Snapshot& snapshot) {
  json out{{"schema", 1},
           {"boot_id", snapshot.boot_id},
           {"machine_id", snapshot.machine_id},
           {"utc", snapshot.utc},
           {"texts", snapshot.texts}};
  if (snapshot.modules) out["memory"] = modules_json(*snapshot.modules);
  const auto file = root.at(kSnapshotFile);
  const auto draft = root.at(std::string(kSnapshotFile) + ".tmp");
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  std::filesystem::remove(draft, error);
  {
    std::ofstream to(draft, std::ios::binary);
    to << out.dump(1) << '\n';
    to.close();
    if (!to) throw Error(fmt::format("cannot write {}", draft.string()));
  }
  using std::filesystem::perms;
  std::filesystem::permissions(
      draft, perms::owner_read | perms::owner_write | perms::group_read | perms::others_read, error);
  if (!error) std::filesystem::rename(draft, file, error);
  if (error) throw Error(fmt::format("cannot write {}: {}", file.string(), error.message()));
}

Reading<Snapshot> read_snapshot(const SystemRoot& root) {
  using Result = Reading<Snapshot>;
  if (!root.exists(kSnapshotFile)) return Result::unavailable(std::string(kNoSnapshot));
  if (!is_trusted(root)) return Result::unavailable("snapshot that not only root may have written");
  const auto text = root.bytes(kSnapshotFile);
  if (!text) return Result::unavailable(fmt::format("snapshot: {}", text.why()));
  Snapshot snapshot;
  try {
    const json in = json::parse(*text);
    if (in.at("schema") != 1) return Result::unavailable("snapshot of another program");
    snapshot.boot_id = line_in(in, "boot_id");
    snapshot.machine_id = line_in(in, "machine_id");
    snapshot.utc = line_in(in, "utc");
    for (const auto& [file, line] : in.at("texts").items())
      snapshot.texts.emplace(file, line_in(in.at("texts"), file.c_str()));
    if (in.contains("memory")) snapshot.modules = modules_from(in.at("memory"));
  } catch (const std::exception&) {
    return Result::unavailable("snapshot that is damaged");
  }
  if (root.line(kMachineId).value_or("") != snapshot.machine_id)
    return Result::unavailable("snapshot of another machine");
  if (root.line(kBootId).value_or("") != snapshot.boot_id)
    return Result::unavailable("snapshot of another boot");
  return snapshot;
}

Reading<std::string> privileged_line(const SystemRoot& root, std::string_view file) {
  const auto line = root.line(file);
  if (line || line.why() != kNeedsRoot) return line;
  const Reading<Snapshot> snapshot = read_snapshot(root);
  if (snapshot) {
    if (const auto kept = snapshot->texts.find(std::string(file)); kept != snapshot->texts.end())
      return kept->second;
    return line;
  }
  if (snapshot.why() == kNoSnapshot) return line;
  return Reading<std::string>::unavailable(fmt::format("{}; {}", kNeedsRoot, snapshot.why()));
}

}  // namespace rackproof
