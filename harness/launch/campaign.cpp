#include "harness/launch/campaign.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <list>
#include <nlohmann/json.hpp>

#include "harness/launch/campaign_bundle.hpp"
#include "harness/launch/campaign_journal.hpp"
#include "harness/launch/campaign_record.hpp"
#include "harness/launch/claim_check.hpp"
#include "harness/launch/intake.hpp"
#include "harness/launch/interrupt_signals.hpp"
#include "harness/launch/running_step.hpp"
#include "harness/launch/worker_lease.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

constexpr double kHeartbeatSeconds = 1;
constexpr int kEndingPollMs = 5;  // while a process is on its way out
constexpr const char* kUnusable = "unusable until reboot: ";
constexpr std::size_t kEnoughTried = 10;  // targets, before a share of them says something

class Campaign {
 public:
  Campaign(const CampaignSettings& settings, const ShowProgress& show)
      : settings_(settings),
        show_(show),
        journal_(settings.resume
                     ? Journal::resume(settings.folder / "journal.jsonl")
                     : Journal::begin(settings.folder / "journal.jsonl", campaign_record(settings))),
        lease_(settings.folder),
        launcher_(make_launcher(settings.site, settings.files, settings.folder)),
        bundle_(campaign_bundle(settings.plan, settings.site, settings.catalogue)),
        queue_(settings.plan, settings.site, settings.catalogue, launcher_->asks_who_answers(),
               settings.is_below, settings.look_again),
        intake_(settings.site, settings.catalogue, journal_) {
    ::signal(SIGPIPE, SIG_IGN);
    std::filesystem::create_directories(settings.folder / "logs");
  }

  CampaignEnd run() {
    const InterruptSignals signals;
    if (settings_.resume) take_up();
    lease_.renew();
    while (!end_ && !(queue_.empty() && running_.empty())) {
      for (std::optional<Job> job; !end_ && (job = queue_.next());) start(std::move(*job));
      wait(signals);
      for (const Notice& notice : queue_.take_notices()) journal_.notice(notice);
      if (!end_) end_ = why_stop();
    }
    end_all(signals);
    const CampaignEnd end = end_.value_or(CampaignEnd::complete);
    journal_.end(end != CampaignEnd::complete);
    return end;
  }

 private:
  /// --resume: what the journal holds is not done again. Workers that the harness was at when it died have time to go.
  void take_up() {
    const auto file = settings_.folder / "journal.jsonl";
    JournalContent content = read_journal_without_samples(file);
    intake_.take_up(content);
    if (const auto open = open_steps(content); !open.empty()) {
      const auto has_ranks = [](const json& step) { return !step.at("ranks").empty(); };
      if (launcher_->asks_who_answers() || std::ranges::any_of(open, has_ranks)) lease_.wait_elsewhere();
      journal_.close_lost_steps(content);
      content = read_journal_without_samples(file);
    }
    queue_.take_up(content);
    queue_.try_launches_again();
  }

  void start(Job job) {
    const BundleStep step = queue_.bundle_step(job);
    journal_.step_begin(step, job.ranks);
    RunningStep running(std::move(job), step, settings_.folder / "logs" / (step.step + ".log"));
    if (running.job.without_worker) return finish(running, *running.job.without_worker);
    make_log(running.log);
    if (const auto trouble = start_process(running)) return finish(running, *trouble);
    running_.push_back(std::move(running));
  }

  /// What brings the worker's files to its node when they must be brought first, else the worker. Returns why it cannot
  /// be started.
  std::optional<Outcome> start_process(RunningStep& running) try {
    const bool may_need_files = running.job.kind == Job::Kind::answer && !running.is_delivered();
    std::vector<const SiteNode*> nodes;
    for (const auto node : running.nodes()) nodes.push_back(&settings_.site.nodes[node]);
    if (const auto delivery = may_need_files ? launcher_->delivery(*nodes.front()) : std::nullopt) {
      running.deliver(std::make_unique<Process>(delivery->command, running.log, delivery->input));
      return std::nullopt;
    }
    const Command command = running.is_group() ? launcher_->on_group(nodes, settings_.plan.step_time_limit_s)
                                               : launcher_->on_node(*nodes.front());
    running.start(std::make_unique<Process>(command, running.log));
    bundle_.steps = {running.ledger.step()};
    running.process->say(json(bundle_).dump() + "\n");
    return std::nullopt;
  } catch (const Error& error) {
    return Outcome{Status::failed, Phase::launch, error.what()};
  }

  /// Waits for output, a signal or a quarter of a second, then looks at every running step.
  void wait(const InterruptSignals& signals) {
    std::vector<pollfd> fds{{signals.get(), POLLIN, 0}};
    int patience_ms = 250;
    for (const auto& running : running_) {
      fds.push_back({running.is_heard() ? running.process->output() : -1, POLLIN, 0});
      if (running.is_ending()) patience_ms = kEndingPollMs;
    }
    ::poll(fds.data(), fds.size(), patience_ms);
    if (fds[0].revents != 0) end_ = CampaignEnd::interrupted;
    std::size_t at = 1;
    for (auto running = running_.begin(); running != running_.end();) {
      if (fds[at++].revents != 0) hear(*running);
      running->check_time(settings_.plan, settings_.site.launch.answer_time_s);
      auto over = running->over();
      if (over && running->is_delivered()) over = start_process(*running);
      if (!over) {
        ++running;
        continue;
      }
      drain(*running);
      finish(*running, *over);
      running = running_.erase(running);
    }
    if (seconds_since(last_heartbeat_) >= kHeartbeatSeconds) {
      for (auto& running : running_) running.process->say(std::string(kHeartbeat));
      lease_.renew();
      last_heartbeat_ = Clock::now();
    }
    journal_.sync_if_due();
    show();
  }

