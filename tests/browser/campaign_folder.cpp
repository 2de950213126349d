#include "tests/browser/campaign_folder.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "harness/base/error.hpp"
#include "harness/results/results_file.hpp"

namespace rackproof::browser {

namespace {

// Where a launch lies between the value and the end of the interval.
constexpr double kShareOfInterval = 0.4;

void add_launch(Results& results, std::uint32_t series, std::uint32_t target, std::int32_t launch,
                double value) {
  AttemptRow attempt;
  attempt.target = target;
  attempt.case_id = results.series[series].case_id;
  attempt.launch = launch;
  attempt.outcome = {Status::ok, Phase::finish, ""};
  attempt.stop = Stop::precise;
  attempt.iterations = 100;
  attempt.elements_checked = 1'000'000;
  attempt.resolution_s = 2e-8;
  attempt.implementation = "portable";
  attempt.division = "closed";
  attempt.boot_id = results.targets[target].boot_id;
  const auto row = static_cast<std::uint32_t>(results.attempts.size());
  results.attempts.push_back(std::move(attempt));
  results.launch_values.push_back({row, series, value, value * 0.999, value * 1.001, 100});
}

std::string bound_text(const Limit& limit) {
  const auto quantity = [&](double value) {
    return fmt::format("\"{} {}\"", value, si_unit(limit.dimension));
  };
  if (const auto* lower = std::get_if<LowerLimit>(&limit.bound)) return "lower = " + quantity(lower->bound);
  if (const auto* upper = std::get_if<UpperLimit>(&limit.bound)) return "upper = " + quantity(upper->bound);
  if (const auto* band = std::get_if<BandLimit>(&limit.bound))
    return fmt::format("band = [{}, {}]", quantity(band->lower), quantity(band->upper));
  if (const auto* number = std::get_if<ExactNumber>(&limit.bound))
    return fmt::format("exact = {}", number->value);
  if (const auto* texts = std::get_if<ExactTexts>(&limit.bound);
      texts != nullptr && texts->values.size() == 1)
    return "exact = " + quoted(texts->values.front());
  throw Error("this limit is not written");
}

std::string limits_text(const Limits& limits) {
  std::string out = fmt::format("schema = 1\nname = {}\n", quoted(limits.name));
  for (const Limit& limit : limits.limits) {
    out +=
        fmt::format("\n[[limit]]\nmetric = {}\nplacement = {}\n{}\nprovenance = {}\n", quoted(limit.metric),
                    quoted(limit.scope), bound_text(limit), quoted(limit.provenance.en));
    if (!limit.clause.empty()) out += fmt::format("clause = {}\n", quoted(limit.clause));
    if (limit.severity == Severity::score) out += "severity = \"score\"\n";
    if (!limit.model.empty()) out += fmt::format("model = {}\n", quoted(limit.model));
  }
  return out;
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

void add_launches(Results& results) {
  for (std::size_t p = 0; p < results.cells.size(); ++p) {
    const auto& columns = results.columns[p];
    for (std::size_t i = 0; i < results.cells[p].size(); ++i) {
      const CellValue& cell = results.cells[p][i];
      if (cell.status != Status::ok || !std::isfinite(cell.value)) continue;
      const auto series = static_cast<std::uint32_t>(i / columns.size());
      const std::uint32_t target = columns[i % columns.size()];
      const double value = cell.value;
      add_launch(results, series, target, 0, value - kShareOfInterval * (value - cell.lo));
      add_launch(results, series, target, 1, value + kShareOfInterval * (cell.hi - value));
    }
  }
}

void write_campaign(const std::filesystem::path& folder, const Results& results, const Limits& limits) {
  std::filesystem::create_directories(folder);
  write_results(results, folder / "results.h5");
  std::ofstream out(folder / "limits.toml", std::ios::binary);
  out << limits_text(limits);
  if (!out.flush()) throw Error("cannot write " + (folder / "limits.toml").string());
}

}  // namespace rackproof::browser
