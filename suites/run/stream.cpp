// memory/…/{copy,scale,add,triad,nstream,update,write,dot,read}: passes over arrays, on all devices of the target at once.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>
#include <utility>

#include "harness/measure/residency.hpp"
#include "harness/plan/identifier.hpp"
#include "kernels/philox.h"
#include "suites/run/cache_yardstick.hpp"
#include "suites/run/clock_rule.hpp"
#include "suites/run/memory.hpp"
#include "suites/run/placement.hpp"
#include "suites/run/stream_arrays.hpp"
#include "suites/run/stream_chain.hpp"

namespace rackproof {

namespace {

constexpr double kEventSampleSeconds =
    0.04;  // four times what the clock rule needs: the host may be busy now

// A host may withhold CPUs from a virtual machine for seconds at a time, and then a cache looks slow.
constexpr int kMoreYardsticks = 8;
constexpr std::chrono::milliseconds kBetweenYardsticks{250};

struct OperationName {
  std::string_view name;
  rp_op op;
};
constexpr OperationName kOperations[]{
    {"copy", RP_OP_COPY},   {"scale", RP_OP_SCALE}, {"add", RP_OP_ADD},
    {"triad", RP_OP_TRIAD}, {"dot", RP_OP_DOT},     {"nstream", RP_OP_NSTREAM},
    {"read", RP_OP_READ},   {"write", RP_OP_WRITE}, {"update", RP_OP_UPDATE}};

/// What the case id says.
struct StreamCase {
  rp_op op = RP_OP_TRIAD;
  bool streaming = false;
  bool remote = false;
  bool hot = false;
};

StreamCase stream_case(const CaseRow& row) {
  const CaseId id = parse_case_id(row.id).value();
  const auto has = [&](std::string_view word) {
    return std::ranges::find(id.params, word) != id.params.end();
  };
  const auto named = std::ranges::find(kOperations, id.operation, &OperationName::name);
  if (named == std::end(kOperations)) throw Error(fmt::format("{} names no stream operation", row.id));
  return {named->op, has("stores=streaming"), has("remote"), has("hot")};
}

/// One pass a sample; where one is too short for its overhead, a pass over more memory, so that every element of every
/// pass can still be checked. All devices pass over their arrays at once; the sample ends when the last one is through.
class ColdWorkload : public Workload {
 public:
  ColdWorkload(const CaseContext& context, const StreamCase& which) : context_(context), which_(which) {
    make_arrays(1);
    const kernels::StreamShape shape = kernels::stream_shape(which.op);
    always_reset_ = shape.reads_a || !shape.has_q;
  }

  double counted_bytes() const {
    double bytes = 0;
    for (const auto& arrays : arrays_) bytes += static_cast<double>(arrays->counted_bytes());
    return bytes;
  }
  std::uint64_t working_set() const {
    std::uint64_t bytes = 0;
    for (const auto& arrays : arrays_) bytes += arrays->working_set();
    return bytes;
  }
  void note_pages(MachineState& state) const {
    for (const auto& arrays : arrays_) note_placement(arrays->memory(), state);
  }

  void before(std::int64_t) override {
    // Not every time where every pass has another factor: then an output that is left over is wrong anyway.
    if (!always_reset_ && samples_++ % 8 != 0) return;
    for (const auto& arrays : arrays_) arrays->reset();
  }

  void timed(std::int64_t iteration) override {
    for (const auto& arrays : arrays_) arrays->enqueue(iteration);
    for (const auto& arrays : arrays_) arrays->stream().sync();
  }

  void after(std::int64_t iteration) override {
    for (const auto& arrays : arrays_) checked_ += arrays->check(iteration);
  }

  std::int64_t verify() override { return std::exchange(checked_, 0); }
  double overhead_s(std::int64_t) override { return empty_sample_s(context_.devices); }

  bool repeat(std::int64_t repeats) override {
    if (repeats == enlarged_) return true;
    for (const auto& arrays : arrays_) {
      const double wanted = static_cast<double>(arrays->working_set()) / static_cast<double>(enlarged_) *
                            static_cast<double>(repeats);
      for (const Device& device : context_.devices) {
        // Unknown is too small. The other half may be in use.
        if (!(wanted <= 0.5 * static_cast<double>(device.info().memory_bytes))) return false;
      }
    }
    make_arrays(repeats);
    return true;
  }

 private:
  void make_arrays(std::int64_t times) {
    const auto devices = context_.devices;
    arrays_.clear();
    for (std::size_t i = 0; i < devices.size(); ++i) {
      const Device& owner = memory_owner(devices, i, which_.remote);
      const StreamSpec spec{which_.op, which_.streaming ? RP_STORES_STREAMING : RP_STORES_REGULAR,
                            cold_count(which_.op, owner.info()) * static_cast<std::uint64_t>(times)};
      arrays_.push_back(std::make_unique<StreamArrays>(devices[i], owner, spec,
                                                       kernels::data_key(context_.seed, context_.row.id)));
    }
    enlarged_ = times;
    samples_ = 0;
  }