  /// What its process wrote before it ended.
  void drain(RunningStep& running) {
    pollfd output{running.process->output(), POLLIN, 0};
    while (running.is_heard() && ::poll(&output, 1, 0) > 0) hear(running);
  }

  void hear(RunningStep& running) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(running.process->output(), buffer.data(), buffer.size());
    if (got > 0) {
      running.lines.add({buffer.data(), static_cast<std::size_t>(got)});
      while (const auto line = running.lines.next()) take_line(running, *line);
      return;
    }
    if (!running.lines.rest().empty()) running.stray(running.lines.rest());
    running.output_closed();
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
    if (!ledger.unusable().empty()) give_up(running);
    if (running.job.kind == Job::Kind::answer) {
      const bool is_there = ledger.greeted() && ledger.ended();
      const std::uint32_t node = running.nodes().front();
      const std::string evidence = is_there ? intake_.unusable(node) : "";
      if (!evidence.empty()) queue_.give_up(node, kUnusable + evidence);  // it was not booted since
      return queue_.answered(running.job, is_there ? "" : over.reason, !end_);
    }
    for (const CaseEnd& end : ledger.ended_cases()) {
      ++(end.outcome.status == Status::ok ? progress_.cases_ok : progress_.cases_not_ok);
    }
    queue_.finished(running.job, ledger.ended_cases(), !end_);
  }

  /// A process that survives SIGKILL holds its node's devices, and nobody but a reboot ends it.
  void give_up(const RunningStep& running) {
    const std::uint32_t node = running.nodes().front();
    journal_.notice({"unusable until reboot", {settings_.site.nodes[node].name}, running.ledger.unusable()});
    queue_.give_up(node, kUnusable + running.ledger.unusable());
  }

  /// Whether the campaign is to stop although something is left.
  std::optional<CampaignEnd> why_stop() {
    const auto& nodes = settings_.site.nodes;
    const auto promised =
        std::ranges::count_if(nodes, [](const SiteNode& node) { return node.absent.empty(); });
    const RollCall& roll_call = queue_.roll_call();
    const std::size_t without = roll_call.unusable().size() + roll_call.silent();
    if (without > 0 && without == static_cast<std::size_t>(promised)) {
      if (roll_call.silent() == 0) return CampaignEnd::no_node;
      journal_.notice({"stopped", {}, "no node answers any more"});
      return CampaignEnd::stopped;
    }
    const Plan& plan = settings_.plan;
    if (seconds_since(started_) > plan.campaign_time_limit_s) {
      journal_.notice(
          {"stopped", {}, fmt::format("the campaign did not end within {:g} s", plan.campaign_time_limit_s)});
      return CampaignEnd::stopped;
    }
    const std::size_t tried = queue_.tried();
    const std::size_t troubled = queue_.troubled();
    if (tried < kEnoughTried ||
        !(static_cast<double>(troubled) > plan.stop_share * static_cast<double>(tried)))
      return std::nullopt;
    journal_.notice({"stopped", {}, fmt::format("machinery trouble on {} of {} targets", troubled, tried)});
    return CampaignEnd::stopped;
  }

  /// Workers say what became of their case, then nothing of ours runs. Nothing to do when none runs.
  void end_all(const InterruptSignals& signals) {
    for (auto& running : running_) {
      if (running.is_ending()) continue;
      const Phase phase = running.ledger.open() ? Phase::measure : Phase::launch;
      running.tell_to_end(
          {Status::preempted, phase,
           *end_ == CampaignEnd::interrupted ? "the campaign was interrupted" : "the campaign was stopped"});
    }
    while (!running_.empty()) wait(signals);
  }

  void show() {
    if (!show_) return;
    progress_.steps_done = queue_.steps_done();
    progress_.steps_total = queue_.steps_total();
    progress_.running = listed(running_);
    progress_.seconds = seconds_since(started_);
    const double done = queue_.done_estimate_s();
    progress_.seconds_left = (done > 0 ? progress_.seconds / done : 1) * (queue_.estimate_s() - done);
    show_(progress_);
  }

  const CampaignSettings& settings_;
  const ShowProgress& show_;
  CampaignJournal journal_;
  WorkerLease lease_;
  std::unique_ptr<Launcher> launcher_;
  Bundle bundle_;  // of the step that is started
  JobQueue queue_;
  Intake intake_;
  std::list<RunningStep> running_;
  std::optional<CampaignEnd> end_;  ///< before the plan is through: why
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_heartbeat_ = Clock::now();
  Progress progress_;
};

}  // namespace

CampaignEnd run_campaign(const CampaignSettings& settings, const ShowProgress& show) {
  Campaign campaign(settings, show);
  try {
    return campaign.run();
  } catch (const Error& error) {
    throw error.within(
        "the campaign stopped, what was recorded is kept; put right what follows, then "
        "continue with --resume");
  }
}

}  // namespace rackproof
