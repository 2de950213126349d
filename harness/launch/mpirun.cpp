// launcher = "mpirun": nodes, pairs and groups by mpirun.
#include "harness/launch/mpirun.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/launch/launchers.hpp"
#include "harness/launch/ssh.hpp"

namespace rackproof {

namespace {

constexpr int kPortsOfAJob = 4;  // mpirun listens on all that are free of those it is given, and needs one

class MpirunLauncher : public Launcher {
 public:
  MpirunLauncher(const LaunchSettings& settings, const WorkerFiles& files)
      : mpirun_(settings, RemoteStart::any), files_(files_on_nodes(settings, files)) {}

  Command on_node(const SiteNode& node) const override {
    return mpirun_.on_nodes({&node}, 0, {files_.worker.string(), "attached"});
  }
  Command on_group(const std::vector<const SiteNode*>& nodes, double time_limit_s) const override {
    return mpirun_.group(nodes, time_limit_s, rank_command(files_));
  }

 private:
  Mpirun mpirun_;
  WorkerFiles files_;
};

/// An argument vector that grows.
class Arguments {
 public:
  explicit Arguments(Command program) : command_(std::move(program)) {}

  void add(const Command& words) { command_.insert(command_.end(), words.begin(), words.end()); }
  void parameter(const std::string& name, const std::string& value) { add({"--mca", name, value}); }
  void ranks(std::size_t number, double time_limit_s) {
    add({"-n", std::to_string(number), "--bind-to", "none"});
    if (time_limit_s > 0) add({"--timeout", std::to_string(static_cast<int>(std::ceil(time_limit_s)))});
  }
  Command take() { return std::move(command_); }

