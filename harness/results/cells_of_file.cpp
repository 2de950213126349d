// A file of cells: its columns are in memory, its matrices are read as they are asked for.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/results/cell_source.hpp"
#include "harness/results/cells_schema.hpp"
#include "harness/results/cells_writer.hpp"
#include "harness/results/hdf5_probe.hpp"
#include "harness/results/merged_provenance.hpp"
#include "harness/results/table.hpp"

namespace rackproof {

namespace {

class FileCells : public CellSource {
 public:
  explicit FileCells(const std::filesystem::path& file)
      : name_(printable(file.string())), reader_(file, kCellsSchema) {
    ended = static_cast<Ended>(reader_.choice_attribute("ended", kEndedEnum));
    TableReader<SeriesRow> rows(reader_, "/series", series);
    series_columns(rows);
    TableReader<Part> campaigns(reader_, "/parts", parts);
    part_columns(campaigns);
    serials_columns(campaigns);
    if (parts.empty()) reader_.refuse("/parts has no row");
    provenance = parts.size() == 1 ? Provenance(parts.front()) : merged_provenance(parts);
    cases = cases_of(series);
    for (const Placement placement : kPlacements) read_subjects(placement);
    for (const Placement placement : kPlacements) {
      check_nodes(placement);
      find_matrices(placement);
    }
  }

  std::string_view text(std::uint32_t row) const override { return reader_.text_view(row); }

  std::vector<std::uint32_t> attribute(Placement placement, const std::string& name) const override {
    const auto& names = attributes[static_cast<std::size_t>(placement)];
    const auto found = std::ranges::find(names, name);
    if (found == names.end() || !at(placement).attribute)
      return std::vector<std::uint32_t>(of(placement).size(), kNoText);
    const auto row =
        order_[static_cast<std::size_t>(placement)][static_cast<std::size_t>(found - names.begin())];
    return checked_texts(*at(placement).attribute, row);
  }

  CellRow cells(std::size_t row, Placement placement, const CellFields& fields) const override {
    CellRow out;
    const Matrices& from = at(placement);
    if (!from.value) return out;
    out.value = from.value->row<float>(row);
    if (fields.interval) {
      out.lo = from.lo->row<float>(row);
      out.hi = from.hi->row<float>(row);
    }
    if (fields.range) {
      out.least = from.least->row<float>(row);
      out.most = from.most->row<float>(row);
    }
    if (fields.launches) out.n = from.n->row<std::uint16_t>(row);
    if (fields.state) {
      out.status = choices<Status>(*from.status, row);
      out.stop = choices<Stop>(*from.stop, row);
    }
    return out;
  }

  CaseColumn case_column(std::size_t row, Placement placement) const override {
    const Matrices& from = at(placement);
    if (!from.outcome) return {};
    return {choices<CaseOutcome>(*from.outcome, row), from.disturbed->row<std::uint8_t>(row)};
  }

  std::vector<Division> divisions(std::size_t row, Placement placement) const override {
    const Matrices& from = at(placement);
    if (!from.division) return std::vector<Division>(of(placement).size(), Division::unknown);
    return choices<Division>(*from.division, row);
  }

  ExactRow exact(std::size_t row, Placement placement) const override {
    const Matrices& from = at(placement);
    if (!from.exact) return {};
    const std::size_t among = series_of_kind(series, row, QuantityKind::exact);
    return {from.exact->row<std::int64_t>(among), from.exact_state->row<std::uint8_t>(among)};
  }

  std::vector<std::uint32_t> texts(std::size_t row, Placement placement) const override {
    const Matrices& from = at(placement);
    if (!from.texts) return {};
    return checked_texts(*from.texts, series_of_kind(series, row, QuantityKind::text));
  }

 private:
  struct Matrices {
    std::optional<MatrixReader> value, lo, hi, least, most, n, status, stop;
    std::optional<MatrixReader> outcome, disturbed, division, exact, exact_state, texts, attribute;
  };

  const Matrices& at(Placement placement) const { return matrices_[static_cast<std::size_t>(placement)]; }

  void read_subjects(Placement placement) {
    Subjects& subjects = of(placement);
    subjects.placement = placement;
    const std::string group = cells_group("subjects", placement);
    subject_columns([&](const char* name, std::string_view, auto field) {
      subjects.*field = reader_.column<std::uint32_t>(group + name);
    });
    const std::size_t columns = subjects.name.size();
    subjects.target.resize(columns);
    for (std::size_t i = 0; i < columns; ++i) subjects.target[i] = static_cast<std::uint32_t>(i);
    subject_columns([&](const char* name, std::string_view units, auto field) {
      const auto& rows = subjects.*field;
      if (rows.size() != columns)
        reader_.refuse(fmt::format("{}{} has another length than name", group, name));
      if (units != kTextUnits) return;
      check_texts(rows, group + name);
    });
    for (const std::uint32_t part : subjects.part) {
      if (part >= parts.size()) reader_.refuse(group + "part names a campaign that is not there");
    }
    read_attribute_names(placement, group);
  }

