#include "harness/cli/comparison_files.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/cli/campaign_folder.hpp"
#include "harness/cli/rated_files.hpp"
#include "harness/results/cells_schema.hpp"
#include "harness/results/results_file.hpp"
#include "harness/verdict/compare/comparison_side.hpp"
#include "harness/verdict/compare/rated_share.hpp"
#include "reports/html/comparison_page.hpp"

namespace rackproof {

namespace fs = std::filesystem;

Selection selection_of(const std::string& text) {
  if (text == "all") return {};
  if (text == "hand-picked") return {Chosen::hand_picked, 0};
  constexpr std::string_view kRandom = "random:";
  if (text.starts_with(kRandom)) {
    Selection selection{Chosen::random, 0};
    const char* const end = text.data() + text.size();
    const auto [stop, code] = std::from_chars(text.data() + kRandom.size(), end, selection.seed);
    if (code == std::errc{} && stop == end) return selection;
  }
  throw Error(
      fmt::format("--chosen {}: write all, random:SEED (a whole number) or hand-picked", printable(text)));
}

struct ComparisonFiles::OpenSide {
  explicit OpenSide(const fs::path& file) : cells(file) {
    if (Hdf5Reader::schema_of(file) != kCellsSchema.name) results = read_results(file, ReadSamples::none);
    side = comparison_side(cells, results ? &*results : nullptr,
                           results ? results->file_sha256 : sha256_file(file));
  }
  CellReader cells;
  std::optional<Results> results;
  ComparisonSide side;
};

ComparisonFiles::ComparisonFiles(const std::vector<fs::path>& files) {
  if (files.size() < 2)
    throw Error("a comparison is of at least two results files: give their names or folders");
  for (const fs::path& file : files) {
    open_.push_back(std::make_unique<OpenSide>(results_file(file)));
    sides_.push_back(open_.back()->side);
  }
}

ComparisonFiles::~ComparisonFiles() = default;

Comparison ComparisonFiles::compared(const ComparisonSettings& settings, const fs::path& devices) const {
  Comparison comparison = compare(sides_, settings);
  add_rated_shares(comparison, find_rated(open_.front()->cells.path(), devices));
  return comparison;
}

Page comparison_page_of(const std::vector<fs::path>& files, const ComparisonSettings& settings,
                        const fs::path& devices, Language language) {
  const ComparisonFiles open(files);
  return comparison_page(open.sides(), open.compared(settings, devices), Words(language));
}

}  // namespace rackproof
