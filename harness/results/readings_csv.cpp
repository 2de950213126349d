#include "harness/results/readings_csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "harness/base/closest.hpp"
#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/base/trimmed.hpp"
#include "harness/base/units.hpp"
#include "harness/record/utc_time.hpp"

namespace rackproof {

namespace {

enum Column : std::uint8_t { kTime, kTarget, kSensor, kScope, kValue, kUnit, kColumnCount };
constexpr std::array<std::string_view, kColumnCount> kColumns{"time",  "target", "sensor",
                                                              "scope", "value",  "unit"};
constexpr auto kScopes =
    std::to_array<SensorScope>({SensorScope::die, SensorScope::package, SensorScope::board, SensorScope::node,
                                SensorScope::device, SensorScope::rack});
constexpr std::size_t kLongestLine = 4096;

struct Unit {
  std::string_view written, quantity, si;
  double factor, zero;
};
constexpr auto kUnits = std::to_array<Unit>({{"W", "power", "W", 1, 0},
                                             {"Watts", "power", "W", 1, 0},
                                             {"kW", "power", "W", 1000, 0},
                                             {"K", "temperature", "K", 1, 0},
                                             {"C", "temperature", "K", 1, kZeroCelsius},
                                             {"°C", "temperature", "K", 1, kZeroCelsius},
                                             {"degC", "temperature", "K", 1, kZeroCelsius},
                                             {"Cel", "temperature", "K", 1, kZeroCelsius},
                                             {"degrees C", "temperature", "K", 1, kZeroCelsius}});

std::string_view trimmed(std::string_view text) { return rackproof::trimmed(text, " \t\r"); }

/// Takes a field off the front, with the comma behind it. False: its quotes do not end, or do not end the field.
bool take_field(std::string_view& line, std::string& field) {
  const std::string_view start = trimmed(line);
  if (!start.starts_with('"')) {
    const auto comma = line.find(',');
    field = trimmed(line.substr(0, comma));
    line.remove_prefix(comma == std::string_view::npos ? line.size() : comma);
    return true;
  }
  line = start.substr(1);
  field.clear();
  while (true) {
    const auto quote = line.find('"');
    if (quote == std::string_view::npos) return false;
    field += line.substr(0, quote);
    line.remove_prefix(quote + 1);
    if (!line.starts_with('"')) break;
    field += '"';
    line.remove_prefix(1);
  }
  const auto comma = line.find(',');
  if (!trimmed(line.substr(0, comma)).empty()) return false;
  line.remove_prefix(comma == std::string_view::npos ? line.size() : comma);
  return true;
}

/// The fields of a line into `fields`, which keeps its memory.
bool split(std::string_view line, std::vector<std::string>& fields) {
  std::size_t count = 0;
  while (true) {
    if (fields.size() == count) fields.emplace_back();
    if (!take_field(line, fields[count++])) return false;
    if (line.empty()) break;
    line.remove_prefix(1);
  }
  fields.resize(count);
  return true;
}

/// What tells that there is no reading.
bool says_nothing(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr auto kWords = std::to_array<std::string_view>({"", "nan", "na", "n/a", "null", "none", "-"});
  return std::ranges::find(kWords, text) != kWords.end();
}

class CsvReader {
 public:
  explicit CsvReader(std::string file) : file_(std::move(file)) {}

  void take(std::string_view line) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    next_line();
    if (line_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    if (trimmed(line).empty()) return;
    if (!split(line, fields_))
      return problem("quotes that do not end their field", "write \"\" for a quote within quotes");
    if (columns_.empty()) return take_columns();
    if (fields_.size() != columns_.size())
      return problem(fmt::format("{} fields, but {} columns", fields_.size(), columns_.size()),
                     "write a comma for a field that is empty");
    take_reading();
  }

  /// The line behind the last one is longer than any reading.
  void refuse_long_line() {
    next_line();
    problem(fmt::format("a line of more than {} bytes", kLongestLine), "write one reading a line");
    refuse();
  }

