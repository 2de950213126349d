// Runs one case of the catalogue on the fault backend.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "suites/catalogue/catalogue.hpp"
#include "suites/run/case_context.hpp"
#include "suites/run/stream_arrays.hpp"

namespace rackproof {

class CaseFixture : public ::testing::Test {
 protected:
  ~CaseFixture() override { std::filesystem::remove_all(folder_); }

  /// Outcome of a case on the first devices of a fault backend; `end` holds what was reported.
  Outcome run(const std::string& case_id, const std::string& options, std::size_t device_count = 1) {
    namespace fs = std::filesystem;
    fs::create_directories(folder_);
    // A library of its own each time: its options are read once.
    const fs::path library = folder_ / fmt::format("fault-{}.so", runs_++);
    fs::copy_file(fs::path(RACKPROOF_BINARY_DIR) / "lib/rackproof/librackproof-fault.so", library);
    const Backend backend(library, options);
    std::vector<Device> devices;
    for (std::size_t i = 0; i < device_count; ++i)
      devices.emplace_back(backend, backend.devices().at(i).uuid);
    const CaseRow* row = find_case(all_cases(), case_id);
    SampleSettings settings;
    settings.sample_time_s = sample_time_s;
    const Group alone;
    end = {};
    try {
      find_runner(case_id)({*row, 1, settings, devices, alone, {}, system}, end);
    } catch (const CaseStopped& stop) {
      return stop.outcome();
    }
    return {Status::ok, Phase::finish, ""};
  }

  /// `end` carries every quantity of the case and no other; intervals enclose their values.
  void expect_every_quantity(const std::string& case_id) const {
    const CaseRow& row = *find_case(all_cases(), case_id);
    for (const QuantityRow& quantity : row.quantities) {
      const std::string name(quantity.name);
      EXPECT_EQ(end.values.contains(name), quantity.kind == QuantityKind::real) << case_id << '#' << name;
      EXPECT_EQ(end.exact.contains(name), quantity.kind == QuantityKind::exact) << case_id << '#' << name;
      EXPECT_EQ(end.text.contains(name), quantity.kind == QuantityKind::text) << case_id << '#' << name;
    }
    EXPECT_EQ(end.values.size() + end.exact.size() + end.text.size(), row.quantities.size()) << case_id;
    for (const auto& [name, value] : end.values) {
      EXPECT_GT(value.lo, 0) << case_id;
      EXPECT_LE(value.lo, value.value) << case_id;
      EXPECT_LE(value.value, value.hi) << case_id;
    }
  }

  CaseEnd end;
  SystemRoot system;
  double sample_time_s = 0.1;

 private:
  int runs_ = 0;
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("rackproof-case-{}", ::getpid());
};

}  // namespace rackproof