  void read_attribute_names(Placement placement, const std::string& group) {
    const auto rows = reader_.column<std::uint32_t>(group + "attribute_name");
    std::vector<std::pair<std::string, std::size_t>> names;
    for (const std::uint32_t row : rows)
      names.emplace_back(reader_.text(row, group + "attribute_name"), names.size());
    std::ranges::sort(names);
    for (auto& [name, row] : names) {
      attributes[static_cast<std::size_t>(placement)].push_back(std::move(name));
      order_[static_cast<std::size_t>(placement)].push_back(row);
    }
  }

  void check_nodes(Placement placement) {
    const Subjects& subjects = of(placement);
    const std::size_t nodes = of(Placement::node).size();
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      for (const std::uint32_t node : {subjects.node[i], subjects.second[i]}) {
        if (node != kNoText && node >= nodes)
          reader_.refuse(cells_group("subjects", placement) + "node names a node that is not there");
      }
    }
  }

  template <class T>
  std::optional<MatrixReader> matrix(const std::string& path, const Shape& shape) {
    return MatrixReader(name_, reader_.stored_matrix<T>(path, shape));
  }
  std::optional<MatrixReader> choice(const std::string& path, const Shape& shape, const EnumNames& names) {
    return MatrixReader(name_, reader_.stored_choices(path, shape, names));
  }

  void find_matrices(Placement placement) {
    Matrices& made = matrices_[static_cast<std::size_t>(placement)];
    const std::size_t columns = of(placement).size();
    if (columns == 0) return;
    if (const auto& names = attributes[static_cast<std::size_t>(placement)]; !names.empty()) {
      made.attribute =
          matrix<std::uint32_t>(cells_group("subjects", placement) + "attribute", {names.size(), columns});
    }
    if (series.empty()) return;
    const Shape shape{series.size(), columns};
    const std::string group = cells_group("results", placement);
    made.value = matrix<float>(group + "value", shape);
    made.lo = matrix<float>(group + "lo", shape);
    made.hi = matrix<float>(group + "hi", shape);
    made.least = matrix<float>(group + "least", shape);
    made.most = matrix<float>(group + "most", shape);
    made.n = matrix<std::uint16_t>(group + "n", shape);
    made.status = choice(group + "status", shape, kStatusEnum);
    made.stop = choice(group + "stop", shape, kStopEnum);
    const std::string of_cases = cells_group("cases", placement);
    made.outcome = choice(of_cases + "outcome", {cases.size(), columns}, kCaseOutcomeEnum);
    made.disturbed = choice(of_cases + "disturbed", {cases.size(), columns}, kDisturbedEnum);
    if (has_divisions(reader_))
      made.division = choice(of_cases + "division", {cases.size(), columns}, kDivisionEnum);
    if (const std::size_t rows = series_of_kind(series, series.size(), QuantityKind::exact); rows > 0) {
      made.exact = matrix<std::int64_t>(cells_group("exact", placement) + "value", {rows, columns});
      made.exact_state = choice(cells_group("exact", placement) + "state", {rows, columns}, kExactStateEnum);
    }
    if (const std::size_t rows = series_of_kind(series, series.size(), QuantityKind::text); rows > 0)
      made.texts = matrix<std::uint32_t>(cells_group("texts", placement) + "found", {rows, columns});
  }

  template <class Enum>
  static std::vector<Enum> choices(const MatrixReader& matrix, std::size_t row) {
    const auto stored = matrix.row<std::uint8_t>(row);
    std::vector<Enum> out(stored.size());
    std::ranges::transform(stored, out.begin(), [](std::uint8_t value) { return static_cast<Enum>(value); });
    return out;
  }

  void check_texts(const std::vector<std::uint32_t>& rows, const std::string& what) const {
    for (const std::uint32_t row : rows) {
      if (row != kNoText && row >= reader_.texts()) reader_.refuse(what + " names a text that is not there");
    }
  }
  std::vector<std::uint32_t> checked_texts(const MatrixReader& matrix, std::size_t row) const {
    auto rows = matrix.row<std::uint32_t>(row);
    check_texts(rows, "a matrix of texts");
    return rows;
  }

  std::string name_;
  Hdf5Reader reader_;
  std::array<Matrices, kPlacementCount> matrices_;
  std::array<std::vector<std::size_t>, kPlacementCount> order_;  // rows of sorted attributes
};

}  // namespace

std::unique_ptr<CellSource> CellSource::of_cells(const std::filesystem::path& file) {
  probe_hdf5(file, [&] { FileCells probe(file); });
  return std::make_unique<FileCells>(file);
}

}  // namespace rackproof
