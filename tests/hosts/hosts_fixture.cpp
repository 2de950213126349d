#include "tests/hosts/hosts_fixture.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/base/error.hpp"

namespace rackproof::hosts {

namespace {

std::string script_path() { return (e2e::source_folder() / "tests/hosts/hosts").string(); }

std::string text_of(const e2e::Finished& finished) {
  return fmt::format("exit {}{}: {}{}", finished.exit_code, finished.timed_out ? " after the time limit" : "",
                     finished.out, finished.err);
}

}  // namespace

std::string why_unavailable() {
  const auto checked = e2e::run_command({script_path(), "check"});
  return checked.exit_code == 0 ? "" : text_of(checked);
}

Cluster::Cluster(const ClusterOptions& options) {
  std::vector<std::string> up{"up",     std::to_string(options.hosts), "--while", std::to_string(::getpid()),
                              "--tree", e2e::build_folder().string()};
  if (!options.shared) up.push_back("--no-shared");
  apply(up);
  try {
    if (options.sshd) apply({"sshd", "all"});
    if (options.slurm) apply({"slurm", "up"});
  } catch (...) {
    script({"down"});
    throw;
  }
}

Cluster::~Cluster() {
  const auto down = script({"down"});
  if (down.exit_code != 0) ADD_FAILURE() << text_of(down);
}

e2e::Finished Cluster::script(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command{script_path()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  e2e::CommandOptions options;
  options.environment["RACKPROOF_HOSTS_DIR"] = state();
  return e2e::run_command(command, options);
}

void Cluster::apply(const std::vector<std::string>& arguments) const {
  const auto finished = script(arguments);
  if (finished.exit_code != 0) throw Error(fmt::format("hosts {}: {}", arguments.front(), text_of(finished)));
}

std::vector<std::string> Cluster::arguments_on(const std::string& host,
                                               const std::vector<std::string>& command) const {
  std::vector<std::string> arguments{"env", "RACKPROOF_HOSTS_DIR=" + state().string(), script_path(), "exec",
                                     host};
  arguments.insert(arguments.end(), command.begin(), command.end());
  return arguments;
}

e2e::Finished Cluster::on(const std::string& host, const std::vector<std::string>& command,
                          const e2e::CommandOptions& options) const {
  return e2e::run_command(arguments_on(host, command), options);
}

std::filesystem::path Cluster::file_of(const std::string& host, const std::filesystem::path& path) const {
  return state() / host / "files" / path.relative_path();
}

std::string ClusterSite::text() const {
  std::string text =
      fmt::format("schema = 1\nname = \"test-hosts\"\nlauncher = \"{}\"\n{}\n", launcher, more);
  if (!launch.empty()) text += fmt::format("\n[launch]\n{}\n", launch);
  std::size_t host = 0;
  for (int rack = 1; rack <= racks; ++rack) {
    text += fmt::format("\n[[rack]]\nname = \"r{}\"\n", rack);
    for (int node = 1; node <= nodes; ++node, ++host) {
      text += fmt::format(
          "\n[[node]]\nname = \"r{0}/n{1}\"\nrack = \"r{0}\"\naddress = \"h{2}\"\nmodel = \"virtual-host\"\n"
          "[[node.device]]\nname = \"dev0\"\nbackend = \"fault\"\nmodel = \"fault-device\"\noptions = "
          "\"{3}\"\n",
          rack, node, host, host < faults.size() ? faults[host] : "fault=none");
    }
  }
  return text;
}

std::unique_ptr<Cluster> ClusterTest::cluster_;

void ClusterTest::bring_up(const ClusterOptions& options) {
  if (why_unavailable().empty()) cluster_ = std::make_unique<Cluster>(options);
}

void ClusterTest::SetUp() {
  if (cluster_) return;
  const std::string reason = why_unavailable();
  const char* required = ::getenv("RACKPROOF_REQUIRE_HOSTS");
  if (reason.empty()) FAIL() << "the hosts did not come up";
  if (required != nullptr && std::string_view(required) == "1") FAIL() << reason;
  GTEST_SKIP() << reason;
}

}  // namespace rackproof::hosts
