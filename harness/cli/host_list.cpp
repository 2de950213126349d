#include "harness/cli/host_list.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "harness/base/error.hpp"
#include "harness/launch/process.hpp"
#include "harness/plan/identifier.hpp"
#include "harness/plan/toml_table.hpp"

namespace rackproof {

namespace {

void add_once(std::vector<std::string>& hosts, const std::string& host) {
  if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
}

void add(std::vector<std::string>& hosts, const std::string& pattern) {
  for (const std::string& host : expand_range(pattern)) {
    if (host.find('/') != std::string::npos || !is_target_name(host))
      throw Error(fmt::format("\"{}\" is not an address", printable(host)));
    add_once(hosts, host);
  }
}

}  // namespace

std::vector<std::string> expand_hosts(const std::vector<std::string>& given) {
  std::vector<std::string> hosts;
  for (const std::string& pattern : given) add(hosts, pattern);
  return hosts;
}

std::vector<std::string> read_host_list(const std::filesystem::path& file) {
  std::vector<std::string> hosts;
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
      add(hosts, pattern);
    } catch (const Error& error) {
      problems.push_back(
          {file.string(), number, error.what(), "write one address or range, such as n[001-128], a line"});
    }
  }
  if (hosts.empty() && problems.empty())
    problems.push_back({file.string(), 0, "it names no host", "write one address or range a line"});
  raise_problems(std::move(problems));
  return hosts;
}

std::vector<std::string> slurm_hosts(const std::string& partition) {
  Command command{"sinfo", "--noheader", "--Node", "--format=%N"};
  if (!partition.empty()) command.push_back("--partition=" + partition);
  Process sinfo(command, "/dev/null");
  std::string said;
  std::array<char, 65536> buffer;
  for (ssize_t got = 0; (got = ::read(sinfo.output(), buffer.data(), buffer.size())) > 0;)
    said.append(buffer.data(), static_cast<std::size_t>(got));
  const int status = sinfo.finish(10);
  std::vector<std::string> hosts;
  std::istringstream words(said);
  for (std::string host; words >> host;) add(hosts, host);
  if (status != 0 || hosts.empty()) {
    throw Error(fmt::format("sinfo names no node{} ({}); is Slurm configured here?",
                            partition.empty() ? "" : fmt::format(" of partition \"{}\"", partition),
                            describe_wait_status(status)));
  }
  return hosts;
}

}  // namespace rackproof
