#include "suites/setup_environment.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"

namespace rackproof {
namespace {

class SetupEnvironment : public ::testing::Test {
 protected:
  SetupEnvironment() { ::setenv("RP_OLD", "old", 1); }
  ~SetupEnvironment() override {
    for (const char* name : {"RP_OLD", "RP_NEW", "RP_OTHER", "OMP_NUM_THREADS"}) ::unsetenv(name);
  }
  static std::string failure(const std::string& script, double time_limit_s = 20) {
    try {
      run_setup_script(script, time_limit_s);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  }
};

TEST_F(SetupEnvironment, WhatAScriptChangesIsFound) {
  const auto change = run_setup_script(
      "export RP_NEW='two words\nand \"lines\"' PATH=/opt/bin:$PATH RP_EMPTY=\nunset RP_OLD\nRP_LOCAL=1\ncd "
      "/\n"
      "echo said; echo a line >&2\n",
      20);
  EXPECT_EQ(change, (EnvironmentChange{{"PATH", "/opt/bin:" + std::string(::getenv("PATH"))},
                                       {"RP_EMPTY", ""},
                                       {"RP_NEW", "two words\nand \"lines\""},
                                       {"RP_OLD", std::nullopt}}));
  EXPECT_STREQ(::getenv("RP_OLD"), "old");  // here, nothing changed
  EXPECT_EQ(::getenv("RP_NEW"), nullptr);
  EXPECT_EQ(run_setup_script("true\n", 20), EnvironmentChange{});
  EXPECT_EQ(run_setup_script("export PATH=/nowhere\n", 20).at("PATH"), "/nowhere");
}

TEST_F(SetupEnvironment, ALargeEnvironmentComesWhole) {
  const auto change = run_setup_script(
      "i=0; while [ $i -lt 3000 ]; do export RP_V$i=" + std::string(100, 'x') + "; i=$((i+1)); done\n", 60);
  EXPECT_EQ(change.size(), 3000u);
}

TEST_F(SetupEnvironment, FailuresAreSaid) {
  EXPECT_EQ(failure("echo first >&2; echo no such module >&2; echo >&2; false"),
            "the setup script ended with status 1: no such module");
  EXPECT_EQ(failure("exit 7"), "the setup script ended with status 7");
  EXPECT_EQ(failure("export RP_NEW=1; exit 0"), "the setup script ended the shell that sourced it");
  EXPECT_EQ(failure("kill -9 $$"), "the setup script died of signal 9");
  EXPECT_NE(failure("if then").find("the setup script ended with status 2: "), std::string::npos);
  EXPECT_EQ(failure("export RP_NEW=$(printf '\\377')"), "the setup script sets RP_NEW to what is not UTF-8");
}

TEST_F(SetupEnvironment, ItsTimeIsLimitedAndNothingIsWaitedFor) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(failure("sleep 1000", 0.3), "the setup script did not end within 0.3 s");
  EXPECT_EQ(failure("while :; do echo without end; done", 0.3), "the setup script did not end within 0.3 s");
  EXPECT_EQ(failure("sleep 1000 &\n"), "none");
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 15);
}

TEST_F(SetupEnvironment, TheChangeIsMadeWithoutWhatSpoilsNumbers) {
  PreparedEnvironment environment{{{"MKL_X", "1"}}, {}, {}};
  environment.set_up("export RP_NEW=1 OMP_NUM_THREADS=3; unset RP_OLD", 20);
  EXPECT_EQ(environment.failure, "");
  EXPECT_STREQ(::getenv("RP_NEW"), "1");
  EXPECT_EQ(::getenv("RP_OLD"), nullptr);
  EXPECT_EQ(::getenv("OMP_NUM_THREADS"), nullptr);
  EXPECT_EQ(environment.setup, (EnvironmentChange{{"RP_NEW", "1"}, {"RP_OLD", std::nullopt}}));
  EXPECT_EQ(environment.removed,
            (std::map<std::string, std::string>{{"MKL_X", "1"}, {"OMP_NUM_THREADS", "3"}}));
  const auto copy = nlohmann::json::parse(nlohmann::json(environment).dump()).get<PreparedEnvironment>();
  EXPECT_EQ(copy.setup, environment.setup);
  EXPECT_EQ(copy.removed, environment.removed);
}

TEST_F(SetupEnvironment, AFailureChangesNothing) {
  PreparedEnvironment environment;
  environment.set_up("export RP_NEW=1; false", 20);
  EXPECT_EQ(environment.failure, "the setup script ended with status 1");
  EXPECT_EQ(::getenv("RP_NEW"), nullptr);
  EXPECT_TRUE(environment.setup.empty());
  environment = {};
  environment.set_up("", 0);  // no script
  EXPECT_EQ(environment.failure, "");
}

}  // namespace
}  // namespace rackproof
