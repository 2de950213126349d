// Book-keeping of one step as its records come in: which case is open, which are left, what the end record
// must say.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/bundle.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

class StepLedger {
 public:
  explicit StepLedger(BundleStep step);

  /// Takes one unframed record of this step. Returns false when it breaks the protocol: records of another
  /// step, a case that was not asked for or ended before, a case_end without its begin, a record before
  /// hello, an end record whose count or digest does not match.
  bool see(const nlohmann::json& record);

  const BundleStep& step() const { return step_; }
  bool greeted() const { return greeted_; }
  bool ended() const { return ended_; }  ///< a matching end record came
  const std::optional<CaseBegin>& open() const { return open_; }
  /// Why its node cannot be used before a reboot; empty: no worker said so.
  const std::string& unusable() const { return unusable_; }
  /// Cases without a case_end, in order; the open one is the first.
  std::vector<std::string> left() const;
  /// A case_end for the open case, or for the first one left, that its process could not write any more.
  CaseEnd on_behalf(const Outcome& outcome) const;
  /// Outcomes of the cases that ended, in order.
  const std::vector<CaseEnd>& ended_cases() const { return ended_cases_; }
  /// The end record that matches everything seen.
  End end() const;

 private:
  BundleStep step_;
  bool greeted_ = false;
  bool ended_ = false;
  std::optional<CaseBegin> open_;
  std::string unusable_;
  std::vector<CaseEnd> ended_cases_;
  std::string digested_;  // texts of the case_end records so far
};

}  // namespace rackproof
