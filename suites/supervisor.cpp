#include "suites/supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/seconds_since.hpp"
#include "harness/measure/counter_window.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/process_group.hpp"
#include "harness/record/step_ledger.hpp"
#include "suites/step_system.hpp"
#include "suites/step_telemetry.hpp"

namespace rackproof {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kWaitStep = 0.005;  // s
constexpr int kLoggedStrays = 100;   // lines: a process that prints without end must not fill the disk

/// One measuring process in a process group of its own. Destroyed: the group is killed and reaped.
class ChildProcess {
 public:
  ChildProcess(const Installation& installation, const std::string& input) {
    Pipe in = make_pipe();
    Pipe out = make_pipe();
    pid_ = start_program(installation.worker, "child", in.read.get(), out.write.get());
    in.read.reset();
    output_ = std::move(out.read);
    try {
      write_all(in.write.get(), input);
    } catch (const Error&) {
      // It died before it read its step; its exit status tells.
    }
  }
  ~ChildProcess() { finish(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int output() const { return output_.get(); }
  pid_t pid() const { return pid_; }
  /// Kills the group, with whatever it started.
  void kill() const {
    if (pid_ > 0) ::kill(-pid_, SIGKILL);
  }
  /// Kills the group and waits for its end. Returns false when it is still there after kUnkillableSeconds.
  bool finish() {
    kill();
    return wait(kUnkillableSeconds);
  }
  /// One that survives SIGKILL is not waited for again.
  void abandon() { pid_ = -1; }
  /// Waits up to a second for a normal end, so that the exit status is the process' own. Returns the wait status.
  int reap() {
    wait(1);
    finish();
    return status_;
  }

 private:
  bool wait(double limit_s) {
    for (double waited = 0; pid_ > 0 && waited < limit_s; waited += kWaitStep) {
      if (::waitpid(pid_, &status_, WNOHANG) == pid_) {
        kill();
        pid_ = -1;
      } else {
        ::usleep(static_cast<useconds_t>(kWaitStep * 1e6));
      }
    }
    return pid_ <= 0;
  }

  pid_t pid_ = -1;
  int status_ = 0;
  FileDescriptor output_;
};

/// A line on stderr, which is a file: that its disk is full costs the line and no record.
void log(const std::string& line) { std::fputs((line + "\n").c_str(), stderr); }

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) return "the measuring process died of " + describe_wait_status(status);
  return fmt::format("the measuring process ended with {} before the case did", describe_wait_status(status));
}

/// Wakes the poll loop on SIGTERM and SIGINT.
class TerminationSignals {
 public:
  TerminationSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    descriptor_ = FileDescriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  int get() const { return descriptor_.get(); }

 private:
  FileDescriptor descriptor_;
};

class StepSupervisor {
 public:
  StepSupervisor(const Bundle& bundle, const Installation& installation,
                 const PreparedEnvironment& environment, const Supervision& supervision, int signals)
      : bundle_(bundle),
        installation_(installation),
        environment_(environment),
        supervision_(supervision),
        signals_(signals) {}

  /// Returns false when the worker must end.
  bool run(const BundleStep& step) {
    StepLedger ledger =
        supervision_.journal != nullptr ? supervision_.journal->begin(step) : StepLedger(step);
    if (ledger.ended()) return true;
    window_.reset();
    system_ = system_root_of(step, 0);
    step_began_ = Clock::now();
    if (step.cases.empty()) greet(ledger);
    if (!step.cases.empty() && environment_.failure.empty())
      telemetry_ = std::make_unique<StepTelemetry>(bundle_, step, installation_, environment_);
    while (!environment_.failure.empty() && !stopping_ && !ledger.left().empty())
      write(ledger, ledger.on_behalf({Status::failed, Phase::launch, environment_.failure}));
    while (!stopping_ && !ledger.left().empty()) {
      const std::optional<Outcome> end = run_child(ledger);
      if (stopping_) {
        close_rest(ledger, "the worker was told to end", true);
      } else if (end && !ledger.left().empty()) {
        CaseEnd of_case = ledger.on_behalf(*end);
        if (window_ && ledger.open()) of_case.counters = window_->close();
        write(ledger, of_case);
      }
      if (!child_->finish()) {
        write(ledger, {{"type", "unusable"},
                       {"evidence", fmt::format("process {} survives SIGKILL", child_->pid())}});
        close_rest(ledger, "a process of this worker survives SIGKILL", true);
        child_->abandon();
        stopping_ = true;
      } else if (has_lost_device(ledger)) {
        close_rest(ledger, "the device was lost twice in a row");
      }
    }
    end_telemetry(ledger);
    if (ledger.left().empty()) write(ledger, ledger.end());
    return !stopping_;
  }

