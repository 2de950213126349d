#include "harness/machine/cpu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "harness/machine/cpu_list.hpp"
#include "harness/machine/tally.hpp"

namespace rackproof {

namespace {

constexpr std::string_view kNodes = "/sys/devices/system/node";
constexpr std::string_view kCpuInfo = "/proc/cpuinfo";

using Count = Reading<std::int64_t>;
using Numbers = Reading<std::vector<int>>;
using Text = Reading<std::string>;

Numbers read_list(const SystemRoot& root, const std::string& file) {
  const Text text = root.text(file);
  if (!text) return Numbers::unavailable(text.why());
  const auto numbers = parse_cpu_list(*text);
  if (!numbers) return Numbers::unavailable(fmt::format("{} holds no list of CPUs", file));
  return *numbers;
}

Count count_of(const Numbers& numbers) {
  if (!numbers) return Count::unavailable(numbers.why());
  return static_cast<std::int64_t>(numbers->size());
}

/// Values of "key : value" lines, in their order.
std::vector<std::string> fields(const SystemRoot& root, std::string_view key) {
  std::vector<std::string> values;
  const Text text = root.text(kCpuInfo);
  if (!text) return values;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const std::string_view line = std::string_view(*text).substr(at, end - at);
    at = end + 1;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !line.starts_with(key)) continue;
    if (line.substr(key.size(), colon - key.size()).find_first_not_of(" \t") != std::string_view::npos)
      continue;
    const auto begin = line.find_first_not_of(" \t", colon + 1);
    const std::string_view value = begin == std::string_view::npos ? std::string_view() : line.substr(begin);
    if (std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; }) && value.size() <= 256)
      values.emplace_back(value);
  }
  return values;
}

/// One text where all are the same, else how many there are of each.
Text same_or_tally(const std::vector<std::string>& texts, std::string_view what) {
  if (texts.empty() || texts.front().empty())
    return Text::unavailable(fmt::format("{} does not tell the {}", kCpuInfo, what));
  const bool same =
      std::ranges::all_of(texts, [&](const std::string& text) { return text == texts.front(); });
  return same ? texts.front() : tally(texts);
}

Text read_model(const SystemRoot& root) {
  std::vector<std::string> models = fields(root, "model name");
  if (!models.empty()) return same_or_tally(models, "model");
  // Arm names its cores by numbers.
  const auto implementers = fields(root, "CPU implementer");
  const auto parts = fields(root, "CPU part");
  for (std::size_t i = 0; i < std::min(implementers.size(), parts.size()); ++i)
    models.push_back(fmt::format("implementer {} part {}", implementers[i], parts[i]));
  return same_or_tally(models, "model");
}

Numbers read_online(const SystemRoot& root) {
  Numbers online = read_list(root, fmt::format("{}/online", kCpuFolder));
  if (online && online->empty()) return Numbers::unavailable("no CPU is online");
  return online;
}

Count read_threads(const SystemRoot& root, const Numbers& online) {
  if (online) return count_of(online);
  if (const auto processors = fields(root, "processor"); !processors.empty())
    return static_cast<std::int64_t>(processors.size());
  return Count::unavailable(online.why());
}

Count read_sockets(const SystemRoot& root, const Numbers& online) {
  if (!online) return Count::unavailable(online.why());
  std::set<std::int64_t> packages;
  for (const int cpu : *online) {
    const std::string file = fmt::format("{}/cpu{}/topology/physical_package_id", kCpuFolder, cpu);
    const Count package = root.integer(file);
    if (!package) return package;
    if (*package < 0) return Count::unavailable(fmt::format("{} does not tell the package", file));
    packages.insert(*package);
  }
  return static_cast<std::int64_t>(packages.size());
}

Count read_cores(const SystemRoot& root, const Numbers& online) {
  if (!online) return Count::unavailable(online.why());
  std::set<std::vector<int>> cores;
  std::size_t threads = 0;
  for (const int cpu : *online) {
    const std::string file = fmt::format("{}/cpu{}/topology/thread_siblings_list", kCpuFolder, cpu);
    const Numbers siblings = read_list(root, file);
    if (!siblings) return Count::unavailable(siblings.why());
    // A thread is one of its own core, and no thread is one of two.
    if (std::ranges::find(*siblings, cpu) == siblings->end())
      return Count::unavailable(fmt::format("{} leaves out the CPU itself", file));
    if (cores.insert(*siblings).second) threads += siblings->size();
  }
  if (threads != online->size())
    return Count::unavailable("the lists of threads of the cores contradict each other");
  return static_cast<std::int64_t>(cores.size());
}

Count read_offline(const SystemRoot& root, const Numbers& online) {
  const Numbers present = read_list(root, fmt::format("{}/present", kCpuFolder));
  if (!present || !online) return Count::unavailable(present ? online.why() : present.why());
  if (!std::ranges::includes(*present, *online))
    return Count::unavailable("CPUs are online that are not present");
  return static_cast<std::int64_t>(present->size() - online->size());
}

Text read_numa_cpus(const SystemRoot& root, const Numbers& nodes) {
  if (!nodes) return Text::unavailable(nodes.why());
  std::string text;
  for (const int node : *nodes) {
    const std::string file = fmt::format("{}/node{}/cpulist", kNodes, node);
    const Text cpus = root.text(file);
    if (!cpus) return cpus;
    if (!parse_cpu_list(*cpus)) return Text::unavailable(fmt::format("{} holds no list of CPUs", file));
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", node, cpus->empty() ? "none" : *cpus);
  }
  return text;
}

bool is_revision(const std::string& text) {
  return text.starts_with("0x") && text.size() > 2 &&
         text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string::npos;
}

Text read_microcode(const SystemRoot& root, const Numbers& online) {
  std::vector<std::string> revisions;
  if (online) {
    for (const int cpu : *online) {
      const Text revision = root.line(fmt::format("{}/cpu{}/microcode/version", kCpuFolder, cpu));
      if (!revision) break;
      revisions.push_back(*revision);
    }
    if (revisions.size() != online->size()) revisions.clear();
  }
  if (revisions.empty()) revisions = fields(root, "microcode");
  if (!std::ranges::all_of(revisions, is_revision))
    return Text::unavailable("the microcode's revision is no number");
  return same_or_tally(revisions, "microcode");
}

}  // namespace

Cpu read_cpu(const SystemRoot& root) {
  const Numbers online = read_online(root);
  Numbers nodes = read_list(root, fmt::format("{}/online", kNodes));
  if (nodes && nodes->empty()) nodes = Numbers::unavailable("no NUMA node is online");
  return {.model = read_model(root),
          .sockets = read_sockets(root, online),
          .cores = read_cores(root, online),
          .threads = read_threads(root, online),
          .offline = read_offline(root, online),
          .numa_nodes = count_of(nodes),
          .numa_cpus = read_numa_cpus(root, nodes),
          .microcode = read_microcode(root, online)};
}

}  // namespace rackproof
