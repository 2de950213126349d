// The limits and rated values that come with the program, against the whole catalogue.
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/verdict/limits_lint.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {
namespace {

namespace fs = std::filesystem;

const fs::path kConfigs = fs::path(RACKPROOF_SOURCE_DIR) / "configs";

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string warnings_of(const fs::path& file, const RatedDevices& devices, Limits& limits) {
  const std::string text = read_configuration(file);
  const auto known = measurable(all_cases(), text);
  limits = parse_limits(text, file.string(), known);
  std::string all;
  for (const Diagnostic& warning : lint({limits, file.filename().string(), devices, known}))
    all += to_string(warning) + "\n";
  return all;
}

TEST(LimitsFiles, AllAreSound) {
  const RatedDevices devices = read_rated(kConfigs / "devices");
  const auto files = files_in(kConfigs / "limits");
  ASSERT_FALSE(files.empty());
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.string());
    Limits limits;
    EXPECT_EQ(warnings_of(file, devices, limits), "");
  }
}

TEST(LimitsFiles, ExamplesAreScoresWithSourceAndKind) {
  const RatedDevices devices = read_rated(kConfigs / "devices");
  const auto files = files_in(kConfigs / "limits/examples");
  ASSERT_FALSE(files.empty());
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.string());
    Limits limits;
    EXPECT_EQ(warnings_of(file, devices, limits), "");
    EXPECT_NE(devices.find(file.stem().string()), nullptr);
    for (const Limit& limit : limits.limits) {
      EXPECT_EQ(limit.severity, Severity::score) << limit.metric;
      const std::string kind = limit.provenance.en.substr(0, limit.provenance.en.find(": "));
      EXPECT_TRUE(kind == "datasheet" || kind == "enforced by others" || kind == "measured")
          << limit.provenance.en;
      EXPECT_EQ(limit.scope == "device", limit.model == file.stem().string()) << limit.metric;
    }
  }
}

TEST(DeviceFiles, EveryRateIsDenseAndEveryFigureHasASource) {
  const RatedDevices devices = read_rated(kConfigs / "devices");
  EXPECT_GE(devices.rows().size(), 10u);
  for (const RatedDevice& device : devices.rows()) {
    for (const auto& [name, rated] : device.rated) {
      EXPECT_NE(rated.convention, "sparse") << device.model << " " << name;
      EXPECT_GT(rated.source.size(), 8u) << device.model << " " << name;
    }
  }
}

}  // namespace
}  // namespace rackproof