 private:
  Command command_;
};

/// A host for each rank. With a map by slots the node that mpirun runs on would come first, wherever it stands.
void add_hosts(Arguments& arguments, const std::vector<const SiteNode*>& nodes) {
  std::string hosts;
  for (const SiteNode* node : nodes) {
    if (node->address.find_first_of(":,") != std::string::npos) {
      throw Error(
          fmt::format("{}: mpirun takes no address such as \"{}\"; write a host name or an IPv4 address",
                      node->name, node->address));
    }
    hosts += (hosts.empty() ? "" : ",") + node->address;
  }
  arguments.add({"--host", hosts, "--map-by", "seq"});
  arguments.parameter("orte_default_hostfile", "none");  // it would have to name the nodes, too
  arguments.parameter("orte_keep_fqdn_hostnames", "1");  // addresses as the site has them
}

/// Daemons of mpirun talk over control_net. What is measured goes over data_net when that is given; otherwise Open MPI
/// chooses the transport, and TCP, if it is that, stays on control_net.
void add_networks(Arguments& arguments, const LaunchSettings& settings) {
  if (!settings.control_net.empty()) arguments.parameter("oob_tcp_if_include", settings.control_net);
  if (!settings.data_net.empty()) {
    arguments.parameter("pml", "ob1");
    arguments.parameter("btl", "tcp,vader,self");
    arguments.parameter("btl_tcp_if_include", settings.data_net);
  } else if (!settings.control_net.empty()) {
    arguments.parameter("btl_tcp_if_include", settings.control_net);
  }
}

/// A quarter of the ports is for mpirun and its daemons, a few for each job in turn, because one takes all that it may;
/// the others are for ranks, which look for a free one.
void add_ports(Arguments& arguments, const LaunchSettings& settings, int job) {
  if (settings.first_port == 0) return;
  const int shared = (settings.last_port - settings.first_port + 1) / 4;
  const int own = settings.first_port + job % (shared / kPortsOfAJob) * kPortsOfAJob;
  const int first_of_ranks = settings.first_port + shared;
  for (const char* version : {"4", "6"}) {
    arguments.parameter(fmt::format("oob_tcp_dynamic_ipv{}_ports", version),
                        fmt::format("{}-{}", own, own + kPortsOfAJob - 1));
    arguments.parameter(fmt::format("btl_tcp_port_min_v{}", version), std::to_string(first_of_ranks));
    arguments.parameter(fmt::format("btl_tcp_port_range_v{}", version),
                        std::to_string(settings.last_port - first_of_ranks + 1));
  }
}

}  // namespace

Command network_parameters(const LaunchSettings& settings, int job) {
  Arguments arguments({});
  add_networks(arguments, settings);
  add_ports(arguments, settings, job);
  return arguments.take();
}

namespace {

/// Each daemon is started from where mpirun runs, with the ssh that starts workers.
void add_agent(Arguments& arguments, const LaunchSettings& settings, RemoteStart start) {
  if (start == RemoteStart::ssh) arguments.parameter("plm", "rsh");
  const Command ssh = ssh_with_options(settings);
  arguments.parameter("plm_rsh_agent", ssh.front());
  arguments.parameter("plm_rsh_args", fmt::format("{}", fmt::join(ssh.begin() + 1, ssh.end(), " ")));
  arguments.parameter("plm_rsh_no_tree_spawn", "1");
  arguments.parameter("oob_tcp_keepalive_time", std::to_string(probe_interval_s(settings)));
  arguments.parameter("oob_tcp_keepalive_intvl", std::to_string(probe_interval_s(settings)));
  arguments.parameter("oob_tcp_keepalive_probes", std::to_string(kUnansweredProbes));
}

}  // namespace

// Campaigns that share ports begin at different ones.
Mpirun::Mpirun(const LaunchSettings& settings, RemoteStart start)
    : settings_(settings), start_(start), jobs_(static_cast<int>(::getpid() % 1000)) {}

Command Mpirun::job(const std::vector<const SiteNode*>& nodes, double time_limit_s, const Command& program,
                    bool may_be_root) const {
  Arguments arguments(settings_.mpirun);
  arguments.ranks(nodes.size(), time_limit_s);
  add_hosts(arguments, nodes);
  add_agent(arguments, settings_, start_);
  arguments.add(network_parameters(settings_, jobs_++ % 1'000'000));
  if (may_be_root) arguments.add({"--allow-run-as-root"});
  arguments.add(program);
  return arguments.take();
}

Command Mpirun::on_nodes(const std::vector<const SiteNode*>& nodes, double time_limit_s,
                         const Command& program) const {
  return job(nodes, time_limit_s, program, ::geteuid() == 0);
}

Command Mpirun::group(const std::vector<const SiteNode*>& nodes, double time_limit_s,
                      const Command& program) const {
  if (settings_.mpirun_from == MpirunFrom::orchestrator) return on_nodes(nodes, time_limit_s, program);
  // Whoever it is over there: the flag means something to root only.
  return over_ssh(settings_, nodes.front()->address, job(nodes, time_limit_s, program, true));
}

Command mpirun_here(const LaunchSettings& settings, std::size_t ranks, double time_limit_s,
                    const Command& program) {
  Arguments arguments(settings.mpirun);
  arguments.ranks(ranks, time_limit_s);
  // Ranks share this machine's cores and may outnumber them, so they must yield while they wait.
  arguments.add({"--oversubscribe"});
  arguments.parameter("mpi_yield_when_idle", "1");
  // Messages go over TCP on loopback: between real nodes there is no shared memory either.
  arguments.parameter("btl", "tcp,self");
  arguments.parameter("btl_tcp_if_include", "lo");
  arguments.parameter("pml", "ob1");
  arguments.parameter("plm", "isolated");
  if (::geteuid() == 0) arguments.add({"--allow-run-as-root"});
  arguments.add(program);
  return arguments.take();
}

std::unique_ptr<Launcher> make_mpirun_launcher(const Site& site, const WorkerFiles& files,
                                               const std::filesystem::path&) {
  return std::make_unique<MpirunLauncher>(site.launch, files);
}

}  // namespace rackproof
