// launcher = "local": everything runs on this machine.
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/launch/launcher.hpp"

namespace rackproof {

namespace {

class LocalLauncher : public Launcher {
 public:
  explicit LocalLauncher(WorkerFiles files) : files_(std::move(files)) {}

  bool asks_who_answers() const override { return false; }
  Command on_node(const SiteNode&) const override { return {files_.worker.string(), "attached"}; }

  /// Virtual nodes share this machine's cores, so ranks may outnumber them and must yield while they wait.
  /// Their messages go over TCP on loopback: between real nodes there is no shared memory either.
  Command on_group(const std::vector<const SiteNode*>& nodes, double time_limit_s) const override {
    Command command{"mpirun",
                    "-n",
                    std::to_string(nodes.size()),
                    "--oversubscribe",
                    "--bind-to",
                    "none",
                    "--timeout",
                    std::to_string(static_cast<int>(std::ceil(time_limit_s))),
                    "--mca",
                    "btl",
                    "tcp,self",
                    "--mca",
                    "btl_tcp_if_include",
                    "lo",
                    "--mca",
                    "pml",
                    "ob1",
                    "--mca",
                    "mpi_yield_when_idle",
                    "1",
                    "--mca",
                    "plm",
                    "isolated"};
    if (::geteuid() == 0) command.emplace_back("--allow-run-as-root");
    command.insert(command.end(), {files_.worker.string(), "rank", "--module", files_.module.string()});
    return command;
  }

 private:
  WorkerFiles files_;
};

}  // namespace

std::unique_ptr<Launcher> make_launcher(const Site& site, const WorkerFiles& files,
                                        const std::filesystem::path&) {
  if (site.launcher == "local") return std::make_unique<LocalLauncher>(files);
  throw Error(fmt::format("no launcher \"{}\"; this version has \"local\"", site.launcher));
}

}  // namespace rackproof
