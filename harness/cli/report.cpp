// rackproof report FOLDER|RESULTS [--limits FILE] [--devices PATH] [-o FILE]
#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/judge.hpp"
#include "reports/html.hpp"

namespace rackproof {

void declare_report(CLI::App& verb, std::function<ExitCode()>& action) {
  auto source = std::make_shared<std::filesystem::path>();
  auto limits_file = std::make_shared<std::filesystem::path>();
  auto devices = std::make_shared<std::filesystem::path>();
  auto output = std::make_shared<std::filesystem::path>();
  verb.add_option("results", *source, "folder of a campaign, or a results file, which needs --limits and -o")
      ->required();
  verb.add_option("--limits", *limits_file, "limits file; the campaign's own when not given");
  verb.add_option("--devices", *devices, "rated values, a file or folder, as for judge");
  verb.add_option("-o,--output", *output, "HTML file; report.html in the folder when not given");
  action = [=] {
    const bool is_folder = std::filesystem::is_directory(*source);
    if (!is_folder && (limits_file->empty() || output->empty()))
      throw Error("a results file has no limits and no report of its own: give --limits FILE and -o FILE");
    if (!limits_file->empty() && output->empty()) {
      throw Error("with other limits the campaign's own report is not replaced: give -o FILE");
    }
    const Results results = read_results(results_file(*source), ReadSamples::none);
    const Limits limits =
        limits_for(results, limits_file->empty() ? *source / kLimitsFile : *limits_file, *devices);
    const auto path = output->empty() ? *source / kReportFile : *output;
    write_durably(path, html_report(results, limits, judge(results, limits)));
    fmt::print("report: {}\n", path.string());
    return ExitCode::accepted;
  };
}

}  // namespace rackproof
