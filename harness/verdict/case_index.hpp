// Promises and attempts of a campaign by (target, case), with the controls that attribution needs.
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "harness/verdict/judge.hpp"

namespace rackproof {

class CaseIndex {
 public:
  /// `results` must outlive the index. Throws Error when a row points outside its table, a case is promised
  /// twice on a target, or an attempt was never promised.
  explicit CaseIndex(const Results& results);

  /// Rows of Results::promises by target row, then case id.
  const std::vector<std::uint32_t>& promises() const { return promises_; }
  /// Attempts by launch, then by their number, which is the order in which they were made.
  CaseHistory history(const PromiseRow& promise) const;

 private:
  using Key = std::pair<std::uint32_t, std::string_view>;  // target, case
  using Cohort = std::tuple<std::uint32_t, std::string_view, std::string_view,
                            std::string_view>;  // part, case, scope, model

  struct EndedOk {
    std::uint32_t target = 0;
    std::int64_t when =
        0;  // the last attempt that did: its log_offset, which orders the attempts of a campaign
  };

  void order_promises();
  void order_attempts();
  void collect_controls();
  void collect_evidence();
  void collect_losses();
  bool ends_with_loss(std::vector<const AttemptRow*> attempts) const;
  std::pair<std::size_t, std::size_t> attempts_of(const Key& key) const;
  bool is_control(std::uint32_t control, std::uint32_t target) const;
  /// `trouble`: log_offset of the attempt that went wrong first. What ended ok before it does not show that the case would end ok
  /// elsewhere at that time.
  bool has_control(const PromiseRow& promise, std::int64_t trouble) const;
  Key key_of_attempt(std::uint32_t row) const;
  struct Answer {
    const std::string& absent;
    const std::string& hostname;
    const std::string& boot_id;
  };
  Answer answer(std::uint32_t node, std::uint32_t part) const;

  const Results& results_;
  std::vector<std::uint32_t> promises_;
  std::vector<std::uint32_t> attempts_;
  std::map<std::uint32_t, Phrase> evidence_;  // by row of attempts
  std::map<Cohort, std::vector<EndedOk>> ended_ok_;
  std::map<std::uint32_t, std::string_view> missing_;  // target → evidence that its device is not there
  std::set<const AttemptRow*> lost_in_a_row_;  // one of several losses of its target that follow one another
  std::map<std::pair<std::uint32_t, std::uint32_t>, const NodeAnswer*> answers_;  // node, part
};

}  // namespace rackproof
