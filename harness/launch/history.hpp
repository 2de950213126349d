// What a campaign's journal already holds: for retries and for --resume.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/record/journal.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// Attempts at the cases of a campaign, by target, case and launch.
class History {
 public:
  /// Fresh launches on one target that may go wrong before it is left alone.
  static constexpr int kEnoughReproductions = 3;

  void add(const CaseEnd& end);
  /// Adds every case_end of a journal.
  void add(const JournalContent& journal);

  /// True when the case has its final outcome in this launch: anything but machinery, or machinery with no
  /// attempt left. preempted and skipped are not final: they are made up for when the campaign is resumed.
  bool finished(const std::string& target, const std::string& case_id, int launch, int retries) const;
  int next_attempt(const std::string& target, const std::string& case_id, int launch) const;
  /// True when kEnoughReproductions fresh launches went wrong on the target and none ended ok.
  bool given_up(const std::string& target, const std::string& case_id) const;

 private:
  struct Key {
    std::string target;
    std::string case_id;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, std::vector<CaseEnd>> attempts_;
};

}  // namespace rackproof
