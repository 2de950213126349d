// A worker without a harness: the bundle comes from a file, the records go to a journal that is collected later.
#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <thread>

#include "harness/record/bundle_file.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/step_ledger.hpp"
#include "harness/record/worker_journal.hpp"
#include "suites/child.hpp"

namespace rackproof {

struct DetachedFiles {
  std::filesystem::path bundle;
  std::filesystem::path journal;  ///< new, or of an earlier start with the same bundle: then it is taken up
};

/// Runs the steps of a node's bundle. Returns false when it was told to end before all steps had. Throws Error for
/// files that do not go together and for a journal that cannot be written.
bool run_detached(const DetachedFiles& files, const Installation& installation,
                  const PreparedEnvironment& environment);

/// Rank 0 of an MPI job without a harness: takes the records that run_step writes into the journal, beside the
/// measuring thread, and keeps the time limits. A job does one step, because every launch is measured by fresh
/// processes: the next start of the same command does the next one. A case or step that is over its time ends, and with
/// it the job (status 1).
class RankJournal {
 public:
  /// `ranks`: of the job. Throws Error for files that do not go together, and for a bundle of another number of ranks.
  RankJournal(const DetachedFiles& files, int ranks);
  ~RankJournal() { finish(); }
  RankJournal(const RankJournal&) = delete;
  RankJournal& operator=(const RankJournal&) = delete;

  /// What this job does: the first step with cases left, and those. No step: all have ended.
  Bundle next() const;
  /// Begins to take records. Returns where run_step writes those of next().
  int start();
  /// Steps of the bundle with cases left.
  std::size_t steps_left() const;
  /// Waits until all that was written is in the journal. With `reason`, the case that is then open failed for it.
  void finish(const std::string& reason = {});

 private:
  void take_records();
  void take_step();
  bool take_line();
  std::string overdue() const;
  void append(nlohmann::json record);

  BundleFile bundle_;
  WorkerJournal journal_;
  FileDescriptor to_journal_;
  FileDescriptor from_ranks_;
  std::thread thread_;
  LineSplitter lines_;                ///< these are the thread's until it was joined
  std::optional<StepLedger> ledger_;  ///< of the step that it is at
  std::chrono::steady_clock::time_point step_began_;
  std::chrono::steady_clock::time_point last_progress_;
};

}  // namespace rackproof
