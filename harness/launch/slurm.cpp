// launcher = "slurm": job steps inside of an allocation.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <set>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/launchers.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

namespace {

class SlurmLauncher : public Launcher {
 public:
  SlurmLauncher(const LaunchSettings& settings, const WorkerFiles& files, std::filesystem::path hostfiles)
      : settings_(settings), files_(files_on_nodes(settings, files)), hostfiles_(std::move(hostfiles)) {
    std::filesystem::create_directories(hostfiles_);
  }

  Command on_node(const SiteNode& node) const override {
    return step({"-u", "SLURM_HOSTFILE"},
                {"--nodes=1", "--ntasks=1", "--nodelist=" + slurm_name(node), "--mpi=none"},
                {files_.worker.string(), "attached"});
  }

  Command on_group(const std::vector<const SiteNode*>& nodes, double time_limit_s) const override {
    std::string hosts;
    std::set<std::string> different;
    for (const SiteNode* node : nodes) {
      different.insert(slurm_name(*node));
      hosts += node->address + "\n";
    }
    // The only way to give the order of ranks: a line for each of them.
    const auto file = hostfiles_ / sha256(hosts).substr(0, 16);
    if (!std::filesystem::exists(file)) write_durably(file, hosts);
    Command program = transport();
    const Command rank = rank_command(files_);
    program.insert(program.end(), rank.begin(), rank.end());
    return step({"SLURM_HOSTFILE=" + file.string()},
                {fmt::format("--nodes={}", different.size()), fmt::format("--ntasks={}", nodes.size()),
                 "--distribution=arbitrary", "--mpi=pmix",
                 fmt::format("--time={}", static_cast<int>(std::ceil(time_limit_s / 60)))},
                program);
  }

 private:
  static const std::string& slurm_name(const SiteNode& node) {
    if (node.address.find('/') == std::string::npos) return node.address;
    throw Error(fmt::format("{}: the address \"{}\" is no name of a node of Slurm", node.name, node.address));
  }

  /// Steps overlap, or those on different nodes would wait for each other. The site's own options come last, because
  /// srun takes the last value of each.
  Command step(const Command& environment, const Command& options, const Command& program) const {
    // An allocation's default would contradict the number of tasks.
    Command command{"env", "-u", "SLURM_NTASKS_PER_NODE"};
    const auto add = [&command](const Command& words) {
      command.insert(command.end(), words.begin(), words.end());
    };
    add(environment);
    add({settings_.srun.front()});
    add(options);
    add({"--overlap", "--kill-on-bad-exit=1", "--cpu-bind=none", "--chdir=/",
         fmt::format("--immediate={}", static_cast<int>(std::ceil(settings_.answer_time_s)))});
    add({settings_.srun.begin() + 1, settings_.srun.end()});
    add(program);
    return command;
  }

  /// srun hands no parameters to Open MPI; the environment of the ranks does.
  Command transport() const {
    Command set;
    if (!settings_.data_net.empty()) {
      set.insert(set.end(), {"OMPI_MCA_pml=ob1", "OMPI_MCA_btl=tcp,vader,self",
                             "OMPI_MCA_btl_tcp_if_include=" + settings_.data_net});
    }
    if (settings_.first_port > 0) {
      set.push_back(fmt::format("OMPI_MCA_btl_tcp_port_min_v4={}", settings_.first_port));
      set.push_back(
          fmt::format("OMPI_MCA_btl_tcp_port_range_v4={}", settings_.last_port - settings_.first_port + 1));
    }
    if (!set.empty()) set.insert(set.begin(), "env");
    return set;
  }

  LaunchSettings settings_;
  WorkerFiles files_;
  std::filesystem::path hostfiles_;
};

}  // namespace

void require_slurm_allocation() {
  if (std::getenv("SLURM_JOB_ID") != nullptr) return;
  throw Error(
      "launcher \"slurm\" works inside of an allocation: start `salloc --nodes=N --exclusive rackproof run "
      "…`, "
      "or run it from a batch script");
}

std::unique_ptr<Launcher> make_slurm_launcher(const Site& site, const WorkerFiles& files,
                                              const std::filesystem::path& folder) {
  return std::make_unique<SlurmLauncher>(site.launch, files, folder / "hostfiles");
}

}  // namespace rackproof
