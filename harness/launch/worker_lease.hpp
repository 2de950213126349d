// Whether workers of a harness that died may still run.
#pragma once

#include <filesystem>

#include "harness/record/durable_file.hpp"

namespace rackproof {

/// The file "workers" of a campaign. Every process that is started on this machine inherits the lock on it, which is
/// free again when the last of them has ended; the time of the file says when the harness was last alive, after which
/// workers elsewhere end by themselves. One at a time: made under the lock of the journal.
class WorkerLease {
 public:
  /// After this, a worker of a harness that died has noticed and is gone; s.
  static constexpr double kSeconds = 8;

  /// Opens the file, or makes it, and waits for the lock on it, at most kSeconds: what is there so long after its harness
  /// died hangs in the kernel. Throws Error.
  explicit WorkerLease(const std::filesystem::path& folder);
  /// Waits for workers that hold no lock, on other machines or as ranks, which inherit nothing: until kSeconds after the
  /// harness was last alive.
  void wait_elsewhere() const;
  /// The harness is alive. To be called once a second.
  void renew();

 private:
  FileDescriptor file_;
};

}  // namespace rackproof
