#include "suites/detached.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/exit_code.hpp"
#include "harness/base/seconds_since.hpp"
#include "suites/supervisor.hpp"

namespace rackproof {

namespace {

using Clock = std::chrono::steady_clock;

/// `ranks` of the job that was started; 0 without one. A bundle that is started otherwise would measure something else.
BundleFile bundle_for(const std::filesystem::path& path, int ranks) {
  BundleFile file = read_bundle_file(path);
  for (const BundleStep& step : file.bundle.steps) {
    if (step.ranks == ranks) continue;
    throw Error(
        step.ranks == 0
            ? fmt::format("{} is for one process: start it with rackproof-worker detached", path.string())
        : ranks == 0 ? fmt::format("{0} is for {1} ranks: start it with mpirun -n {1} rackproof-worker rank",
                                   path.string(), step.ranks)
                     : fmt::format("{} is for {} ranks, {} were started", path.string(), step.ranks, ranks));
  }
  return file;
}

}  // namespace

bool run_detached(const DetachedFiles& files, const Installation& installation,
                  const PreparedEnvironment& environment) {
  const BundleFile file = bundle_for(files.bundle, 0);
  WorkerJournal journal(files.journal, file);
  return supervise(file.bundle, installation, environment, {-1, -1, &journal});
}

RankJournal::RankJournal(const DetachedFiles& files, int ranks)
    : bundle_(bundle_for(files.bundle, ranks)), journal_(files.journal, bundle_) {}

Bundle RankJournal::next() const {
  Bundle next = bundle_.bundle;
  for (BundleStep& step : next.steps) step.cases = journal_.left(step);
  std::erase_if(next.steps, [](const BundleStep& step) { return step.cases.empty(); });
  if (next.steps.size() > 1) next.steps.resize(1);
  return next;
}

std::size_t RankJournal::steps_left() const {
  return static_cast<std::size_t>(std::ranges::count_if(bundle_.bundle.steps, [this](const BundleStep& step) {
    const bool ended_now = ledger_ && ledger_->ended() && ledger_->step().step == step.step;
    return !ended_now && !journal_.left(step).empty();
  }));
}

int RankJournal::start() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error("no pipe for the records");
  from_ranks_ = FileDescriptor(ends[0]);
  to_journal_ = FileDescriptor(ends[1]);
  thread_ = std::thread([this] { take_records(); });
  return to_journal_.get();
}

void RankJournal::finish(const std::string& reason) {
  to_journal_.reset();
  if (!thread_.joinable()) return;
  thread_.join();
  if (!reason.empty() && ledger_ && ledger_->open())
    append(ledger_->on_behalf({Status::failed, Phase::measure, reason}));
}

/// The thread. What it cannot write ends the job: a measurement without a record is worth nothing.
void RankJournal::take_records() {
  try {
    for (const BundleStep& step : bundle_.bundle.steps) {
      ledger_ = journal_.begin(step);
      if (ledger_->ended()) continue;  // at an earlier start, or just now
      return take_step();
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "rank 0: {}\n", printable(error.what()));
    ::_exit(static_cast<int>(ExitCode::error));
  }
}

void RankJournal::take_step() {
  step_began_ = last_progress_ = Clock::now();
  while (!ledger_->ended()) {
    if (take_line()) continue;
    pollfd readable{from_ranks_.get(), POLLIN, 0};
    ::poll(&readable, 1, 200);
    if (readable.revents != 0) {
      std::array<char, 65536> buffer;
      const ssize_t got = ::read(from_ranks_.get(), buffer.data(), buffer.size());
      if (got <= 0) return;
      lines_.add({buffer.data(), static_cast<std::size_t>(got)});
    }
    journal_.sync_if_due();
    if (const std::string reason = overdue(); !reason.empty()) {
      append(ledger_->on_behalf({Status::timeout, ledger_->open() ? Phase::measure : Phase::load, reason}));
      fmt::print(stderr, "rank 0: {}\n", reason);
      ::_exit(1);  // the others wait in a collective, or hang
    }
  }
}

/// Takes a line that is there. Returns false when there is none.
bool RankJournal::take_line() {
  const auto line = lines_.next();
  if (!line) return false;
  const auto record = unframe(*line);
  if (!record) throw Error("a record of this job is damaged");
  if (record->at("type") == "end") {
    // The ranks know of what was left only; the step's own end counts all of its cases.
    while (!ledger_->left().empty())
      append(ledger_->on_behalf({Status::failed, Phase::finish, "the ranks left the case out"}));
    append(ledger_->end());
  } else if (ledger_->see(*record)) {
    journal_.append(*record);
    if (record->at("type") != "samples" && record->at("type") != "telemetry") last_progress_ = Clock::now();
  }
  return true;
}

/// Why the case or the step is over its time; empty while it is not.
std::string RankJournal::overdue() const {
  const Bundle& bundle = bundle_.bundle;
  if (!(seconds_since(last_progress_) <= bundle.case_time_limit_s))
    return fmt::format("did not end within {:g} s", bundle.case_time_limit_s);
  if (bundle.step_time_limit_s > 0 && !(seconds_since(step_began_) <= bundle.step_time_limit_s))
    return fmt::format("the step did not end within {:g} s", bundle.step_time_limit_s);
  return {};
}

void RankJournal::append(nlohmann::json record) {
  record["step"] = ledger_->step().step;
  ledger_->see(record);
  journal_.append(record);
}

}  // namespace rackproof
