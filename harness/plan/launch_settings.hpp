// How the workers of a site are started and reached: the table [launch] of a site file.
//
//   launcher = "ssh"              # local | ssh | mpirun | slurm | template
//
//   [launch]
//   deploy = "shared"             # shared: this installation's files lie at the same place on every node
//                                 # preinstalled: `worker` names them there
//                                 # push: they are copied below `folder` on each node and their SHA-256 is checked
//   worker = "/opt/rackproof/bin/rackproof-worker"
//   folder = "/var/tmp/rackproof"
//   setup = "modules.sh"          # beside the site file; sourced on the node, its change of the environment recorded
//   answer_time = "30 s"          # in which a node must answer
//   ssh = ["ssh", "-F", "config"] # program and options; the user's ssh_config is honoured
//   mpirun = ["mpirun"]           # program and options, for pairs and groups (mpirun: for nodes, too)
//   mpirun_from = "orchestrator"  # orchestrator | first_target: where it runs
//   srun = ["srun"]               # program and options
//   on_node = ["docker", "exec", "-i", "{node}", "{worker}", "{args}"]   # template: argument vectors; {node} is the address,
//   on_group = ["mpirun", "--host", "{nodes}", "-n", "{ranks}", "{worker}", "{args}"]   # {nodes} "a:1,b:1", {args} several
//   control_net = "10.77.0.0/16"  # of mpirun's and the workers' own traffic
//   data_net = "10.78.0.0/16"     # of what is measured between nodes
//   ports = "46000-46999"         # that ranks may listen on
//   at_once = 64                  # nodes under load at a time
//   at_once_per = { rack = 4, pdu = 8 }   # of those with the same value of a label
#pragma once

#include <map>
#include <string>
#include <vector>

namespace rackproof {

enum class Deploy { shared, preinstalled, push };
enum class MpirunFrom { orchestrator, first_target };

struct LaunchSettings {
  Deploy deploy = Deploy::shared;
  std::string worker;  ///< path on the nodes, with deploy = preinstalled
  std::string folder = "/var/tmp/rackproof";
  std::string setup;       ///< path of the script as written; empty: none
  std::string setup_text;  ///< its content
  double answer_time_s = 30;
  std::vector<std::string> ssh{"ssh"};
  std::vector<std::string> mpirun{"mpirun"};
  MpirunFrom mpirun_from = MpirunFrom::orchestrator;
  std::vector<std::string> srun{"srun"};
  std::vector<std::string> on_node;
  std::vector<std::string> on_group;
  std::string control_net;  ///< CIDR or interface names; empty: any
  std::string data_net;
  int first_port = 0;  ///< 0: any
  int last_port = 0;
  int at_once = 0;                         ///< nodes; 0: no limit
  std::map<std::string, int> at_once_per;  ///< label → nodes with the same value
};

}  // namespace rackproof
