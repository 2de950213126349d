// launcher = "local": everything runs on this machine.
#include "harness/launch/launchers.hpp"
#include "harness/launch/mpirun.hpp"

namespace rackproof {

namespace {

class LocalLauncher : public Launcher {
 public:
  LocalLauncher(const LaunchSettings& settings, WorkerFiles files)
      : settings_(settings), files_(std::move(files)) {}

  bool asks_who_answers() const override { return false; }
  Command on_node(const SiteNode&) const override { return {files_.worker.string(), "attached"}; }
  Command on_group(const std::vector<const SiteNode*>& nodes, double time_limit_s) const override {
    return mpirun_here(settings_, nodes.size(), time_limit_s, rank_command(files_));
  }

 private:
  LaunchSettings settings_;
  WorkerFiles files_;
};

}  // namespace

std::unique_ptr<Launcher> make_local_launcher(const Site& site, const WorkerFiles& files,
                                              const std::filesystem::path&) {
  return std::make_unique<LocalLauncher>(site.launch, files);
}

}  // namespace rackproof
