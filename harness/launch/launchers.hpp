// The launchers, one a file: what launcher.cpp has a row for, and what they share.
#pragma once

#include "harness/launch/launcher.hpp"

namespace rackproof {

using MakeLauncher = std::unique_ptr<Launcher>(const Site&, const WorkerFiles&, const std::filesystem::path&);
MakeLauncher make_local_launcher;
MakeLauncher make_ssh_launcher;
MakeLauncher make_mpirun_launcher;
MakeLauncher make_slurm_launcher;
MakeLauncher make_template_launcher;

/// Throws Error outside of an allocation.
void require_slurm_allocation();

/// Where the worker's files lie on the nodes when nothing is copied: as here, or as the site says.
WorkerFiles files_on_nodes(const LaunchSettings& settings, const WorkerFiles& files);

/// One rank of a group.
Command rank_command(const WorkerFiles& files);

}  // namespace rackproof
