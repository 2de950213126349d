#include "harness/launch/collect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>
#include <utility>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/campaign_journal.hpp"
#include "harness/launch/claim_check.hpp"
#include "harness/launch/intake.hpp"
#include "harness/launch/job_queue.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/worker_journal.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

/// "s000007.2": a start of a step.
bool is_step_id(const std::string& id) {
  const auto dot = id.find('.');
  if (dot == std::string::npos) return false;
  const std::string start = id.substr(dot + 1);
  return !start.empty() && start.size() < 9 && start.find_first_not_of("0123456789") == std::string::npos;
}

/// The steps that a plan has on a site, by id.
class PlannedSteps {
 public:
  PlannedSteps(const Plan& plan, const Site& site, Catalogue catalogue)
      : queue_(plan, site, catalogue), plan_(plan) {
    Expansion expansion(plan, site, catalogue);
    while (auto step = expansion.next_step()) {
      std::string id = step->id;
      steps_.emplace(std::move(id), std::move(*step));
    }
  }

  /// Why the campaign did not ask for this step, or does not any more; empty when it does.
  std::string refuse(const BundleStep& step, const History& history) const {
    const Step* const planned = find(step.step);
    if (planned == nullptr || !is_step_id(step.step)) return "the plan has no such step";
    const auto is_asked = [&](const std::string& id) {
      return std::ranges::find(*planned->cases, id) != planned->cases->end();
    };
    if (step.target != planned->target.name || step.launch != planned->launch || step.cases.empty() ||
        !std::ranges::all_of(step.cases, is_asked) ||
        std::set(step.cases.begin(), step.cases.end()).size() != step.cases.size())
      return "it is not the step that the plan has under this number";
    for (const auto& id : step.cases) {
      if (queue_.ranks_of(planned->target, id) != queue_.ranks_of(planned->target, step.cases.front()))
        return "its cases take different ranks";
      if (history.finished(step.target, id, step.launch, plan_.retries) ||
          history.next_attempt(step.target, id, step.launch) != step.attempt)
        return fmt::format("the campaign has {} from elsewhere, or did not ask for attempt {}", printable(id),
                           step.attempt);
    }
    return {};
  }

  /// Of a step that is not refused: the node of each rank (empty: one process) and of each process.
  std::vector<std::uint32_t> ranks(const BundleStep& step) const {
    return queue_.ranks_of(find(step.step)->target, step.cases.front());
  }
  std::vector<std::uint32_t> nodes(const BundleStep& step) const {
    const auto of_job = ranks(step);
    return of_job.empty() ? find(step.step)->target.nodes : of_job;
  }

 private:
  const Step* find(const std::string& id) const {
    const auto found = steps_.find(id.substr(0, id.find('.')));
    return found == steps_.end() ? nullptr : &found->second;
  }

  JobQueue queue_;
  const Plan& plan_;
  std::unordered_map<std::string, Step> steps_;
};

std::string digest_of(const WorkerStep& step) {
  std::string text = json(step.step).dump();
  for (const auto& record : step.records) text += record.dump();
  return sha256(text);
}

/// A step as its records tell it, without a look at who answers.
struct Told {
  StepLedger ledger;
  std::string refused;  ///< which record its worker may not write; empty: none
};

Told tell(const WorkerStep& step, Catalogue catalogue) {
  Told told{StepLedger(step.step), {}};
  for (std::size_t i = 0; i < step.records.size(); ++i) {
    if (may_claim(step.records[i], told.ledger, catalogue) && told.ledger.see(step.records[i])) continue;
    told.refused =
        fmt::format("its record {} of {} ({}) does not follow from what came before: changed or damaged",
                    i + 1, step.records.size(), printable(record_type(step.records[i])));
    return told;
  }
  return told;
}

class Collector {
 public:
  explicit Collector(const CampaignSettings& settings)
      : settings_(settings),
        file_(settings.folder / "journal.jsonl"),
        journal_(Journal::resume(file_)),
        intake_(settings.site, settings.catalogue, journal_, Heard::before),
        planned_(settings.plan, settings.site, settings.catalogue) {
    JournalContent content = read_journal_without_samples(file_);
    if (journal_.close_lost_steps(content)) content = read_journal_without_samples(file_);
    intake_.take_up(content);
    history_.add(content);
    for (const auto& [offset, record] : content.entries) {
      const std::string type = record_type(record);
      if (type == "campaign") record.at("id").get_to(campaign_);
      if (type == "step_end") known_[record.at("step")] = record.value("collected", "");
      ended_ = type == "campaign_end" ? record.at("ended").get<int>() : -1;
    }
  }

  Collected collect(const std::vector<std::filesystem::path>& journals, bool close) {
    for (const auto& path : journals) take_file(path);
    for (const auto& [id, part] : parts_) {
      if (known_.contains(id)) {
        ++collected_.steps_known;  // another copy was longer, or it was closed before
      } else if (close) {
        take_step(part.file, part.step);
      } else {
        collected_.incomplete.push_back(fmt::format("{}: step {} on {}: {} of {} cases ended", part.file, id,
                                                    printable(part.step.step.target), part.ended,
                                                    part.step.step.cases.size()));
      }
    }
    end_campaign();
    return std::move(collected_);
  }

