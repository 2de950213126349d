// The real sampler process on recorded machines and on a backend that misbehaves.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "suites/rank_telemetry.hpp"
#include "suites/step_telemetry.hpp"
#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

using Clock = std::chrono::steady_clock;

const std::string kEnergy = "/sys/class/powercap/intel-rapl:0/energy_uj";
const std::string kPower = "/sys/class/hwmon/hwmon0/power1_input";

Installation installation() {
  return {RACKPROOF_BINARY_DIR "/bin/rackproof-worker", RACKPROOF_BINARY_DIR "/lib/rackproof"};
}

class TelemetryProcessTest : public ::testing::Test {
 protected:
  TelemetryProcessTest() {
    ::signal(SIGPIPE, SIG_IGN);  // as the worker does: a sampler may be gone before it has read its order
    machine.write("/sys/class/powercap/intel-rapl:0/name", "package-0\n");
    machine.write(kEnergy, "1000000\n");
    machine.write("/sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
    machine.write("/sys/class/hwmon/hwmon0/name", "power_meter\n");
    machine.write(kPower, "412000000\n");
    machine.write("/proc/meminfo", "MemAvailable: 64 kB\n");
    step.step = "s000001.0";
    step.target = "n1";
    step.cases = {"c"};
    step.system_roots = {machine.folder()};
    bundle.telemetry_period_s = 0.02;
  }

  void tell(const std::string& file, const std::string& text) {
    std::ofstream(machine.root().at(file), std::ios::trunc) << text;
  }

  /// Takes records until `enough`, at most `limit_s`; then the rest.
  void run(const std::function<bool()>& enough, double limit_s = 90) {
    StepTelemetry telemetry(bundle, step, installation(), {});
    const auto begin = Clock::now();
    while (!enough() && std::chrono::duration<double>(Clock::now() - begin).count() < limit_s) {
      pollfd output{telemetry.output(), POLLIN, 0};
      ::poll(&output, 1, 20);
      take(telemetry.take(output.revents != 0));
    }
    EXPECT_TRUE(enough()) << records.size() << " records; lost: " << testing::PrintToString(lost);
    take(telemetry.finish());
  }

  void take(const std::vector<nlohmann::json>& more) {
    for (const auto& record : more) {
      records.push_back(record.get<Telemetry>());
      for (const auto& group : records.back().groups) {
        for (std::size_t i = 0; i < group.sources.size(); ++i) {
          for (const double value : group.values[i]) {
            if (std::isfinite(value)) values[source(group.sources[i]).name].push_back(value);
          }
        }
      }
      for (const auto& [at, why] : records.back().reasons) reasons[source(at).name] += why + "; ";
      if (!records.back().unavailable.empty()) lost.push_back(records.back().unavailable);
    }
  }

  TelemetrySource source(std::uint32_t at) const {
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
      if (!record->sources.empty()) return record->sources.at(at);
    }
    return {};
  }
  std::function<bool()> blocks(std::size_t count) {
    return [this, count] { return records.size() >= count + 1; };
  }

  test::RecordedMachine machine;
  Bundle bundle;
  BundleStep step;
  std::vector<Telemetry> records;
  std::map<std::string, std::vector<double>> values;
  std::map<std::string, std::string> reasons;
  std::vector<std::string> lost;
};

TEST_F(TelemetryProcessTest, SaysWhoTellsAndThenWhat) {
  run(blocks(2));
  EXPECT_TRUE(lost.empty());
  EXPECT_EQ(records.front().sources.front().name, "rapl/0/package-0");
  EXPECT_FALSE(values["power_meter/hwmon0/power1"].empty());
  for (const double watts : values["power_meter/hwmon0/power1"]) EXPECT_EQ(watts, 412);
  EXPECT_TRUE(values["rapl/0/package-0"].empty()) << "a counter that does not move is no power";
  EXPECT_EQ(reasons["rapl/0/package-0"], "the counter does not move; ");
  EXPECT_GT(records.back().cost.reads, 0);
  EXPECT_GT(records.back().cost.wall_s, records.back().cost.cpu_s);
}

