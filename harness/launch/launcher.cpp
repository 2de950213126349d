#include "harness/launch/launcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/error.hpp"
#include "harness/launch/launchers.hpp"

namespace rackproof {

namespace {

struct LauncherRow {
  std::string_view name;
  MakeLauncher* make;
  void (*require)() = nullptr;
};

constexpr std::array<LauncherRow, 5> kRows{{{"local", make_local_launcher},
                                            {"ssh", make_ssh_launcher},
                                            {"mpirun", make_mpirun_launcher},
                                            {"slurm", make_slurm_launcher, require_slurm_allocation},
                                            {"template", make_template_launcher}}};
static_assert(std::ranges::equal(kRows, kLaunchers, {}, &LauncherRow::name));

const LauncherRow& row_of(const Site& site) {
  const auto* const row = std::ranges::find(kRows, site.launcher, &LauncherRow::name);
  if (row == kRows.end()) throw Error(fmt::format("no launcher \"{}\"", site.launcher));
  return *row;
}

}  // namespace

WorkerFiles files_on_nodes(const LaunchSettings& settings, const WorkerFiles& files) {
  if (settings.deploy != Deploy::preinstalled) return files;
  const std::filesystem::path worker = settings.worker;
  return {worker, worker.parent_path().parent_path() / "lib" / "rackproof" / "librackproof-mpi.so"};
}

Command rank_command(const WorkerFiles& files) {
  return {files.worker.string(), "rank", "--module", files.module.string()};
}

void require_launcher(const Site& site) {
  if (const auto require = row_of(site).require) require();
}

std::unique_ptr<Launcher> make_launcher(const Site& site, const WorkerFiles& files,
                                        const std::filesystem::path& folder) {
  require_launcher(site);
  return row_of(site).make(site, files, folder);
}

}  // namespace rackproof