 private:
  /// What an incomplete copy of a journal has of a step.
  struct Part {
    std::string file;
    WorkerStep step;
    std::size_t ended = 0;  // cases
  };

  void take_file(const std::filesystem::path& path) {
    WorkerJournalContent content;
    try {
      content = read_worker_journal(path);
    } catch (const Error& error) {
      collected_.refused.push_back(error.what());
      return;
    }
    if (content.campaign != campaign_) {
      collected_.refused.push_back(fmt::format("{}: is of campaign {}; this is {}", path.string(),
                                               printable(content.campaign), campaign_));
      return;
    }
    for (WorkerStep& step : content.steps) {
      const std::string id = step.step.step;
      const Told told = tell(step, settings_.catalogue);
      if (told.ledger.ended() || !told.refused.empty()) {
        take_step(path.string(), step);
      } else if (auto& part = parts_[id]; part.step.records.size() <= step.records.size()) {
        part = {path.string(), std::move(step), told.ledger.ended_cases().size()};
      }
    }
  }

  void refuse(const std::string& file, const BundleStep& step, const std::string& why) {
    collected_.refused.push_back(
        fmt::format("{}: step {} on {}: {}", file, printable(step.step), printable(step.target), why));
  }

  /// Takes a step that has ended, or closes it.
  void take_step(const std::string& file, const WorkerStep& step) {
    const std::string digest = digest_of(step);
    if (const auto known = known_.find(step.step.step); known != known_.end()) {
      if (known->second == digest) {
        ++collected_.steps_known;
      } else {
        refuse(file, step.step, "the campaign has this step with other content");
      }
      return;
    }
    std::string why = ended_ == 0 ? "the campaign is complete" : tell(step, settings_.catalogue).refused;
    if (why.empty()) why = planned_.refuse(step.step, history_);
    if (why.empty()) why = record(step, digest);
    if (!why.empty()) return refuse(file, step.step, why);
    known_.emplace(step.step.step, digest);
    ++collected_.steps_new;
  }

  /// Writes a step to the journal. Returns why it is not taken; then nothing is written.
  std::string record(const WorkerStep& step, const std::string& digest) {
    const auto nodes = planned_.nodes(step.step);
    StepLedger ledger(step.step);
    std::string refused;
    journal_.hold();
    journal_.step_begin(step.step, planned_.ranks(step.step));
    for (const auto& entry : step.records) {
      std::string line = frame(entry);
      line.pop_back();
      if (intake_.take(line, ledger, nodes, refused) == Taken::refused) {
        journal_.discard();
        return refused;
      }
    }
    const Outcome lost{Status::preempted, Phase::measure, "the worker's journal ends here"};
    if (ledger.open()) journal_.on_behalf(ledger, lost);
    journal_.step_end(ledger, ledger.ended() ? Outcome{Status::ok, Phase::finish, ""} : lost,
                      ledger.ended() ? "" : lost.reason, digest);
    journal_.commit();
    for (const CaseEnd& end : ledger.ended_cases()) history_.add(end);
    return {};
  }

  /// Says how the campaign ended, unless its journal says so already.
  void end_campaign() {
    const bool complete = ended_ == 0 || !is_left();
    collected_.end = complete ? CampaignEnd::complete : CampaignEnd::interrupted;
    const int ended = complete ? 0 : 1;
    if (collected_.steps_new > 0 || ended_ != ended) journal_.end(!complete);
  }

  /// True when a worker has something to do. Otherwise what was given up is recorded as such.
  bool is_left() {
    JobQueue queue(settings_.plan, settings_.site, settings_.catalogue);
    queue.take_up(read_journal_without_samples(file_));
    std::vector<Job> given_up;
    while (auto job = queue.next()) {
      if (!job->without_worker) return true;
      queue.finished(*job, {}, false);
      given_up.push_back(std::move(*job));
    }
    for (const Job& job : given_up) {
      StepLedger ledger(queue.bundle_step(job));
      const Outcome& skipped = *job.without_worker;
      journal_.hold();
      journal_.step_begin(ledger.step(), job.ranks);
      while (!ledger.left().empty()) journal_.on_behalf(ledger, skipped);
      journal_.step_end(ledger, skipped, skipped.reason);
      journal_.commit();
    }
    return false;
  }

  const CampaignSettings& settings_;
  std::filesystem::path file_;
  CampaignJournal journal_;
  Intake intake_;
  PlannedSteps planned_;
  History history_;
  std::string campaign_;
  int ended_ = -1;  // the number of a campaign_end that is the last entry; -1: another is
  std::map<std::string, std::string> known_;  // steps of the campaign and the digest of what was collected
  std::map<std::string, Part> parts_;         // the longest that came of steps without an end
  Collected collected_;
};

}  // namespace

Collected collect(const CampaignSettings& settings, const std::vector<std::filesystem::path>& journals,
                  bool close) {
  return Collector(settings).collect(journals, close);
}

}  // namespace rackproof
