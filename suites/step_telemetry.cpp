#include "suites/step_telemetry.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/base/error.hpp"
#include "harness/base/seconds_since.hpp"
#include "harness/record/process_group.hpp"
#include "suites/telemetry_sampler.hpp"

namespace rackproof {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

namespace {

/// What a sampler may say: a sound record of this start.
std::optional<Telemetry> telemetry_of(const std::string& line, const TelemetryOrder& order) try {
  const auto record = unframe(line);
  if (!record) return std::nullopt;
  auto telemetry = record->get<Telemetry>();
  if (telemetry.rank != order.rank || telemetry.start != order.start) return std::nullopt;
  return telemetry;
} catch (const std::exception&) {
  return std::nullopt;
}

}  // namespace

StepTelemetry::StepTelemetry(const Bundle& bundle, const BundleStep& step, const Installation& installation,
                             const PreparedEnvironment& environment)
    : installation_(installation), order_{step, bundle.telemetry_period_s, 0, 0, {}, environment} {
  if (bundle.telemetry_period_s > 0) start();
}

void StepTelemetry::start() {
  has_spoken_ = false;
  last_ = {};
  last_.start = order_.start;
  last_heard_ = Clock::now();
  lines_ = {};
  try {
    Pipe pipe = make_pipe();
    process_ = std::make_unique<TelemetryProcess>(installation_, pipe.write.get());
    from_ = std::move(pipe.read);
    ::fcntl(from_.get(), F_SETFL, O_NONBLOCK);
    process_->order(order_);
  } catch (const Error& error) {
    lose(error.what(), untold_);
  }
}

/// Returns false when the output was closed.
bool StepTelemetry::read_some() {
  std::array<char, 65536> buffer;
  const ssize_t got = ::read(from_.get(), buffer.data(), buffer.size());
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got > 0) lines_.add({buffer.data(), static_cast<std::size_t>(got)});
  return got > 0;
}

/// Returns false for a line that no sampler writes.
bool StepTelemetry::take_lines(std::vector<json>& records) {
  while (const auto line = lines_.next()) {
    const auto telemetry = telemetry_of(*line, order_);
    if (!telemetry) return false;
    has_spoken_ = true;
    last_heard_ = Clock::now();
    last_.begin_utc_ns = telemetry->begin_utc_ns;
    last_.period_ns = telemetry->period_ns;
    last_.cost = telemetry->cost;
    records.emplace_back(*telemetry);
  }
  return true;
}

/// Ends this start and begins the next one, if there is one.
void StepTelemetry::lose(const std::string& why, std::vector<json>& records) {
  process_.reset();
  from_.reset();
  Telemetry lost = last_;
  lost.rank = order_.rank;
  lost.unavailable = why;
  records.emplace_back(lost);
  if (!has_spoken_ || order_.start >= kMostTelemetryRestarts) return;
  ++order_.start;
  order_.no_backend = why;
  start();
}

std::vector<json> StepTelemetry::take(bool readable) {
  std::vector<json> records = std::exchange(untold_, {});
  if (process_ == nullptr) return records;
  const bool open = !readable || read_some();
  const double patience =
      kTelemetryPatience +
      2e-9 * static_cast<double>(telemetry_block_ns(static_cast<std::int64_t>(order_.period_s * 1e9)));
  if (!take_lines(records)) {
    lose("the telemetry process wrote what is no record", records);
  } else if (!open) {
    constexpr double kPatience = 2;  // of the lowest priority, it takes its time to die
    const bool ended = process_->has_ended(kPatience);
    lose(ended ? process_->describe_end() : "the telemetry process closed its output", records);
  } else if (seconds_since(last_heard_) > patience) {
    lose(fmt::format("the telemetry process said nothing for {:g} s", patience), records);
  }
  return records;
}

std::vector<json> StepTelemetry::finish() {
  std::vector<json> records = std::exchange(untold_, {});
  if (process_ == nullptr) return records;
  constexpr double kPatience = 0.5;
  process_->close_input();
  const auto asked = Clock::now();
  while (seconds_since(asked) < kPatience) {
    pollfd output{from_.get(), POLLIN, 0};
    ::poll(&output, 1, 20);
    if (output.revents != 0 && !read_some()) break;
  }
  take_lines(records);
  process_.reset();
  from_.reset();
  return records;
}

}  // namespace rackproof
