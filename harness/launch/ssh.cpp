// launcher = "ssh": a worker for each node over ssh; pairs and groups by mpirun, which uses ssh, too.
#include "harness/launch/ssh.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/shell_quoting.hpp"
#include "harness/launch/launchers.hpp"
#include "harness/launch/mpirun.hpp"
#include "harness/launch/push.hpp"

namespace rackproof {

namespace {

class SshLauncher : public Launcher {
 public:
  SshLauncher(const LaunchSettings& settings, const WorkerFiles& files, const std::filesystem::path& folder)
      : settings_(settings), mpirun_(settings, RemoteStart::ssh) {
    if (settings.deploy == Deploy::push) push_.emplace(settings.folder, files, folder);
    files_ = push_ ? push_->files() : files_on_nodes(settings, files);
  }

  Command on_node(const SiteNode& node) const override {
    return over_ssh(settings_, node.address, {files_.worker.string(), "attached"});
  }
  Command on_group(const std::vector<const SiteNode*>& nodes, double time_limit_s) const override {
    return mpirun_.group(nodes, time_limit_s, rank_command(files_));
  }
  std::optional<Delivery> delivery(const SiteNode& node) const override {
    if (!push_) return std::nullopt;
    return Delivery{over_ssh(settings_, node.address, push_->command()), push_->archive()};
  }

 private:
  LaunchSettings settings_;
  Mpirun mpirun_;
  std::optional<Push> push_;
  WorkerFiles files_;
};

}  // namespace

int probe_interval_s(const LaunchSettings& settings) {
  return std::max(1, static_cast<int>(std::lround(settings.answer_time_s / 10)));
}

Command ssh_with_options(const LaunchSettings& settings) {
  Command ssh = settings.ssh;
  // Forwardings of the user's ssh_config would be asked for by each of many connections at once.
  const std::vector<std::string> options{
      "BatchMode=yes", fmt::format("ConnectTimeout={}", static_cast<int>(std::ceil(settings.answer_time_s))),
      fmt::format("ServerAliveInterval={}", probe_interval_s(settings)),
      fmt::format("ServerAliveCountMax={}", kUnansweredProbes), "ClearAllForwardings=yes"};
  for (const std::string& option : options) ssh.insert(ssh.end(), {"-o", option});
  ssh.emplace_back("-T");
  return ssh;
}

Command over_ssh(const LaunchSettings& settings, const std::string& address, const Command& command) {
  Command ssh = ssh_with_options(settings);
  ssh.insert(ssh.end(), {"--", address, "exec " + shell_quoted(command)});
  return ssh;
}

std::unique_ptr<Launcher> make_ssh_launcher(const Site& site, const WorkerFiles& files,
                                            const std::filesystem::path& folder) {
  return std::make_unique<SshLauncher>(site.launch, files, folder);
}

}  // namespace rackproof
