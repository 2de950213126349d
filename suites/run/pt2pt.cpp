// interconnect/host/pt2pt: 8-byte messages to and fro, and windows of large messages one way.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "kernels/collective.h"
#include "suites/run/interconnect.hpp"
#include "suites/run/message_workload.hpp"

namespace rackproof {

namespace {

constexpr int kSender = 0;
constexpr int kReceiver = 1;
constexpr std::uint64_t kUntouched = ~std::uint64_t{0};

[[noreturn]] void wrong_word(std::size_t message, std::size_t word, std::int64_t iteration,
                             std::uint64_t found, std::uint64_t expected) {
  throw CaseStopped(Status::wrong, Phase::check,
                    fmt::format("word {} of message {} of iteration {}: {:#018x}, expected {:#018x}", word,
                                message, iteration, found, expected));
}

/// A batch of round trips; each message is one word, each has its own place in memory.
class PingPong : public MessageWorkload {
 public:
  PingPong(const rp_message_passing& messages, std::uint64_t key)
      : MessageWorkload(messages), key_(key), base_(kernels::message_base(key, 0)) {
    round_trips(1);
  }

  void round_trips(std::size_t count) {
    sent_.assign(count, 0);
    received_.assign(count, kUntouched);
  }
  std::size_t round_trips() const { return sent_.size(); }

 private:
  std::uint64_t word(std::int64_t iteration, std::size_t message) const {
    return kernels::message_word(
        base_, kernels::message_stamp(key_, iteration, static_cast<std::uint32_t>(message)));
  }

  void make_ready(std::int64_t iteration) override {
    for (std::size_t i = 0; i < sent_.size(); ++i) sent_[i] = word(iteration, i);
    std::fill(received_.begin(), received_.end(), kUntouched);
  }

  void exchange() override {
    constexpr auto kBytes = sizeof(std::uint64_t);
    if (messages_.rank() == kSender) {
      for (std::size_t i = 0; i < sent_.size(); ++i) {
        expect(messages_.send(&sent_[i], kBytes, kReceiver), "ping");
        expect(messages_.receive(&received_[i], kBytes, kReceiver), "echo");
      }
    } else {
      // The echo is what arrived, not what should have arrived.
      for (std::uint64_t& word : received_) {
        expect(messages_.receive(&word, kBytes, kSender), "ping");
        expect(messages_.send(&word, kBytes, kSender), "echo");
      }
    }
  }

  std::uint64_t exchanged_bytes() const override { return 2 * sent_.size() * sizeof(std::uint64_t); }

  std::int64_t check(std::int64_t iteration) override {
    for (std::size_t i = 0; i < received_.size(); ++i) {
      const std::uint64_t expected = word(iteration, i);
      if (received_[i] != expected) wrong_word(i, 0, iteration, received_[i], expected);
    }
    return static_cast<std::int64_t>(received_.size());
  }

  std::uint64_t key_;
  std::uint64_t base_;
  std::vector<std::uint64_t> sent_;
  std::vector<std::uint64_t> received_;
};

/// Round trips that make a sample of 0.2 ms and 1000 steps of the clock, with half as much again to spare.
void calibrate(PingPong& workload, const Group& group) {
  constexpr std::size_t kMostRoundTrips = 1 << 16;
  constexpr std::size_t kWarmUp = 64;
  using Clock = std::chrono::steady_clock;
  const auto target_ns = group.from_root(std::llround(1e9 * std::max(2e-4, 1000 * host_clock_resolution())));
  workload.round_trips(kWarmUp);
  std::size_t count = 1;
  for (std::int64_t trial = -1;; --trial) {  // iterations below zero: not those of the samples
    workload.before(trial);
    group.barrier();
    const auto begin = Clock::now();
    workload.timed(trial);
    const std::chrono::nanoseconds elapsed = Clock::now() - begin;
    together(group, [&] { workload.after(trial); });
    const std::int64_t ns = group.from_root(elapsed.count());
    if (trial < -1 && (ns >= target_ns || count >= kMostRoundTrips)) {
      const double share =
          1.5 * static_cast<double>(target_ns) / static_cast<double>(std::max<std::int64_t>(ns, 1));
      count = static_cast<std::size_t>(std::ceil(static_cast<double>(count) * share));
      break;
    }
    if (trial < -1) count *= 2;
    workload.round_trips(count);
  }
  workload.round_trips(std::clamp<std::size_t>(count, 1, kMostRoundTrips));
  workload.verify();  // what calibration checked does not count
}

/// A window of large messages from rank 0 to rank 1, and four bytes back.
class Window : public MessageWorkload {
 public:
  static constexpr int kMessages = 16;
  static constexpr std::size_t kMessageBytes = 256 << 10;
  static constexpr std::size_t kBytes = kMessages * kMessageBytes;

