// The worker's supervisor: starts one fresh measuring process per step, enforces time, goes on after a crash.
#pragma once

#include "harness/record/bundle.hpp"
#include "harness/record/worker_journal.hpp"
#include "suites/child.hpp"

namespace rackproof {

/// A control pipe that says nothing for this long means that the harness is gone.
inline constexpr double kLeaseSeconds = 6;

struct Supervision {
  int records = -1;                  ///< attached: where frames go, the launcher's stdout
  int control = -1;                  ///< attached: control pipe, one byte a second
  WorkerJournal* journal = nullptr;  ///< detached: where records go instead
};

/// Runs all steps of a bundle. Every case gets exactly one case_end, whatever its process does; each step
/// ends with an end record. The bundle's setup script runs first; when it fails, so do all cases, in phase launch.
/// `environment` is what was done before that. Returns false when SIGTERM, a closed control pipe or a lost lease ended it early;
/// then no process is left. Detached, it leaves the cases that did not begin to the next start with the same journal, and
/// throws Error when the journal cannot be written.
bool supervise(const Bundle& bundle, const Installation& installation, const PreparedEnvironment& environment,
               const Supervision& supervision);

}  // namespace rackproof
