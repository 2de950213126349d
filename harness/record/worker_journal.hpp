// The journal of a worker that runs a bundle without a harness, until it is collected.
//
//   bundle       first: protocol, campaign, sha256 of the bundle
//   step_begin   a step of the bundle starts: step, target, launch, attempt, cases
//   hello … end  its records (record.hpp), with "step"; all of a step stand together
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/record/bundle_file.hpp"
#include "harness/record/journal.hpp"
#include "harness/record/step_ledger.hpp"

namespace rackproof {

/// One step of a worker's journal, as it came: nothing in it is believed yet.
struct WorkerStep {
  BundleStep step;
  std::vector<nlohmann::json> records;  ///< without step_begin
};

struct WorkerJournalContent {
  std::string campaign;
  std::string bundle_sha256;
  std::vector<WorkerStep> steps;  ///< as they began
};

/// A torn last line is left out. Throws Error, one line, for a file that is no worker's journal, damaged before its last
/// line, or of another protocol.
WorkerJournalContent read_worker_journal(const std::filesystem::path& path);

/// The worker's side. Holds an exclusive lock on the file for its life.
class WorkerJournal {
 public:
  /// Begins the journal of a bundle, or takes it up: what is in it is not done again. Throws Error when the file is
  /// of another bundle, is something else, or is being written by another worker.
  WorkerJournal(const std::filesystem::path& path, const BundleFile& bundle);

  /// Begins a step or goes on with it: a case that was open is preempted, and a step whose cases have all ended is
  /// ended. Either the ledger has ended or cases are left.
  StepLedger begin(const BundleStep& step);
  /// Cases of a step without an end, the open one left out.
  std::vector<std::string> left(const BundleStep& step) const;
  /// Appends a record that names its step. Durable at once when it ends a case or the step, otherwise within a second. Throws Error (disk full); what is in the file stays valid.
  void append(const nlohmann::json& record);
  void sync_if_due() { journal_.sync_if_due(); }

 private:
  void append_to(StepLedger& ledger, nlohmann::json record);

  std::filesystem::path path_;
  Journal journal_;
  std::map<std::string, StepLedger> begun_;  // as they stood when the journal was taken up
};

}  // namespace rackproof
