// rackproof list backends: what each library of this installation is, and what it sees here.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/base/exit_code.hpp"
#include "harness/cli/worker_files.hpp"

namespace rackproof {

/// What the worker says of each library of the installation, in the order of their names; one that crashes or hangs (30 s)
/// has "refused" with the reason. Throws Error when there is none.
nlohmann::json described_libraries(const WorkerFiles& files);

/// Asks the worker about one library after the other: a vendor's library is never loaded into this program, and one that
/// crashes or hangs (30 s) is a row that says so. `as_json`: one array on stdout, else a table.
ExitCode list_backends(bool as_json);

}  // namespace rackproof
