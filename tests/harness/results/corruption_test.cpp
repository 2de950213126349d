// Damage anywhere: an Error or a sound reading, never a crash and never a long wait.
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "harness/record/durable_file.hpp"
#include "harness/results/hdf5_probe.hpp"
#include "harness/results/results_file.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {
namespace {

class Corruption : public testing::Test {
 protected:
  void SetUp() override {
    write_results(sample_results(), file_);
    sound_ = read_file(file_);
  }

  /// 1 when the bytes are read as results, 0 when they are refused; anything else ends the test.
  int read(const std::string& bytes) {
    std::ofstream(file_, std::ios::binary) << bytes;
    try {
      const Results results = read_results(file_);
      for (const auto& attempt : results.attempts) EXPECT_LT(attempt.target, results.targets.size());
      return 1;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      return 0;
    }
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "results.h5";
  std::string sound_;
};

TEST_F(Corruption, ATruncatedFileIsNeverRead) {
  for (std::size_t i = 0; i < 60; ++i) EXPECT_EQ(read(sound_.substr(0, i * sound_.size() / 60)), 0) << i;
  EXPECT_EQ(read(sound_.substr(0, sound_.size() - 1)), 0);
  EXPECT_EQ(read(sound_), 1);
}

TEST_F(Corruption, FlippedBytesAnywhereNeverCrash) {
  std::mt19937_64 random(20261123);
  int read_anyway = 0;
  constexpr int kTries = 200;
  for (int i = 0; i < kTries; ++i) {
    std::string bytes = sound_;
    bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
    read_anyway += read(bytes);
  }
  EXPECT_LT(read_anyway, kTries);
  EXPECT_GT(read_anyway, 0);
}

TEST_F(Corruption, FlippedBytesInTheMetadataNeverCrash) {
  std::mt19937_64 random(7);
  int read_anyway = 0;
  for (std::size_t at = 0; at < 100; ++at) {  // superblock and root group
    std::string bytes = sound_;
    bytes[at * 9] ^= static_cast<char>(1 + random() % 255);
    read_anyway += read(bytes);
  }
  EXPECT_LT(read_anyway, 100);
}

TEST_F(Corruption, ManyFlippedBytesNeverCrash) {
  std::mt19937_64 random(11);
  int read_anyway = 0;
  for (int i = 0; i < 70; ++i) {
    std::string bytes = sound_;
    for (int k = 0; k < 40; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
    read_anyway += read(bytes);
  }
  EXPECT_LT(read_anyway, 70);
}

TEST(Probe, AChildThatDiesBecomesAnError) {
  const std::string text = error_of([] { probe_hdf5("a.h5", [] { std::abort(); }); });
  EXPECT_EQ(text, "a.h5: damaged: reading it ends with signal 6");
}

TEST(Probe, WhatTheChildThrowsIsThrownHere) {
  EXPECT_EQ(error_of([] { probe_hdf5("a.h5", [] { throw Error("a.h5: bad"); }); }), "a.h5: bad");
}

TEST(Probe, AChildThatSurvivesLetsThrough) {
  bool here = false;
  probe_hdf5("a.h5", [&] { here = true; });
  EXPECT_FALSE(here);  // it ran elsewhere
}

}  // namespace
}  // namespace rackproof
