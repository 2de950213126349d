// interconnect/host/allreduce: one in-place sum in f32 over all ranks at a time.
#include <cstring>

#include "harness/plan/identifier.hpp"
#include "kernels/collective.h"
#include "suites/run/interconnect.hpp"
#include "suites/run/message_workload.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kGuard = 64;                  // elements on each side
constexpr std::uint32_t kPoisonBits = 0xFFFFFFFFu;  // NaN

class Allreduce : public MessageWorkload {
 public:
  Allreduce(const rp_message_passing& messages, std::uint64_t key, std::size_t count)
      : MessageWorkload(messages),
        rank_(static_cast<std::uint32_t>(messages.rank())),
        ranks_(static_cast<std::uint32_t>(messages.size())),
        weights_(kernels::allreduce_weights(ranks_)),
        pattern_(count),
        values_(count + 2 * kGuard) {
    for (std::size_t i = 0; i < count; ++i) pattern_[i] = kernels::allreduce_pattern(key, i);
  }

  /// One call with all that it takes, as a program that waits for it sees it.
  bool isolated() const override { return true; }

 private:
  /// The sum is in place: the inputs themselves take the role of poison, since no input equals its answer.
  void make_ready(std::int64_t iteration) override {
    std::memset(values_.data(), 0xFF, values_.size() * sizeof(float));
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      values_[kGuard + i] = kernels::allreduce_input(pattern_[i], iteration, rank_);
    }
  }

  void exchange() override {
    expect(messages_.sum_f32(values_.data() + kGuard, pattern_.size()), "allreduce");
  }

  /// A rank's numbers must leave it, and the sums must reach it.
  std::uint64_t exchanged_bytes() const override { return 2 * pattern_.size() * sizeof(float); }

  std::int64_t check(std::int64_t iteration) override {
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      const float found = values_[kGuard + i];
      const float expected = kernels::allreduce_expected(pattern_[i], iteration, ranks_, weights_);
      if (!kernels::allreduce_right(found, expected)) {
        throw CaseStopped(
            Status::wrong, Phase::check,
            fmt::format("element {} of iteration {}: {}, expected {}", i, iteration, found, expected));
      }
    }
    for (std::size_t i = 0; i < kGuard; ++i) {
      check_guard(i, iteration);
      check_guard(kGuard + pattern_.size() + i, iteration);
    }
    return static_cast<std::int64_t>(pattern_.size());
  }

  void check_guard(std::size_t at, std::int64_t iteration) const {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &values_[at], sizeof bits);
    if (bits != kPoisonBits) {
      throw CaseStopped(Status::wrong, Phase::check,
                        fmt::format("memory outside of the {} elements was written in iteration {}",
                                    pattern_.size(), iteration));
    }
  }

  std::uint32_t rank_;
  std::uint32_t ranks_;
  std::uint32_t weights_;
  std::vector<std::uint32_t> pattern_;
  std::vector<float> values_;
};

}  // namespace

void run_allreduce(const CaseContext& context, CaseEnd& end) {
  if (is_device_case(context.row.id)) return run_device_collective(context, end);
  const std::uint64_t bytes = bytes_of(context.row.id);
  const rp_message_passing& messages =
      messages_between(context.group, 2, static_cast<int>(kernels::kAllreduceMostRanks));
  Allreduce workload(messages, kernels::data_key(context.seed, context.row.id), bytes / sizeof(float));
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  fill_interconnect(context, sampled, workload, messages, end);
  end.values["time"] = duration(sampled.host_ns, 1, sampled.coverage);
  if (find_quantity(context.row, "bus_bandwidth") == nullptr) return;
  end.values["bus_bandwidth"] = rate(
      sampled.host_ns, kernels::bus_factor(RP_ALLREDUCE, context.group.size()) * static_cast<double>(bytes),
      sampled.coverage);
}

}  // namespace rackproof
