#include "harness/verdict/trend/trend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "harness/verdict/findings.hpp"
#include "harness/verdict/note_texts.hpp"
#include "harness/verdict/trend/calendar.hpp"
#include "harness/verdict/trend/trend_causes.hpp"
#include "harness/verdict/trend/trend_watch.hpp"

namespace rackproof {

namespace {

Change change_of(Direction direction, double effect) {
  if (direction == Direction::neither) return Change::changed;
  return (effect > 0) == (direction == Direction::higher_is_better) ? Change::better : Change::worse;
}

/// Whose series it is.
struct SeriesOwner {
  std::string scope, subject, key, host;
  bool is_roll_up = false;
};

class TrendBuilder {
 public:
  TrendBuilder(const NightlyHistory& history, const TrendEvents& events, const TrendSettings& settings)
      : history_(history), events_(events), settings_(settings), used_(events.cuts.size(), false) {
    for (const TrendNight& night : history.nights()) trend_.nights.push_back(date_text(night.day));
    trend_.runs = history.runs().size();
    trend_.coverage = history.coverage();
    trend_.notes = history.notes();
  }

  Trend build() {
    if (trend_.nights.size() >= kLeastNights) {
      for (const Placement placement : kPlacements) add_placement(placement);
    } else {
      trend_.notes.emplace_back(note_texts::kTooFewNights, trend_.nights.size(), kLeastNights);
    }
    trend_.expected_false_alarms = static_cast<double>(trend_.series_watched) * nominal(ScanLevel::alarm);
    for (std::size_t i = 0; i < used_.size(); ++i) {
      if (!used_[i] && trend_.nights.size() >= kLeastNights)
        trend_.notes.emplace_back(note_texts::kNoSeries, events_.cuts[i].line, events_.cuts[i].metric,
                                  events_.cuts[i].subject);
    }
    for (TrendFinding& finding : trend_.findings) acknowledge(finding);
    sort_findings();
    return std::move(trend_);
  }

 private:
  void add_placement(Placement placement) {
    const auto& subjects = history_.subjects(placement);
    if (subjects.empty()) return;
    const std::vector<RollUpGroup> groups = roll_up_groups(history_, placement);
    const std::size_t first_finding = trend_.findings.size();
    changed_.clear();
    rolled_up_.clear();
    std::vector<std::size_t> metrics;
    for (std::size_t m = 0; m < history_.metrics().size(); ++m) {
      if (history_.metrics()[m].definition.kind == QuantityKind::real) metrics.push_back(m);
    }
    const std::size_t at_a_time = history_.metrics_at_a_time(placement);
    for (std::size_t begin = 0; begin < metrics.size(); begin += at_a_time) {
      const std::size_t end = std::min(metrics.size(), begin + at_a_time);
      const std::vector<std::size_t> batch(metrics.begin() + static_cast<std::ptrdiff_t>(begin),
                                           metrics.begin() + static_cast<std::ptrdiff_t>(end));
      auto values = history_.values(batch, placement);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        add_metric(placement, history_.metrics()[batch[i]].definition, values[i], groups);
        values[i] = {};
      }
    }
    for (const Change change : {Change::worse, Change::better, Change::changed}) {
      std::vector<ChangedSubject> of_kind;
      for (const ChangedSubject& one : changed_) {
        if (trend_.findings[one.finding].change == change) of_kind.push_back(one);
      }
      group_by_cause(history_, placement, change, std::move(of_kind), trend_);
    }
    explain_roll_ups(groups, first_finding);
  }

