// The measuring process: loads one backend, runs the cases of one step, writes records.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/measure/group.hpp"
#include "harness/record/bundle.hpp"
#include "suites/setup_environment.hpp"

namespace rackproof {

/// Where the worker's own files lie, relative to its executable.
struct Installation {
  std::filesystem::path worker;   ///< this executable
  std::filesystem::path modules;  ///< folder of librackproof-*.so
};
Installation find_installation();

/// Moves the record stream away from fd 1 and points fd 1 at fd 2, so that no library can write into the
/// records. Returns the descriptor for records. Call before anything is loaded.
int claim_record_stream();

/// What else there is to record, without "step": asked, on all ranks, after each case; `last`: after the last one.
using MoreRecords = std::function<std::vector<nlohmann::json>(bool last)>;

/// Runs the step's cases in order and writes hello, preflight, case_begin, samples, case_end, end to `records` (rank 0
/// only). A setup script that failed fails them all.
void run_step(const Bundle& bundle, const BundleStep& step, const Group& group,
              const Installation& installation, const PreparedEnvironment& environment, int records,
              const MoreRecords& more = {});

/// One case on this machine without a harness: Google Benchmark's own flags and reports work. Returns an exit
/// status: 0 when the case ended ok, 1 otherwise. The outcome goes to stderr as one line.
int run_standalone(const BundleStep& step, const Group& group, const Installation& installation,
                   double sample_time_s);

}  // namespace rackproof
