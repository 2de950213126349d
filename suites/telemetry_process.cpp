#include "suites/telemetry_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/machine/node_sensors.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/process_group.hpp"
#include "harness/record/record.hpp"
#include "suites/device_sensors.hpp"
#include "suites/step_system.hpp"
#include "suites/telemetry_sampler.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestOrder = std::size_t{16} << 20;

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

double own_cpu_s() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// What is measured comes first.
void take_lowest_priority() {
  ::prctl(PR_SET_NAME, "rackproof-tele");
  ::setpriority(PRIO_PROCESS, 0, 19);
  const sched_param parameters{};
  ::sched_setscheduler(0, SCHED_BATCH, &parameters);
}

std::string read_order() {
  std::string line;
  std::array<char, 65536> buffer;
  while (line.size() < kLongestOrder && (line.empty() || line.back() != '\n')) {
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {};
    line.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return line;
}

/// Waits until `at_ns`. Returns false when the input closed: then it is time to end.
bool wait_until(std::int64_t at_ns) {
  while (true) {
    const std::int64_t left = at_ns - monotonic_ns();
    if (left <= 0) return true;
    const timespec time{left / 1'000'000'000, left % 1'000'000'000};
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::ppoll(&input, 1, &time, nullptr) > 0) return false;
  }
}

struct FoundSensors {
  Sensors sensors;
  std::vector<std::string> devices;
};

FoundSensors find_sensors(const TelemetryOrder& order, const Installation& installation, FileTally& tally) {
  FoundSensors found{find_node_sensors(system_root_of(order.step, order.rank), tally), {}};
  found.devices.resize(found.sensors.size());
  DeviceSensors devices;
  if (order.no_backend.empty()) {
    devices = find_device_sensors(
        installation.modules / fmt::format("librackproof-{}.so", order.step.backend), order.step, tally);
  } else {
    devices.sensors.push_back(std::make_unique<MissingSensor>(
        SensorSource{order.step.backend + "/devices", "power", "W", SensorScope::device, order.step.backend},
        order.no_backend));
    devices.devices.emplace_back();
  }
  std::ranges::move(devices.sensors, std::back_inserter(found.sensors));
  std::ranges::move(devices.devices, std::back_inserter(found.devices));
  return found;
}

}  // namespace

void to_json(json& out, const TelemetryOrder& order) {
  out = {{"step", order.step},   {"period_s", order.period_s},     {"rank", order.rank},
         {"start", order.start}, {"no_backend", order.no_backend}, {"environment", order.environment}};
}

void from_json(const json& in, TelemetryOrder& order) {
  in.at("step").get_to(order.step);
  in.at("period_s").get_to(order.period_s);
  in.at("rank").get_to(order.rank);
  in.at("start").get_to(order.start);
  in.at("no_backend").get_to(order.no_backend);
  in.at("environment").get_to(order.environment);
}

void run_telemetry(const Installation& installation, int records) {
  const std::string line = read_order();
  if (line.empty()) return;  // nothing is wanted
  const auto order = json::parse(line).get<TelemetryOrder>();
  change_environment(order.environment.setup);
  FileTally tally;
  FoundSensors found = find_sensors(order, installation, tally);
  const auto period_ns = static_cast<std::int64_t>(order.period_s * 1e9);
  const std::int64_t begin_ns = monotonic_ns(), begin_utc_ns = utc_now_ns();
  TelemetrySampler sampler(std::move(found.sensors), found.devices, period_ns, begin_ns);
  take_lowest_priority();  // what goes before is over before the first case begins
  const double setup_cpu_s = own_cpu_s();
  const auto write = [&](Telemetry telemetry) {
    telemetry.rank = order.rank;
    telemetry.start = order.start;
    telemetry.begin_utc_ns = begin_utc_ns;
    telemetry.period_ns = period_ns;
    telemetry.cost = {own_cpu_s() - setup_cpu_s, setup_cpu_s,
                      static_cast<double>(monotonic_ns() - begin_ns) * 1e-9, tally.opens, tally.reads};
    write_all(records, frame(telemetry));
  };
  Telemetry first;
  first.sources = sampler.sources();
  write(first);
  for (std::int64_t next_ns = begin_ns + period_ns; wait_until(next_ns);) {
    const std::int64_t now_ns = monotonic_ns();
    sampler.tick(now_ns);
    if (sampler.has_block()) write(sampler.take_block());
    // What came too late is not made up for: the pace is kept.
    next_ns += period_ns * (1 + std::max<std::int64_t>(0, (now_ns - next_ns) / period_ns));
  }
  sampler.tick(monotonic_ns());
  write(sampler.take_block());
}

TelemetryProcess::TelemetryProcess(const Installation& installation, int output) {
  Pipe in = make_pipe();
  // What a library prints is nobody's: the log is of the process that measures.
  const FileDescriptor nothing(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  pid_ = start_program(installation.worker, "telemetry", in.read.get(), output,
                       nothing ? nothing.get() : STDERR_FILENO);
  input_ = std::move(in.write);
}

TelemetryProcess::~TelemetryProcess() {
  constexpr double kPatience = 0.5;  // one that hangs in the kernel is left to it
  kill();
  has_ended(kPatience);
}

void TelemetryProcess::order(const TelemetryOrder& order) {
  try {
    write_all(input_.get(), json(order).dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
  } catch (const Error&) {
    // It died before it read its order; that it has ended tells.
  }
}

bool TelemetryProcess::has_ended(double limit_s) {
  constexpr double kWaitStep = 0.002;
  for (double waited = 0; pid_ > 0; waited += kWaitStep) {
    if (::waitpid(pid_, &status_, WNOHANG) == pid_) {
      pid_ = -1;
      return true;
    }
    if (!(waited < limit_s)) return false;
    ::usleep(static_cast<useconds_t>(kWaitStep * 1e6));
  }
  return true;
}

void TelemetryProcess::kill() {
  if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

std::string TelemetryProcess::describe_end() const {
  return fmt::format("the telemetry process {} {}", WIFSIGNALED(status_) ? "died of" : "ended with",
                     describe_wait_status(status_));
}

}  // namespace rackproof
