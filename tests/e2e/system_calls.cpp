#include "tests/e2e/system_calls.hpp"

#include <fmt/format.h>

#include <map>

#include "harness/base/error.hpp"

namespace rackproof::e2e {

namespace {

constexpr const char* kCalls =
    "openat,mkdir,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat2,unlink,unlinkat";

/// The path that a line of strace -y is about: of the descriptor, "4</a/b>", or the first that is quoted.
std::string path_of(const std::string& line) {
  const auto begin = line.find('(') + 1;
  const bool is_quoted = line.find("AT_FDCWD") == begin || line[begin] == '"';
  const auto from = line.find(is_quoted ? '"' : '<', begin);
  if (from == std::string::npos) return {};
  return line.substr(from + 1, line.find(is_quoted ? '"' : '>', from + 1) - from - 1);
}

std::vector<std::string> injected(const SystemCall& call, const std::string& what,
                                  const SmallCampaign& campaign, const std::vector<std::string>& arguments) {
  const auto path = call.file.empty() ? campaign.output() : campaign.output() / call.file;
  std::vector<std::string> command{
      "strace", "-qq",
      "-o",     campaign.folder() / "injected",
      "-P",     path,
      "-e",     "trace=" + call.name,
      "-e",     fmt::format("inject={}:{}:when={}", call.name, what, call.number)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

std::string SystemCall::text() const {
  return fmt::format("{} {} of {}", name, number, file.empty() ? "the folder" : file);
}

std::string why_no_tracing() {
  const Finished traced = run_command({"strace", "-qq", "-e", "trace=none", "true"});
  return traced.exit_code == 0 ? "" : "strace does not work here: " + traced.err;
}

std::vector<SystemCall> changing_calls(const SmallCampaign& campaign,
                                       const std::vector<std::string>& arguments) {
  const auto log = campaign.folder() / "calls";
  std::vector<std::string> command{
      "strace", "-qq", "-y", "-s", "0", "-o", log, "-e", fmt::format("trace={}", kCalls)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const Finished finished = run_command(command, campaign.options());
  if (finished.exit_code != 0)
    throw Error(fmt::format("traced: exit {}: {}{}", finished.exit_code, finished.out, finished.err));
  const std::string folder = campaign.output();
  std::map<std::pair<std::string, std::string>, int> counts;
  std::vector<SystemCall> calls;
  for (const auto& line : lines_of(read_file(log))) {
    const std::string path = path_of(line);
    if (!path.starts_with(folder) || (path.size() > folder.size() && path[folder.size()] != '/')) continue;
    const std::string file = path.size() > folder.size() ? path.substr(folder.size() + 1) : "";
    const std::string name = line.substr(0, line.find('('));
    const int number = ++counts[{name, file}];
    if (name != "openat" || line.find("O_CREAT") != std::string::npos) calls.push_back({name, file, number});
  }
  return calls;
}

std::vector<std::string> killed_at(const SystemCall& call, const SmallCampaign& campaign,
                                   const std::vector<std::string>& arguments) {
  return injected(call, "signal=KILL", campaign, arguments);
}

std::vector<std::string> failing_at(const SystemCall& call, const std::string& error,
                                    const SmallCampaign& campaign,
                                    const std::vector<std::string>& arguments) {
  return injected(call, "error=" + error, campaign, arguments);
}

}  // namespace rackproof::e2e
