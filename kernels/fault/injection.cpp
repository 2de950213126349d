#include "kernels/fault/injection.hpp"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <thread>
#include <utility>
#include <variant>

#include "kernels/edge.h"
#include "kernels/philox.h"

namespace rackproof::fault {
namespace {

std::int64_t thread_cpu_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// Sleeps most of the time and spins the rest: a sleep alone is late by tens of microseconds.
void wait_until(std::int64_t end_ns) {
  constexpr std::int64_t kSpin = 200'000;
  if (const std::int64_t left = end_ns - now_ns(); left > kSpin) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(left - kSpin));
  }
  while (now_ns() < end_ns) {
  }
}

/// Garbage as libraries print it, and text that looks like the start of a record.
void print_garbage() {
  constexpr char kText[] =
      "library: [info] initialised\n@rp deadbeef {\"kind\":\"case_end\"\n\x01\xff@rp @rp {}\n@rp ";
  for (std::size_t at = 0; at + 1 < sizeof kText;) {
    const ssize_t written = ::write(STDOUT_FILENO, kText + at, sizeof kText - 1 - at);
    if (written <= 0) return;
    at += static_cast<std::size_t>(written);
  }
}

/// Whether operation `index` is one of those that `at` and `every` name.
bool is_turn(const Options& options, std::uint64_t index) {
  return index == options.at ||
         (options.every != 0 && index > options.at && (index - options.at) % options.every == 0);
}

template <class T>
std::span<T> as(std::span<std::byte> bytes) {
  return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
}

/// The words that lie aligned in bytes which may not.
std::span<std::uint64_t> whole_words(std::span<std::byte> bytes) {
  const std::size_t askew = reinterpret_cast<std::uintptr_t>(bytes.data()) % sizeof(std::uint64_t);
  const std::size_t skipped = askew == 0 ? 0 : sizeof(std::uint64_t) - askew;
  return as<std::uint64_t>(bytes.subspan(std::min(skipped, bytes.size())));
}

template <class T>
void scale_all(std::span<T> values, double scale) {
  for (T& value : values) {
    const T scaled = static_cast<T>(static_cast<double>(value) * (1.0 + scale));
    value = scaled == value ? static_cast<T>(value + 1) : scaled;  // small integers do not scale
  }
}

template <class T, class Bits>
void flip_bit(T& value, std::uint32_t bit) {
  Bits bits;
  std::memcpy(&bits, &value, sizeof bits);
  bits ^= Bits{1} << (bit % (8 * sizeof bits));
  std::memcpy(&value, &bits, sizeof bits);
}

template <class T, class Bits>
void spoil(const Options& options, std::span<T> values, std::uint64_t index) {
  if (values.empty()) return;
  T& element =
      values[std::min<std::uint64_t>(options.element.value_or(values.size() / 2), values.size() - 1)];
  switch (options.fault) {
    case Fault::wrong:
    case Fault::lying_verify:
      scale_all(values, options.scale);
      break;
    case Fault::nan:
      // Integers have no NaN: all bits set is the bit pattern of one.
      if (index >= options.at)
        element =
            std::numeric_limits<T>::has_quiet_NaN ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(-1);
      break;
    case Fault::flip: {
      // Three bits below the exponent: large enough for any tolerance, small enough to be missed by a range
      // check.
      if (is_turn(options, index))
        flip_bit<T, Bits>(element, options.bit.value_or(std::numeric_limits<T>::digits - 4));
      break;
    }
    default:
      break;
  }
}

std::uint64_t digest_of(std::span<const std::byte> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::byte byte : bytes) hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3u;
  return hash;
}

}  // namespace

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

FaultyDevice::FaultyDevice(std::string uuid, const Options& options, double launch_offset)
    : uuid_(std::move(uuid)), options_(options), launch_offset_(launch_offset) {}

bool FaultyDevice::has(Fault fault) const {
  return options_.fault == fault && (options_.device.empty() || options_.device == uuid_);
}

rp_telemetry FaultyDevice::telemetry() const {
  if (!has(Fault::throttle)) throw kernels::Failure(RP_UNSUPPORTED, "this device says nothing about itself");
  constexpr double kClockHz = 2e9;
  constexpr std::uint64_t kTooHot = 4;
  const bool now = hits_ > options_.at && (options_.every == 0 || hits_ - options_.at <= options_.every);
  rp_telemetry telemetry{};
  telemetry.struct_size = sizeof telemetry;
  telemetry.clock_hz = now ? kClockHz / options_.factor : kClockHz;
  telemetry.power_w = now ? 400 : 300;
  telemetry.temperature_k = now ? 365 : 330;
  telemetry.throttle = now ? kTooHot : 0;
  telemetry.throttle_readable = 1;
  return telemetry;
}