TEST_F(TelemetryProcessTest, WhateverTheMachineTellsMeanwhileNoNumberComesOfIt) {
  std::atomic<bool> ends = false;
  std::thread liar([&] {
    const char* const texts[]{
        "9000000000000000000\n", "-5\n", "",      "nan\n",     "garbage\n",
        "262143328849\n",        "0\n",  "1e9\n", "1000000\n", "99999999999999999999999\n"};
    for (std::size_t i = 0; !ends; ++i) {
      tell(kEnergy, texts[i % std::size(texts)]);
      if (i % 3 == 0) tell(kPower, texts[i / 3 % std::size(texts)]);
      if (i == 60) machine.remove("/sys/class/hwmon");
      if (i == 80) machine.remove("/sys/class/powercap");
      if (i >= 60) tell("/proc/meminfo", i % 2 == 0 ? "MemAvailable: \n" : "\n");
      ::usleep(15'000);
    }
  });
  run(blocks(3));
  ends = true;
  liar.join();
  EXPECT_TRUE(lost.empty()) << "it lives on";
  for (const auto& [name, all] : values) {
    for (const double value : all) {
      EXPECT_GT(value, 0) << name;
      const bool is_power = name.find("rapl") != std::string::npos || name.find("power") != std::string::npos;
      EXPECT_TRUE(!is_power || value <= 1e4) << name << ' ' << value;
    }
  }
  EXPECT_NE(reasons["rapl/0/package-0"], "");
}

TEST_F(TelemetryProcessTest, ABackendThatDiesInItCostsItsOwnSeriesOnly) {
  step.backend = "fault";
  step.backend_options = "fault=telemetry_crash,at=5";
  run([&] {
    return records.size() > 3 && records.back().start == 1 && !values["power_meter/hwmon0/power1"].empty();
  });
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0], "the telemetry process died of signal 11 (SEGV)");
  EXPECT_EQ(reasons["fault/devices"], lost[0] + "; ");
}

TEST_F(TelemetryProcessTest, DISABLED_ABackendThatHangsIsEndedAndLeftAlone) {
  step.backend = "fault";
  step.backend_options = "fault=telemetry_hang,at=60";
  run([&] { return !records.empty() && records.back().start == 1 && !records.back().groups.empty(); });
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0], "the telemetry process said nothing for 10 s");
  EXPECT_EQ(values["fault/0/power"].front(), 300) << "what it said before is kept";
  EXPECT_EQ(reasons["fault/devices"], lost[0] + "; ");
  EXPECT_FALSE(values["power_meter/hwmon0/power1"].empty());
}

TEST_F(TelemetryProcessTest, ABackendThatLiesGivesNoNumber) {
  step.backend = "fault";
  step.backend_options = "fault=telemetry_lie,device=fault-1";
  run(blocks(2));
  EXPECT_TRUE(lost.empty());
  for (const char* quantity : {"power", "temperature", "clock"}) {
    EXPECT_FALSE(values[std::string("fault/0/") + quantity].empty()) << quantity;
    EXPECT_TRUE(values[std::string("fault/1/") + quantity].empty()) << quantity;
    EXPECT_NE(reasons[std::string("fault/1/") + quantity].find("which cannot be"), std::string::npos);
  }
}

TEST_F(TelemetryProcessTest, ABackendThatTellsNothingSaysSo) {
  step.backend = "fault";
  run(blocks(1));
  EXPECT_TRUE(lost.empty());
  EXPECT_EQ(reasons["fault/0/power"], "this device says nothing about itself; ");
  step.backend_options = "fault=unheard-of";
  records.clear();
  reasons.clear();
  run(blocks(1));
  EXPECT_NE(reasons["fault/devices"].find("unheard-of"), std::string::npos) << reasons["fault/devices"];
}

TEST_F(TelemetryProcessTest, AMachineOnWhichNothingIsReadableIsAState) {
  machine.remove("/sys");
  machine.remove("/proc");
  run(blocks(1));
  EXPECT_TRUE(values.empty());
  EXPECT_EQ(reasons.size(), records.front().sources.size()) << "each says why";
}

