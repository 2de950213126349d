// rackproof merge -o FILE RESULTS RESULTS …
#include <fmt/format.h>

#include <list>

#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/output_file.hpp"
#include "harness/cli/verb.hpp"
#include "harness/results/cell_reader.hpp"
#include "harness/results/merge.hpp"
#include "harness/results/merge_cells.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/cells/case_outcomes.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct MergeOptions {
  std::vector<fs::path> inputs;
  fs::path output;
  bool cells = false;
};

/// Everything that can be seen before a file is read, which may take minutes.
std::vector<fs::path> checked_files(const MergeOptions& options) {
  if (options.output.empty()) throw Error("merge writes a new file: name it with -o FILE");
  refuse_bad_output(options.output);
  if (options.inputs.size() < 2 && !options.cells)
    throw Error("a merge is of at least two campaigns: give their results files or folders");
  std::vector<fs::path> files;
  for (const fs::path& input : options.inputs) {
    files.push_back(results_file(input));
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
      if (fs::equivalent(files[i], files.back()))
        throw Error(fmt::format("{} is given twice", files.back().string()));
    }
  }
  return files;
}

Results read_and_merge(const std::vector<fs::path>& files) {
  std::vector<MergeInput> inputs;
  for (const fs::path& file : files) inputs.push_back({printable(file.string()), read_results(file)});
  return merge(std::move(inputs));
}

/// A campaign's attempts are looked at one campaign at a time.
std::unique_ptr<CellReader> cells_of_campaign(const fs::path& file) {
  Results results = read_results(file, ReadSamples::none);
  const auto outcomes = case_outcomes(results);
  return std::make_unique<CellReader>(std::move(results), outcomes);
}

ExitCode run_merge_of_cells(const std::vector<fs::path>& files, const fs::path& output) {
  // A file of cells is a fraction of its campaign: so the whole of one campaign is in memory at a time.
  std::list<Draft> of_campaigns;
  std::vector<std::unique_ptr<CellReader>> readers;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool is_campaign = !holds_cells_only(files[i]);
    auto one = is_campaign ? cells_of_campaign(files[i]) : std::make_unique<CellReader>(files[i]);
    if (is_campaign && files.size() > 1) {
      of_campaigns.emplace_back(output.string() + fmt::format(".{}", i));
      std::vector<std::unique_ptr<CellReader>> alone;
      alone.push_back(std::move(one));
      merge_cells(std::move(alone), of_campaigns.back().path());
      one = std::make_unique<CellReader>(of_campaigns.back().path());
    }
    readers.push_back(std::move(one));
  }
  Draft draft(output);
  merge_cells(std::move(readers), draft.path());
  publish_new(draft, output);
  fmt::print("merged the cells of {} files: {}\n", files.size(), output.string());
  return ExitCode::accepted;
}

ExitCode run_merge(const MergeOptions& options) {
  const std::vector<fs::path> files = checked_files(options);
  if (options.cells) return run_merge_of_cells(files, options.output);
  Draft draft(options.output);
  write_results(read_and_merge(files), draft.path());
  // Together, files may be more than a reader takes: found out here, not when it is judged.
  try {
    read_results(draft.path());
  } catch (const Error& error) {
    throw error.within("the merge cannot be read back; merge fewer campaigns");
  }
  publish_new(draft, options.output);
  fmt::print("merged {} campaigns: {}\n", files.size(), options.output.string());
  return ExitCode::accepted;
}

}  // namespace

void declare_merge(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<MergeOptions>();
  verb.add_option("results", options->inputs,
                  "results.h5 or the folder of each campaign; their order does not matter");
  verb.add_option("-o,--output", options->output, "new results file");
  verb.add_flag("--cells", options->cells,
                "only what judge, trend and compare need, without attempts: for a fleet; also of one file, "
                "or of such files");
  verb.footer(
      "Definitions of metrics must be the same, and a target measured in one campaign only. The new file is "
      "for judge, "
      "report and show, and keeps the provenance of every campaign.");
  action = [options] { return run_merge(*options); };
}

}  // namespace rackproof