std::uint64_t FaultyDevice::uncorrected_errors() const {
  return has(Fault::ecc) && hits_ > options_.at ? hits_ - options_.at : 0;
}

std::int64_t FaultyDevice::event_clock_ns() const { return has(Fault::noise) ? drawn_time_ns_ : now_ns(); }

std::int64_t FaultyDevice::drawn_ns(std::uint64_t index) const {
  const auto uniform = [&](std::uint64_t stream) {
    return kernels::uniform_1_2<double>(options_.seed, stream, index) - 1.0;
  };
  double factor = 0;
  switch (options_.shape) {
    case Shape::normal:
      factor = 1.0 + options_.sigma * kernels::normal<double>(options_.seed, 0, index);
      break;
    case Shape::lognormal:
      factor = std::exp(options_.sigma * kernels::normal<double>(options_.seed, 0, index));
      break;
    case Shape::bimodal:
      factor = 1.0 + options_.sigma * (uniform(0) < 0.75 ? uniform(1) - 2.0 / 3.0 : 3.0 + uniform(1));
      break;
  }
  return std::max<std::int64_t>(std::llround(options_.median_ns * factor), 1);
}

void FaultyDevice::run(const Operation& operation) {
  std::vector<Window> windows;
  std::vector<std::span<std::byte>> operands;
  windows.reserve(operation.regions.size());
  for (const kernels::Region& region : operation.regions) {
    windows.push_back(memory_.open(region.memory, region.bytes));
    operands.push_back(windows.back().bytes());
  }
  const Turn turn = begin(operation.op, operation.dtype);
  const auto* const passes = std::get_if<rp_stream_params>(&operation.params);
  const bool skips_pass =
      options_.fault == Fault::skip && left_out(turn) && passes != nullptr && passes->more_passes > 0;
  if (skips_pass || !left_out(turn)) {
    if (skips_pass) {
      Operation shorter = operation;
      std::get<rp_stream_params>(shorter.params).more_passes -= 1;
      compute(shorter, operands);
    } else if (turn.hit && options_.fault == Fault::emulated) {
      compute_emulated_gemm(std::get<rp_gemm_params>(operation.params), operands,
                            options_.cuts_a ? options_.bits : 0, options_.cuts_b ? options_.bits : 0);
    } else {
      compute(operation, operands);
    }
    if (!operands.empty()) {
      forget(operation.regions[0].memory, operation.regions[0].bytes);
      if (turn.hit) corrupt(operation, operands[0], turn.index);
    }
  }
  if (turn.hit && options_.fault == Fault::flat) wait_until(turn.begin_ns + least_ns(operation));
  end(turn);
}

void FaultyDevice::copy(rp_op kind, std::span<std::byte> to, std::span<const std::byte> from) {
  const Turn turn = begin(kind, RP_U64);
  if (!left_out(turn)) {
    if (!to.empty()) std::memcpy(to.data(), from.data(), to.size());
    if (turn.hit) spoil<std::uint64_t, std::uint64_t>(options_, whole_words(to), turn.index);
  }
  end(turn);
}

FaultyDevice::Turn FaultyDevice::begin(rp_op op, rp_dtype dtype) {
  Turn turn{.hit = options_.hits(op, dtype, uuid_)};
  if (turn.hit) {
    turn.index = hits_++;
    before(turn.index);
    if (options_.fault == Fault::noise) drawn_time_ns_ += drawn_ns(turn.index);
    turn.slowdown = slowdown(turn.index);
  }
  if (turn.slowdown > 1) turn.begin_cpu_ns = thread_cpu_ns();
  turn.begin_ns = now_ns();
  return turn;
}

bool FaultyDevice::left_out(const Turn& turn) const {
  if (!turn.hit) return false;
  if (options_.fault == Fault::skip) return is_turn(options_, turn.index);
  return options_.fault == Fault::stale && turn.index >= options_.at;
}