  Window(const rp_message_passing& messages, std::uint64_t key)
      : MessageWorkload(messages), key_(key), base_(kWords), data_(kMessages * kWords, kUntouched) {
    for (std::size_t i = 0; i < kWords; ++i) base_[i] = kernels::message_base(key, i);
  }

 private:
  static constexpr std::size_t kWords = kMessageBytes / sizeof(std::uint64_t);

  bool sends() const { return messages_.rank() == kSender; }
  std::uint64_t stamp(std::int64_t iteration, std::size_t message) const {
    return kernels::message_stamp(key_, iteration, static_cast<std::uint32_t>(message));
  }

  void make_ready(std::int64_t iteration) override {
    answer_ =
        sends() ? ~kernels::acknowledgement(key_, iteration) : kernels::acknowledgement(key_, iteration);
    if (!sends()) {
      std::fill(data_.begin(), data_.end(), kUntouched);
      return;
    }
    for (std::size_t message = 0; message < kMessages; ++message) {
      const std::uint64_t mark = stamp(iteration, message);
      std::uint64_t* words = data_.data() + message * kWords;
      for (std::size_t i = 0; i < kWords; ++i) words[i] = kernels::message_word(base_[i], mark);
    }
  }

  void exchange() override {
    if (sends()) {
      expect(messages_.send_window(data_.data(), kMessageBytes, kMessages, kReceiver), "window");
      expect(messages_.receive(&answer_, sizeof answer_, kReceiver), "answer");
    } else {
      expect(messages_.receive_window(data_.data(), kMessageBytes, kMessages, kSender), "window");
      expect(messages_.send(&answer_, sizeof answer_, kSender), "answer");
    }
  }

  std::uint64_t exchanged_bytes() const override { return kBytes; }

  std::int64_t check(std::int64_t iteration) override {
    const std::uint32_t answer = kernels::acknowledgement(key_, iteration);
    if (answer_ != answer) wrong_word(kMessages, 0, iteration, answer_, answer);
    if (sends()) return 1;
    for (std::size_t message = 0; message < kMessages; ++message) {
      const std::uint64_t mark = stamp(iteration, message);
      const std::uint64_t* words = data_.data() + message * kWords;
      std::uint64_t difference = 0;  // collected, so that the loop is as fast as memory
      for (std::size_t i = 0; i < kWords; ++i) difference |= words[i] ^ kernels::message_word(base_[i], mark);
      if (difference != 0) name_wrong_word(message, iteration);
    }
    return static_cast<std::int64_t>(data_.size());
  }

  [[noreturn]] void name_wrong_word(std::size_t message, std::int64_t iteration) const {
    const std::uint64_t mark = stamp(iteration, message);
    std::size_t i = 0;
    while (data_[message * kWords + i] == kernels::message_word(base_[i], mark)) ++i;
    wrong_word(message, i, iteration, data_[message * kWords + i], kernels::message_word(base_[i], mark));
  }

  std::uint64_t key_;
  std::vector<std::uint64_t> base_;
  std::vector<std::uint64_t> data_;
  std::uint32_t answer_ = 0;
};

}  // namespace

void run_pt2pt_latency(const CaseContext& context, CaseEnd& end) {
  const rp_message_passing& messages = messages_between(context.group, 2, 2);
  PingPong workload(messages, kernels::data_key(context.seed, context.row.id));
  calibrate(workload, context.group);
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  fill_interconnect(context, sampled, workload, messages, end);
  end.values["time"] =
      duration(sampled.host_ns, 2.0 * static_cast<double>(workload.round_trips()), sampled.coverage);
}

void run_pt2pt_bandwidth(const CaseContext& context, CaseEnd& end) {
  const rp_message_passing& messages = messages_between(context.group, 2, 2);
  Window workload(messages, kernels::data_key(context.seed, context.row.id));
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  fill_interconnect(context, sampled, workload, messages, end);
  end.values["bandwidth"] = rate(sampled.host_ns, static_cast<double>(Window::kBytes), sampled.coverage);
}

}  // namespace rackproof
