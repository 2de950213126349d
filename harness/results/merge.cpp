#include "harness/results/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "harness/base/error.hpp"
#include "harness/results/cells.hpp"
#include "harness/results/machines_twice.hpp"
#include "harness/results/merged_provenance.hpp"
#include "harness/results/series_definition.hpp"
#include "harness/results/telemetry_file.hpp"

namespace rackproof {

namespace {

void put_in_order(std::vector<MergeInput>& inputs) {
  if (inputs.size() < 2) throw Error("a merge is of at least two campaigns");
  for (const MergeInput& input : inputs) {
    if (input.results.merged())
      throw Error(fmt::format("{} is a merge of {} campaigns itself; give the files of those", input.file,
                              input.results.parts.size()));
  }
  const auto key = [](const MergeInput& input) {
    return std::tie(input.results.provenance.started_utc, input.results.provenance.campaign_id);
  };
  std::ranges::sort(inputs, {}, key);
  std::map<std::string_view, const MergeInput*> campaigns;
  for (const MergeInput& input : inputs) {
    const std::string& id = input.results.provenance.campaign_id;
    const auto [known, is_new] = campaigns.try_emplace(id, &input);
    if (!is_new)
      throw Error(fmt::format("{} and {} hold the same campaign, {}; give one of them", known->second->file,
                              input.file, printable(id)));
  }
}

class Merge {
 public:
  explicit Merge(std::vector<MergeInput> inputs) : inputs_(std::move(inputs)) {}

  Results merge() {
    put_in_order(inputs_);
    unite_series();
    targets_ = unite_targets(inputs_);
    unite_promises();
    auto twice = machines_twice(inputs_);
    out_.targets = targets_.targets;
    out_.answers = std::move(targets_.answers);
    make_cells();
    reserve();
    for (std::uint32_t part = 0; part < inputs_.size(); ++part) take(part);
    std::ranges::sort(out_.exact, {}, [](const ExactValue& e) { return std::pair(e.series, e.target); });
    std::ranges::move(twice, std::back_inserter(out_.notices));
    out_.provenance = merged_provenance(out_.parts);
    out_.ended = ended_of_all(out_.parts);
    return std::move(out_);
  }

 private:
  void unite_series() {
    std::map<std::pair<std::string, std::string>, std::pair<std::uint32_t, const MergeInput*>> known;
    for (const MergeInput& input : inputs_) {
      auto& rows = series_of_.emplace_back();
      for (const SeriesRow& row : input.results.series) {
        const auto [at, is_new] = known.try_emplace({row.case_id, row.quantity},
                                                    static_cast<std::uint32_t>(out_.series.size()), &input);
        rows.push_back(at->second.first);
        if (is_new) {
          out_.series.push_back(row);
        } else if (const char* what = difference(out_.series[at->second.first], row)) {
          throw Error(fmt::format("{} and {} do not mean the same by {}: the {} differs; judge them apart",
                                  at->second.second->file, input.file, printable(row.metric()), what));
        }
      }
    }
  }

  /// What any part requires is required.
  void unite_promises() {
    std::map<std::pair<std::uint32_t, std::string_view>, std::size_t> known;  // texts of the inputs
    for (std::size_t part = 0; part < inputs_.size(); ++part) {
      for (const PromiseRow& promise : inputs_[part].results.promises) {
        const std::uint32_t target = targets_.row_of[part][promise.target];
        const auto [at, is_new] = known.try_emplace({target, promise.case_id}, out_.promises.size());
        if (is_new) {
          out_.promises.push_back({target, promise.case_id, promise.exempt});
        } else if (promise.exempt.empty()) {
          out_.promises[at->second].exempt.clear();
        }
      }
    }
  }

  void make_cells() {
    for (std::uint32_t row = 0; row < out_.targets.size(); ++row) {
      auto& columns = out_.columns[static_cast<std::size_t>(out_.targets[row].placement)];
      column_.push_back(columns.size());
      columns.push_back(row);
    }
    for (std::size_t placement = 0; placement < kPlacementCount; ++placement)
      out_.cells[placement].assign(out_.series.size() * out_.columns[placement].size(), empty_cell());
  }

  void reserve() {
    std::size_t attempts = 0;
    std::size_t values = 0;
    std::size_t samples = 0;
    std::size_t counters = 0;
    for (const MergeInput& input : inputs_) {
      attempts += input.results.attempts.size();
      values += input.results.launch_values.size();
      samples += input.results.samples.size();
      counters += input.results.counters.size();
    }
    if (attempts > std::numeric_limits<std::uint32_t>::max())
      throw Error(fmt::format("{} attempts are more than one results file can hold; merge fewer campaigns",
                              attempts));
    out_.attempts.reserve(attempts);
    out_.launch_values.reserve(values);
    out_.samples.reserve(samples);
    out_.counters.reserve(counters);
  }

