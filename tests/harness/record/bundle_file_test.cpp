#include "harness/record/bundle_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

namespace {

class BundleFileTest : public testing::Test {
 protected:
  BundleFileTest() {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    path_ = std::filesystem::temp_directory_path() / ("rackproof_bundle_" + name);
  }
  ~BundleFileTest() override { std::filesystem::remove(path_); }

  static std::string body() {
    Bundle bundle;
    bundle.campaign = "c-1";
    bundle.catalogue_hash = "h";
    bundle.seed = 7;
    bundle.step_time_limit_s = 90;
    BundleStep first;
    first.step = "s000001.0";
    first.target = "rack1/node1/dev0";
    first.cases = {"memory/device/copy:f64"};
    BundleStep second = first;
    second.step = "s000002.1";
    second.attempt = 1;
    second.ranks = 4;
    bundle.steps = {second};  // not in the first line
    return bundle_head(bundle) + bundle_line(first) + bundle_line(second);
  }
  static std::string whole(const std::string& text) { return text + bundle_end(text, sha256(text)); }

  /// What is said of a file with this content; empty when it is read.
  std::string refusal(const std::string& text) {
    write_durably(path_, text);
    try {
      read_bundle_file(path_);
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }

  std::filesystem::path path_;
};

TEST_F(BundleFileTest, ComesBackAsItWasWritten) {
  write_durably(path_, whole(body()));
  const BundleFile file = read_bundle_file(path_);
  EXPECT_EQ(file.sha256, sha256(body()));
  EXPECT_EQ(file.bundle.campaign, "c-1");
  EXPECT_EQ(file.bundle.seed, 7u);
  EXPECT_EQ(file.bundle.step_time_limit_s, 90);
  ASSERT_EQ(file.bundle.steps.size(), 2u);
  EXPECT_EQ(file.bundle.steps[0].step, "s000001.0");
  EXPECT_EQ(file.bundle.steps[1].attempt, 1);
  EXPECT_EQ(file.bundle.steps[1].ranks, 4);
}

TEST_F(BundleFileTest, ACopyThatWasCutIsRefusedWhereverItWasCut) {
  const std::string text = whole(body());
  for (std::size_t size = 1; size < text.size(); ++size) {
    const std::string said = refusal(text.substr(0, size));
    ASSERT_NE(said.find("copy the bundle again"), std::string::npos) << size << ": " << said;
    ASSERT_EQ(std::ranges::count(said, '\n'), 0) << said;
  }
}

TEST_F(BundleFileTest, AChangedBundleIsRefused) {
  std::string text = whole(body());
  text.replace(text.find("copy:f64"), 4, "move");
  EXPECT_NE(refusal(text).find("was changed"), std::string::npos);
}

TEST_F(BundleFileTest, WhatIsNoBundleIsRefused) {
  EXPECT_NE(refusal("").find("is no bundle"), std::string::npos);
  EXPECT_NE(refusal("hello\n").find("is no bundle"), std::string::npos);
  EXPECT_NE(refusal(whole("{}\n")).find("is no bundle of this version"), std::string::npos);
  std::string text = body();
  text.replace(text.find("\"protocol\":2"), 12, "\"protocol\":3");
  EXPECT_NE(refusal(whole(text)).find("the bundle has protocol 3"), std::string::npos);
}

}  // namespace

}  // namespace rackproof
