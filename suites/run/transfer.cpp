// interconnect/device/{h2d,d2h,both,all,p2p}: copies by the copy engines of devices, from and to the host and between devices.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/plan/identifier.hpp"
#include "kernels/philox.h"
#include "suites/run/clock_rule.hpp"
#include "suites/run/held_transfer.hpp"
#include "suites/run/interconnect.hpp"
#include "suites/run/message_path.hpp"

namespace rackproof {

namespace {

/// What the case id says.
struct TransferCase {
  std::string operation;
  std::uint64_t bytes = 0;
  HostMemory host = HostMemory::pageable;
  bool isolated = false;
};

TransferCase transfer_case(std::string_view id) {
  const CaseId parts = parse_case_id(id).value();
  const auto has = [&](const char* word) {
    return std::ranges::find(parts.params, word) != parts.params.end();
  };
  return {parts.operation, bytes_of(id), has("pinned") ? HostMemory::pinned : HostMemory::pageable,
          has("isolated")};
}

std::vector<MessagePath> make_paths(const CaseContext& context, const TransferCase& which,
                                    Messages& messages) {
  std::vector<MessagePath> paths;
  const auto number = [&] { return static_cast<std::uint32_t>(paths.size()); };
  for (const Device& device : context.devices) {
    if (which.operation == "p2p") {
      for (const Device& other : context.devices) {
        if (&other != &device) paths.push_back(MessagePath::between(device, other, messages, number()));
      }
      continue;
    }
    if (which.operation != "d2h")
      paths.push_back(MessagePath::from_host(device, which.host, messages, number()));
    if (which.operation != "h2d")
      paths.push_back(MessagePath::to_host(device, which.host, messages, number()));
  }
  if (paths.empty())
    throw CaseStopped(Status::unsupported, Phase::prepare,
                      fmt::format("needs two devices or more, has {}", context.devices.size()));
  return paths;
}

/// As many copies on each path as the clock needs; all paths at once, or one after the other with a time for each.
class TransferWorkload : public Workload {
 public:
  TransferWorkload(const CaseContext& context, const TransferCase& which)
      : devices_(context.devices),
        which_(which),
        in_turn_(which.operation == "p2p"),
        messages_(kernels::data_key(context.seed, context.row.id), which.bytes),
        paths_(make_paths(context, which, messages_)) {
    repeat(1);
  }

  std::size_t paths() const { return paths_.size(); }
  double bytes() const { return static_cast<double>(paths_.size()) * static_cast<double>(which_.bytes); }
  /// Of the last `samples` samples, for each path; in turn only.
  std::vector<std::vector<std::int64_t>> path_ns(std::size_t samples) const {
    std::vector<std::vector<std::int64_t>> last;
    for (const auto& all : path_ns_)
      last.emplace_back(all.end() - static_cast<std::ptrdiff_t>(samples), all.end());
    return last;
  }

  void before(std::int64_t iteration) override {
    for (MessagePath& path : paths_) path.prepare(iteration);
  }

  void timed(std::int64_t) override {
    if (!in_turn_) {
      // In turn, so that none begins as much later as it takes to start all copies of the others.
      for (std::uint64_t message = 0; message < paths_.front().count(); ++message) {
        for (const MessagePath& path : paths_) path.enqueue(message);
      }
      for (const MessagePath& path : paths_) path.sync();
      return;
    }
    using Clock = std::chrono::steady_clock;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      const auto begin = Clock::now();
      paths_[i].enqueue();
      paths_[i].sync();
      path_ns_[i].push_back(
          std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin).count());
    }
  }

  void after(std::int64_t iteration) override {
    for (MessagePath& path : paths_) checked_ += path.check(iteration);
  }

  std::int64_t verify() override { return std::exchange(checked_, 0); }

  bool repeat(std::int64_t repeats) override {
    constexpr std::int64_t kMostMessages = std::int64_t{1} << 14;
    constexpr double kMostHostBytes = 4e9;
    if (repeats == repeats_) return true;  // the times of the samples so far are kept
    if (which_.isolated && repeats != 1) return false;
    const double needed = bytes() * static_cast<double>(repeats);  // on one device in the worst case
    if (repeats > kMostMessages || (repeats > 1 && needed > kMostHostBytes)) return false;
    for (const Device& device : devices_) {
      if (repeats > 1 && !(needed <= 0.5 * static_cast<double>(device.info().memory_bytes))) return false;
    }
    for (MessagePath& path : paths_) path.resize(static_cast<std::uint64_t>(repeats));
    path_ns_.assign(in_turn_ ? paths_.size() : 0, {});
    repeats_ = repeats;
    return true;
  }

  /// Of the start and the end only: that a copy has to be started, too, is part of its time.
  double overhead_s(std::int64_t) override {
    return empty_sample_s(devices_) * (in_turn_ ? static_cast<double>(paths_.size()) : 1.0);
  }
  bool isolated() const override { return which_.isolated; }

 private:
  std::span<const Device> devices_;
  TransferCase which_;
  bool in_turn_;
  Messages messages_;
  std::vector<MessagePath> paths_;
  std::vector<std::vector<std::int64_t>> path_ns_;
  std::int64_t repeats_ = 0;  ///< nothing is in force yet
  std::int64_t checked_ = 0;
};

/// The slowest pair of devices, and all of them by row (from) and column (to): bandwidths of `bytes` each, or times of one
/// isolated copy.
void note_pairs(const CaseContext& context, const TransferWorkload& workload, const Sampled& sampled,
                double bytes, CaseEnd& end) {
  const auto times = workload.path_ns(sampled.host_ns.size());
  const auto count = context.devices.size();
  const bool isolated = workload.isolated();
  std::optional<Value> slowest;
  std::string matrix;
  std::size_t pair = 0;
  for (std::size_t from = 0; from < count; ++from) {
    for (std::size_t to = 0; to < count; ++to) {
      if (to != 0) matrix += ' ';
      if (from == to) {
        matrix += '-';
        continue;
      }
      const auto& ns = times[pair++];
      const Value value = isolated ? duration(ns, 1, sampled.coverage) : rate(ns, bytes, sampled.coverage);
      matrix += fmt::format("{:.4g}", value.value);
      if (slowest && !(isolated ? value.value > slowest->value : value.value < slowest->value)) continue;
      slowest = value;
      end.text["slowest_pair"] = fmt::format("{} to {}", printable(context.devices[from].info().uuid),
                                             printable(context.devices[to].info().uuid));
    }
    matrix += ';';
  }
  end.values[isolated ? "slowest_pair_time" : "slowest_pair_bandwidth"] = slowest.value();
  end.text["matrix"] = matrix;
}

}  // namespace

void run_transfer(const CaseContext& context, CaseEnd& end) {
  if (context.row.clock == "event") {
    run_held_transfer(context, end);
    return;
  }
  const TransferCase which = transfer_case(context.row.id);
  TransferWorkload workload(context, which);
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  const double copies = static_cast<double>(sampled.repeats);
  if (which.isolated) {
    const std::size_t in_turn = which.operation == "p2p" ? workload.paths() : 1;
    end.values["time"] = duration(sampled.host_ns, static_cast<double>(in_turn), sampled.coverage);
  } else {
    end.values["bandwidth"] = rate(sampled.host_ns, workload.bytes() * copies, sampled.coverage);
  }
  if (which.operation == "p2p")
    note_pairs(context, workload, sampled, static_cast<double>(which.bytes) * copies, end);
  end.exact["wrong_elements"] = 0;
  note_vendor_library(end);
}

}  // namespace rackproof
