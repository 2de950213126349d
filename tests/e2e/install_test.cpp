// What is installed or packed runs from wherever it lies.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;

/// A small plan of the quickstart's memory case, and one that needs the message-passing module.
std::string host_plan() {
  PlanText plan;
  plan.cases = {"memory/host/triad:f64,cold"};
  plan.placement = "node";
  plan.launches = 1;
  plan.precision = "0.2";
  plan.more = "[[run]]\ncases = [\"interconnect/host/pt2pt:latency\"]\nplacement = \"pair\"\n";
  return plan.text();
}

std::string host_limits() {
  return limits_text({{"memory/host/triad:f64,cold#bandwidth", "lower = \"0.5 GB/s\"", "node"},
                      {"interconnect/host/pt2pt:latency#wrong_elements", "exact = 0", "pair"}});
}

/// Runs a small campaign with the program below `prefix`, from the root folder.
void expect_it_works(const fs::path& prefix) {
  const SmallCampaign campaign(host_plan(), SiteText{}.text(), host_limits());
  auto arguments = campaign.run_arguments();
  arguments[0] = prefix / "bin" / "rackproof";
  CommandOptions options = campaign.options();
  options.folder = "/";
  const Finished finished = run_command(arguments, options);
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  std::vector<std::string> loaded;
  for (const auto& record : campaign.records("hello")) {
    for (const auto& backend : record.get<Hello>().backends) {
      if (!backend.path.empty()) loaded.push_back(backend.path);
    }
  }
  ASSERT_FALSE(loaded.empty());
  for (const auto& path : loaded) {
    EXPECT_TRUE(path.starts_with(prefix.string())) << path << " is not of the installation in " << prefix;
  }
}

TEST(Installation, WorksAfterItWasMoved) {
  const TemporaryFolder folder;
  const fs::path first = folder.path() / "first";
  const fs::path moved = folder.path() / "elsewhere" / "rackproof";
  const Finished installed = run_command({"cmake", "--install", build_folder(), "--prefix", first});
  ASSERT_EQ(installed.exit_code, 0) << installed.out << installed.err;
  fs::create_directories(moved.parent_path());
  fs::rename(first, moved);
  for (const char* file : {"bin/rackproof", "bin/rackproof-worker", "lib/rackproof/librackproof-cpu.so",
                           "lib/rackproof/librackproof-fault.so",
                           "share/rackproof/configs/plans/quickstart.toml", "share/doc/rackproof/LICENSE"}) {
    EXPECT_TRUE(fs::exists(moved / file)) << file;
  }
  expect_it_works(moved);
  const Finished plan =
      run_command({moved / "bin/rackproof", "plan", "share/rackproof/configs/plans/quickstart.toml", "--site",
                   "share/rackproof/configs/sites/two-virtual-racks.toml"},
                  {{}, {}, moved});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
}

TEST(Installation, NamesNoFolderOfItsBuild) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_command({"cmake", "--install", build_folder(), "--prefix", folder.path()}).exit_code, 0);
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file() || entry.path().string().find("/share/") != std::string::npos) continue;
    const Finished dynamic = run_command({"readelf", "-d", entry.path()});
    ASSERT_EQ(dynamic.exit_code, 0) << entry.path();
    for (const auto& line : lines_of(dynamic.out)) {
      if (line.find("RPATH") == std::string::npos && line.find("RUNPATH") == std::string::npos) continue;
      EXPECT_EQ(line.find(build_folder().string()), std::string::npos) << entry.path() << ": " << line;
    }
  }
}

TEST(Package, HoldsAWorkingTree) {
  const TemporaryFolder folder;
  CommandOptions options;
  options.time_limit_s = 240;
  const Finished packed = run_command({"cpack", "-G", "TGZ", "--config", build_folder() / "CPackConfig.cmake",
                                       "-B", folder.path() / "packages"},
                                      options);
  ASSERT_EQ(packed.exit_code, 0) << packed.out << packed.err;
  std::vector<fs::path> archives;
  for (const auto& entry : fs::directory_iterator(folder.path() / "packages")) {
    if (entry.path().string().ends_with(".tar.gz")) archives.push_back(entry.path());
  }
  ASSERT_EQ(archives.size(), 1u);
  ASSERT_EQ(run_command({"tar", "-xzf", archives.front(), "-C", folder.path(), "--one-top-level=unpacked",
                         "--strip-components=1"})
                .exit_code,
            0);
  const fs::path tree = folder.path() / "unpacked";
  EXPECT_TRUE(fs::exists(tree / "share/rackproof/configs/limits/quickstart.toml"));
  expect_it_works(tree);
}

}  // namespace

}  // namespace rackproof::e2e
