#include "harness/launch/campaign.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <list>
#include <nlohmann/json.hpp>

#include "harness/launch/campaign_journal.hpp"
#include "harness/launch/campaign_record.hpp"
#include "harness/launch/claim_check.hpp"
#include "harness/launch/intake.hpp"
#include "harness/launch/interrupt_signals.hpp"
#include "harness/launch/running_step.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

constexpr double kHeartbeatSeconds = 1;
constexpr double kWorkerLeaseSeconds = 8;  // a worker of a harness that died is gone after this
constexpr double kGraceSeconds = 8;        // for workers that were told to end

class Campaign {
 public:
  Campaign(const CampaignSettings& settings, const ShowProgress& show)
      : settings_(settings),
        show_(show),
        launcher_(make_launcher(settings.site, settings.files, settings.folder)),
        journal_(settings.resume ? Journal::resume(settings.folder / "journal.jsonl")
                                 : Journal::create(settings.folder / "journal.jsonl")),
        queue_(settings.plan, settings.site, settings.catalogue),
        intake_(settings.site, settings.catalogue, journal_) {
    ::signal(SIGPIPE, SIG_IGN);
    std::filesystem::create_directories(settings.folder / "logs");
    settings.resume ? take_up() : journal_.begin(campaign_record(settings));
  }

  CampaignEnd run() {
    const InterruptSignals signals;
    while (!interrupted_ && !(queue_.empty() && running_.empty())) {
      while (auto job = queue_.next()) start(std::move(*job));
      wait(signals);
    }
    if (interrupted_) end_all();
    journal_.end(interrupted_);
    return interrupted_ ? CampaignEnd::interrupted : CampaignEnd::complete;
  }

 private:
  /// --resume: what the journal holds is not done again, and workers of the harness that died have had time
  /// to go.
  void take_up() {
    const auto file = settings_.folder / "journal.jsonl";
    const JournalContent content = read_journal(file);
    intake_.take_up(content);
    std::int64_t last_ns = 0;
    for (const auto& entry : content.entries)
      last_ns = std::max(last_ns, entry.record.value("utc_ns", std::int64_t{0}));
    const bool ended =
        !content.entries.empty() && record_type(content.entries.back().record) == "campaign_end";
    if (!ended) {
      const double age = static_cast<double>(utc_now_ns() - last_ns) * 1e-9;
      ::usleep(
          static_cast<useconds_t>(std::clamp(kWorkerLeaseSeconds - age, 0.0, kWorkerLeaseSeconds) * 1e6));
      journal_.close_lost_steps(content);
    }
    queue_.take_up(read_journal(file));
  }

  void start(Job job) {
    const BundleStep step = queue_.bundle_step(job);
    journal_.step_begin(step, job.ranks);
    RunningStep running{std::move(job), StepLedger(step), settings_.folder / "logs" / (step.step + ".log")};
    if (!running.job.skipped.empty())
      return finish(running, {Status::skipped, Phase::launch, running.job.skipped});
    const Plan& plan = settings_.plan;
    const Bundle bundle{catalogue_hash(settings_.catalogue),
                        plan.seed,
                        plan.sample_time_s,
                        plan.precision,
                        plan.case_time_limit_s,
                        {step},
                        {},
                        0};
    std::vector<const SiteNode*> nodes;
    for (const auto node : running.nodes()) nodes.push_back(&settings_.site.nodes[node]);
    try {
      const Command command = running.is_group() ? launcher_->on_group(nodes, plan.step_time_limit_s)
                                                 : launcher_->on_node(*nodes.front());
      running.process = std::make_unique<Process>(command, running.log);
    } catch (const Error& error) {
      return finish(running, {Status::failed, Phase::launch, error.what()});
    }
    running.process->say(json(bundle).dump() + "\n");
    running_.push_back(std::move(running));
  }

