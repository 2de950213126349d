// rackproof merge -o FILE RESULTS RESULTS …
#include <fmt/format.h>

#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/verb.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/merge.hpp"
#include "harness/results/results_file.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct MergeOptions {
  std::vector<fs::path> inputs;
  fs::path output;
};

void refuse_existing(const fs::path& output) {
  if (fs::exists(output))
    throw Error(
        fmt::format("{} exists; results are never replaced: give another name with -o", output.string()));
}

/// Everything that can be seen before a file is read, which may take minutes.
std::vector<fs::path> checked_files(const MergeOptions& options) {
  if (options.output.empty()) throw Error("merge writes a new file: name it with -o FILE");
  refuse_existing(options.output);
  const fs::path folder = options.output.has_parent_path() ? options.output.parent_path() : ".";
  if (!fs::is_directory(folder))
    throw Error(fmt::format("-o {}: there is no folder {}", options.output.string(), folder.string()));
  if (options.inputs.size() < 2)
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

/// A file that is not yet known to be sound; removed unless it is published.
class UnreadFile {
 public:
  explicit UnreadFile(const fs::path& final_path) : path_(final_path.string() + ".unread") {}
  ~UnreadFile() {
    std::error_code none;
    fs::remove(path_, none);
    fs::remove(path_.string() + ".tmp", none);
  }
  UnreadFile(const UnreadFile&) = delete;
  UnreadFile& operator=(const UnreadFile&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

ExitCode run_merge(const MergeOptions& options) {
  const std::vector<fs::path> files = checked_files(options);
  const UnreadFile unread(options.output);
  write_results(read_and_merge(files), unread.path());
  // Together, files may be more than a reader takes: found out here, not when it is judged.
  try {
    read_results(unread.path());
  } catch (const Error& error) {
    throw error.within("the merge cannot be read back; merge fewer campaigns");
  }
  refuse_existing(options.output);  // minutes may have gone by
  publish(unread.path(), options.output);
  fmt::print("merged {} campaigns: {}\n", files.size(), options.output.string());
  return ExitCode::accepted;
}

}  // namespace

void declare_merge(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<MergeOptions>();
  verb.add_option("results", options->inputs,
                  "results.h5 or the folder of each campaign; their order does not matter");
  verb.add_option("-o,--output", options->output, "new results file");
  verb.footer(
      "Definitions of metrics must be the same, and a target measured in one campaign only. The new file is "
      "for judge, "
      "report and show, and keeps the provenance of every campaign.");
  action = [options] { return run_merge(*options); };
}

}  // namespace rackproof