 private:
  void write(StepLedger& ledger, nlohmann::json record) {
    record["step"] = ledger.step().step;
    ledger.see(record);
    pass_on(record);
  }

  void pass_on(const nlohmann::json& record) {
    if (supervision_.journal != nullptr) return supervision_.journal->append(record);
    try {
      write_all(supervision_.records, frame(record));
    } catch (const Error&) {
      stopping_ = true;  // nobody reads any more
    }
  }

  /// Readings of the node, which come whenever they do. Who speaks is known after hello.
  void write_telemetry(StepLedger& ledger, std::vector<nlohmann::json> records) {
    std::ranges::move(records, std::back_inserter(telemetry_held_));
    if (!ledger.greeted()) return;
    for (auto& record : std::exchange(telemetry_held_, {})) write(ledger, std::move(record));
  }

  void end_telemetry(StepLedger& ledger) {
    if (telemetry_ != nullptr && !stopping_) write_telemetry(ledger, telemetry_->finish());
    telemetry_.reset();
    telemetry_held_.clear();
  }

  /// A step without cases: its worker says who it is.
  void greet(StepLedger& ledger) {
    std::string trouble = environment_.failure;
    if (trouble.empty()) {
      if (const auto end = run_child(ledger)) trouble = end->reason;
    }
    if (!ledger.greeted()) log(trouble);
  }

  static bool has_lost_device(const StepLedger& ledger) {
    const auto& ends = ledger.ended_cases();
    return ends.size() >= 2 && ends.back().outcome.device_lost && ends[ends.size() - 2].outcome.device_lost;
  }

  /// A harness is told of every case; what a detached worker that was told to end did not begin, its next start takes up.
  void close_rest(StepLedger& ledger, const char* reason, bool told_to_end = false) {
    while (!ledger.left().empty()) {
      const bool open = ledger.open().has_value();
      if (!open && told_to_end && supervision_.journal != nullptr) return;
      write(ledger, ledger.on_behalf({open ? Status::preempted : Status::skipped,
                                      open ? Phase::measure : Phase::launch, reason}));
    }
  }

  /// Runs the cases that are left in one fresh process, until it ends. Returns what to say of the case that
  /// is then open; nothing when a case failed and the next ones need a process without its troubles.
  std::optional<Outcome> run_child(StepLedger& ledger) {
    BundleStep rest = ledger.step();
    rest.cases = ledger.left();
    Bundle bundle = bundle_;
    bundle.steps = {rest};
    nlohmann::json input = bundle;
    input["environment"] = environment_;
    child_ = std::make_unique<ChildProcess>(installation_, input.dump() + "\n");
    ChildProcess& child = *child_;
    LineSplitter lines;
    auto last_progress = Clock::now();
    while (true) {
      std::array<pollfd, 4> fds{pollfd{child.output(), POLLIN, 0}, pollfd{signals_, POLLIN, 0},
                                pollfd{supervision_.control, POLLIN, 0},
                                pollfd{telemetry_ ? telemetry_->output() : -1, POLLIN, 0}};
      ::poll(fds.data(), fds.size(), 200);
      if (telemetry_ != nullptr) write_telemetry(ledger, telemetry_->take(fds[3].revents != 0));
      if (fds[1].revents != 0 || !control_alive(fds[2])) stopping_ = true;
      if (stopping_) {
        child.kill();
        return std::nullopt;
      }
      if (fds[0].revents != 0) {
        std::array<char, 65536> buffer;
        const ssize_t got = ::read(child.output(), buffer.data(), buffer.size());
        if (got <= 0)
          return Outcome{Status::crashed, ledger.open() ? Phase::measure : Phase::load,
                         describe_end(child.reap())};
        lines.add({buffer.data(), static_cast<std::size_t>(got)});
        while (const auto line = lines.next()) {
          const bool measuring = ledger.open().has_value();
          if (!forward(ledger, *line)) continue;
          last_progress = Clock::now();
          // A lost device or exhausted memory would be the next case's failure too: an error costs one case.
          if (measuring && !ledger.open() && ledger.ended_cases().back().outcome.status == Status::failed)
            return std::nullopt;
        }
        if (child_ended_) {
          child_ended_ = false;
          child.reap();
          return Outcome{Status::failed, Phase::finish, "the measuring process left the case out"};
        }
      }
      if (seconds_since(last_progress) > bundle_.case_time_limit_s) {
        child.kill();
        return Outcome{Status::timeout, ledger.open() ? Phase::measure : Phase::load,
                       fmt::format("did not end within {:g} s", bundle_.case_time_limit_s)};
      }
      if (bundle_.step_time_limit_s > 0 && seconds_since(step_began_) > bundle_.step_time_limit_s) {
        child.finish();
        step_began_ = Clock::now();  // costs one case: the others are a new start
        return Outcome{Status::timeout, ledger.open() ? Phase::measure : Phase::load,
                       fmt::format("the step did not end within {:g} s", bundle_.step_time_limit_s)};
      }
      if (supervision_.journal != nullptr) supervision_.journal->sync_if_due();
    }
  }

