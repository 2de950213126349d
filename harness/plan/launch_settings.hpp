// How the workers of a site are started and reached: the table [launch] of a site file.
//
//   launcher = "ssh"              # local | ssh | mpirun | slurm | template
//
//   [launch]                      # behind a key: the launchers that take it, where not all do
//   deploy = "shared"             # ssh, mpirun, slurm, template
//                                 # shared: this installation's files lie at the same place on every node
//                                 # preinstalled: `worker` names them there
//                                 # push (ssh): they are copied below `folder` on each node and their SHA-256 is checked
//   worker = "/opt/rackproof/bin/rackproof-worker"   # with deploy = "preinstalled"; the libraries lie in ../lib/rackproof
//   folder = "/var/tmp/rackproof" # with deploy = "push"
//   setup = "modules.sh"          # a file beside the site file; sourced by sh on the node, its change of the environment
//                                 # recorded; its status must be 0; LD_LIBRARY_PATH does not reach the ranks of groups
//   answer_time = "30 s"          # in which a node must answer; a third of it is how long a cut link may go unnoticed
//   ssh = ["ssh", "-F", "config"] # ssh, mpirun: program and options, no blanks in them; the user's ssh_config is honoured
//                                 # with mpirun_from = "first_target" they must be right on the nodes, too
//   mpirun = ["mpirun"]           # local, ssh, mpirun: program and options, for pairs and groups (mpirun: for nodes, too)
//   mpirun_from = "orchestrator"  # ssh, mpirun: orchestrator | first_target: where mpirun runs for pairs and groups
//   srun = ["srun"]               # slurm: program and options
//   on_node = ["docker", "exec", "-i", "{node}", "{worker}", "{args}"]   # template: argument vectors, no shell
//   on_group = ["mpirun", "--map-by", "seq", "--host", "{rank_hosts}", "-n", "{ranks}", "{worker}", "{args}"]
//   control_net = "10.77.0.0/16"  # ssh, mpirun: of mpirun's own traffic; CIDR or interface names, commas between
//   data_net = "10.78.0.0/16"     # ssh, mpirun, slurm: of what is measured between nodes; ranks then use TCP there
//   path = { interface = "eth1", share = 0.9 }   # over which messages between ranks go: when less than this share of their bytes
//                                 # did on any rank, the case is wrong. Interface names, commas between. Without the key, data_net
//                                 # is held against between machines, with the same share
//   ports = "46000-46999"         # ssh, mpirun, slurm: that mpirun and ranks may listen on, at least 64
//   at_once = 64                  # nodes under load at a time
//   at_once_per = { rack = 4, pdu = 8 }   # of those with the same value of a label
//
// Placeholders of on_node: {node} the address, {name} the name in the site file, {worker} the path of the worker, {args}
// its arguments. Of on_group, too: {ranks} their number, {nodes} "a:2,b:1" in rank order, {rank_hosts} "a,a,b", {hosts}
// "a,b", {names} of the nodes, {time_limit} in whole seconds; {node} and {name} are the first one's. {args} alone becomes several arguments;
// inside of a longer argument they are quoted for a POSIX shell. Another name in braces is refused.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

class TomlTable;

inline constexpr std::array<std::string_view, 5> kLaunchers{"local", "ssh", "mpirun", "slurm", "template"};

enum class Deploy { shared, preinstalled, push };
enum class MpirunFrom { orchestrator, first_target };

struct LaunchSettings {
  Deploy deploy = Deploy::shared;
  std::string worker;  ///< path on the nodes, with deploy = preinstalled
  std::string folder = "/var/tmp/rackproof";
  std::string setup;       ///< name of the script as written; empty: none
  std::string setup_text;  ///< its content
  double answer_time_s = 30;
  std::vector<std::string> ssh{"ssh"};
  std::vector<std::string> mpirun{"mpirun"};
  MpirunFrom mpirun_from = MpirunFrom::orchestrator;
  std::vector<std::string> srun{"srun"};
  std::vector<std::string> on_node;
  std::vector<std::string> on_group;  ///< empty: pairs and groups cannot be started
  std::string control_net;            ///< CIDR or interface names; empty: any
  std::string data_net;
  std::string path_interface;  ///< of messages between ranks; empty: data_net, if there is one
  double path_share = 0.9;     ///< of their bytes, that must go over it
  int first_port = 0;          ///< 0: any
  int last_port = 0;
  int at_once = 0;                         ///< nodes; 0: no limit
  std::map<std::string, int> at_once_per;  ///< label → nodes with the same value
};

/// Reads [launch] of a site with this launcher. `labels` are those that its nodes have, `folder` is the site file's.
/// Problems go to the table: unknown keys, keys of another launcher, what contradicts itself or cannot be read.
LaunchSettings read_launch_settings(TomlTable& table, std::string_view launcher,
                                    const std::set<std::string>& labels, const std::filesystem::path& folder);

/// The names of the placeholders in an argument: "node" and "worker" of "{node}:{worker}".
std::vector<std::string> placeholders_in(std::string_view argument);

}  // namespace rackproof
