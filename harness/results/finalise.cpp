#include "harness/results/finalise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/record/journal.hpp"
#include "harness/results/campaign_record.hpp"
#include "harness/results/cells.hpp"
#include "harness/results/journal_samples.hpp"
#include "harness/results/journal_telemetry.hpp"
#include "harness/results/row_order.hpp"
#include "harness/results/sample_selection.hpp"
#include "harness/results/unavailable.hpp"
#include "harness/results/worker_answers.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

struct StepState {
  std::uint32_t target = 0;
  std::vector<std::uint32_t> ranks;  // rows of their nodes
  std::string boot_id;               // of rank 0, as its worker said
  std::set<std::string> cases;
  std::optional<CaseBegin> open;
  std::int64_t open_offset = 0;
};

/// Takes the records of a journal one after the other.
class Finaliser {
 public:
  explicit Finaliser(Results& results) : results_(results), answers_(results) {
    for (std::uint32_t i = 0; i < results.targets.size(); ++i)
      target_rows_.emplace(results.targets[i].name, i);
    for (std::uint32_t i = 0; i < results.series.size(); ++i) {
      series_rows_.emplace(std::pair(results.series[i].case_id, results.series[i].quantity), i);
    }
  }

  void take(const json& record, std::int64_t offset) {
    const std::string type = record.at("type");
    if (is_of_campaign(type)) last_utc_ns_ = record.value("utc_ns", last_utc_ns_);
    if (type == "step_begin") begin_step(record);
    if (type == "hello") greet(step(record), record.get<Hello>());
    if (type == "preflight") {
      const StepState& state = step(record);
      answers_.take(state.target, state.ranks, record.get<Preflight>());
    }
    if (type == "case_begin") begin_case(step(record), record.get<CaseBegin>(), offset);
    if (type == "case_end") end_case(step(record), record.get<CaseEnd>(), offset);
    if (type == "step_end" && !record.at("complete").get<bool>())
      note_incomplete(step(record), record.at("reason"));
    if (type == "notice")
      results_.notices.push_back({record.at("kind"), record.at("subjects"), record.at("evidence")});
    if (type == "fact") {
      answers_.add_fact({target_row(record.at("target")), record.at("key"), record.at("promised"),
                         record.at("found"), record.at("source")});
    }
    if (type == "campaign_end")
      ended_ = record.at("ended").get<int>() == 0 ? Ended::complete : Ended::interrupted;
  }

  void finish() {
    results_.ended = ended_.value_or(Ended::interrupted);
    for (auto& [id, state] : steps_) {
      if (state.open) lose(state);
    }
    results_.provenance.finished_utc = iso8601_utc(last_utc_ns_);
    for (const auto& [place, count] : exact_) {
      results_.exact.push_back({place.first, place.second, count.value, count.differs});
    }
    order_rows(results_);
    fill_cells(results_);
  }

 private:
  /// Entries with the harness' own clock. What a worker writes has its node's, which may be wrong.
  static bool is_of_campaign(const std::string& type) {
    return type == "campaign" || type == "step_begin" || type == "step_end" || type == "campaign_end";
  }

  /// Something came from the worker that was no record, or its end record is missing or does not match. Every
  /// record that was taken carries its own checksum; what else was said is not known.
  void note_incomplete(const StepState& state, const std::string& reason) {
    results_.notices.push_back({"incomplete step", {results_.targets[state.target].name}, reason});
  }

  std::uint32_t target_row(const std::string& name) const {
    const auto found = target_rows_.find(name);
    if (found == target_rows_.end()) {
      throw Error(
          fmt::format("the journal names target {}, which the campaign does not have", printable(name)));
    }
    return found->second;
  }

  StepState& step(const json& record) {
    const auto found = steps_.find(record.at("step"));
    if (found == steps_.end()) throw Error("the journal has a worker's record outside of a step");
    return found->second;
  }

