#include "harness/results/cell_reader.hpp"

#include <algorithm>
#include <set>

#include "harness/results/cell_source.hpp"
#include "harness/results/cells_schema.hpp"
#include "harness/results/hdf5_probe.hpp"

namespace rackproof {

std::string_view to_string(Division division) {
  return kDivisionNames.at(static_cast<std::size_t>(division));
}

bool holds_cells_only(const std::filesystem::path& file) {
  probe_hdf5(file, [&] { Hdf5Reader::schema_of(file); });
  return Hdf5Reader::schema_of(file) == kCellsSchema.name;
}

CellReader::CellReader(const std::filesystem::path& file)
    : content_(holds_cells_only(file) ? CellSource::of_cells(file) : CellSource::of_results(file)) {
  content_->origin = file;
}
CellReader::CellReader(Results results, const std::vector<PromiseOutcome>& outcomes)
    : content_(CellSource::of_results(std::move(results), outcomes)) {}
CellReader::~CellReader() = default;

const std::filesystem::path& CellReader::path() const { return content_->origin; }
const Provenance& CellReader::provenance() const { return content_->provenance; }
const std::vector<Part>& CellReader::parts() const { return content_->parts; }
Ended CellReader::ended() const { return content_->ended; }
const std::vector<SeriesRow>& CellReader::series() const { return content_->series; }
const Subjects& CellReader::subjects(Placement placement) const { return content_->of(placement); }
const std::vector<std::string>& CellReader::cases() const { return content_->cases; }
std::string_view CellReader::text(std::uint32_t row) const {
  return row == kNoText ? std::string_view{} : content_->text(row);
}

std::vector<std::string> CellReader::labels() const {
  std::set<std::string> names;
  for (const auto& attributes : content_->attributes) {
    for (const std::string& name : attributes) {
      if (name.starts_with(kLabelPrefix)) names.insert(name.substr(kLabelPrefix.size()));
    }
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> CellReader::facts(Placement placement) const {
  std::vector<std::string> keys = content_->attributes[static_cast<std::size_t>(placement)];
  std::erase_if(keys, [](const std::string& name) { return name.starts_with(kLabelPrefix); });
  return keys;
}

std::vector<std::uint32_t> CellReader::label(Placement placement, std::string_view name) const {
  const std::string attribute = std::string(kLabelPrefix) + std::string(name);
  std::vector<std::uint32_t> rows = content_->attribute(placement, attribute);
  if (placement != Placement::device) return rows;
  const std::vector<std::uint32_t> of_nodes = content_->attribute(Placement::node, attribute);
  const std::vector<std::uint32_t>& node = content_->of(placement).node;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == kNoText && node[i] < of_nodes.size()) rows[i] = of_nodes[node[i]];
  }
  return rows;
}

std::vector<std::uint32_t> CellReader::fact(Placement placement, std::string_view key) const {
  return content_->attribute(placement, std::string(key));
}

CellRow CellReader::read(std::size_t series, Placement placement, const CellFields& fields) const {
  return content_->cells(series, placement, fields);
}
CaseColumn CellReader::read_case(std::size_t case_row, Placement placement) const {
  return content_->case_column(case_row, placement);
}
std::vector<Division> CellReader::read_divisions(std::size_t case_row, Placement placement) const {
  return content_->divisions(case_row, placement);
}
ExactRow CellReader::read_exact(std::size_t series, Placement placement) const {
  return content_->exact(series, placement);
}
std::vector<std::uint32_t> CellReader::read_text(std::size_t series, Placement placement) const {
  return content_->texts(series, placement);
}

}  // namespace rackproof
