#include "harness/record/record.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/record/bundle.hpp"

namespace rackproof {

using nlohmann::json;

TEST(Record, CaseEndSurvivesJson) {
  CaseEnd end;
  end.case_id = "memory/host/triad:f64,cold";
  end.target = "rack1/node2";
  end.launch = 1;
  end.attempt = 2;
  end.begin_utc_ns = 1'700'000'000'123'456'789;
  end.end_utc_ns = end.begin_utc_ns + 5;
  end.outcome = {Status::ok, Phase::finish, ""};
  end.values["bandwidth"] = {1e9, 0.9e9, 1.1e9, 12};
  end.exact["wrong_elements"] = 0;
  end.text["transport"] = "tcp,self";
  end.unavailable["serial"] = "needs root";
  end.stop = Stop::precise;
  end.iterations = 40;
  end.clocks_disagree = true;
  end.before["clock_hz"] = 2.5e9;
  const auto back = json::parse(json(end).dump()).get<CaseEnd>();
  EXPECT_EQ(json(back), json(end));
  EXPECT_EQ(back.begin_utc_ns, end.begin_utc_ns);
  EXPECT_EQ(back.values.at("bandwidth").n, 12);
}

TEST(Record, WhatProtocolOneDidNotHaveIsNothing) {
  const json end = CaseEnd{};
  EXPECT_FALSE(end.contains("unavailable"));
  EXPECT_TRUE(end.get<CaseEnd>().unavailable.empty());
  Hello hello;
  hello.missing = {{3, "7 of 8"}};
  json text = hello;
  EXPECT_EQ(text.get<Hello>().missing.at(0).evidence, "7 of 8");
  EXPECT_EQ(text.get<Hello>().missing.at(0).rank, 3);
  text.erase("missing");
  EXPECT_TRUE(text.get<Hello>().missing.empty());
}

TEST(Record, ANumberThatIsNotFiniteIsNullAndComesBackAsNaN) {
  CaseEnd end;
  end.values["rate"] = {std::nan(""), INFINITY, 1, 3};
  end.after["power_w"] = std::nan("");
  const json text = json(end);
  EXPECT_TRUE(text["values"]["rate"]["value"].is_null());
  EXPECT_FALSE(text["after"].contains("power_w"));
  EXPECT_TRUE(std::isnan(text.get<CaseEnd>().values.at("rate").value));
}

TEST(Record, AMissingFieldOrAnotherTypeIsAnError) {
  json text = CaseEnd{};
  text.erase("outcome");
  EXPECT_ANY_THROW(text.get<CaseEnd>());
  text = CaseEnd{};
  text["outcome"]["status"] = "fine";
  EXPECT_THROW(text.get<CaseEnd>(), Error);
  EXPECT_THROW(json(CaseBegin{}).get<CaseEnd>(), Error);
}

TEST(Record, EveryNameOfAnEnumComesBack) {
  for (int i = 0; i < kStatusCount; ++i)
    EXPECT_EQ(status_from(to_string(static_cast<Status>(i))), static_cast<Status>(i));
  for (int i = 0; i < kPhaseCount; ++i)
    EXPECT_EQ(phase_from(to_string(static_cast<Phase>(i))), static_cast<Phase>(i));
  for (int i = 0; i < kStopCount; ++i)
    EXPECT_EQ(stop_from(to_string(static_cast<Stop>(i))), static_cast<Stop>(i));
}

TEST(Record, HelloSurvivesJson) {
  Hello hello;
  hello.version = "0.1.0";
  hello.utc_ns = 1'795'421'350'123'456'789;
  hello.ranks.push_back({0, "host", "boot", "machine", {"aa:bb"}, 7, 2, 1 << 30, "cpu", "Linux 6"});
  hello.backends.push_back({"cpu", "1", "/lib/x.so", "00"});
  hello.removed_environment["OPENBLAS_CORETYPE"] = "Haswell";
  hello.setup_environment = {{"PATH", "/opt/bin"}, {"LD_PRELOAD", std::nullopt}};
  hello.devices.push_back({"GPU-1", "0000:3b:00.0", "165", "m", "580", "13.0", "96.0", "default", "1g.10gb",
                           1, 2, true, "48 kernels passed"});
  EXPECT_EQ(json(json(hello).get<Hello>()), json(hello));
  EXPECT_EQ(json(hello).get<Hello>().utc_ns, hello.utc_ns);
  EXPECT_EQ(json(hello).get<Hello>().setup_environment, hello.setup_environment);
}

TEST(Record, ABundleOfAnotherProtocolIsRefused) {
  json bundle = Bundle{};
  bundle["setup"] = "module load x";
  EXPECT_EQ(bundle.get<Bundle>().setup, "module load x");
  bundle["protocol"] = kProtocolVersion + 1;
  EXPECT_THROW(bundle.get<Bundle>(), Error);
}

TEST(Record, TimesAreUtc) {
  EXPECT_EQ(iso8601_utc(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso8601_utc(1'795'421'350'123'456'789), "2026-11-23T08:09:10.123Z");
}

TEST(Division, IsOpenOfWhatWasTuned) {
  for (const char* tuned :
       {"vendor tuned", "Vendor-Tuned", "portable + vendor_tuned (autotuned)", "x (VENDOR  TUNED)"})
    EXPECT_EQ(division_of(tuned), "open") << tuned;
  for (const char* closed : {"", "portable", "vendor library", "portable + OpenBLAS + oneDNN", "vendor tune",
                             "vendor library, autotuned", "portable, untuned", "vendor library (not tuned)",
                             "tuned", "vendor untuned"})
    EXPECT_EQ(division_of(closed), "closed") << closed;
}

}  // namespace rackproof
