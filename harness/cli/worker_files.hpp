// Where the worker and the libraries that it opens lie, relative to this program.
#pragma once

#include "harness/launch/launcher.hpp"

namespace rackproof {

/// Throws Error when the worker is missing or cannot be run.
WorkerFiles find_worker();

}  // namespace rackproof
