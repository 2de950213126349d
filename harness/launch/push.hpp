// deploy = "push": the worker's files travel to the nodes as one archive.
#pragma once

#include <filesystem>
#include <string>

#include "harness/launch/launcher.hpp"

namespace rackproof {

/// What is brought to the nodes, in the folder of the campaign.
inline constexpr const char* kWorkerArchive = "worker.tar";

class Push {
 public:
  /// Makes the archive of this installation's worker and libraries in the campaign's folder. `folder` is where it goes
  /// on the nodes. Throws Error when a file is missing or cannot be written.
  Push(const std::string& folder, const WorkerFiles& files, const std::filesystem::path& campaign_folder);

  /// Where the files lie on a node once they are there: below <folder>/<SHA-256 of the archive>/.
  const WorkerFiles& files() const { return files_; }
  const std::filesystem::path& archive() const { return archive_; }

  /// What runs on the node with the archive on its standard input. It ends with status 0 only when all files are there
  /// with the right SHA-256: they are checked when they are there already, and then nothing is read; what is damaged is
  /// replaced. Files are placed by one rename, so several may push at a time, and one that is cut leaves nothing that
  /// counts. Needs a POSIX shell, sha256sum, tar, mktemp and mv -T.
  Command command() const;

 private:
  std::string folder_;
  std::string digest_;
  std::string sums_;  ///< "<SHA-256>  bin/rackproof-worker\n…"
  WorkerFiles files_;
  std::filesystem::path archive_;
};

}  // namespace rackproof
