// rackproof verify FOLDER
#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/cli/verb.hpp"
#include "harness/results/manifest.hpp"

namespace rackproof {

void declare_verify(CLI::App& verb, std::function<ExitCode()>& action) {
  auto folder = std::make_shared<std::string>();
  verb.add_option("folder", *folder, "folder of a campaign")->required();
  action = [folder] {
    const auto differences = verify_manifest(*folder);
    for (const auto& line : differences) fmt::print("{}\n", printable(line));
    if (differences.empty()) fmt::print("all files are as they were written\n");
    return differences.empty() ? ExitCode::accepted : ExitCode::rejected;
  };
}

}  // namespace rackproof
