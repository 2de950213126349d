// memory/…/latency:<level>: dependent loads in random order through a working set that one level holds.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "harness/plan/identifier.hpp"
#include "kernels/chase.h"
#include "kernels/philox.h"
#include "kernels/random_update.h"
#include "suites/run/clock_rule.hpp"
#include "suites/run/last_level_cache.hpp"
#include "suites/run/memory.hpp"
#include "suites/run/placement.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kLine = 64;                            // bytes from place to place
constexpr std::uint64_t kSteps = std::uint64_t{1} << 12;       // of one operation
constexpr std::uint64_t kChainSlice = std::uint64_t{1} << 20;  // words written at a time

/// Bytes of the chain for a level. Throws CaseStopped (unsupported) when the device has no such level.
std::uint64_t chain_bytes(const std::string& level, const rp_device_info& info) {
  const auto require = [&](std::uint64_t bytes) {
    if (bytes == 0) {
      throw CaseStopped(Status::unsupported, Phase::prepare,
                        fmt::format("the device shows no cache of level {}", level));
    }
    return bytes;
  };
  const std::uint64_t* const cache = info.cache_level_bytes;
  if (level == "l1") return require(cache[0]) / 2;
  if (level == "l2") return require(cache[1]) / 2;
  // Of a set of n × the level below, 1/n of the loads are answered by that level.
  if (level == "l3") return std::min(require(cache[2]) / 2, std::max<std::uint64_t>(16 * cache[1], kLine));
  return 4 * last_level_cache(info);
}

/// One cycle through all places of a chain, in random order.
class Chain {
 public:
  /// `runner` walks through memory of `owner`.
  Chain(const Device& runner, const Device& owner, std::uint64_t bytes, std::uint64_t key)
      : order_(random_order(bytes / kLine, key)),
        chain_(owner, std::max(order_.size() * kLine, kHugePage)),
        result_(runner, 8),
        stream_(runner) {
    runner.reach(owner);
    write_chain();
    runner.require(RP_OP_CHASE, RP_U64, params(kSteps));
  }

  const Buffer& memory() const { return chain_; }
  void poison() const { result_.poison(); }
  void enqueue(std::uint64_t steps) const { stream_.enqueue(RP_OP_CHASE, RP_U64, params(steps)); }
  void sync() const { stream_.sync(); }
  /// Goes on from where the steps must have led: a working set is walked through, not its first part again and again.
  void check(std::uint64_t steps) {
    at_ = (at_ + steps) % order_.size();
    std::uint64_t found = 0;
    result_.read(std::span(&found, 1));
    const std::uint64_t expected = order_[at_] * kLine;
    if (found != expected) {
      throw CaseStopped(Status::wrong, Phase::check,
                        fmt::format("{} steps led to offset {:#x}, expected {:#x}", steps, found, expected));
    }
  }

 private:
  static std::vector<std::uint32_t> random_order(std::uint64_t places, std::uint64_t key) {
    std::vector<std::uint32_t> order(std::max<std::uint64_t>(places, 2));
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    for (std::uint64_t i = order.size() - 1; i > 0; --i) {  // Fisher and Yates
      const unsigned __int128 product =
          static_cast<unsigned __int128>(kernels::random_update_word(key, i)) * (i + 1);
      std::swap(order[i], order[static_cast<std::uint64_t>(product >> 64)]);
    }
    return order;
  }

  void write_chain() const {
    std::vector<std::uint32_t> next(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i)
      next[order_[i]] = order_[i + 1 == order_.size() ? 0 : i + 1];
    constexpr std::uint64_t kWords = kLine / 8;
    std::vector<std::uint64_t> slice(std::min(kChainSlice, next.size() * kWords));
    for (std::uint64_t at = 0; at < next.size() * kWords; at += slice.size()) {
      const auto n = std::min<std::uint64_t>(slice.size(), next.size() * kWords - at);
      for (std::uint64_t i = 0; i < n; i += kWords) slice[i] = next[(at + i) / kWords] * kLine;
      chain_.write(std::span<const std::uint64_t>(slice.data(), n), at);
    }
  }

  rp_chase_params params(std::uint64_t steps) const {
    return {chain_.at(), result_.at(), order_.size() * kLine, order_[at_] * kLine, steps};
  }

  std::vector<std::uint32_t> order_;
  std::uint64_t at_ = 0;
  Buffer chain_, result_;
  Stream stream_;
};

/// One thread per device, all devices at once; a sample ends when the slowest is through.
class LatencyWorkload : public Workload {
 public:
  LatencyWorkload(const CaseContext& context, const std::string& level, bool remote)
      : devices_(context.devices) {
    const auto devices = context.devices;
    const std::uint64_t key = kernels::data_key(context.seed, context.row.id);
    for (std::size_t i = 0; i < devices.size(); ++i) {
      const Device& owner = memory_owner(devices, i, remote);
      chains_.push_back(std::make_unique<Chain>(devices[i], owner, chain_bytes(level, owner.info()), key));
    }
  }

  void note_pages(MachineState& state) const {
    for (const auto& chain : chains_) note_placement(chain->memory(), state);
  }

  void before(std::int64_t) override {
    for (const auto& chain : chains_) chain->poison();
  }
  void timed(std::int64_t) override {
    for (const auto& chain : chains_) chain->enqueue(steps());
    for (const auto& chain : chains_) chain->sync();
  }
  void after(std::int64_t) override {
    for (const auto& chain : chains_) chain->check(steps());
    checked_ += static_cast<std::int64_t>(chains_.size());
  }
  std::int64_t verify() override { return std::exchange(checked_, 0); }
  bool repeat(std::int64_t repeats) override {
    repeats_ = repeats;
    return true;
  }
  double overhead_s(std::int64_t) override { return empty_sample_s(devices_); }

 private:
  std::uint64_t steps() const { return kSteps * static_cast<std::uint64_t>(repeats_); }

  std::vector<std::unique_ptr<Chain>> chains_;
  std::span<const Device> devices_;
  std::int64_t repeats_ = 1;
  std::int64_t checked_ = 0;
};

}  // namespace

void run_latency(const CaseContext& context, CaseEnd& end) {
  const CaseId id = parse_case_id(context.row.id).value();
  const bool remote = std::ranges::find(id.params, "remote") != id.params.end();
  LatencyWorkload workload(context, id.params.at(0), remote);
  workload.note_pages(end.after);
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  end.values["time"] = duration(
      sampled.host_ns, static_cast<double>(kSteps) * static_cast<double>(sampled.repeats), sampled.coverage);
  end.exact["wrong_ends"] = 0;
}

}  // namespace rackproof
