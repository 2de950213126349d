#include "harness/launch/running_step.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <string.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "harness/base/error.hpp"
#include "harness/record/process_group.hpp"

namespace rackproof {

namespace {

constexpr double kSupervisorSeconds = 10;  // that a supervisor gets to report a case over its time
constexpr double kLingerSeconds = 2;       // for a process that closed its output, or whose node is unusable
constexpr double kEndSeconds = 10;         // for one that said its last record, and for what it started
constexpr double kTermSeconds = 1;         // from SIGTERM to SIGKILL
constexpr double kGraceSeconds = 4;        // for a worker to say what became of its case
constexpr std::size_t kListedSteps = 4;
constexpr int kLoggedStrays = 100;
constexpr std::streamoff kLogTail = 64 << 10;

Clock::duration seconds(double count) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

}  // namespace

void RunningStep::start(std::unique_ptr<Process> worker) {
  process = std::move(worker);
  is_delivery_ = closed_ = false;
  said_.clear();
  end_by_.reset();
  signals_ = 0;
  started = last_progress = Clock::now();
}

void RunningStep::deliver(std::unique_ptr<Process> delivery) {
  start(std::move(delivery));
  is_delivery_ = true;
}

bool RunningStep::is_delivered() const { return is_delivery_ && !why_ && process->status() == 0; }

void RunningStep::stray(const std::string& line) {
  if (++strays > kLoggedStrays) return;
  std::ofstream(log, std::ios::app) << "not a record of this step: " << printable(line.substr(0, 400))
                                    << '\n';
}

Phase RunningStep::phase() const {
  if (!ledger.greeted()) return Phase::launch;
  return ledger.open() ? Phase::measure : Phase::load;
}

void RunningStep::output_closed() {
  closed_ = true;
  said_ = last_log_line(log);  // before a library prints more while it is ended
  const auto by = Clock::now() + seconds(kLingerSeconds);
  if (signals_ == 0) end_by_ = std::min(end_by_.value_or(by), by);
}

void RunningStep::check_time(const Plan& plan, double answer_s) {
  if (end_by_) return;
  if (ledger.ended()) {
    // A process that survives SIGKILL holds the connection of its worker open.
    end_by_ = Clock::now() + seconds(ledger.unusable().empty() ? kEndSeconds : kLingerSeconds);
    return;
  }
  const bool is_answer = job.kind == Job::Kind::answer;
  const double case_limit = is_delivery_ ? plan.step_time_limit_s
                            : is_answer  ? answer_s
                                         : plan.case_time_limit_s + (is_group() ? 0 : kSupervisorSeconds);
  const bool case_over = seconds_since(last_progress) > case_limit;
  if (!case_over && !(seconds_since(started) > plan.step_time_limit_s)) return;
  const std::string reason =
      !case_over         ? fmt::format("the step did not end within {:g} s", plan.step_time_limit_s)
      : ledger.greeted() ? fmt::format("did not end within {:g} s", plan.case_time_limit_s)
                         : fmt::format("the worker did not answer within {:g} s", case_limit);
  end_with({Status::timeout, phase(), reason}, 0);
}

void RunningStep::tell_to_end(const Outcome& why) { end_with(why, kGraceSeconds); }

void RunningStep::end_with(const Outcome& why, double grace_s) {
  why_ = why;
  process->say(std::string(kEndOrder));
  end_by_ = Clock::now() + seconds(grace_s);
}

std::optional<Outcome> RunningStep::over() {
  if (!end_by_) return std::nullopt;
  if (!process->has_ended()) {
    if (Clock::now() < *end_by_) return std::nullopt;
    if (signals_ == 2) {
      process->abandon();
    } else {
      const bool first = signals_++ == 0 && why_;  // one that closed its output had its time
      if (!first) signals_ = 2;
      process->signal(first ? SIGTERM : SIGKILL);
      end_by_ = Clock::now() + seconds(first ? kTermSeconds : kUnkillableSeconds);
      return std::nullopt;
    }
  }
  if (!refused.empty()) return Outcome{Status::failed, Phase::launch, refused};
  if (why_) return why_;
  if (is_delivery_) {
    return Outcome{Status::failed, Phase::launch,
                   fmt::format("the worker's files were not brought to the node: {}{}{}",
                               describe_wait_status(process->status()), said_.empty() ? "" : ": ", said_)};
  }
  const Status status = ledger.greeted() ? Status::crashed : Status::failed;
  return Outcome{status, phase(),
                 fmt::format("the worker ended with {}{}{}", describe_wait_status(process->status()),
                             said_.empty() ? "" : ": ", said_)};
}

std::string RunningStep::incomplete(const Outcome& over) const {
  if (!ledger.ended()) return over.reason;
  return strays == 0 ? ""
                     : fmt::format("{} lines of the worker were no records of the step; see its log", strays);
}

void make_log(const std::filesystem::path& log) {
  const FileDescriptor file(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file) throw Error(fmt::format("cannot write {}: {}", log.string(), ::strerror(errno)));
}

std::string last_log_line(const std::filesystem::path& log) {
  std::ifstream in(log, std::ios::binary | std::ios::ate);
  in.seekg(std::max<std::streamoff>(0, static_cast<std::streamoff>(in.tellg()) - kLogTail));
  std::string last;
  for (std::string line; std::getline(in, line);) {
    if (line.find_first_not_of(" -\t") != std::string::npos) last = line;
  }
  return printable(last.substr(0, 300));
}

std::string listed(const std::list<RunningStep>& running) {
  std::string line;
  std::size_t count = 0;
  for (const auto& step : running) {
    if (count++ == kListedSteps) return line + fmt::format(" and {} more", running.size() - kListedSteps);
    const auto& open = step.ledger.open();
    line += fmt::format("{}{}{}", line.empty() ? "" : ", ", step.job.step.target.name,
                        open ? " " + open->case_id : "");
  }
  return line;
}

}  // namespace rackproof
