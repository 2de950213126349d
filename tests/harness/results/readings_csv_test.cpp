// Files of readings, as anybody writes them.
#include "harness/results/readings_csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "tests/harness/results/sample_results.hpp"
#include "tests/harness/results/second.hpp"

namespace rackproof {

namespace {

using test::kSecond;

constexpr const char* kHeader = "time,target,sensor,scope,value,unit\n";

class ReadingsCsv : public testing::Test {
 protected:
  std::vector<ReadSensor> read(const std::string& text) const {
    std::ofstream(file()) << text;
    return read_readings_csv(file()).sensors;
  }
  /// The problems of a file, one line each.
  std::string problems_of(const std::string& text) const {
    std::ofstream(file()) << text;
    std::string lines;
    try {
      read_readings_csv(file());
      ADD_FAILURE() << "nothing was refused in " << text;
    } catch (const ConfigurationError& error) {
      for (const auto& one : error.diagnostics())
        lines += std::to_string(one.line) + ": " + one.message + "; " + one.hint + "\n";
    }
    return lines;
  }
  std::filesystem::path file() const { return folder_ / "bmc.csv"; }
  TemporaryFolder folder_;
};

TEST_F(ReadingsCsv, TellsPowerAndTemperatureInSiUnits) {
  const auto sensors = read(
      "\xef\xbb\xbfunit,value,scope,sensor,target,time\r\n"
      "kW,3.5,node,\"Total, \"\"all\"\" PSUs\",rack1/node1,2026-11-18T09:46:42Z\r\n"
      "\r\n"
      "C,25,board,Inlet,rack1/node1,2026-11-18T17:46:42.5+08:00\r\n"
      "W,3400,node,\"Total, \"\"all\"\" PSUs\",rack1/node1,1794995201.25");
  ASSERT_EQ(sensors.size(), 2u);
  EXPECT_EQ(sensors[0].source.name, "Inlet");
  EXPECT_EQ(sensors[0].source.quantity, "temperature");
  EXPECT_EQ(sensors[0].source.unit, "K");
  EXPECT_DOUBLE_EQ(sensors[0].values.at(0), 298.15);
  EXPECT_EQ(sensors[1].source.name, "Total, \"all\" PSUs");
  EXPECT_EQ(sensors[1].source.scope, SensorScope::node);
  const std::int64_t at = 1'794'995'202 * kSecond;
  EXPECT_EQ(sensors[0].times_ns, std::vector<std::int64_t>{at + kSecond / 2});
  EXPECT_EQ(sensors[1].times_ns, (std::vector<std::int64_t>{at - 3 * kSecond / 4, at})) << "by time";
  EXPECT_EQ(sensors[1].values, (std::vector<double>{3400, 3500}));
}

TEST_F(ReadingsCsv, WhatCannotBeIsNoReading) {
  const auto sensors =
      read(std::string(kHeader) +
           "1795000000,n,p,node,,W\n1795000001,n,p,node,NA,W\n1795000002,n,p,node,0,W\n"
           "1795000003,n,p,node,-5,W\n1795000004,n,p,node,-inf,W\n1795000005,n,p,node,null,W\n"
           "1795000006,n,p,node,300,W\n1795000007,n,t,board,0,C\n1795000008,n,t,board,255,C\n");
  ASSERT_EQ(sensors.size(), 2u);
  const auto& power = sensors[0];
  ASSERT_EQ(power.values.size(), 7u);
  for (std::size_t i = 0; i < power.values.size(); ++i) EXPECT_EQ(std::isnan(power.values[i]), i != 6) << i;
  EXPECT_EQ(power.unavailable, "the file has no value");
  EXPECT_TRUE(std::isnan(sensors[1].values[1])) << "255 °C is a byte without a reading";
  EXPECT_TRUE(std::isnan(sensors[1].values[0])) << "0 °C is a sensor that is not wired";
}

TEST_F(ReadingsCsv, OneReadingTwiceIsOne) {
  const std::string row = "1795000000,n,p,node,300,W\n";
  const auto sensors = read(kHeader + row + "1795000001,n,p,node,,W\n1795000001,n,p,node,310,W\n" + row);
  ASSERT_EQ(sensors.size(), 1u);
  EXPECT_EQ(sensors[0].values, (std::vector<double>{300, 310}));
}

TEST_F(ReadingsCsv, WhatIsWrongIsNamedWithItsLine) {
  const auto wrong = [&](const std::string& row) { return problems_of(kHeader + row + "\n"); };
  EXPECT_EQ(
      wrong("2026-11-30T20:15:04,n,p,node,1,W"),
      "2: \"2026-11-30T20:15:04\" is no time; write 2026-11-30T20:15:04Z, another zone as +08:00, or seconds "
      "since 1970\n");
  EXPECT_TRUE(wrong("1795000000000,n,p,node,1,W").starts_with("2: \"1795000000000\" is no time")) << "ms";
  EXPECT_TRUE(
      wrong("1795000000,n,p,node,1,rpm").starts_with("2: \"rpm\" is no unit of power or temperature"));
  EXPECT_TRUE(wrong("1795000000,n,p,,1,W").starts_with("2: \"\" is no scope"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,1 W,W").starts_with("2: \"1 W\" is no number"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,1").starts_with("2: 5 fields, but 6 columns"));
  EXPECT_TRUE(wrong("1795000000,,p,node,1,W").starts_with("2: no target, or no sensor"));
  EXPECT_TRUE(wrong("1795000000,n,\"p,node,1,W").starts_with("2: quotes that do not end their field"));
  EXPECT_TRUE(wrong("1795000000,n,\"p\"q,node,1,W").starts_with("2: quotes that do not end their field"));
  EXPECT_TRUE(wrong(std::string(5000, 'x')).starts_with("2: a line of more than 4096 bytes"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,1,W\n1795000001,n,p,board,1,W")
                  .starts_with("3: p of n is power of a node in line 2; a sensor has one"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,1,W\n1795000001,n,p,node,1,W\n1795000000,n,p,node,2,W")
                  .starts_with("4: p of n has another value at this time, 1 W"));
  EXPECT_TRUE(wrong("1795000000,n,p,node,14000,W\n1795000001,n,p,node,14000,kW")
                  .starts_with("3: 14000 kW cannot be the power of a node; look at its unit and scope"))
      << "nodes of 14 kW there are";
  EXPECT_TRUE(wrong("1795000000,n,p,node,inf,W").starts_with("2: inf W cannot be the power of a node"));
  EXPECT_EQ(problems_of("time,target,sensr,scope,value,unit\n"),
            "1: unknown column \"sensr\"; did you mean \"sensor\"?\n"
            "1: the column sensor is not there once; write time,target,sensor,scope,value,unit as the first "
            "line\n");
  EXPECT_TRUE(problems_of("").starts_with("0: the file is empty; write time,"));
  std::string many = kHeader;
  for (int i = 0; i < 1000; ++i) many += "x" + std::to_string(i / 2) + ",n,p,node,1,W\n";
  EXPECT_EQ(std::ranges::count(problems_of(many), '\n'), 20);
}

TEST_F(ReadingsCsv, NothingToReadIsNoEmptyImport) {
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "bmc.csv has no readings", error_of([&] { read(kHeader); }));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "cannot read",
                      error_of([&] { read_readings_csv(folder_ / "no"); }));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "cannot read",
                      error_of([&] { read_readings_csv(folder_.path()); }));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "it is no file",
                      error_of([&] { read_readings_csv("/dev/null"); }))
      << "what is gone when it was read has no checksum";
}

}  // namespace
}  // namespace rackproof