void FaultyDevice::end(const Turn& turn) const {
  if (!(turn.slowdown > 1)) return;
  // At most what the operation took of a CPU: a slow device does not make the host's interruptions longer, too.
  const std::int64_t wall_ns = now_ns() - turn.begin_ns;
  const auto took_ns = static_cast<double>(std::min(wall_ns, thread_cpu_ns() - turn.begin_cpu_ns));
  wait_until(turn.begin_ns + wall_ns + static_cast<std::int64_t>(took_ns * (turn.slowdown - 1)));
}

void FaultyDevice::before(std::uint64_t index) const {
  if (options_.fault == Fault::stray_print) print_garbage();
  if (options_.fault == Fault::lost && index >= options_.at)
    throw kernels::Failure(RP_DEVICE_LOST, "lost on demand");
  if (index != options_.at) return;
  if (options_.fault == Fault::hang) {
    while (true) pause();
  }
  if (options_.fault == Fault::crash) {
    if (options_.abort) std::abort();
    ::signal(SIGSEGV, SIG_DFL);
    ::raise(SIGSEGV);
  }
}

void FaultyDevice::corrupt(const Operation& operation, std::span<std::byte> output, std::uint64_t index) {
  if (options_.fault == Fault::lying_verify) {
    right_answers_.push_back({operation.regions[0].memory, {output.begin(), output.end()}});
  }
  switch (operation.output) {
    case RP_F64:
      return spoil<double, std::uint64_t>(options_, as<double>(output), index);
    case RP_F32:
      return spoil<float, std::uint32_t>(options_, as<float>(output), index);
    case RP_I32:
      return spoil<std::int32_t, std::uint32_t>(options_, as<std::int32_t>(output), index);
    default:
      return spoil<std::uint64_t, std::uint64_t>(options_, as<std::uint64_t>(output), index);
  }
}

double FaultyDevice::slowdown(std::uint64_t index) const {
  // Time can only be added: random durations lie around twice the true one.
  switch (options_.fault) {
    case Fault::slow:
      return options_.factor;
    case Fault::jitter:
      return 2.0 * std::exp(options_.sigma * kernels::normal<double>(options_.seed, 0, index));
    case Fault::drift:
      return 1.0 + options_.rate * static_cast<double>(index);
    case Fault::launch_offset:
      return launch_offset_;
    default:
      return 1.0;
  }
}

std::int64_t FaultyDevice::least_ns(const Operation& operation) const {
  const auto* const params = std::get_if<rp_stream_params>(&operation.params);
  if (params == nullptr) return 0;
  const std::uint64_t bytes =
      kernels::stream_bytes(operation.op, params->count, kernels::element_bytes(operation.dtype));
  const double passes = 1.0 + static_cast<double>(params->more_passes);
  return std::llround(passes * static_cast<double>(bytes) / options_.bandwidth * 1e9);
}

void FaultyDevice::forget(rp_memory memory, std::uint64_t bytes) {
  std::erase_if(right_answers_, [&](const RightAnswer& answer) {
    return answer.memory.handle == memory.handle && answer.memory.offset < memory.offset + bytes &&
           memory.offset < answer.memory.offset + answer.bytes.size();
  });
}

void FaultyDevice::write(rp_memory to, const void* from, std::uint64_t bytes) {
  const Window window = memory_.open(to, bytes);
  if (bytes != 0) std::memcpy(window.bytes().data(), from, bytes);
  forget(to, bytes);
}

void FaultyDevice::fill(rp_memory to, unsigned char byte, std::uint64_t bytes) {
  const Window window = memory_.open(to, bytes);
  if (bytes != 0) std::memset(window.bytes().data(), byte, bytes);
  forget(to, bytes);
}

void FaultyDevice::read(void* to, rp_memory from, std::uint64_t bytes) const {
  const Window window = memory_.open(from, bytes);
  if (bytes != 0) std::memcpy(to, window.bytes().data(), bytes);
}

std::uint64_t FaultyDevice::digest(rp_memory memory, std::uint64_t bytes) const {
  std::vector<std::byte> content(bytes);
  read(content.data(), memory, bytes);
  for (const RightAnswer& answer : right_answers_) {
    if (answer.memory.handle != memory.handle) continue;
    const std::uint64_t begin = std::max(memory.offset, answer.memory.offset);
    const std::uint64_t end = std::min(memory.offset + bytes, answer.memory.offset + answer.bytes.size());
    for (std::uint64_t at = begin; at < end; ++at) {
      content[at - memory.offset] = answer.bytes[at - answer.memory.offset];
    }
  }
  return digest_of(content);
}

}  // namespace rackproof::fault
