#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "harness/base/digest.hpp"
#include "harness/results/hdf5_probe.hpp"
#include "harness/results/merged_provenance.hpp"
#include "harness/results/results_file.hpp"
#include "harness/results/results_schema.hpp"
#include "harness/results/table.hpp"
#include "harness/results/telemetry_file.hpp"

namespace rackproof {

namespace {

template <class Row>
TableReader<Row> table(Hdf5Reader& file, const std::string& group, std::vector<Row>& rows) {
  return TableReader<Row>(file, group, rows);
}

template <class T>
void put(std::vector<CellValue>& cells, const std::vector<T>& values, T CellValue::*field) {
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i].*field = values[i];
}

template <class Enum>
void put_choice(std::vector<CellValue>& cells, const std::vector<std::uint8_t>& stored,
                Enum CellValue::*field) {
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i].*field = static_cast<Enum>(stored[i]);
}

// The columns of a placement are its targets in the order of /targets: nothing else can be meant.
void read_columns(Hdf5Reader& file, const std::string& path, Results& results, std::size_t placement) {
  std::vector<std::uint32_t> expected;
  for (std::size_t i = 0; i < results.targets.size(); ++i) {
    if (static_cast<std::size_t>(results.targets[i].placement) == placement) {
      expected.push_back(static_cast<std::uint32_t>(i));
    }
  }
  results.columns[placement] = file.column<std::uint32_t>(path);
  if (results.columns[placement] != expected) {
    file.refuse(fmt::format("{} does not list the {} targets in order", path, kPlacementNames[placement]));
  }
}

void read_cells(Hdf5Reader& file, Results& results, std::size_t placement) {
  const std::string group = fmt::format("/results/{}/", kPlacementNames[placement]);
  read_columns(file, group + "target", results, placement);
  const Shape shape{results.series.size(), results.columns[placement].size()};
  // Read before the cells are made, so that a shape that the file cannot back costs nothing.
  const auto value = file.matrix<float>(group + "value", shape);
  auto& cells = results.cells[placement];
  file.charge(value.size(), sizeof(CellValue));
  cells.resize(value.size());
  put(cells, value, &CellValue::value);
  put(cells, file.matrix<float>(group + "lo", shape), &CellValue::lo);
  put(cells, file.matrix<float>(group + "hi", shape), &CellValue::hi);
  put(cells, file.matrix<std::uint16_t>(group + "n", shape), &CellValue::n);
  put_choice(cells, file.choice_matrix(group + "status", shape, kStatusEnum), &CellValue::status);
  put_choice(cells, file.choice_matrix(group + "stop", shape, kStopEnum), &CellValue::stop);
}

void read_exact(Hdf5Reader& file, Results& results, std::size_t placement) {
  const auto& columns = results.columns[placement];
  const Shape shape{results.series.size(), columns.size()};
  const std::string group = fmt::format("/exact/{}/", kPlacementNames[placement]);
  const auto values = file.matrix<std::int64_t>(group + "value", shape);
  const auto present = file.matrix<std::uint8_t>(group + "present", shape);
  const auto differs = file.matrix<std::uint8_t>(group + "differs", shape);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (present[i] > 1 || differs[i] > 1) file.refuse(group + "present or differs is neither 0 nor 1");
    if (present[i] == 0) continue;
    file.charge(1, sizeof(ExactValue));
    results.exact.push_back({static_cast<std::uint32_t>(i / columns.size()), columns[i % columns.size()],
                             values[i], differs[i] == 1});
  }
}

/// Files before 1.2 are one campaign and say nothing of parts, nor of setup scripts.
bool has_parts(const Hdf5Reader& file) { return file.schema_minor() >= 2; }

/// Files before 1.3 say nothing of serials.
bool has_serials(const Hdf5Reader& file) { return file.schema_minor() >= 3; }

std::vector<EnvironmentRow> read_rows(Hdf5Reader& file, const std::string& group, std::size_t parts,
                                      const char* key, const char* value) {
  std::vector<EnvironmentRow> rows;
  auto columns = table(file, group, rows);
  environment_columns(columns, key, value);
  if (has_parts(file)) part_column(columns, parts, &EnvironmentRow::part);
  return rows;
}

void read_setup(Hdf5Reader& file, std::vector<Part>& parts) {
  if (!has_parts(file)) return;
  std::vector<SetupRow> rows;
  auto changes = table(file, "/environment/setup", rows);
  setup_columns(changes);
  part_column(changes, parts.size(), &SetupRow::part);
  for (SetupRow& row : rows) {
    if (row.taken_away && !row.value.empty())
      file.refuse("/environment/setup gives a value to a variable that was taken away");
    auto& change = parts[row.part].setup_environment[row.key];
    if (!row.taken_away) change = std::move(row.value);
  }
}

void read_environment(Hdf5Reader& file, std::vector<Part>& parts) {
  std::vector<BackendRow> backends;
  auto libraries = table(file, "/environment/backends", backends);
  backend_columns(libraries);
  if (has_parts(file)) part_column(libraries, parts.size(), &BackendRow::part);
  for (BackendRow& row : backends) parts[row.part].backends.push_back(std::move(row));
  for (EnvironmentRow& row : read_rows(file, "/environment/removed", parts.size(), "variable", "value"))
    parts[row.part].removed_environment.emplace(std::move(row.key), std::move(row.value));
  read_setup(file, parts);
  for (EnvironmentRow& row : read_rows(file, "/environment/hwloc", parts.size(), "boot_id", "xml"))
    parts[row.part].hwloc_xml.emplace(std::move(row.key), std::move(row.value));
}

