// What workers say, checked before the journal believes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/launch/campaign_journal.hpp"
#include "harness/launch/identity_check.hpp"
#include "harness/plan/catalogue.hpp"
#include "harness/record/step_ledger.hpp"

namespace rackproof {

/// What became of one line of a worker.
enum class Taken {
  record,    ///< in the journal
  progress,  ///< in the journal: a case began or ended
  stray,     ///< no record of this step, or one that its worker may not claim
  refused    ///< a hello that is not accepted: nothing that this worker says is
};

/// When workers said what is taken in.
enum class Heard {
  now,
  before  ///< their clocks cannot be held against this machine's any more
};

class Intake {
 public:
  /// All must outlive the intake.
  Intake(const Site& site, Catalogue catalogue, CampaignJournal& journal, Heard heard = Heard::now);

  /// Takes one line of the step of `ledger`, whose process i runs on the node nodes[i]. When it is refused, or
  /// was before, `refused` says why.
  Taken take(const std::string& line, StepLedger& ledger, const std::vector<std::uint32_t>& nodes,
             std::string& refused);
  /// Why a node cannot be used before a reboot; empty: it answered with another boot id since then, or nobody said so.
  std::string unusable(std::uint32_t node) const { return identities_.unusable(node); }
  /// --resume and collect: who answered before. Throws Error when the campaign was begun with other
  /// definitions of its cases.
  void take_up(const JournalContent& journal);

 private:
  void check_hello(const nlohmann::json& record, const std::vector<std::uint32_t>& nodes,
                   std::string& refused);

  Catalogue catalogue_;
  std::string catalogue_hash_;
  CampaignJournal& journal_;
  IdentityCheck identities_;
  Heard heard_;
};

}  // namespace rackproof
