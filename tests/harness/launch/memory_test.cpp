// The orchestrator's memory, in the largest resident size of a process that runs, resumes and finalises a campaign.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <string>

#include "harness/results/finalise.hpp"
#include "harness/results/results_file.hpp"
#include "tests/harness/launch/small_campaign.hpp"

// Freed memory that a sanitizer holds back is none of the campaign's.
extern "C" const char* __asan_default_options() { return "quarantine_size_mb=1"; }

namespace rackproof {
namespace {

std::int64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return -1;
}

/// Largest resident size of a process of its own that does this; -1 when it fails.
std::int64_t peak_of(const std::function<void()>& act) {
  int ends[2];
  if (::pipe(ends) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    std::int64_t peak = -1;
    try {
      act();
      peak = peak_bytes();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    const bool told = ::write(ends[1], &peak, sizeof peak) == sizeof peak;
    ::_exit(told ? 0 : 1);
  }
  ::close(ends[1]);
  std::int64_t peak = -1;
  if (::read(ends[0], &peak, sizeof peak) != sizeof peak) peak = -1;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? peak : -1;
}

class Memory : public testing::Test {
 protected:
  /// A campaign of 4 or 40 launches, each of 200,000 samples in 20 records.
  SmallCampaign campaign(int launches) const {
    SmallCampaign campaign;
    campaign.scripts = {"samples=200000"};
    campaign.settings = "samples = \"" + samples_ + "\"\nlaunches = " + std::to_string(launches);
    return campaign;
  }
  std::filesystem::path folder(int launches) const { return folder_ / std::to_string(launches); }
  std::filesystem::path journal(int launches) const { return folder(launches) / "journal.jsonl"; }

  void run_campaign_of(int launches, bool resume) const {
    const SmallCampaign settings = campaign(launches);
    const Plan plan = settings.plan();
    const Site site = settings.site();
    std::filesystem::create_directories(folder(launches));
    run_campaign({plan,
                  site,
                  fake_catalogue(),
                  {RACKPROOF_BINARY_DIR "/tests/fake_worker", "/none"},
                  folder(launches),
                  "plan.toml",
                  "site.toml",
                  resume},
                 {});
  }

  /// All that is done with a journal when the campaign is over, and what judges it reads.
  void write_and_read_results(int launches) const {
    const auto file = folder(launches) / "results.h5";
    const CampaignResults made = finalise(journal(launches));
    write_results(made.results, made.samples, file);
    const Results results = read_results(file, ReadSamples::none);
    if (results.attempts.size() != static_cast<std::size_t>(launches)) throw std::runtime_error("attempts");
  }

  /// Peak of the large campaign less that of the small one, held against the journals' difference.
  void expect_no_growth(const std::function<void(int)>& act) const {
    const std::int64_t small = peak_of([&] { act(4); });
    const std::int64_t large = peak_of([&] { act(40); });
    ASSERT_GT(small, 0);
    ASSERT_GT(large, 0);
    const auto more = static_cast<std::int64_t>(std::filesystem::file_size(journal(40))) -
                      static_cast<std::int64_t>(std::filesystem::file_size(journal(4)));
    ASSERT_GT(more, 60'000'000);
    RecordProperty("small", std::to_string(small));
    RecordProperty("large", std::to_string(large));
    EXPECT_LT(large - small, more / 4) << "peaks " << small << " and " << large << " bytes";
  }

  ~Memory() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_ = new_folder();
  std::string samples_ = "notable+audit";  // of the plan
};

// Half a minute each: run by ./quickstart test --full.
TEST_F(Memory, DISABLED_DoesNotGrowWithSamples) {
  expect_no_growth([&](int launches) { run_campaign_of(launches, false); });
  expect_no_growth([&](int launches) { run_campaign_of(launches, true); });
  expect_no_growth([&](int launches) { write_and_read_results(launches); });
}

TEST_F(Memory, DISABLED_DoesNotGrowWithSamplesThatAreKept) {
  samples_ = "all";
  for (const int launches : {4, 40}) run_campaign_of(launches, false);
  expect_no_growth([&](int launches) { write_and_read_results(launches); });
  EXPECT_GT(std::filesystem::file_size(folder(40) / "results.h5"), 20'000'000u) << "they are in the file";
}

}  // namespace
}  // namespace rackproof
