// No arrow runs up: every #include "…" of the tree against the rooms that may be included.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Rule {
  std::string_view room;                  // longest matching prefix decides
  std::vector<std::string_view> allowed;  // prefixes of what it may include, besides itself
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> table{
      {"harness/base/", {"kernels/philox.h"}},  // the only generator of random numbers
      {"harness/language/", {}},                // a leaf, too
      {"harness/record/", {"harness/base/"}},
      {"harness/machine/", {"harness/base/"}},
      {"harness/plan/", {"harness/base/"}},
      {"harness/measure/",
       {"harness/base/", "harness/machine/", "harness/plan/", "harness/record/", "kernels/abi.h",
        "kernels/message_passing.h"}},
      {"harness/launch/", {"harness/base/", "harness/plan/", "harness/record/"}},
      {"harness/results/", {"harness/base/", "harness/plan/", "harness/record/"}},
      {"harness/verdict/",
       {"harness/base/", "harness/language/", "harness/plan/", "harness/record/", "harness/results/"}},
      {"harness/simulate/", {"harness/base/", "harness/plan/", "harness/record/", "harness/results/"}},
      {"harness/cli/",
       {"harness/base/", "harness/language/", "harness/machine/", "harness/plan/", "harness/record/",
        "harness/launch/", "harness/results/", "harness/simulate/", "harness/verdict/", "reports/",
        "suites/catalogue/"}},
      {"reports/",
       {"harness/base/", "harness/language/", "harness/plan/", "harness/record/", "harness/results/",
        "harness/verdict/"}},
      {"suites/catalogue/", {"harness/base/", "harness/plan/", "kernels/"}},
      {"suites/run/",
       {"harness/base/", "harness/machine/", "harness/plan/", "harness/record/", "harness/measure/",
        "suites/catalogue/", "kernels/"}},
      {"suites/selftest/", {"kernels/"}},
      {"suites/",
       {"harness/base/", "harness/machine/", "harness/plan/", "harness/record/", "harness/measure/",
        "suites/catalogue/", "suites/run/", "suites/selftest/", "kernels/"}},
      {"kernels/cpu/", {"kernels/"}},
      {"kernels/cuda/", {"kernels/"}},
      {"kernels/fault/", {"kernels/"}},
      {"kernels/mpi/", {"kernels/"}},
      {"kernels/", {"kernels/"}},
  };
  return table;
}

constexpr std::array<std::string_view, 4> kBackendFolders{"kernels/cpu/", "kernels/cuda/", "kernels/fault/",
                                                          "kernels/mpi/"};

bool allowed(const std::string& file, const std::string& included) {
  const Rule* rule = nullptr;
  for (const Rule& candidate : rules()) {
    if (file.starts_with(candidate.room) && (rule == nullptr || candidate.room.size() > rule->room.size()))
      rule = &candidate;
  }
  if (rule == nullptr) return false;
  if (included.starts_with(rule->room)) return true;
  for (const auto backend : kBackendFolders) {
    if (included.starts_with(backend)) return false;  // nothing includes another backend's folder
  }
  for (const auto prefix : rule->allowed) {
    if (included.starts_with(prefix)) return true;
  }
  return false;
}

std::vector<std::string> violations(const fs::path& root) {
  static const std::regex include(R"re(^\s*#\s*include\s*"([^"]+)")re");
  std::vector<std::string> found;
  for (const char* top : {"harness", "kernels", "suites", "reports"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp" && extension != ".h" && extension != ".c" &&
          extension != ".cu")
        continue;
      const std::string file = fs::relative(entry.path(), root);
      std::ifstream in(entry.path());
      int line_number = 0;
      for (std::string line; std::getline(in, line);) {
        ++line_number;
        std::smatch match;
        if (std::regex_search(line, match, include) && !allowed(file, match[1])) {
          found.push_back(file + ":" + std::to_string(line_number) + ": may not include " + match[1].str());
        }
      }
    }
  }
  return found;
}

TEST(Includes, NoArrowRunsUp) {
  for (const auto& violation : violations(RACKPROOF_SOURCE_DIR)) ADD_FAILURE() << violation;
}

TEST(Includes, TheRuleCanFail) {
  EXPECT_FALSE(allowed("harness/base/units.cpp", "harness/record/journal.hpp"));
  EXPECT_FALSE(allowed("harness/language/phrase.hpp", "harness/base/error.hpp"));
  EXPECT_FALSE(allowed("harness/verdict/judge.cpp", "reports/language/language.hpp"));
  EXPECT_FALSE(allowed("harness/launch/campaign.cpp", "harness/verdict/judge.hpp"));
  EXPECT_FALSE(allowed("harness/cli/run.cpp", "harness/measure/sampler.hpp"));
  EXPECT_FALSE(allowed("harness/cli/run.cpp", "suites/run/memory.hpp"));
  EXPECT_FALSE(allowed("kernels/fault/backend.cpp", "kernels/cpu/memory.hpp"));
  EXPECT_FALSE(allowed("suites/run/gemm.cpp", "kernels/cpu/gemm.hpp"));
  EXPECT_FALSE(allowed("reports/html.cpp", "harness/launch/campaign.hpp"));
  EXPECT_TRUE(allowed("suites/run/gemm.cpp", "kernels/gemm.h"));
}

}  // namespace
