#include "harness/cli/worker_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/error.hpp"

namespace rackproof {

namespace fs = std::filesystem;

WorkerFiles find_worker() {
  const fs::path program = fs::canonical("/proc/self/exe");
  const WorkerFiles files{program.parent_path() / "rackproof-worker",
                          program.parent_path().parent_path() / "lib" / "rackproof" / "librackproof-mpi.so"};
  if (::access(files.worker.c_str(), X_OK) != 0) {
    throw Error(fmt::format(
        "no worker: {} is missing or cannot be run; install rackproof and rackproof-worker together",
        files.worker.string()));
  }
  return files;
}

}  // namespace rackproof
