#include "harness/launch/running_step.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <fstream>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

constexpr double kSupervisorSeconds = 10;  // that a supervisor gets to report a case over its time
constexpr double kLingerSeconds = 2;       // for a process that closed its output
constexpr int kLoggedStrays = 100;
constexpr std::streamoff kLogTail = 64 << 10;

}  // namespace

void RunningStep::stray(const std::string& line) {
  if (++strays > kLoggedStrays) return;
  std::ofstream(log, std::ios::app) << "not a record of this step: " << printable(line.substr(0, 400))
                                    << '\n';
}

Phase RunningStep::phase() const {
  if (!ledger.greeted()) return Phase::launch;
  return ledger.open() ? Phase::measure : Phase::load;
}

Outcome RunningStep::closed() {
  const std::string said = last_log_line(log);  // before a library prints more while it is ended
  const std::string end = describe_wait_status(process->finish(kLingerSeconds));
  if (!refused.empty()) return {Status::failed, Phase::launch, refused};
  const Status status = ledger.greeted() ? Status::crashed : Status::failed;
  return {status, phase(), fmt::format("the worker ended with {}{}{}", end, said.empty() ? "" : ": ", said)};
}

std::optional<Outcome> RunningStep::overdue(const Plan& plan) {
  const double case_limit = plan.case_time_limit_s + (is_group() ? 0 : kSupervisorSeconds);
  const bool case_over = seconds_since(last_progress) > case_limit;
  if (!case_over && !(seconds_since(started) > plan.step_time_limit_s)) return std::nullopt;
  process->signal(SIGTERM);
  process->finish(1);
  if (!refused.empty()) return Outcome{Status::failed, Phase::launch, refused};
  const std::string reason =
      !case_over         ? fmt::format("the step did not end within {:g} s", plan.step_time_limit_s)
      : ledger.greeted() ? fmt::format("did not end within {:g} s", plan.case_time_limit_s)
                         : fmt::format("the worker did not answer within {:g} s", case_limit);
  return Outcome{Status::timeout, phase(), reason};
}

std::string RunningStep::incomplete(const Outcome& over) const {
  if (!ledger.ended()) return over.reason;
  return strays == 0 ? ""
                     : fmt::format("{} lines of the worker were no records of the step; see its log", strays);
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

}  // namespace rackproof
