// The entries that a campaign makes in its journal.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "harness/launch/identity_check.hpp"
#include "harness/record/journal.hpp"
#include "harness/record/step_ledger.hpp"

namespace rackproof {

/// The step_begin records of the steps that have no end: what a harness was at when it died.
std::vector<nlohmann::json> open_steps(const JournalContent& content);

class CampaignJournal {
 public:
  explicit CampaignJournal(Journal journal) : journal_(std::move(journal)) {}

  /// `ranks`: the node of each rank of a job, as an index of the campaign's nodes; empty for one process.
  void step_begin(const BundleStep& step, const std::vector<std::uint32_t>& ranks);
  /// A record of a worker, as it came; it names its step.
  void worker_record(const nlohmann::json& record) { append(record); }
  /// A case_end that the worker could not write, for the open case of the ledger or the first one left.
  void on_behalf(StepLedger& ledger, const Outcome& outcome);
  /// `incomplete`: why the step's records are not all that its worker wrote; empty when they are. `collected`: of a step
  /// that came in a worker's journal, the digest of what stood there.
  void step_end(const StepLedger& ledger, const Outcome& outcome, const std::string& incomplete,
                const std::string& collected = {});
  /// Accounts for the steps that a harness was at when it died: their open case is preempted, which blames
  /// nobody. Returns true when there were any.
  bool close_lost_steps(const JournalContent& content);
  void notice(const Notice& notice);
  /// The last entry; durable when it returns.
  void end(bool interrupted);
  void sync_if_due() { journal_.sync_if_due(); }

  /// Holds entries back from here on. commit() writes them so that they stand or fall together; the first is a
  /// step_begin. discard() forgets them.
  void hold() { holds_ = true; }
  void commit();
  void discard();

 private:
  void append(const nlohmann::json& record);

  Journal journal_;
  bool holds_ = false;
  std::vector<nlohmann::json> held_;
};

}  // namespace rackproof