  /// Passes a good record on. Returns true when a case began or ended: only that is progress.
  bool forward(StepLedger& ledger, const std::string& line) {
    const auto record = unframe(line);
    const auto field = record ? record->find("type") : nlohmann::json::const_iterator();
    const std::string type =
        record && field != record->end() && field->is_string() ? field->get<std::string>() : "";
    if (type == "end") {
      child_ended_ = true;  // the step's own end record is written by this process
      return true;
    }
    if (!record || !ledger.see(*record)) {
      if (++strays_ <= kLoggedStrays) log("not a record of this step: " + printable(line.substr(0, 200)));
      return false;
    }
    pass_on(*record);
    // Of a process that dies or hangs nobody else tells what the host counted meanwhile.
    if (type == "case_begin") window_.emplace(system_, std::span<const Device>());
    if (type == "case_end") window_.reset();
    return type == "case_begin" || type == "case_end";
  }

  bool control_alive(const pollfd& control) {
    if (control.fd < 0) return true;
    if (control.revents != 0) {
      std::array<char, 256> buffer;
      const ssize_t got = ::read(control.fd, buffer.data(), buffer.size());
      if (got <= 0) return false;
      const std::string_view said(buffer.data(), static_cast<std::size_t>(got));
      if (said.find(kEndOrder.front()) != std::string_view::npos) return false;
      last_heartbeat_ = Clock::now();
    }
    return seconds_since(last_heartbeat_) < kLeaseSeconds;
  }

  const Bundle& bundle_;
  const Installation& installation_;
  const PreparedEnvironment& environment_;
  const Supervision& supervision_;
  int signals_;
  std::unique_ptr<ChildProcess> child_;
  SystemRoot system_;
  std::optional<CounterWindow> window_;  ///< of the case that is open
  std::unique_ptr<StepTelemetry> telemetry_;
  std::vector<nlohmann::json> telemetry_held_;  // until the step is greeted
  bool stopping_ = false;
  bool child_ended_ = false;
  int strays_ = 0;
  Clock::time_point step_began_ = Clock::now();
  Clock::time_point last_heartbeat_ = Clock::now();
};

}  // namespace

bool supervise(const Bundle& bundle, const Installation& installation, const PreparedEnvironment& environment,
               const Supervision& supervision) {
  const TerminationSignals signals;
  ::signal(SIGPIPE, SIG_IGN);
  PreparedEnvironment prepared = environment;
  prepared.set_up(bundle.setup, bundle.case_time_limit_s);
  StepSupervisor supervisor(bundle, installation, prepared, supervision, signals.get());
  for (const auto& step : bundle.steps) {
    if (!supervisor.run(step)) return false;
  }
  return true;
}

}  // namespace rackproof
