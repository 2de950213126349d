// Files of rated values: what is read, and every refusal with its line and hint.
#include "harness/verdict/rated.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rackproof {
namespace {

constexpr const char* kGood = R"(schema = 1
[[device]]
vendor = "V"
model = "m1"
aliases = ["V M1 \"80\""]
[device.rated.memory_bandwidth]
value = "3.35 TB/s"
convention = "decimal"
source = "datasheet"
[device.rated.f64_rate]
value = "undisclosed"
source = "looked for in the datasheet"
[device.rated.power]
value = "700 W"
source = "datasheet"
)";

RatedDevices parsed(const std::string& text) {
  RatedDevices devices;
  devices.add(text, "d.toml");
  return devices;
}

std::string good_with(std::string what, const std::string& replacement) {
  std::string text = kGood;
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), replacement);
}

void expect_rated_problem(const std::string& text, int line, const std::string& message,
                          const std::string& hint) {
  try {
    parsed(text);
    ADD_FAILURE() << "accepted:\n" << text;
  } catch (const ConfigurationError& error) {
    std::string all;
    bool is_found = false;
    for (const Diagnostic& problem : error.diagnostics()) {
      all += to_string(problem) + "\n";
      is_found = is_found || (problem.line == line && problem.message.find(message) != std::string::npos &&
                              problem.hint.find(hint) != std::string::npos);
    }
    EXPECT_TRUE(is_found) << "wanted line " << line << " \"" << message << "\", \"" << hint << "\"; got\n"
                          << all;
  }
}

TEST(Rated, ReadsValuesByModelAndAlias) {
  const RatedDevices devices = parsed(kGood);
  const RatedDevice* const device = devices.find("M1");
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(devices.find("v m1 \"80\""), device);
  EXPECT_EQ(devices.find("m2"), nullptr);
  EXPECT_DOUBLE_EQ(device->rated.at("memory_bandwidth").value.value(), 3.35e12);
  EXPECT_EQ(device->rated.at("memory_bandwidth").convention, "decimal");
  EXPECT_FALSE(device->rated.at("f64_rate").value);
  EXPECT_EQ(device->rated.at("f64_rate").source, "looked for in the datasheet");
}

TEST(Rated, WhatIsWrittenReadsTheSame) {
  const RatedDevices devices = parsed(kGood);
  const std::string text = to_toml(devices);
  const RatedDevices again = parsed(text);
  EXPECT_EQ(to_toml(again), text);
  EXPECT_NE(again.find("V M1 \"80\""), nullptr);
  EXPECT_EQ(again.rows().front().rated.at("power").text, "700 W");
}

TEST(Rated, Refusals) {
  expect_rated_problem(good_with("memory_bandwidth]", "memory_bandwith]"), 6,
                       "no rated quantity is called \"memory_bandwith\"",
                       "did you mean \"memory_bandwidth\"");
  expect_rated_problem(good_with("3.35 TB/s", "3.35"), 7, "value", "B/s");
  expect_rated_problem(good_with("3.35 TB/s", "700 W"), 7, "is in W", "B/s");
  expect_rated_problem(good_with("3.35 TB/s", "-1 TB/s"), 7, "not a positive quantity", "undisclosed");
  expect_rated_problem(good_with("3.35 TB/s", "nan TB/s"), 7, "", "");
  expect_rated_problem(good_with("\"decimal\"", "\"dense\""), 8,
                       "\"dense\" is no convention of memory_bandwidth", "decimal");
  expect_rated_problem(good_with("convention = \"decimal\"\n", ""), 6, "\"\" is no convention", "decimal");
  expect_rated_problem(good_with("source = \"datasheet\"\n[device.rated.f64", "[device.rated.f64"), 6,
                       "source is missing", "source");
  expect_rated_problem(good_with("\"undisclosed\"", "\"undisclosed\"\nconvention = \"dense\""), 12,
                       "what is undisclosed has no convention", "remove");
  expect_rated_problem(good_with("\"700 W\"", "\"700 W\"\nconvention = \"dense\""), 15,
                       "power has no convention", "remove");
  expect_rated_problem(good_with("vendor = \"V\"", "vendr = \"V\""), 3, "unknown key \"vendr\"", "vendor");
  expect_rated_problem(good_with("schema = 1", "schema = 2"), 1, "schema", "schema = 1");
  expect_rated_problem(std::string(kGood) + "[[device]]\nvendor = \"V\"\nmodel = \"M1\"\n", 18,
                       "is a name of m1, too", "names");
}

}  // namespace
}  // namespace rackproof