  /// Waits for output, a signal or a quarter of a second, then looks at every running step.
  void wait(const InterruptSignals& signals) {
    std::vector<pollfd> fds{{signals.get(), POLLIN, 0}};
    for (const auto& running : running_) fds.push_back({running.process->output(), POLLIN, 0});
    ::poll(fds.data(), fds.size(), 250);
    if (fds[0].revents != 0) interrupted_ = true;
    std::size_t at = 1;
    for (auto running = running_.begin(); running != running_.end();) {
      const bool readable = fds[at++].revents != 0;
      const auto over = readable && !take_output(*running) ? std::optional(running->closed())
                                                           : running->overdue(settings_.plan);
      if (!over) {
        ++running;
        continue;
      }
      finish(*running, *over);
      running = running_.erase(running);
    }
    if (seconds_since(last_heartbeat_) >= kHeartbeatSeconds) {
      for (auto& running : running_) running.process->say("\n");
      last_heartbeat_ = Clock::now();
    }
    journal_.sync_if_due();
    show();
  }

  /// Reads what is there. Returns false when the worker closed its output.
  bool take_output(RunningStep& running) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(running.process->output(), buffer.data(), buffer.size());
    if (got > 0) {
      running.lines.add({buffer.data(), static_cast<std::size_t>(got)});
      while (const auto line = running.lines.next()) take_line(running, *line);
    } else if (!running.lines.rest().empty()) {
      running.stray(running.lines.rest());
    }
    return got > 0;
  }

  void take_line(RunningStep& running, const std::string& line) {
    if (!running.refused.empty()) return;
    switch (intake_.take(line, running.ledger, running.nodes(), running.refused)) {
      case Taken::record:
        break;
      case Taken::progress:
        running.last_progress = Clock::now();
        break;
      case Taken::stray:
        running.stray(line);
        break;
      case Taken::refused:
        running.process->signal(SIGKILL);
        break;
    }
  }

  /// Closes a step: every case that its worker left is accounted for, and what needs another attempt is
  /// queued.
  void finish(RunningStep& running, const Outcome& over) {
    StepLedger& ledger = running.ledger;
    const std::string incomplete = running.incomplete(over);
    if (!ledger.ended() && !ledger.left().empty()) {
      journal_.on_behalf(ledger, over);
      // A worker that never came up says the same of all its cases; one that died costs only the case it was
      // at.
      while (over.phase == Phase::launch && !ledger.left().empty()) journal_.on_behalf(ledger, over);
    }
    journal_.step_end(ledger, ledger.ended() ? Outcome{Status::ok, Phase::finish, ""} : over, incomplete);
    for (const CaseEnd& end : ledger.ended_cases()) {
      ++(end.outcome.status == Status::ok ? progress_.cases_ok : progress_.cases_not_ok);
    }
    queue_.finished(running.job, ledger.ended_cases(), !interrupted_);
  }

  /// After SIGINT or SIGTERM: workers say what became of their case, then nothing of ours runs.
  void end_all() {
    for (auto& running : running_) running.process->signal(SIGTERM);
    const auto begin = Clock::now();
    for (auto& running : running_) {
      for (bool open = true; open && seconds_since(begin) < kGraceSeconds;) {
        pollfd output{running.process->output(), POLLIN, 0};
        if (::poll(&output, 1, 100) > 0) open = take_output(running);
      }
      running.process->finish(0.1);
      const Phase phase = running.ledger.open() ? Phase::measure : Phase::launch;
      finish(running, {Status::preempted, phase, "the campaign was interrupted"});
    }
    running_.clear();
  }

  void show() {
    if (!show_) return;
    progress_.steps_done = queue_.steps_done();
    progress_.steps_total = queue_.steps_total();
    progress_.running.clear();
    for (const auto& running : running_) {
      if (!progress_.running.empty()) progress_.running += ", ";
      const auto& open = running.ledger.open();
      progress_.running += running.job.step.target.name + (open ? " " + open->case_id : "");
    }
    progress_.seconds = seconds_since(started_);
    const double done = queue_.done_estimate_s();
    progress_.seconds_left = (done > 0 ? progress_.seconds / done : 1) * (queue_.estimate_s() - done);
    show_(progress_);
  }

  const CampaignSettings& settings_;
  const ShowProgress& show_;
  std::unique_ptr<Launcher> launcher_;
  CampaignJournal journal_;
  JobQueue queue_;
  Intake intake_;
  std::list<RunningStep> running_;
  bool interrupted_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_heartbeat_ = Clock::now();
  Progress progress_;
};

}  // namespace

CampaignEnd run_campaign(const CampaignSettings& settings, const ShowProgress& show) {
  return Campaign(settings, show).run();
}

}  // namespace rackproof
