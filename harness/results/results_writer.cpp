#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/results/results_file.hpp"
#include "harness/results/results_schema.hpp"
#include "harness/results/table.hpp"
#include "harness/results/telemetry_file.hpp"

namespace rackproof {

namespace {

template <class Row>
TableWriter<Row> table(Hdf5Writer& file, const std::string& group, const std::vector<Row>& rows) {
  return TableWriter<Row>(file, group, rows);
}

template <class T, class Get>
void write_field(Hdf5Writer& file, const std::string& path, const Shape& shape,
                 const std::vector<CellValue>& cells, std::string_view units, Get get) {
  std::vector<T> values;
  values.reserve(cells.size());
  for (const CellValue& cell : cells) values.push_back(cell.*get);
  file.write(path, shape, values, units);
}

template <class Get>
void write_choice(Hdf5Writer& file, const std::string& path, const Shape& shape,
                  const std::vector<CellValue>& cells, const EnumNames& names, Get get) {
  std::vector<std::uint8_t> stored;
  stored.reserve(cells.size());
  for (const CellValue& cell : cells) stored.push_back(static_cast<std::uint8_t>(cell.*get));
  file.write_choices(path, shape, stored, names);
}

void write_cells(Hdf5Writer& file, const Results& results, std::size_t placement) {
  const auto& columns = results.columns[placement];
  const auto& cells = results.cells[placement];
  const Shape shape{results.series.size(), columns.size()};
  const std::string group = fmt::format("/results/{}/", kPlacementNames[placement]);
  file.write(group + "target", {columns.size()}, columns, units_of_row("/targets"));
  write_field<float>(file, group + "value", shape, cells, kSeriesUnits, &CellValue::value);
  write_field<float>(file, group + "lo", shape, cells, kSeriesUnits, &CellValue::lo);
  write_field<float>(file, group + "hi", shape, cells, kSeriesUnits, &CellValue::hi);
  write_field<std::uint16_t>(file, group + "n", shape, cells, "1", &CellValue::n);
  write_choice(file, group + "status", shape, cells, kStatusEnum, &CellValue::status);
  write_choice(file, group + "stop", shape, cells, kStopEnum, &CellValue::stop);
}

void write_exact(Hdf5Writer& file, const Results& results, std::size_t placement) {
  const auto& columns = results.columns[placement];
  std::vector<std::int64_t> column_of(results.targets.size(), -1);
  for (std::size_t i = 0; i < columns.size(); ++i) column_of.at(columns[i]) = static_cast<std::int64_t>(i);
  const std::size_t size = results.series.size() * columns.size();
  std::vector<std::int64_t> values(size, 0);
  std::vector<std::uint8_t> present(size, 0);
  std::vector<std::uint8_t> differs(size, 0);
  for (const ExactValue& exact : results.exact) {
    if (exact.target >= results.targets.size() || exact.series >= results.series.size()) {
      throw Error("an exact value names a series or target that is not there");
    }
    if (column_of[exact.target] < 0) continue;  // of another placement
    const std::size_t cell =
        exact.series * columns.size() + static_cast<std::size_t>(column_of[exact.target]);
    values[cell] = exact.value;
    present[cell] = 1;
    differs[cell] = exact.differs ? 1 : 0;
  }
  const Shape shape{results.series.size(), columns.size()};
  const std::string group = fmt::format("/exact/{}/", kPlacementNames[placement]);
  file.write(group + "value", shape, values, kSeriesUnits);
  file.write(group + "present", shape, present, "1");
  file.write(group + "differs", shape, differs, "1");
}

/// /samples as sample_columns() lists it.
class SampleWriter {
 public:
  SampleWriter(Hdf5Writer& file, const SampleSource& samples) : file_(file), samples_(samples) {}

  void index(const std::string& name, std::string_view table, std::size_t bound,
             std::uint32_t SampleRow::*attempt) {
    std::vector<SampleRow> rows(samples_.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].attempt = samples_.attempt(i);
    TableWriter<SampleRow>(file_, kGroup, rows).index(name.c_str(), table, bound, attempt);
  }

  void numbers(const std::string& name, std::string_view units, SampleSource::List list) {
    const std::string path = std::string(kGroup) + "/" + name;
    std::vector<std::uint64_t> offsets{0};
    for (std::size_t i = 0; i < samples_.size(); ++i)
      offsets.push_back(offsets.back() + samples_.count(i, list));
    file_.write(path + "_offset", {offsets.size()}, offsets, units_of_row(path));
    std::size_t at = 0;
    file_.write_blocks<std::int64_t>(path, offsets.back(), units, [&]() -> std::vector<std::int64_t> {
      while (at < samples_.size() && samples_.count(at, list) == 0) ++at;
      if (at == samples_.size()) return {};
      SampleRow row = samples_.read(at++);
      return std::move(row.*list);
    });
  }