  /// Moves what a part holds into the whole.
  void take(std::uint32_t part) {
    Results& in = inputs_[part].results;
    const auto attempts = static_cast<std::uint32_t>(out_.attempts.size());
    const auto& row_of = targets_.row_of[part];
    const auto& series_of = series_of_[part];
    for (AttemptRow& attempt : in.attempts) {
      attempt.target = row_of[attempt.target];
      out_.attempts.push_back(std::move(attempt));
    }
    for (LaunchValue value : in.launch_values) {
      value.attempt += attempts;
      value.series = series_of[value.series];
      out_.launch_values.push_back(value);
    }
    for (CounterRow& counter : in.counters) {
      counter.attempt += attempts;
      out_.counters.push_back(std::move(counter));
    }
    for (SampleRow& samples : in.samples) {
      samples.attempt += attempts;
      out_.samples.push_back(std::move(samples));
    }
    for (ExactValue exact : in.exact) {
      if (!targets_.is_own(part, exact.target)) continue;
      exact.target = row_of[exact.target];
      exact.series = series_of[exact.series];
      out_.exact.push_back(exact);
    }
    merge_telemetry(std::move(in.telemetry), row_of, attempts, out_.telemetry);
    take_cells(part);
    take_facts(part);
    take_notices(part);
    out_.parts.push_back({std::move(in.provenance), in.ended, std::move(in.file_sha256)});
    in = Results{};
  }

  void take_cells(std::uint32_t part) {
    const Results& in = inputs_[part].results;
    for (std::uint32_t series = 0; series < out_.series.size(); ++series) {
      const auto source = source_of(part, series);
      if (!source) continue;
      for (std::size_t placement = 0; placement < kPlacementCount; ++placement) {
        const auto& columns = in.columns[placement];
        auto& cells = out_.cells[placement];
        for (std::size_t i = 0; i < columns.size(); ++i) {
          if (!targets_.is_own(part, columns[i])) continue;
          const std::uint32_t row = targets_.row_of[part][columns[i]];
          CellValue cell = in.cells[placement][*source * columns.size() + i];
          if (series_of_[part][*source] != series) cell = without_number(cell);
          cells[series * out_.columns[placement].size() + column_[row]] = cell;
        }
      }
    }
  }

  /// The row of the part whose cells speak of a series: its own, else another of its case, which tells how the case
  /// ended.
  std::optional<std::size_t> source_of(std::uint32_t part, std::uint32_t series) const {
    const auto& rows = series_of_[part];
    if (const auto own = std::ranges::find(rows, series); own != rows.end())
      return static_cast<std::size_t>(own - rows.begin());
    const auto other = std::ranges::find_if(
        rows, [&](std::uint32_t row) { return out_.series[row].case_id == out_.series[series].case_id; });
    if (other == rows.end()) return std::nullopt;
    return static_cast<std::size_t>(other - rows.begin());
  }

  static CellValue without_number(const CellValue& cell) {
    CellValue none = empty_cell();
    none.status = cell.status;
    none.stop = cell.stop;
    return none;
  }

  /// Each fact once, also where two parts know of a target.
  void take_facts(std::uint32_t part) {
    for (FactRow& fact : inputs_[part].results.facts) {
      fact.target = targets_.row_of[part][fact.target];
      const auto text = [](const FactRow& row) {
        return std::tie(row.target, row.key, row.promised, row.found, row.source);
      };
      const auto [first, last] = known_facts_.equal_range(fact.target);
      const bool known = std::any_of(
          first, last, [&](const auto& entry) { return text(out_.facts[entry.second]) == text(fact); });
      if (known) continue;
      known_facts_.emplace(fact.target, out_.facts.size());
      out_.facts.push_back(std::move(fact));
    }
  }

  void take_notices(std::uint32_t part) {
    const auto& new_names = targets_.new_names[part];
    for (Results::Notice& notice : inputs_[part].results.notices) {
      for (std::string& subject : notice.subjects) {
        if (const auto renamed = new_names.find(subject); renamed != new_names.end())
          subject = renamed->second;
      }
      out_.notices.push_back(std::move(notice));
    }
  }

  std::vector<MergeInput> inputs_;
  Results out_;
  std::vector<std::vector<std::uint32_t>> series_of_;  // [part][row in its file] → row of out_.series
  MergedTargets targets_;
  std::vector<std::size_t> column_;                        // of each target within its placement
  std::multimap<std::uint32_t, std::size_t> known_facts_;  // target → row of out_.facts
};

}  // namespace

Results merge(std::vector<MergeInput> inputs) { return Merge(std::move(inputs)).merge(); }

}  // namespace rackproof