std::vector<Part> read_parts(Hdf5Reader& file) {
  std::vector<Part> parts(1);
  if (!has_parts(file)) return parts;
  auto campaigns = table(file, "/parts", parts);
  part_columns(campaigns);
  if (has_serials(file)) serials_columns(campaigns);
  if (parts.empty()) file.refuse("/parts has no row");
  return parts;
}

/// What stands twice in a file must say the same: whoever reads only one of them is told no less.
void check_only_part(Hdf5Reader& file, const Part& part, const Provenance& whole, Ended ended) {
  const auto texts = [](const Provenance& p) {
    return std::tie(p.campaign_id, p.program_version, p.catalogue_hash, p.started_utc, p.finished_utc,
                    p.plan_text, p.plan_sha256, p.plan_name, p.site_text, p.site_sha256, p.site_name,
                    p.serials_text, p.serials_sha256, p.journal_sha256, p.seed, p.launches,
                    p.launch_component, p.attribute_virtual);
  };
  if (texts(part) != texts(whole) || part.ended != ended || !part.file_sha256.empty())
    file.refuse("the only row of /parts differs from /provenance");
}

/// Reads /provenance and /environment, and puts the campaigns of a merged file into the results.
void read_provenance(Hdf5Reader& file, std::vector<Part> parts, Results& results) {
  std::vector<Provenance> one;
  auto rows = table(file, "/provenance", one);
  provenance_columns(rows);
  if (has_serials(file)) serials_columns(rows);
  if (one.size() != 1) file.refuse("/provenance has not exactly one row");
  results.provenance = std::move(one.front());
  if (has_parts(file) && parts.size() == 1)
    check_only_part(file, parts.front(), results.provenance, results.ended);
  read_environment(file, parts);
  unite_environment(parts, results.provenance);
  if (parts.size() == 1) return;
  if (ended_of_all(parts) != results.ended) file.refuse("attribute ended differs from what /parts says");
  results.parts = std::move(parts);
}

/// Files before 1.3 have none.
void read_counters(Hdf5Reader& file, Results& results) {
  if (file.schema_minor() < 3) return;
  auto counters = table(file, "/counters", results.counters);
  counter_columns(counters, results.attempts.size());
  for (const CounterRow& row : results.counters) {
    if (row.unavailable.empty() ? !(std::isfinite(row.delta) && row.delta >= 0) : !std::isnan(row.delta))
      file.refuse("/counters has a delta that is no number, or one beside the reason why there is none");
  }
}

/// Columns of samples, of which nothing is kept. A table whose rows are of no account, so that every field is checked as
/// it would be where it is read.
class SampleCheck {
 public:
  explicit SampleCheck(Hdf5Reader& file) : file_(file), attempts_(file, "/samples", rows_) {}

  void index(const char* name, std::string_view table, std::size_t bound, std::uint32_t SampleRow::*attempt) {
    attempts_.index(name, table, bound, attempt);
  }
  void numbers(const char* name, std::string_view, SampleSource::List) {
    attempts_.check_offsets(name, file_.check_column<std::int64_t>(std::string("/samples/") + name));
  }

 private:
  Hdf5Reader& file_;
  std::vector<SampleRow> rows_;
  TableReader<SampleRow> attempts_;
};

void read_samples(Hdf5Reader& file, Results& results, ReadSamples wanted) {
  if (wanted == ReadSamples::none) {
    SampleCheck samples(file);
    return sample_columns(samples, results.attempts.size());
  }
  auto samples = table(file, "/samples", results.samples);
  sample_columns(samples, results.attempts.size());
}

Results read_content(const std::filesystem::path& path, ReadSamples samples) {
  Hdf5Reader file(path, kResultsSchema);
  Results results;
  results.ended = static_cast<Ended>(file.choice_attribute("ended", kEndedEnum));
  std::vector<Part> parts = read_parts(file);
  auto series = table(file, "/series", results.series);
  series_columns(series);
  auto target = table(file, "/targets", results.targets);
  target_columns(target);
  const std::size_t targets = results.targets.size();
  if (has_parts(file)) {
    part_column(target, parts.size(), &TargetRow::part);
    auto answers = table(file, "/answers", results.answers);
    answer_columns(answers, targets);
    part_column(answers, parts.size(), &NodeAnswer::part);
  }
  auto promises = table(file, "/promises", results.promises);
  promise_columns(promises, targets);
  auto attempts = table(file, "/attempts", results.attempts);
  attempt_columns(attempts, targets);
  if (has_parts(file)) boot_column(attempts);
  if (file.schema_minor() >= 3) loss_column(attempts);
  if (file.schema_minor() >= 4) detail_column(attempts);
  read_counters(file, results);
  auto launches = table(file, "/launches", results.launch_values);
  launch_columns(launches, results.attempts.size(), results.series.size());
  for (std::size_t placement = 0; placement < kPlacementCount; ++placement) {
    read_cells(file, results, placement);
    read_exact(file, results, placement);
  }
  std::stable_sort(results.exact.begin(), results.exact.end(), [](const ExactValue& a, const ExactValue& b) {
    return std::pair(a.series, a.target) < std::pair(b.series, b.target);
  });
  auto facts = table(file, "/facts", results.facts);
  fact_columns(facts, targets);
  read_samples(file, results, samples);
  auto notices = table(file, "/notices", results.notices);
  notice_columns(notices);
  read_telemetry(file, path, results);
  read_provenance(file, std::move(parts), results);
  return results;
}

}  // namespace

Results read_results(const std::filesystem::path& path, ReadSamples samples) {
  probe_hdf5(path, [&] { read_content(path, samples); });
  Results results = read_content(path, samples);
  results.file_sha256 = sha256_file(path);
  return results;
}

}  // namespace rackproof