  std::vector<ReadSensor> sensors() {
    if (columns_.empty() && problems_.empty())
      problem("the file is empty", fmt::format("write {} as its first line", fmt::join(kColumns, ",")));
    for (std::size_t i = 0; i < sensors_.size(); ++i) order(sensors_[i], lines_[i]);
    refuse();
    if (sensors_.empty()) throw Error(file_ + " has no readings");
    std::ranges::sort(sensors_, {}, [](const ReadSensor& s) { return std::tie(s.target, s.source.name); });
    return std::move(sensors_);
  }

 private:
  void next_line() { line_ = std::min(line_, std::numeric_limits<int>::max() - 1) + 1; }

  /// What is wrong in the same way line after line is told once.
  void problem(std::string message, std::string hint) {
    if (!problems_.empty() && problems_.back().message == message) return;
    problems_.push_back({file_, line_, std::move(message), std::move(hint)});
    if (problems_.size() >= kMostReadingsProblems) refuse();
  }

  void refuse() {
    if (!problems_.empty()) throw ConfigurationError(std::move(problems_));
  }

  void take_columns() {
    for (const auto& name : fields_) {
      const auto known = std::ranges::find(kColumns, name);
      if (known == kColumns.end()) {
        const auto nearest = closest(name, {kColumns.begin(), kColumns.end()});
        problem(fmt::format("unknown column \"{}\"", printable(name)),
                nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                        : fmt::format("the columns are {}", fmt::join(kColumns, ", ")));
      }
      columns_.push_back(static_cast<std::size_t>(known - kColumns.begin()));
    }
    for (std::size_t i = 0; i < kColumnCount; ++i) {
      if (std::ranges::count(columns_, i) != 1)
        problem(fmt::format("the column {} is not there once", kColumns[i]),
                fmt::format("write {} as the first line", fmt::join(kColumns, ",")));
    }
    refuse();
  }

  void take_reading() {
    std::array<const std::string*, kColumnCount> field{};
    for (std::size_t i = 0; i < columns_.size(); ++i) field[columns_[i]] = &fields_[i];
    const auto time = parse_utc(*field[kTime]);
    if (!time)
      return problem(fmt::format("\"{}\" is no time", printable(*field[kTime])),
                     "write 2026-11-30T20:15:04Z, another zone as +08:00, or seconds since 1970");
    const auto unit = std::ranges::find(kUnits, *field[kUnit], &Unit::written);
    if (unit == kUnits.end())
      return problem(fmt::format("\"{}\" is no unit of power or temperature", printable(*field[kUnit])),
                     "write W, kW, C or K, and leave out what is neither");
    const auto scope = std::ranges::find(kScopes, *field[kScope], [](SensorScope s) { return to_string(s); });
    if (scope == kScopes.end())
      return problem(fmt::format("\"{}\" is no scope", printable(*field[kScope])),
                     "write what the sensor sees: die, package, board, node, device or rack");
    if (field[kTarget]->empty() || field[kSensor]->empty())
      return problem("no target, or no sensor", "write the name of the node, and that of its sensor");
    ReadSensor& sensor = sensor_of(*field[kTarget], *field[kSensor], *scope, *unit);
    if (sensor.source.scope != *scope || sensor.source.quantity != unit->quantity)
      return problem(fmt::format("{} of {} is {} of a {} in line {}", printable(sensor.source.name),
                                 printable(sensor.target), sensor.source.quantity,
                                 to_string(sensor.source.scope), sensor.line),
                     "a sensor has one quantity and one scope");
    if (const auto value = value_of(*field[kValue], *unit, sensor)) {
      if (++readings_ > kMostImportedReadings)
        throw Error(
            fmt::format("{} has more than {} readings; split it by sensor", file_, kMostImportedReadings));
      sensor.times_ns.push_back(*time);
      sensor.values.push_back(*value);
      lines_[static_cast<std::size_t>(&sensor - sensors_.data())].push_back(line_);
    }
  }

