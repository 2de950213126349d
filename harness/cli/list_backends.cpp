#include "harness/cli/list_backends.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/cli/worker_files.hpp"
#include "harness/record/framing.hpp"
#include "reports/text_table.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::chrono::seconds kPatience{30};
constexpr std::size_t kLongestAnswer = std::size_t{1} << 20;

/// The first line that a process prints; nothing when it ends, or when it says none in time.
std::optional<std::string> first_line(int descriptor) {
  using Clock = std::chrono::steady_clock;
  LineSplitter lines;
  const auto until = Clock::now() + kPatience;
  std::size_t length = 0;
  while (length < kLongestAnswer) {
    if (auto line = lines.next()) return line;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd output{descriptor, POLLIN, 0};
    if (left <= 0 || ::poll(&output, 1, static_cast<int>(left)) == 0) return std::nullopt;
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got <= 0) return std::nullopt;
    length += static_cast<std::size_t>(got);
    lines.add({buffer.data(), static_cast<std::size_t>(got)});
  }
  return std::nullopt;
}

json describe(const WorkerFiles& files, const fs::path& library) {
  Process worker({files.worker.string(), "--describe-backend", library.string()}, "/dev/null");
  const auto line = first_line(worker.output());
  const int status = worker.finish(line ? 1 : 0);
  json answer = line ? json::parse(*line, nullptr, false) : json();
  if (answer.is_object()) return answer;
  return {{"library", library.string()},
          {"refused",
           fmt::format("it brought down the process that looked at it, or did not answer within {} s: {}",
                       kPatience.count(), describe_wait_status(status))}};
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// One row per device, or one that says why there is none.
void add_rows(const json& described, std::vector<std::vector<std::string>>& rows) {
  std::vector<std::string> device_texts;
  const std::string library = text_of(described, "library");
  std::string version = text_of(described, "version");
  if (std::string refused = text_of(described, "refused"); !refused.empty()) {
    if (refused.starts_with(library + ' ')) refused.erase(0, library.size() + 1);  // the row names it
    device_texts.push_back("refused: " + refused);
  } else if (text_of(described, "kind") == "message passing") {
    device_texts.push_back("messages between nodes: " + std::exchange(version, ""));  // long
  } else if (const std::string reason = text_of(described, "reason"); !reason.empty()) {
    device_texts.push_back(reason);
  } else {
    for (const json& device : described.value("devices", json::array())) {
      const std::string address = text_of(device, "pci_address");
      device_texts.push_back(fmt::format("{} {}{}", text_of(device, "uuid"), text_of(device, "model"),
                                         address.empty() ? "" : " at " + address));
    }
  }
  for (const std::string& text : device_texts) {
    rows.push_back({fs::path(library).filename(), text_of(described, "name"), version,
                    text_of(described, "abi"), text_of(described, "implementation"), text});
  }
}

}  // namespace

json described_libraries(const WorkerFiles& files) {
  std::vector<fs::path> libraries;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(files.module.parent_path(), none)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("librackproof-") && name.ends_with(".so")) libraries.push_back(entry.path());
  }
  std::ranges::sort(libraries);
  if (libraries.empty())
    throw Error(
        fmt::format("no backend: {} holds no librackproof-*.so", files.module.parent_path().string()));
  json described = json::array();
  for (const fs::path& library : libraries) described.push_back(describe(files, library));
  return described;
}

ExitCode list_backends(bool as_json) {
  const json described = described_libraries(find_worker());
  if (as_json) {
    fmt::print("{}\n", described.dump(2));
    return ExitCode::accepted;
  }
  std::vector<std::vector<std::string>> rows{
      {"library", "backend", "version", "ABI", "implementation", "device"}};
  for (const json& library : described) add_rows(library, rows);
  fmt::print("{}", aligned(rows, std::vector<std::string>(rows.size()), false));
  return ExitCode::accepted;
}

}  // namespace rackproof