  void add_metric(Placement placement, const SeriesRow& metric, const std::vector<float>& measured,
                  const std::vector<RollUpGroup>& groups) {
    if (std::ranges::none_of(measured, [](float value) { return std::isfinite(value); })) return;
    const std::string id = metric.metric();
    const auto& subjects = history_.subjects(placement);
    const TrendSeries series =
        relative_series(measured, trend_.nights.size(),
                        first_nights(history_, placement, id, events_.cuts, used_), settings_.threads);
    std::vector<std::uint32_t> cohort;
    for (const HistorySubject& subject : subjects) cohort.push_back(subject.model);
    EpisodeSettings episode = settings_.episode;
    episode.direction = metric.direction;
    const auto watched = watch(series, cohort, settings_.all, episode, settings_.threads);
    for (std::uint32_t s = 0; s < watched.size(); ++s) {
      const HistorySubject& subject = subjects[s];
      const auto owner = [&] {
        return SeriesOwner{history_.text(subject.scope), history_.text(subject.name),
                           history_.text(subject.key), history_.text(subject.host), false};
      };
      count(watched[s]);
      if (watched[s].episodes.empty() && !watched[s].suspicion.any()) continue;
      for (const auto& [finding, night] : add_findings(owner(), metric, watched[s], series.level[s])) {
        if (trend_.findings[finding].state != TrendState::went_away) changed_.push_back({finding, s, night});
      }
    }
    const TrendSeries rolled = roll_up(series, groups, history_, id, events_.cuts, used_, settings_.threads);
    std::vector<std::uint32_t> kind;
    for (const RollUpGroup& group : groups)
      kind.push_back(group.kind == "rack" ? 0 : group.kind == "cohort" ? 1 : 2);
    const auto watched_groups = watch(rolled, kind, true, episode, settings_.threads);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      count(watched_groups[g]);
      const SeriesOwner owner{fmt::format("{} of {}s", groups[g].kind, to_string(placement)),
                              groups[g].name,
                              groups[g].name,
                              {},
                              true};
      for (const auto& [finding, night] : add_findings(owner, metric, watched_groups[g], rolled.level[g]))
        rolled_up_.emplace_back(finding, g);
    }
  }

  void count(const WatchedSeries& watched) {
    trend_.series_watched += watched.has_enough ? 1 : 0;
    trend_.series_scanned += watched.is_scanned ? 1 : 0;
  }

  /// Returns the rows of the findings and the nights on which they changed.
  std::vector<std::pair<std::size_t, std::size_t>> add_findings(const SeriesOwner& owner,
                                                                const SeriesRow& metric,
                                                                const WatchedSeries& watched, double level) {
    std::map<Change, const Episode*> latest;  // one of each id: what came later counts
    for (const Episode& episode : watched.episodes)
      latest[change_of(metric.direction, episode.scan.effect())] = &episode;
    std::vector<std::pair<std::size_t, std::size_t>> added;
    for (const auto& [change, episode] : latest) {
      added.emplace_back(trend_.findings.size(), episode->change);
      trend_.findings.push_back(finding_of(owner, metric, *episode, level));
    }
    if (!owner.is_roll_up && std::ranges::all_of(watched.episodes, &Episode::is_over))
      add_suspect(owner, metric, watched.suspicion);
    return added;
  }

  /// A level that got better is nothing to look for.
  void add_suspect(const SeriesOwner& owner, const SeriesRow& metric, const Suspicion& suspicion) {
    const Change drift = change_of(metric.direction, suspicion.drifting == Shift::up ? 1 : -1);
    Phrase why;
    if (suspicion.alarms_now && drift != Change::better)
      why = Phrase(note_texts::kSumsAlarm,
                   Phrase(drift == Change::worse ? note_texts::kWorse : note_texts::kChanged));
    if (suspicion.is_far) extend(why, note_texts::kThen, note_texts::kFar);
    if (!why.empty())
      trend_.suspects.push_back({owner.scope, owner.subject, owner.key, metric.metric(), std::move(why)});
  }

