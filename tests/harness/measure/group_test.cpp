// Two ranks: what one cannot do, both stop with, and neither waits for the other for ever.
#include "harness/measure/group.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "harness/measure/case_stopped.hpp"
#include "harness/measure/sampler.hpp"
#include "tests/harness/measure/counted_workload.hpp"
#include "tests/harness/measure/two_ranks.hpp"

namespace rackproof {
namespace {

constexpr std::int64_t kNever = -1;

/// Works for a while, and stops at one place on one rank.
class FragileWorkload : public Workload {
 public:
  std::int64_t before_at = kNever, timed_at = kNever, after_at = kNever, verify_at = kNever;
  useconds_t us = 500;

  void before(std::int64_t iteration) override {
    stop_at(before_at, iteration, Status::failed, Phase::prepare, "before");
  }
  void timed(std::int64_t iteration) override {
    stop_at(timed_at, iteration, Status::failed, Phase::measure, "timed");
    ::usleep(us);
  }
  void after(std::int64_t iteration) override {
    stop_at(after_at, iteration, Status::wrong, Phase::check, "after");
  }
  std::int64_t verify() override {
    stop_at(verify_at, verified_++, Status::wrong, Phase::check, "verify");
    return 1;
  }

 private:
  static void stop_at(std::int64_t at, std::int64_t iteration, Status status, Phase phase,
                      const char* place) {
    if (at == iteration) throw CaseStopped(status, phase, place);
  }
  std::int64_t verified_ = 0;
};

SampleSettings quick() {
  SampleSettings settings;
  settings.sample_time_s = 0.2;
  settings.precision = -1;
  return settings;
}

/// Of a workload that fails before the time is over.
std::string sample_on(const Group& group, FragileWorkload& workload) {
  SampleSettings settings = quick();
  settings.sample_time_s = 2;
  try {
    const Sampled sampled = sample("suite/host/thing", workload, settings, group, {});
    return fmt::format("{} samples, stop {}", sampled.host_ns.size(), to_string(sampled.stop));
  } catch (const AgreedStop& stop) {
    return fmt::format("agreed: {} {} {}", to_string(stop.outcome().status), to_string(stop.outcome().phase),
                       stop.outcome().reason);
  }
}

TEST(Group, AloneEveryCollectiveIsItself) {
  const Group group;
  EXPECT_EQ(group.rank(), 0);
  EXPECT_EQ(group.size(), 1);
  std::int64_t value = 5;
  group.maximum({&value, 1});
  EXPECT_EQ(value, 5);
  EXPECT_EQ(group.from_root(7), 7);
  EXPECT_EQ(group.text_from_root("a"), "a");
  EXPECT_EQ(group.gather_texts("b"), std::vector<std::string>{"b"});
}

TEST(Group, CollectivesOfTwoRanks) {
  const auto said = on_two_ranks([](const Group& group) {
    std::array<std::int64_t, 2> values{group.rank(), -group.rank()};
    group.maximum(values);
    const std::int64_t root = group.from_root(group.rank() + 10);
    const std::string text = group.text_from_root(group.rank() == 0 ? "long text" : "x");
    const std::string empty = group.text_from_root("");
    const auto all = group.gather_texts(group.rank() == 0 ? "" : "one");
    return fmt::format("{} {} {} {}{} {}", values[0], values[1], root, text, empty, fmt::join(all, "|"));
  });
  EXPECT_EQ(said, (std::vector<std::string>{"1 0 10 long text |one", "1 0 10 long text "}));
}

TEST(Group, TheDifferenceIsSeenWhenRanksCallDifferentCollectives) {
  const auto said = on_two_ranks([](const Group& group) {
    group.rank() == 0 ? group.barrier() : static_cast<void>(group.from_root(1));
    return std::string("went on");
  });
  for (const auto& text : said) EXPECT_NE(text.find("different collectives"), std::string::npos) << text;
}

TEST(Group, BothRanksSeeTheSameTimesAndStopTogether) {
  const auto said = on_two_ranks([](const Group& group) {
    FragileWorkload workload;
    workload.us = group.rank() == 0 ? 100 : 3000;
    const Sampled sampled = sample("suite/host/thing", workload, quick(), group, {});
    std::int64_t sum = 0;
    for (const std::int64_t ns : sampled.host_ns) {
      if (ns < 3'000'000) return fmt::format("{} ns is not the slower rank's time", ns);
      sum += ns;
    }
    return fmt::format("{} samples, {} ns, {}", sampled.host_ns.size(), sum, to_string(sampled.stop));
  });
  EXPECT_EQ(said[0], said[1]);
  EXPECT_NE(said[0].find("time"), std::string::npos) << said[0];
}

TEST(Group, TheRankThatWaitsForACpuSpeaksForAll) {
  const auto said = on_two_ranks([](const Group& group) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
    const auto spin_while = [&](const std::atomic<bool>& on) {
      ::sched_setaffinity(0, sizeof one, &one);
      while (on) {
      }
    };
    std::atomic<bool> on = true;
    std::thread thread;
    pid_t other = 0;
    if (group.rank() == 1) {  // a busy thread beside a busy process
      other = ::fork();
      if (other == 0) spin_while(on);
      thread = std::thread([&] { spin_while(on); });
    }
    FragileWorkload workload;
    SampleSettings settings = quick();
    settings.sample_time_s = 3;  // counting in ticks shows nothing in less
    const Sampled sampled = sample("suite/host/thing", workload, settings, group, {});
    on = false;
    if (group.rank() == 1) {
      thread.join();
      ::kill(other, SIGKILL);
      ::waitpid(other, nullptr, 0);
    }
    return fmt::format("{} {}", sampled.runqueue_delay > 0.15 ? "waited" : "did not wait",
                       sampled.runqueue_delay);
  });
  EXPECT_EQ(said[0], said[1]);
  EXPECT_TRUE(said[0].starts_with("waited")) << said[0];
}

TEST(Group, RanksRepeatAlikeOrNotAtAll) {
  class Short : public FragileWorkload {
   public:
    bool willing = true;
    std::int64_t repeats = 1;
    bool isolated() const override { return true; }  // too short for anything else
    bool repeat(std::int64_t wanted) override {
      if (wanted > 1 && !willing) return false;
      repeats = wanted;
      return true;
    }
    void timed(std::int64_t) override {
      const auto until = std::chrono::steady_clock::now() + std::chrono::nanoseconds(500 * repeats);
      while (std::chrono::steady_clock::now() < until) {
      }
    }
  };
  for (const bool all_willing : {true, false}) {
    const auto said = on_two_ranks([&](const Group& group) {
      Short workload;
      workload.willing = all_willing || group.rank() == 0;
      const Sampled sampled = sample("suite/host/thing", workload, quick(), group, {});
      if (sampled.repeats != workload.repeats)
        return fmt::format("{} is not {}", sampled.repeats, workload.repeats);
      if ((sampled.repeats > 1) != all_willing) return fmt::format("{} operations", sampled.repeats);
      return fmt::format("alike {}", sampled.repeats);
    });
    EXPECT_EQ(said[0], said[1]);
    EXPECT_TRUE(said[0].starts_with("alike")) << said[0];
  }
}

TEST(Group, OneRankIsBusyForBoth) {
  // Overheads of rank 1; those of rank 0 are small.
  const auto said_of = [](const std::vector<double>& overheads, std::int64_t most) {
    return on_two_ranks([&](const Group& group) {
      test::Changing workload(group.rank() == 1 ? overheads : std::vector<double>{1e-7});
      workload.ns = 20'000;
      workload.most = most;
      try {
        const Sampled sampled = sample("suite/host/thing", workload, quick(), group, {});
        return fmt::format("{}, {} operations", sampled.overhead <= 0.01 ? "small" : "large",
                           sampled.repeats);
      } catch (const AgreedStop& stop) {
        return stop.outcome().reason;
      }
    });
  };
  const auto quiet_again = said_of({1e-3, 66e-6}, 1000);
  EXPECT_EQ(quiet_again[0], quiet_again[1]);
  EXPECT_TRUE(quiet_again[0].starts_with("small")) << quiet_again[0];
  const auto always = said_of({1e-3}, 1);
  EXPECT_EQ(always[0], always[1]);
  EXPECT_NE(always[0].find("at most 1 %"), std::string::npos) << always[0];
}

TEST(Group, OnlyRankZeroHandsBlocksOn) {
  const auto said = on_two_ranks([](const Group& group) {
    FragileWorkload workload;
    int blocks = 0;
    sample("suite/host/thing", workload, quick(), group, [&](const Samples&) { ++blocks; });
    return std::string(blocks > 0 ? "blocks" : "none");
  });
  EXPECT_EQ(said, (std::vector<std::string>{"blocks", "none"}));
}

// Warm-up takes 0.2 s, a sample 0.5 ms or more.
constexpr std::int64_t kAfterWarmUp = 500;

struct Fragility {
  const char* place;
  std::int64_t FragileWorkload::*member;
  std::int64_t at;
  const char* outcome;
};

TEST(Group, AnErrorOnOneRankStopsBothAlike) {
  for (const Fragility& fragility :
       {Fragility{"before, warm-up", &FragileWorkload::before_at, 1, "failed prepare"},
        {"after, warm-up", &FragileWorkload::after_at, 0, "wrong check"},
        {"before", &FragileWorkload::before_at, kAfterWarmUp, "failed prepare"},
        {"after", &FragileWorkload::after_at, kAfterWarmUp, "wrong check"},
        {"verify", &FragileWorkload::verify_at, 1, "wrong check"}}) {
    for (const int rank : {0, 1}) {
      const auto said = on_two_ranks([&](const Group& group) {
        FragileWorkload workload;
        if (group.rank() == rank) workload.*fragility.member = fragility.at;
        return sample_on(group, workload);
      });
      EXPECT_EQ(said[0], said[1]) << fragility.place << " on rank " << rank;
      const std::string expected = fmt::format("agreed: {} rank {}: ", fragility.outcome, rank);
      EXPECT_TRUE(said[0].starts_with(expected)) << fragility.place << " on rank " << rank << ": " << said[0];
    }
  }
}

TEST(Group, TwoErrorsAtOnceGiveOneOutcome) {
  const auto said = on_two_ranks([](const Group& group) {
    FragileWorkload workload;
    workload.verify_at = 0;
    return sample_on(group, workload);
  });
  EXPECT_EQ(said[0], said[1]);
  EXPECT_TRUE(said[0].starts_with("agreed: ")) << said[0];
}

TEST(Group, ARankThatLeavesWhileItIsTimedLeavesNobodyWaiting) {
  // Between barriers nothing can be agreed: this rank goes, and the other one finds it gone.
  const auto said = on_two_ranks([](const Group& group) {
    FragileWorkload workload;
    if (group.rank() == 1) workload.timed_at = 20;
    return sample_on(group, workload);
  });
  EXPECT_EQ(said[1], "threw timed");
  EXPECT_NE(said[0].find("the other rank is gone"), std::string::npos) << said[0];
}

TEST(Group, AWrongAnswerIsNotHiddenByOtherTrouble) {
  for (const int wrong : {0, 1}) {
    const auto said = on_two_ranks([&](const Group& group) {
      try {
        together(group, [&] {
          throw CaseStopped(group.rank() == wrong ? Status::wrong : Status::failed, Phase::check, "here");
        });
      } catch (const AgreedStop& stop) {
        return fmt::format("{} {}", to_string(stop.outcome().status), stop.outcome().reason);
      }
      return std::string("went on");
    });
    EXPECT_EQ(said[0], fmt::format("wrong rank {}: here", wrong));
    EXPECT_EQ(said[1], said[0]);
  }
}

TEST(Group, TogetherThrowsOnAllWhenOneThrows) {
  for (const int rank : {0, 1}) {
    const auto said = on_two_ranks([&](const Group& group) {
      try {
        together(group, [] {});
        together(group, [&] {
          if (group.rank() == rank) throw CaseStopped(Status::unsupported, Phase::prepare, "not here");
        });
      } catch (const AgreedStop& stop) {
        const Outcome& outcome = stop.outcome();
        group.barrier();  // the group can go on
        return fmt::format("{} {} {}", to_string(outcome.status), to_string(outcome.phase), outcome.reason);
      }
      return std::string("went on");
    });
    EXPECT_EQ(said[0], fmt::format("unsupported prepare rank {}: not here", rank));
    EXPECT_EQ(said[1], said[0]);
  }
}

}  // namespace
}  // namespace rackproof