  void begin_step(const json& record) {
    StepState state;
    state.target = target_row(record.at("target"));
    state.cases = record.at("cases").get<std::set<std::string>>();
    state.ranks = record.value("ranks", std::vector<std::uint32_t>());
    if (state.ranks.empty()) state.ranks = results_.targets[state.target].members;
    for (const std::uint32_t row : state.ranks) {
      if (row >= results_.targets.size() || results_.targets[row].placement != Placement::node)
        throw Error(fmt::format("the journal has a rank of step {} on no node of the campaign",
                                printable(record.at("step").get<std::string>())));
    }
    if (!steps_.emplace(record.at("step"), std::move(state)).second) {
      throw Error(
          fmt::format("the journal begins step {} twice", printable(record.at("step").get<std::string>())));
    }
    ended_.reset();  // a campaign that goes on has not ended
  }

  void greet(StepState& state, const Hello& hello) {
    if (!hello.ranks.empty()) state.boot_id = hello.ranks.front().boot_id;
    answers_.greet(state.target, state.ranks, hello);
  }

  static void begin_case(StepState& state, const CaseBegin& begin, std::int64_t offset) {
    state.open = begin;
    state.open_offset = offset;
  }

  void end_case(StepState& state, const CaseEnd& end, std::int64_t offset) {
    if (!state.cases.contains(end.case_id) || end.target != results_.targets[state.target].name) {
      throw Error(fmt::format("the journal ends {} on {}, which its step did not ask for",
                              printable(end.case_id), printable(end.target)));
    }
    AttemptRow row;
    row.target = state.target;
    row.case_id = end.case_id;
    row.launch = end.launch;
    row.attempt = end.attempt;
    row.outcome = end.outcome;
    row.stop = end.stop;
    row.begin_utc_ns = end.begin_utc_ns;
    row.end_utc_ns = end.end_utc_ns;
    row.iterations = end.iterations;
    row.elements_checked = end.elements_checked;
    row.resolution_s = end.resolution_s;
    row.throttled = end.throttled;
    row.clocks_disagree = end.clocks_disagree;
    row.implementation = end.implementation;
    row.implementation_detail = end.implementation_detail;
    row.division = end.division;
    row.log_offset = offset;
    row.before = end.before;
    row.after = end.after;
    add_attempt(state, std::move(row));
    add_counters(end.counters);
    if (end.outcome.status == Status::ok && end.launch >= 0) add_quantities(end);  // a control is no launch
  }

  /// A case that began and whose end never became durable.
  void lose(StepState& state) {
    const bool interrupted = results_.ended == Ended::interrupted;
    AttemptRow row;
    row.target = state.target;
    row.case_id = state.open->case_id;
    row.launch = state.open->launch;
    row.attempt = state.open->attempt;
    row.outcome = {interrupted ? Status::preempted : Status::crashed, Phase::measure,
                   "no end of the case was recorded"};
    row.stop = Stop::error;
    row.begin_utc_ns = state.open->utc_ns;
    row.end_utc_ns = state.open->utc_ns;
    row.log_offset = state.open_offset;
    add_attempt(state, std::move(row));
  }

  void add_attempt(StepState& state, AttemptRow row) {
    row.boot_id = state.boot_id;
    results_.attempts.push_back(std::move(row));
    state.open.reset();
  }

  /// Of the attempt added last.
  void add_counters(const CounterDeltas& counters) {
    const auto attempt = static_cast<std::uint32_t>(results_.attempts.size() - 1);
    for (const auto& [name, counter] : counters) {
      // What cannot be read is mostly never to be read: a node with many links would say so of each of them in each case.
      if (!counter.delta &&
          !known_unavailable_.emplace(results_.attempts.back().target, name, counter.unavailable).second)
        continue;
      results_.counters.push_back({attempt, name, counter.unit,
                                   counter.delta.value_or(std::numeric_limits<double>::quiet_NaN()),
                                   counter.unavailable});
    }
  }