TEST_F(TelemetryProcessTest, OneThatCannotBeStartedIsNotTriedAgain) {
  StepTelemetry telemetry(bundle, step, {"/bin/false", ""}, {});
  const auto begin = Clock::now();
  while (lost.empty() && Clock::now() - begin < std::chrono::seconds(60)) {
    pollfd output{telemetry.output(), POLLIN, 0};
    ::poll(&output, 1, 20);
    take(telemetry.take(output.revents != 0));
  }
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0], "the telemetry process ended with status 1");
  EXPECT_EQ(telemetry.output(), -1);
  EXPECT_TRUE(telemetry.take(false).empty());
}

TEST_F(TelemetryProcessTest, OffStartsNothing) {
  bundle.telemetry_period_s = 0;
  StepTelemetry telemetry(bundle, step, installation(), {});
  EXPECT_EQ(telemetry.output(), -1);
  EXPECT_TRUE(telemetry.take(false).empty());
  EXPECT_TRUE(telemetry.finish().empty());
}

pid_t only_child_of(pid_t parent) {
  std::ifstream in("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
  pid_t child = -1;
  in >> child;
  return child;
}

bool is_running(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(in, text);
  const auto end = text.rfind(')');
  return end != std::string::npos && text.substr(end).find(" Z ") == std::string::npos;
}

TEST_F(TelemetryProcessTest, ASupervisorThatIsKilledLeavesNoProcess) {
  step.backend = "fault";
  for (const char* options : {"", "fault=telemetry_hang,at=0"}) {
    step.backend_options = options;
    const pid_t supervisor = ::fork();
    if (supervisor == 0) {
      const StepTelemetry telemetry(bundle, step, installation(), {});
      while (true) ::pause();
    }
    pid_t sampler = -1;
    for (int i = 0; i < 500 && (sampler = only_child_of(supervisor)) <= 0; ++i) ::usleep(10'000);
    ASSERT_GT(sampler, 0);
    ::usleep(300'000);
    EXPECT_TRUE(is_running(sampler));
    ::kill(supervisor, SIGKILL);
    ::waitpid(supervisor, nullptr, 0);
    for (int i = 0; i < 500 && is_running(sampler); ++i) ::usleep(10'000);
    EXPECT_FALSE(is_running(sampler)) << options;
  }
}

TEST_F(TelemetryProcessTest, OfARankIsAskedBetweenCasesAndEnds) {
  RankTelemetry rank(installation());
  EXPECT_EQ(rank.lines(false), "") << "it waits for its order";
  rank.order({step, 0.02, 0, 0, {}, {}});
  const Group alone;
  const auto begin = Clock::now();
  while (records.size() < 2 && Clock::now() - begin < std::chrono::seconds(60)) {
    ::usleep(50'000);
    take(gather_telemetry(alone, &rank, false));
  }
  const std::size_t before = records.size();
  take(gather_telemetry(alone, &rank, true));
  EXPECT_GT(records.size(), before) << "its last words";
  EXPECT_TRUE(lost.empty());
  EXPECT_FALSE(values["power_meter/hwmon0/power1"].empty());
  EXPECT_TRUE(gather_telemetry(alone, &rank, false).empty());
  EXPECT_TRUE(gather_telemetry(alone, nullptr, false).empty());
}

TEST_F(TelemetryProcessTest, OfARankThatDiesSaysSoOnce) {
  step.backend = "fault";
  step.backend_options = "fault=telemetry_crash,at=5";
  RankTelemetry rank(installation());
  rank.order({step, 0.02, 0, 0, {}, {}});
  const Group alone;
  for (int i = 0; i < 200 && lost.empty(); ++i) {
    ::usleep(50'000);
    take(gather_telemetry(alone, &rank, false));
  }
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0], "the telemetry process died of signal 11 (SEGV)");
  EXPECT_TRUE(gather_telemetry(alone, &rank, true).empty());
}

}  // namespace
}  // namespace rackproof