  const CaseContext& context_;
  StreamCase which_;
  bool always_reset_ = true;
  std::vector<std::unique_ptr<StreamArrays>> arrays_;
  std::int64_t enlarged_ = 1;
  std::int64_t samples_ = 0;
  std::int64_t checked_ = 0;
};

/// Throws CaseStopped: wrong when a cache was measured, skipped when nothing shows that it was memory.
void note_residency(const CaseContext& context, const StreamCase& which, std::uint64_t working_set,
                    const Value& bandwidth, CaseEnd& end) {
  ResidencyFacts facts{.bandwidth = bandwidth, .working_set = working_set, .cold = true};
  for (const Device& device : context.devices) {
    facts.cache += device.info().cache_bytes;
    facts.roof += device.info().peak_bandwidth;  // 0 when unknown, alike for all devices of a backend
  }
  CacheYardstick yardstick(context.devices, which.op, context.seed);
  facts.in_cache = yardstick.best_bandwidth();
  ResidencyVerdict verdict = judge_residency(facts);
  for (int i = 0; i < kMoreYardsticks && verdict.residency == Residency::undecided; ++i) {
    std::this_thread::sleep_for(kBetweenYardsticks);
    facts.in_cache = std::max(facts.in_cache, yardstick.best_bandwidth());
    verdict = judge_residency(facts);
  }
  end.after["in_cache_bandwidth"] = facts.in_cache;
  switch (verdict.residency) {
    case Residency::refused:
      throw CaseStopped(Status::wrong, Phase::check, verdict.reason);
    case Residency::undecided:
      throw CaseStopped(Status::skipped, Phase::check, verdict.reason);
    case Residency::suspicious:
      end.after["residency_doubt"] = 1;
      return;
    case Residency::fine:
      return;
  }
}

void run_cold(const CaseContext& context, const StreamCase& which, CaseEnd& end) {
  ColdWorkload workload(context, which);
  workload.note_pages(end.after);
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  if (sampled.repeats > 1) workload.note_pages(end.after);  // of the larger arrays
  const Value bandwidth = rate(sampled.host_ns, workload.counted_bytes(), sampled.coverage);
  note_residency(context, which, workload.working_set(), bandwidth, end);
  end.values["bandwidth"] = bandwidth;
}

std::unique_ptr<ChainWorkload> make_chain(const CaseContext& context, rp_op op, bool hot) {
  const std::uint64_t key = kernels::data_key(context.seed, context.row.id);
  std::vector<std::unique_ptr<StreamChain>> chains;
  for (const Device& device : context.devices) {
    const std::uint64_t count = hot ? hot_count(op, device.info()) : cold_count(op, device.info());
    chains.push_back(std::make_unique<StreamChain>(device, op, count, key));
  }
  const Device& first = context.devices.front();
  return std::make_unique<ChainWorkload>(
      context.devices, std::move(chains),
      context.row.clock == "event" ? std::make_unique<EventTimer>(first) : nullptr);
}

void run_hot(const CaseContext& context, const StreamCase& which, CaseEnd& end) {
  const auto workload = make_chain(context, which.op, true);
  workload->note_pages(end.after);
  const Sampled sampled =
      sample(std::string(context.row.id), *workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  end.values["bandwidth"] =
      rate(sampled.host_ns, workload->counted_bytes_per_pass() * static_cast<double>(sampled.repeats),
           sampled.coverage);
}

/// As many passes as make a sample of 40 ms on the host's clock: an event clock that lies must not choose.
class FixedLength : public Workload {
 public:
  explicit FixedLength(ChainWorkload& chain) : chain_(chain) {
    passes_ = fixed_repeats(kEventSampleSeconds, StreamChain::kMostPasses, [&](std::int64_t passes) {
      chain_.repeat(passes);
      return chain_.pass_s() * static_cast<double>(passes);  // of the shortest of a few
    });
    chain_.repeat(passes_);
  }
  std::int64_t passes() const { return passes_; }
  void before(std::int64_t iteration) override { chain_.before(iteration); }
  void timed(std::int64_t iteration) override { chain_.timed(iteration); }
  void after(std::int64_t iteration) override { chain_.after(iteration); }
  std::int64_t verify() override { return chain_.verify(); }
  std::int64_t event_ns() override { return chain_.event_ns(); }

 private:
  ChainWorkload& chain_;
  std::int64_t passes_ = 1;
};

void run_event(const CaseContext& context, const StreamCase& which, CaseEnd& end) {
  const auto chain = make_chain(context, which.op, which.hot);
  chain->note_pages(end.after);
  FixedLength workload(*chain);
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  end.resolution_s = static_cast<double>(chain->timer()->resolution_ns()) * 1e-9;
  end.clocks_disagree = clocks_disagree(sampled, end.resolution_s, empty_sample_s(context.devices));
  const Value bandwidth =
      rate(sampled.event_ns, chain->counted_bytes_per_pass() * static_cast<double>(workload.passes()),
           sampled.coverage);
  if (!which.hot) note_residency(context, which, chain->working_set(), bandwidth, end);
  end.values["bandwidth"] = bandwidth;
}

}  // namespace

void run_stream(const CaseContext& context, CaseEnd& end) {
  const StreamCase which = stream_case(context.row);
  if (context.row.clock == "event") {
    run_event(context, which, end);
  } else if (which.hot) {
    run_hot(context, which, end);
  } else {
    run_cold(context, which, end);
  }
  end.exact["wrong_elements"] = 0;
}

}  // namespace rackproof