  TrendFinding finding_of(const SeriesOwner& owner, const SeriesRow& metric, const Episode& episode,
                          double level) const {
    const StepScan& scan = episode.scan;
    TrendFinding finding;
    finding.scope = owner.scope;
    finding.subject = owner.subject;
    finding.key = owner.key;
    finding.host = owner.host;
    finding.is_roll_up = owner.is_roll_up;
    finding.metric = metric.metric();
    finding.unit = metric.unit;
    finding.change = change_of(metric.direction, scan.effect());
    finding.id = finding_id("trend " + std::string(to_string(finding.change)),
                            {owner.scope, owner.key, finding.metric});
    finding.is_drift = episode.drift;
    finding.is_confirmed = episode.state == EpisodeState::confirmed;
    finding.state = episode.state == EpisodeState::went_away   ? TrendState::went_away
                    : episode.state == EpisodeState::confirmed ? TrendState::confirmed
                                                               : TrendState::fresh;
    finding.changed = trend_.nights[episode.change];
    finding.first_seen = trend_.nights[episode.first_seen];
    if (episode.state != EpisodeState::fresh) finding.settled = trend_.nights[episode.settled];
    finding.before = scan.before * level;
    finding.after = scan.after * level;
    finding.effect = scan.effect() / scan.before;
    const Interval range = effect_interval(scan);
    finding.effect_range = {range.lo / scan.before, range.hi / scan.before};
    finding.statistic = scan.statistic;
    finding.nights = scan.nights;
    return finding;
  }

  /// By its own id, or by that of its cause.
  void acknowledge(TrendFinding& finding) const {
    const Acknowledgement* known = events_.acknowledgement(finding.id);
    if (known == nullptr && finding.cause >= 0)
      known = events_.acknowledgement(trend_.causes[static_cast<std::size_t>(finding.cause)].id);
    if (known == nullptr) return;
    const bool holds = history_.nights().back().day <= known->until;
    finding.acknowledged = fmt::format("{}, {}, {} {}", known->who, known->ticket,
                                       holds ? "until" : "ran out on", date_text(known->until));
    if (holds && finding.state != TrendState::went_away) finding.state = TrendState::acknowledged;
  }

  /// A roll-up changed because its members did: it belongs to the cause of half of them.
  void explain_roll_ups(const std::vector<RollUpGroup>& groups, std::size_t first_finding) {
    std::map<std::pair<std::uint32_t, std::string>, std::int32_t> cause_of;  // subject and metric → cause
    for (const ChangedSubject& one : changed_) {
      const TrendFinding& finding = trend_.findings[one.finding];
      if (finding.cause >= 0) cause_of[{one.subject, finding.metric}] = finding.cause;
    }
    for (const auto& [row, group] : rolled_up_) {
      TrendFinding& finding = trend_.findings[row];
      if (row < first_finding || finding.state == TrendState::went_away) continue;
      std::map<std::int32_t, std::size_t> causes;
      for (const std::uint32_t member : groups[group].members) {
        if (const auto at = cause_of.find({member, finding.metric}); at != cause_of.end())
          ++causes[at->second];
      }
      for (const auto& [cause, members] : causes) {
        if (2 * members >= groups[group].members.size() &&
            trend_.causes[static_cast<std::size_t>(cause)].change == finding.change)
          finding.cause = cause;
      }
    }
  }

  void sort_findings() {
    std::ranges::stable_sort(trend_.findings, [](const TrendFinding& a, const TrendFinding& b) {
      return std::tuple(a.state, a.change, !a.is_roll_up, -std::abs(a.effect)) <
             std::tuple(b.state, b.change, !b.is_roll_up, -std::abs(b.effect));
    });
  }

  const NightlyHistory& history_;
  const TrendEvents& events_;
  TrendSettings settings_;
  std::vector<bool> used_;  // events
  Trend trend_;
  std::vector<ChangedSubject> changed_;                         // of the placement
  std::vector<std::pair<std::size_t, std::size_t>> rolled_up_;  // finding, group
};

}  // namespace

Trend trend(const NightlyHistory& history, const TrendEvents& events, const TrendSettings& settings) {
  return TrendBuilder(history, events, settings).build();
}

}  // namespace rackproof