  ReadSensor& sensor_of(const std::string& target, const std::string& name, SensorScope scope,
                        const Unit& unit) {
    const auto [at, is_new] = rows_.try_emplace({target, name}, sensors_.size());
    if (is_new) {
      ReadSensor& sensor = sensors_.emplace_back();
      lines_.emplace_back();
      sensor.target = target;
      sensor.source.name = name;
      sensor.source.quantity = unit.quantity;
      sensor.source.unit = unit.si;
      sensor.source.scope = scope;
      sensor.line = line_;
    }
    return sensors_[at->second];
  }

  /// Nothing: a problem was told. NaN: there is no reading.
  std::optional<double> value_of(const std::string& text, const Unit& unit, ReadSensor& sensor) {
    if (says_nothing(text)) {
      sensor.unavailable = "the file has no value";
      return std::nan("");
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
      problem(fmt::format("\"{}\" is no number", printable(text)),
              "write a number, or nothing where there is no reading");
      return std::nullopt;
    }
    const double si = value * unit.factor + unit.zero;
    const Reading<double> reading = plausible(si, sensor.source);
    // Below is what a BMC tells when it does not know; above is a unit, or a scope, that is not right, and what is left would be too low.
    if (!reading && sensor.source.quantity == "power" && si > 0) {
      problem(fmt::format("{:g} {} cannot be the power of a {}", value, unit.written,
                          to_string(sensor.source.scope)),
              "look at its unit and scope");
      return std::nullopt;
    }
    if (!reading) sensor.unavailable = reading.why();
    return reading.value_or(std::nan(""));
  }

  /// By time; what is there twice once. Most files are in order.
  void order(ReadSensor& sensor, const std::vector<int>& lines) {
    if (std::ranges::adjacent_find(sensor.times_ns, std::greater_equal{}) == sensor.times_ns.end()) return;
    std::vector<std::uint32_t> rows(sensor.times_ns.size());
    std::iota(rows.begin(), rows.end(), 0u);
    std::ranges::stable_sort(rows, {}, [&](std::uint32_t i) { return sensor.times_ns[i]; });
    std::vector<std::int64_t> times;
    std::vector<double> values;
    for (const std::uint32_t i : rows) {
      const double value = sensor.values[i];
      if (times.empty() || times.back() != sensor.times_ns[i]) {
        times.push_back(sensor.times_ns[i]);
        values.push_back(value);
      } else if (std::isnan(values.back())) {
        values.back() = value;
      } else if (!std::isnan(value) && value != values.back()) {
        line_ = lines[i];
        return problem(
            fmt::format("{} of {} has another value at this time, {:g} {}", printable(sensor.source.name),
                        printable(sensor.target), values.back(), sensor.source.unit),
            "a sensor has one value at a time: write fractions of seconds, or names of their own");
      }
    }
    sensor.times_ns = std::move(times);
    sensor.values = std::move(values);
  }

  std::string file_;
  int line_ = 0;
  std::vector<std::size_t> columns_;  // of each field
  std::vector<std::string> fields_;
  std::map<std::pair<std::string, std::string>, std::size_t> rows_;  // target, name
  std::vector<ReadSensor> sensors_;
  std::vector<std::vector<int>> lines_;  // of each sensor's readings
  std::vector<Diagnostic> problems_;
  std::int64_t readings_ = 0;
};

}  // namespace

ReadReadings read_readings_csv(const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file))
    throw Error(fmt::format("cannot read {}: it is no file", file.string()));
  const auto written = std::filesystem::last_write_time(file);
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(fmt::format("cannot read {}", file.string()));
  CsvReader reader(file.string());
  std::int64_t bytes = 0;
  std::array<char, kLongestLine + 1> line{};
  while (in.getline(line.data(), line.size())) {
    const auto taken = static_cast<std::size_t>(in.gcount());  // with the end of the line, where there is one
    bytes += static_cast<std::int64_t>(taken);
    reader.take({line.data(), in.eof() ? taken : taken - 1});
  }
  if (in.bad()) throw Error(fmt::format("cannot read {}", file.string()));
  if (!in.eof()) reader.refuse_long_line();
  ReadReadings out{reader.sensors(), sha256_file(file, bytes)};
  if (std::filesystem::last_write_time(file) != written)
    throw Error(fmt::format("{} was changed while it was read: import a copy", file.string()));
  return out;
}

}  // namespace rackproof