 private:
  static constexpr const char* kGroup = "/samples";
  Hdf5Writer& file_;
  const SampleSource& samples_;
};

/// The campaigns of the file: one that was not merged is its own only part.
std::vector<Part> parts_of(const Results& results) {
  if (results.merged()) return results.parts;
  return {Part{results.provenance, results.ended, ""}};
}

void write_rows(Hdf5Writer& file, const std::string& group, const std::vector<EnvironmentRow>& rows,
                std::size_t parts, const char* key, const char* value) {
  auto columns = table(file, group, rows);
  environment_columns(columns, key, value);
  part_column(columns, parts, &EnvironmentRow::part);
}

void write_provenance(Hdf5Writer& file, const Provenance& whole, const std::vector<Part>& parts) {
  const std::vector<Provenance> one{whole};
  auto rows = table(file, "/provenance", one);
  provenance_columns(rows);
  serials_columns(rows);
  auto campaigns = table(file, "/parts", parts);
  part_columns(campaigns);
  serials_columns(campaigns);
  std::vector<BackendRow> backends;
  std::vector<EnvironmentRow> removed;
  std::vector<SetupRow> setup;
  std::vector<EnvironmentRow> topology;
  for (std::uint32_t i = 0; i < parts.size(); ++i) {
    for (const auto& backend : parts[i].backends) backends.push_back({backend, i});
    for (const auto& [variable, value] : parts[i].removed_environment)
      removed.push_back({variable, value, i});
    for (const auto& [variable, value] : parts[i].setup_environment)
      setup.push_back({{variable, value.value_or(""), i}, !value});
    for (const auto& [boot, xml] : parts[i].hwloc_xml) topology.push_back({boot, xml, i});
  }
  auto libraries = table(file, "/environment/backends", backends);
  backend_columns(libraries);
  part_column(libraries, parts.size(), &BackendRow::part);
  write_rows(file, "/environment/removed", removed, parts.size(), "variable", "value");
  auto changes = table(file, "/environment/setup", setup);
  setup_columns(changes);
  part_column(changes, parts.size(), &SetupRow::part);
  write_rows(file, "/environment/hwloc", topology, parts.size(), "boot_id", "xml");
}

void write_content(Hdf5Writer& file, const Results& results, const SampleSource& samples) {
  file.attribute("campaign_id", results.provenance.campaign_id);
  file.attribute("program_version", results.provenance.program_version);
  file.attribute("started_utc", results.provenance.started_utc);
  file.attribute("finished_utc", results.provenance.finished_utc);
  file.attribute("ended", static_cast<std::uint8_t>(results.ended), kEndedEnum);
  const std::size_t targets = results.targets.size();
  const std::vector<Part> parts = parts_of(results);
  auto series = table(file, "/series", results.series);
  series_columns(series);
  auto target = table(file, "/targets", results.targets);
  target_columns(target);
  part_column(target, parts.size(), &TargetRow::part);
  auto answers = table(file, "/answers", results.answers);
  answer_columns(answers, targets);
  part_column(answers, parts.size(), &NodeAnswer::part);
  auto promises = table(file, "/promises", results.promises);
  promise_columns(promises, targets);
  auto attempts = table(file, "/attempts", results.attempts);
  attempt_columns(attempts, targets);
  boot_column(attempts);
  loss_column(attempts);
  detail_column(attempts);
  auto counters = table(file, "/counters", results.counters);
  counter_columns(counters, results.attempts.size());
  auto launches = table(file, "/launches", results.launch_values);
  launch_columns(launches, results.attempts.size(), results.series.size());
  for (std::size_t placement = 0; placement < kPlacementCount; ++placement) {
    write_cells(file, results, placement);
    write_exact(file, results, placement);
  }
  auto facts = table(file, "/facts", results.facts);
  fact_columns(facts, targets);
  SampleWriter sample_table(file, samples);
  sample_columns(sample_table, results.attempts.size());
  auto notices = table(file, "/notices", results.notices);
  notice_columns(notices);
  write_telemetry(file, results);
  write_provenance(file, results.provenance, parts);
}

}  // namespace

void write_results(const Results& results, const std::filesystem::path& path) {
  write_results(results, SamplesInMemory(results.samples), path);
}

void write_results(const Results& results, const SampleSource& samples, const std::filesystem::path& path) {
  Draft draft(path);
  {
    Hdf5Writer file(draft.path(), kResultsSchema);
    write_content(file, results, samples);
    file.finish();
  }
  draft.publish();
}

}  // namespace rackproof