  /// Of the attempt added last.
  void add_quantities(const CaseEnd& end) {
    const auto attempt = static_cast<std::uint32_t>(results_.attempts.size() - 1);
    const std::uint32_t target = results_.attempts.back().target;
    for (const auto& [quantity, value] : end.values) {
      if (const auto series = series_row(end, quantity, QuantityKind::real)) {
        results_.launch_values.push_back({attempt, *series, value.value, value.lo, value.hi, value.n});
      }
    }
    for (const auto& [quantity, count] : end.exact) {
      if (const auto series = series_row(end, quantity, QuantityKind::exact)) {
        // The last launch speaks, whichever came first to the journal.
        const Count here{std::pair(end.launch, end.attempt), count};
        auto& last = exact_.try_emplace({*series, target}, here).first->second;
        const bool differs = last.differs || last.value != count;
        if (here.attempt >= last.attempt) last = here;
        last.differs = differs;
      }
    }
    for (const auto& [quantity, text] : end.text) {
      if (const auto series = series_row(end, quantity, QuantityKind::text)) {
        answers_.add_fact({target, results_.series[*series].metric(), "", text, "measured"});
      }
    }
    for (const auto& [quantity, why] : end.unavailable) {
      const auto found = series_rows_.find({end.case_id, quantity});
      if (found != series_rows_.end())
        answers_.add_fact(
            {target, results_.series[found->second].metric(), "", "", std::string(kUnavailable) + why});
    }
  }

  /// A quantity that the campaign does not define has no place in the file; that it came is kept.
  std::optional<std::uint32_t> series_row(const CaseEnd& end, const std::string& quantity,
                                          QuantityKind kind) {
    const auto found = series_rows_.find({end.case_id, quantity});
    if (found != series_rows_.end() && results_.series[found->second].kind == kind) return found->second;
    results_.notices.push_back(
        {"protocol",
         {end.target},
         fmt::format("{}#{} was reported, which the campaign does not define so", end.case_id, quantity)});
    return std::nullopt;
  }

  Results& results_;
  WorkerAnswers answers_;
  std::map<std::string, std::uint32_t> target_rows_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> series_rows_;
  std::map<std::string, StepState> steps_;
  struct Count {
    std::pair<int, int> attempt;  // launch, attempt
    std::int64_t value = 0;
    bool differs = false;  // between launches
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Count> exact_;  // by series and target
  std::set<std::tuple<std::uint32_t, std::string, std::string>>
      known_unavailable_;  ///< target, counter, reason
  std::optional<Ended> ended_;
  std::int64_t last_utc_ns_ = 0;
};

/// All but the samples, and which of the attempts keep them.
Results finalise_without_samples(const std::filesystem::path& journal, std::vector<bool>& keeps) {
  JournalReader reader(journal);
  auto entry = reader.next();
  if (!entry || entry->record.value("type", "") != "campaign") {
    throw Error("the journal does not begin with a campaign record");
  }
  Results results;
  read_campaign_record(entry->record, results);
  const bool keeps_all = entry->record.value("samples", "all") != "notable+audit";
  Finaliser finaliser(results);
  bool has_telemetry = false;
  for (; entry; entry = reader.next()) {
    has_telemetry = has_telemetry || entry->record.value("type", "") == "telemetry";
    finaliser.take(entry->record, entry->offset);
  }
  results.provenance.journal_sha256 = sha256_file(journal, reader.sound_bytes());
  finaliser.finish();
  keeps = keeps_all ? std::vector<bool>(results.attempts.size(), true) : notable_or_audited(results);
  if (has_telemetry) results.telemetry = read_telemetry(journal, results);
  return results;
}

}  // namespace

CampaignResults finalise(const std::filesystem::path& journal) try {
  std::vector<bool> keeps;
  Results results = finalise_without_samples(journal, keeps);
  // Which are kept is known now only.
  JournalSamples samples(journal, results, keeps);
  return {std::move(results), std::move(samples)};
} catch (const json::exception& error) {
  throw Error(fmt::format("the journal breaks the protocol: {}", error.what()));
}

}  // namespace rackproof
