#include "harness/results/cells_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/base/error.hpp"
#include "harness/results/cells_schema.hpp"
#include "harness/results/table.hpp"

namespace rackproof {

namespace {

template <class Enum>
std::vector<std::uint8_t> stored(const std::vector<Enum>& values) {
  std::vector<std::uint8_t> out(values.size());
  std::ranges::transform(values, out.begin(), [](Enum value) { return static_cast<std::uint8_t>(value); });
  return out;
}

template <class T>
std::span<const T> all(const std::vector<T>& values) {
  return values;
}

}  // namespace

/// The matrices of one placement; those without a row or column are not there.
struct CellsWriter::Matrices {
  std::optional<MatrixWriter> value, lo, hi, least, most, n, status, stop;
  std::optional<MatrixWriter> outcome, disturbed, division;
  std::optional<MatrixWriter> exact, exact_state;
  std::optional<MatrixWriter> texts;
};

std::vector<std::string> cases_of(const std::vector<SeriesRow>& series) {
  std::vector<std::string> cases;
  std::set<std::string_view> known;
  for (const SeriesRow& row : series) {
    if (known.insert(row.case_id).second) cases.push_back(row.case_id);
  }
  return cases;
}

std::size_t series_of_kind(const std::vector<SeriesRow>& series, std::size_t rows, QuantityKind kind) {
  return static_cast<std::size_t>(std::ranges::count(
      series.begin(), series.begin() + static_cast<std::ptrdiff_t>(rows), kind, &SeriesRow::kind));
}

CellsWriter::CellsWriter(const std::filesystem::path& path, const CellsHead& head)
    : draft_(path), file_(draft_.path(), kCellsSchema), head_(head), cases_(cases_of(head.series).size()) {
  file_.attribute("campaign_id", head_.campaign_id);
  file_.attribute("program_version", head_.program_version);
  file_.attribute("ended", static_cast<std::uint8_t>(head_.ended), kEndedEnum);
  TableWriter<SeriesRow> series(file_, "/series", head_.series);
  series_columns(series);
  TableWriter<Part> parts(file_, "/parts", head_.parts);
  part_columns(parts);
  serials_columns(parts);
}

CellsWriter::~CellsWriter() = default;

void CellsWriter::subjects(const Subjects& subjects,
                           const std::map<std::string, std::vector<std::uint32_t>>& attributes) {
  const Placement placement = subjects.placement;
  auto& made = matrices_.at(static_cast<std::size_t>(placement));
  if (made) throw Error("the subjects of a placement are given twice");
  made = std::make_unique<Matrices>();
  const std::string group = cells_group("subjects", placement);
  const std::size_t columns = subjects.size();
  subject_columns([&](const char* name, std::string_view units, auto field) {
    if ((subjects.*field).size() != columns) throw Error(fmt::format("{}{} is not whole", group, name));
    file_.write(group + name, {columns}, subjects.*field, units);
  });
  std::vector<std::uint32_t> names;
  for (const auto& [name, rows] : attributes) {
    if (rows.size() != columns) throw Error(fmt::format("attribute {} is not whole", name));
    names.push_back(file_.text(name));
  }
  file_.write(group + "attribute_name", {names.size()}, names, kTextUnits);
  if (columns == 0) return;
  if (!attributes.empty()) {
    MatrixWriter matrix =
        file_.matrix<std::uint32_t>(group + "attribute", {names.size(), columns}, kTextUnits);
    std::size_t row = 0;
    for (const auto& [name, rows] : attributes) matrix.put(row++, matrix.pack(all(rows)));
  }
  const auto count = [this](QuantityKind kind) {
    return series_of_kind(head_.series, head_.series.size(), kind);
  };
  if (!head_.series.empty()) {
    const Shape shape{head_.series.size(), columns};
    const std::string cells = cells_group("results", placement);
    made->value = file_.matrix<float>(cells + "value", shape, kSeriesUnits);
    made->lo = file_.matrix<float>(cells + "lo", shape, kSeriesUnits, Packing::small);
    made->hi = file_.matrix<float>(cells + "hi", shape, kSeriesUnits, Packing::small);
    made->least = file_.matrix<float>(cells + "least", shape, kSeriesUnits);
    made->most = file_.matrix<float>(cells + "most", shape, kSeriesUnits);
    made->n = file_.matrix<std::uint16_t>(cells + "n", shape, "1");
    made->status = file_.choice_matrix(cells + "status", shape, kStatusEnum);
    made->stop = file_.choice_matrix(cells + "stop", shape, kStopEnum);
    const std::string cases = cells_group("cases", placement);
    made->outcome = file_.choice_matrix(cases + "outcome", {cases_, columns}, kCaseOutcomeEnum);
    made->disturbed = file_.choice_matrix(cases + "disturbed", {cases_, columns}, kDisturbedEnum);
    made->division = file_.choice_matrix(cases + "division", {cases_, columns}, kDivisionEnum);
  }
  if (const std::size_t rows = count(QuantityKind::exact); rows > 0) {
    const std::string exact = cells_group("exact", placement);
    made->exact = file_.matrix<std::int64_t>(exact + "value", {rows, columns}, kSeriesUnits);
    made->exact_state = file_.choice_matrix(exact + "state", {rows, columns}, kExactStateEnum);
  }
  if (const std::size_t rows = count(QuantityKind::text); rows > 0)
    made->texts =
        file_.matrix<std::uint32_t>(cells_group("texts", placement) + "found", {rows, columns}, kTextUnits);
}

CellsWriter::Matrices& CellsWriter::matrices(Placement placement) const {
  const auto& found = matrices_.at(static_cast<std::size_t>(placement));
  if (!found) throw Error("cells of a placement whose subjects were not given");
  return *found;
}

std::size_t CellsWriter::row_among(std::size_t series, QuantityKind kind) const {
  if (head_.series.at(series).kind != kind) throw Error("cells of a series of another kind");
  return series_of_kind(head_.series, series, kind);
}

CellsWriter::Packed CellsWriter::pack(std::size_t series, Placement placement, const CellRow& cells) const {
  Matrices& to = matrices(placement);
  Packed packed;
  packed.row = series;
  packed.fields.emplace_back(&*to.value, to.value->pack(all(cells.value)));
  packed.fields.emplace_back(&*to.lo, to.lo->pack(all(cells.lo)));
  packed.fields.emplace_back(&*to.hi, to.hi->pack(all(cells.hi)));
  packed.fields.emplace_back(&*to.least, to.least->pack(all(cells.least)));
  packed.fields.emplace_back(&*to.most, to.most->pack(all(cells.most)));
  packed.fields.emplace_back(&*to.n, to.n->pack(all(cells.n)));
  packed.fields.emplace_back(&*to.status, to.status->pack(all(stored(cells.status))));
  packed.fields.emplace_back(&*to.stop, to.stop->pack(all(stored(cells.stop))));
  return packed;
}

CellsWriter::Packed CellsWriter::pack(std::size_t case_row, Placement placement, const CaseColumn& column,
                                      const std::vector<Division>& divisions) const {
  Matrices& to = matrices(placement);
  Packed packed;
  packed.row = case_row;
  packed.fields.emplace_back(&*to.outcome, to.outcome->pack(all(stored(column.outcome))));
  packed.fields.emplace_back(&*to.disturbed, to.disturbed->pack(all(column.disturbed)));
  packed.fields.emplace_back(&*to.division, to.division->pack(all(stored(divisions))));
  return packed;
}

CellsWriter::Packed CellsWriter::pack(std::size_t series, Placement placement, const ExactRow& exact) const {
  Matrices& to = matrices(placement);
  Packed packed;
  packed.row = row_among(series, QuantityKind::exact);
  packed.fields.emplace_back(&*to.exact, to.exact->pack(all(exact.value)));
  packed.fields.emplace_back(&*to.exact_state, to.exact_state->pack(all(exact.state)));
  return packed;
}

CellsWriter::Packed CellsWriter::pack(std::size_t series, Placement placement,
                                      const std::vector<std::uint32_t>& texts) const {
  Matrices& to = matrices(placement);
  Packed packed;
  packed.row = row_among(series, QuantityKind::text);
  packed.fields.emplace_back(&*to.texts, to.texts->pack(all(texts)));
  return packed;
}

void CellsWriter::put(const Packed& packed) {
  for (const auto& [matrix, chunks] : packed.fields) matrix->put(packed.row, chunks);
}

void CellsWriter::finish() {
  for (const auto& made : matrices_) {
    if (!made) throw Error("the subjects of a placement were not given");
  }
  matrices_ = {};  // their datasets must be closed before the file
  file_.finish();
  draft_.publish();
}

}  // namespace rackproof
