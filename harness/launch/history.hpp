// What a campaign's journal already holds: for retries, for --resume, for attribution.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/record/journal.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// Attempts at the cases of a campaign, by target, case and launch. Keeps counts, not the records.
class History {
 public:
  void add(const CaseEnd& end);
  /// Adds every case_end of a journal.
  void add(const JournalContent& journal);
  /// What went wrong before a worker answered no longer counts: what was in its way may have been repaired.
  void forgive_launches();

  /// True when the case has its final outcome in this launch: anything but machinery, or machinery with no
  /// attempt left. preempted and skipped are not final: they are made up for when the campaign is resumed.
  bool finished(const std::string& target, const std::string& case_id, int launch, int retries) const;
  int next_attempt(const std::string& target, const std::string& case_id, int launch) const;
  /// True when kReproductions (reproduction.hpp) fresh launches went wrong on the target and none ended ok.
  bool given_up(const std::string& target, const std::string& case_id) const;
  /// The same without what went wrong before a worker answered, which says nothing about the target.
  bool unstable(const std::string& target, const std::string& case_id) const;
  /// True when the case ended ok on `control` after it had gone wrong on `target` for the first time: what was at hand
  /// for all of them was in order then.
  bool ok_since(const std::string& control, const std::string& target, const std::string& case_id) const;
  /// Times in a row that the target lost its device, up to now.
  int losses_in_a_row(const std::string& target) const;

 private:
  struct Launch {
    int number = 0;
    int attempts = 0;
    int machinery = 0;
    int reproductions = 0;  // of these, after the worker had answered
    bool answered = false;  // anything but machinery, preempted or skipped
  };
  struct Attempts {
    std::vector<Launch> launches;
    int machinery = 0;
    int reproductions = 0;              // of these, after the worker had answered
    std::uint64_t first_machinery = 0;  // of these, the first: when, in case_ends of the campaign; 0: never
    std::uint64_t last_ok = 0;
  };
  const Attempts* find(const std::string& target, const std::string& case_id) const;
  static const Launch* find(const Attempts& attempts, int launch);

  std::map<std::string, int> cases_;                                   // case id → its number
  std::unordered_map<std::string, std::map<int, Attempts>> attempts_;  // target → case → attempts
  std::unordered_map<std::string, int> losses_;
  std::uint64_t now_ = 0;
};

}  // namespace rackproof
