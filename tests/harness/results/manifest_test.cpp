#include "harness/results/manifest.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/digest.hpp"
#include "harness/record/durable_file.hpp"
#include "tests/harness/results/python.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {
namespace {

using Lines = std::vector<std::string>;

class Manifest : public testing::Test {
 protected:
  void SetUp() override {
    put("results.h5", "numbers");
    put("plan.toml", "plan");
    write_manifest(folder_.path(), {"results.h5", "plan.toml"});
  }
  void put(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }

  TemporaryFolder folder_;
};

TEST_F(Manifest, HasSortedLinesOfSha256sum) {
  EXPECT_EQ(read_file(folder_ / "manifest.sha256"),
            sha256("plan") + "  plan.toml\n" + sha256("numbers") + "  results.h5\n");
  const auto checked =
      run_command({"/bin/sh", "-c", "cd '" + folder_.path().string() + "' && sha256sum -c manifest.sha256"});
  EXPECT_EQ(checked.status, 0) << checked.output;
  EXPECT_EQ(verify_manifest(folder_.path()), Lines{});
}

TEST_F(Manifest, NamesWhatDiffers) {
  put("results.h5", "other numbers");
  std::filesystem::remove(folder_ / "plan.toml");
  EXPECT_EQ(verify_manifest(folder_.path()), (Lines{"plan.toml: missing", "results.h5: changed"}));
}

TEST_F(Manifest, ALinkIsNotTheFile) {
  std::filesystem::rename(folder_ / "plan.toml", folder_ / "elsewhere");
  std::filesystem::create_symlink("elsewhere", folder_ / "plan.toml");
  EXPECT_EQ(verify_manifest(folder_.path()), Lines{"plan.toml: not a regular file"});
}

TEST_F(Manifest, RefusesToListWhatIsOutside) {
  for (const std::string name :
       {"../secret", "/etc/passwd", "a/b", "..", ".", "", "a\nb", "manifest.sha256"}) {
    EXPECT_NE(error_of([&] { write_manifest(folder_.path(), {name}); }).find("inside the folder"),
              std::string::npos);
  }
  EXPECT_NE(error_of([&] { write_manifest(folder_.path(), {"none"}); }).find("cannot read"),
            std::string::npos);
}

TEST_F(Manifest, VouchesForNothingOnceItIsWithdrawn) {
  withdraw_manifest(folder_.path());
  EXPECT_NE(error_of([&] { verify_manifest(folder_.path()); }).find("cannot read"), std::string::npos);
  withdraw_manifest(folder_.path());  // of a harness that was killed after it
  EXPECT_EQ(read_file(folder_ / "results.h5"), "numbers");
}

TEST_F(Manifest, RefusesToReadWhatIsMalformed) {
  const std::string digest(64, 'a');
  for (const std::string& text :
       {std::string("nonsense\n"), digest + "\n", digest + "  \n", digest + " results.h5\n",
        std::string(63, 'a') + "  results.h5\n", std::string(64, 'A') + "  results.h5\n",
        digest + "  ../results.h5\n", digest + "  /etc/passwd\n", digest + "  ..\n", std::string("\n")}) {
    put("manifest.sha256", text);
    EXPECT_NE(error_of([&] { verify_manifest(folder_.path()); }).find("manifest.sha256:1: not a line"),
              std::string::npos)
        << text;
  }
  put("manifest.sha256", "");
  EXPECT_NE(error_of([&] { verify_manifest(folder_.path()); }).find("empty"), std::string::npos);
  std::filesystem::remove(folder_ / "manifest.sha256");
  EXPECT_NE(error_of([&] { verify_manifest(folder_.path()); }).find("cannot read"), std::string::npos);
}

}  // namespace
}  // namespace rackproof
