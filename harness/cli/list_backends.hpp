// rackproof list backends: what each library of this installation is, and what it sees here.
#pragma once

#include "harness/base/exit_code.hpp"

namespace rackproof {

/// Asks the worker about one library after the other: a vendor's library is never loaded into this program, and one that
/// crashes or hangs (30 s) is a row that says so. `as_json`: one array on stdout, else a table.
ExitCode list_backends(bool as_json);

}  // namespace rackproof
