#include "harness/cli/host_list.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <sstream>
#include <unordered_set>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/launch/process.hpp"
#include "harness/plan/identifier.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

namespace {

/// Each host once, in the order in which they are named.
class HostList {
 public:
  /// Throws Error for what is no address.
  void add(const std::string& pattern) {
    for (const std::string& host : expand_range(pattern)) {
      if (host.find('/') != std::string::npos || !is_target_name(host))
        throw Error(fmt::format("\"{}\" is not an address", printable(host)));
      if (known_.insert(host).second) hosts_.push_back(host);
    }
  }
  std::vector<std::string> take() { return std::move(hosts_); }
  bool empty() const { return hosts_.empty(); }

 private:
  std::vector<std::string> hosts_;
  std::unordered_set<std::string> known_;
};

/// What a process says until it ends; it has `seconds` for that.
std::string all_said(const Process& process, int seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::string said;
  std::array<char, 65536> buffer;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd output{process.output(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&output, 1, static_cast<int>(left.count())) == 0)
      throw Error(fmt::format("sinfo did not answer within {} s", seconds));
    const ssize_t got = ::read(process.output(), buffer.data(), buffer.size());
    if (got <= 0) return said;
    said.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::vector<std::string> expand_hosts(const std::vector<std::string>& given) {
  HostList hosts;
  for (const std::string& pattern : given) hosts.add(pattern);
  return hosts.take();
}

std::vector<std::string> read_host_list(const std::filesystem::path& file) {
  HostList hosts;
  std::vector<Diagnostic> problems;
  std::istringstream lines(read_configuration(file));
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line.substr(0, line.find('#')));
    std::string pattern, more;
    if (!(words >> pattern)) continue;
    try {
      if (words >> more) throw Error(fmt::format("\"{}\" stands behind the address", printable(more)));
      hosts.add(pattern);
    } catch (const Error& error) {
      problems.push_back(
          {file.string(), number, error.what(), "write one address or range, such as n[001-128], a line"});
    }
  }
  if (hosts.empty() && problems.empty())
    problems.push_back({file.string(), 0, "it names no host", "write one address or range a line"});
  raise_problems(std::move(problems));
  return hosts.take();
}

std::vector<std::string> slurm_hosts(const std::string& partition) {
  Command command{"sinfo", "--noheader", "--Node", "--format=%N"};
  if (!partition.empty()) command.push_back("--partition=" + partition);
  constexpr int kPatienceSeconds = 60;
  Process sinfo(command, "/dev/null");
  const std::string said = all_said(sinfo, kPatienceSeconds);
  const int status = sinfo.finish(10);
  HostList hosts;
  std::istringstream words(said);
  for (std::string host; words >> host;) hosts.add(host);
  if (status != 0 || hosts.empty()) {
    throw Error(fmt::format("sinfo names no node{} ({}); is Slurm configured here?",
                            partition.empty() ? "" : fmt::format(" of partition \"{}\"", partition),
                            describe_wait_status(status)));
  }
  return hosts.take();
}

}  // namespace rackproof
