// Four short cases on two nodes, and what is left of them when their harness dies: what every test of crashes asks.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

/// Quick on any host, and without a rule that a busy one breaks.
inline constexpr const char* kShortCases[] = {"memory/device/triad:f64,cold", "memory/device/copy:f64,cold"};

class ShortCampaign : public SmallCampaign {
 public:
  /// `slots`: nodes that are measured at a time.
  explicit ShortCampaign(int slots = 2);

  /// Every target and case.
  static std::vector<std::pair<std::string, std::string>> places();
  bool has(const char* file) const { return std::filesystem::exists(output() / file); }
  /// What its results hold, without identity, times, measured values, and the order in which nodes answered.
  nlohmann::json content() const;
};

/// A campaign as its harness left it.
struct Remains {
  explicit Remains(const ShortCampaign& campaign);

  std::map<std::pair<std::string, std::string>, nlohmann::json> finished;  ///< target, case → case_end
  std::set<std::pair<std::string, std::string>> open;
  bool begun = false;      ///< there is a journal
  bool finalised = false;  ///< there is a manifest
};

/// Goes on with the campaign, to its end, and expects that all its files are sound and nothing of it runs.
void complete(const ShortCampaign& campaign, const Remains& remains);

/// Each case ended ok once, those that were finished before at that time; those that were open were preempted.
void expect_everything_once(const ShortCampaign& campaign, const Remains& remains);

/// Each case ended ok once.
void expect_each_ok_once(const ShortCampaign& campaign);

/// The one line on stderr with which a command failed; lines of its progress, which a busy host takes, are left out.
std::string only_error(const Finished& finished);

/// Nothing of the campaign runs after at most 5 s.
void expect_gone(const SmallCampaign& campaign);

/// Does `work` with every element, several at a time: campaigns that nobody measures.
template <class T, class F>
void for_each_at_once(const std::vector<T>& all, F&& work) {
  constexpr std::size_t kAtOnce = 5;
  std::mutex mutex;
  std::size_t next = 0;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < std::min(kAtOnce, all.size()); ++i) {
    threads.emplace_back([&] {
      while (true) {
        std::unique_lock lock(mutex);
        if (next == all.size()) return;
        const T& mine = all[next++];
        lock.unlock();
        try {
          work(mine);
        } catch (
            const std::exception& error) {  // it would end the program, and what the others found with it
          ADD_FAILURE() << error.what();
        }
      }
    });
  }
}

}  // namespace rackproof::e2e
