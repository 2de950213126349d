// launcher = "mpirun": nodes, pairs and groups by mpirun.
#include "harness/launch/mpirun.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <set>

#include "harness/base/error.hpp"
#include "harness/launch/launchers.hpp"
#include "harness/launch/ssh.hpp"

namespace rackproof {

namespace {

class MpirunLauncher : public Launcher {
 public:
  MpirunLauncher(const LaunchSettings& settings, const WorkerFiles& files)
      : settings_(settings), files_(files_on_nodes(settings, files)) {}

  Command on_node(const SiteNode& node) const override {
    return mpirun_on_nodes(settings_, {&node}, 0, {files_.worker.string(), "attached"}, RemoteStart::any);
  }
  Command on_group(const std::vector<const SiteNode*>& nodes, double time_limit_s) const override {
    return mpirun_group(settings_, nodes, time_limit_s, rank_command(files_), RemoteStart::any);
  }

 private:
  LaunchSettings settings_;
  WorkerFiles files_;
};

/// An argument vector of mpirun that grows.
class Mpirun {
 public:
  explicit Mpirun(const LaunchSettings& settings) : command_(settings.mpirun) {}

  void add(const std::vector<std::string>& arguments) {
    command_.insert(command_.end(), arguments.begin(), arguments.end());
  }
  void parameter(const std::string& name, const std::string& value) { add({"--mca", name, value}); }
  void ranks(std::size_t number, double time_limit_s) {
    add({"-n", std::to_string(number), "--bind-to", "none"});
    if (time_limit_s > 0) add({"--timeout", std::to_string(static_cast<int>(std::ceil(time_limit_s)))});
  }
  Command of(const Command& program) {
    add(program);
    return std::move(command_);
  }

 private:
  Command command_;
};

/// Daemons of mpirun talk over control_net. What is measured goes over data_net when that is given; otherwise Open MPI
/// chooses the transport, and TCP, if it is that, stays on control_net.
void add_networks(Mpirun& mpirun, const LaunchSettings& settings) {
  if (!settings.control_net.empty()) mpirun.parameter("oob_tcp_if_include", settings.control_net);
  if (!settings.data_net.empty()) {
    mpirun.parameter("pml", "ob1");
    mpirun.parameter("btl", "tcp,vader,self");
    mpirun.parameter("btl_tcp_if_include", settings.data_net);
  } else if (!settings.control_net.empty()) {
    mpirun.parameter("btl_tcp_if_include", settings.control_net);
  }
  if (settings.first_port == 0) return;
  for (const char* version : {"4", "6"}) {
    mpirun.parameter(fmt::format("oob_tcp_dynamic_ipv{}_ports", version),
                     fmt::format("{}-{}", settings.first_port, settings.last_port));
    mpirun.parameter(fmt::format("btl_tcp_port_min_v{}", version), std::to_string(settings.first_port));
    mpirun.parameter(fmt::format("btl_tcp_port_range_v{}", version),
                     std::to_string(settings.last_port - settings.first_port + 1));
  }
}

/// Each daemon is started from here over ssh, with the options that a worker is started with.
void add_agent(Mpirun& mpirun, const LaunchSettings& settings, RemoteStart start) {
  if (start == RemoteStart::ssh) mpirun.parameter("plm", "rsh");
  const Command ssh = ssh_with_options(settings);
  mpirun.parameter("plm_rsh_agent", ssh.front());
  mpirun.parameter("plm_rsh_args", fmt::format("{}", fmt::join(ssh.begin() + 1, ssh.end(), " ")));
  mpirun.parameter("plm_rsh_no_tree_spawn", "1");
  mpirun.parameter("oob_tcp_keepalive_time", std::to_string(probe_interval_s(settings)));
  mpirun.parameter("oob_tcp_keepalive_intvl", std::to_string(probe_interval_s(settings)));
  mpirun.parameter("oob_tcp_keepalive_probes", std::to_string(kUnansweredProbes));
}

Command mpirun_on(const LaunchSettings& settings, const std::vector<const SiteNode*>& nodes,
                  double time_limit_s, const Command& program, RemoteStart start, bool may_be_root) {
  Mpirun mpirun(settings);
  mpirun.ranks(nodes.size(), time_limit_s);
  // As many slots as ranks, so that none is one too many; ranks fill one node after the other.
  mpirun.add({"--host", slots_of(nodes), "--map-by", "slot", "--rank-by", "slot"});
  mpirun.parameter("orte_default_hostfile", "none");  // it would have to name the nodes, too
  mpirun.parameter("orte_keep_fqdn_hostnames", "1");  // addresses as the site has them
  add_agent(mpirun, settings, start);
  add_networks(mpirun, settings);
  if (may_be_root) mpirun.add({"--allow-run-as-root"});
  return mpirun.of(program);
}

}  // namespace

std::string slots_of(const std::vector<const SiteNode*>& nodes) {
  std::string slots;
  std::set<std::string> before;
  for (std::size_t begin = 0, end = 0; begin < nodes.size(); begin = end) {
    const std::string& address = nodes[begin]->address;
    while (end < nodes.size() && nodes[end]->address == address) ++end;
    if (address.find_first_of(":,") != std::string::npos) {
      throw Error(
          fmt::format("{}: mpirun takes no address such as \"{}\"; write a host name or an IPv4 address",
                      nodes[begin]->name, address));
    }
    if (!before.insert(address).second) {
      throw Error(fmt::format("{}: the address \"{}\" comes again after another; put its entries together",
                              nodes[begin]->name, address));
    }
    slots += fmt::format("{}{}:{}", slots.empty() ? "" : ",", address, end - begin);
  }
  return slots;
}

Command mpirun_on_nodes(const LaunchSettings& settings, const std::vector<const SiteNode*>& nodes,
                        double time_limit_s, const Command& program, RemoteStart start) {
  return mpirun_on(settings, nodes, time_limit_s, program, start, ::geteuid() == 0);
}

Command mpirun_group(const LaunchSettings& settings, const std::vector<const SiteNode*>& nodes,
                     double time_limit_s, const Command& program, RemoteStart start) {
  if (settings.mpirun_from == MpirunFrom::orchestrator)
    return mpirun_on_nodes(settings, nodes, time_limit_s, program, start);
  // Whoever it is over there: the flag means something to root only.
  return over_ssh(settings, nodes.front()->address,
                  mpirun_on(settings, nodes, time_limit_s, program, start, true));
}

Command mpirun_here(const LaunchSettings& settings, std::size_t ranks, double time_limit_s,
                    const Command& program) {
  Mpirun mpirun(settings);
  mpirun.ranks(ranks, time_limit_s);
  // Ranks share this machine's cores and may outnumber them, so they must yield while they wait.
  mpirun.add({"--oversubscribe"});
  mpirun.parameter("mpi_yield_when_idle", "1");
  // Messages go over TCP on loopback: between real nodes there is no shared memory either.
  mpirun.parameter("btl", "tcp,self");
  mpirun.parameter("btl_tcp_if_include", "lo");
  mpirun.parameter("pml", "ob1");
  mpirun.parameter("plm", "isolated");
  if (::geteuid() == 0) mpirun.add({"--allow-run-as-root"});
  return mpirun.of(program);
}

std::unique_ptr<Launcher> make_mpirun_launcher(const Site& site, const WorkerFiles& files,
                                               const std::filesystem::path&) {
  return std::make_unique<MpirunLauncher>(site.launch, files);
}

}  // namespace rackproof
