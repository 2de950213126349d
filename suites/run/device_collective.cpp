// interconnect/device/{allreduce,allgather,reduce_scatter,all_to_all,broadcast}: one collective at a time over the devices of
// all ranks.
#include <algorithm>
#include <memory>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/measure/communicator.hpp"
#include "harness/plan/identifier.hpp"
#include "kernels/collective.h"
#include "suites/run/interconnect.hpp"
#include "suites/run/message_workload.hpp"

namespace rackproof {

namespace {

constexpr std::uint32_t kRoot = 0;
constexpr std::uint64_t kMostKept = std::uint64_t{1} << 22;  // 32 MiB for each rank
constexpr std::pair<std::string_view, rp_collective> kCollectives[]{{"allreduce", RP_ALLREDUCE},
                                                                    {"allgather", RP_ALLGATHER},
                                                                    {"reduce_scatter", RP_REDUCE_SCATTER},
                                                                    {"all_to_all", RP_ALL_TO_ALL},
                                                                    {"broadcast", RP_BROADCAST}};

/// What the case id says.
struct CollectiveCase {
  rp_collective collective;
  std::uint64_t bytes;  ///< S of kernels/collective.h
};

CollectiveCase collective_case(std::string_view id) {
  const CaseId parts = parse_case_id(id).value();
  const auto named = std::ranges::find(kCollectives, std::string_view(parts.operation),
                                       &std::pair<std::string_view, rp_collective>::first);
  if (named == std::end(kCollectives)) throw Error(fmt::format("{} names no collective", id));
  return {named->second, bytes_of(id)};
}

bool is_sum(rp_collective collective) {
  return collective == RP_ALLREDUCE || collective == RP_REDUCE_SCATTER;
}

/// T: float for sums, 64-bit words for the others.
template <class T>
class DeviceCollective : public MessageWorkload {
 public:
  DeviceCollective(const CaseContext& context, const rp_message_passing& messages,
                   const CollectiveCase& which)
      : MessageWorkload(messages),
        which_(which),
        key_(kernels::data_key(context.seed, context.row.id)),
        rank_(static_cast<std::uint32_t>(messages.rank())),
        ranks_(static_cast<std::uint32_t>(messages.size())),
        weights_(kernels::allreduce_weights(ranks_)),
        count_(std::max<std::uint64_t>(1, which.bytes / sizeof(T) / (is_shared_out() ? ranks_ : 1))),
        send_(context.devices.front(), sent() * sizeof(T)),
        receive_(context.devices.front(), received() * sizeof(T)),
        stream_(context.devices.front()),
        communicator_(context.devices.front(), context.group),
        send_words_(sent()),
        receive_words_(received()) {
    const std::uint64_t whole = is_sum(which.collective) ? sent() : count_;
    for (std::uint64_t i = 0; i < std::min(whole, kMostKept); ++i) base_.push_back(computed_base(i));
  }

  bool isolated() const override { return true; }
  /// S, which is a multiple of what a rank has.
  double bytes() const { return static_cast<double>(std::max(sent(), received()) * sizeof(T)); }

 private:
  bool has_all_at_begin() const {
    return which_.collective == RP_REDUCE_SCATTER || which_.collective == RP_ALL_TO_ALL;
  }
  bool has_all_at_end() const {
    return which_.collective == RP_ALLGATHER || which_.collective == RP_ALL_TO_ALL;
  }
  bool is_shared_out() const { return has_all_at_begin() || has_all_at_end(); }
  /// Elements of a rank.
  std::uint64_t sent() const { return has_all_at_begin() ? ranks_ * count_ : count_; }
  std::uint64_t received() const { return has_all_at_end() ? ranks_ * count_ : count_; }

  std::uint64_t base_of(std::uint64_t i) const { return i < base_.size() ? base_[i] : computed_base(i); }
  std::uint64_t computed_base(std::uint64_t i) const {
    return is_sum(which_.collective) ? kernels::allreduce_pattern(key_, i) : kernels::message_base(key_, i);
  }
  std::uint64_t stamp(std::int64_t iteration, std::uint32_t place) const {
    return kernels::message_stamp(key_, iteration, place);
  }
  T word(std::uint64_t i, std::uint64_t own) const {
    return static_cast<T>(kernels::message_word(base_of(i), own));
  }

  void make_ready(std::int64_t iteration) override {
    for (std::uint64_t part = 0; part < send_words_.size() / count_; ++part) {
      const auto to = static_cast<std::uint32_t>(part);
      const std::uint64_t own =
          stamp(iteration, which_.collective == RP_ALL_TO_ALL ? rank_ * ranks_ + to : rank_);
      for (std::uint64_t i = 0; i < count_; ++i) {
        send_words_[part * count_ + i] =
            is_sum(which_.collective)
                ? static_cast<T>(kernels::allreduce_input(
                      static_cast<std::uint32_t>(base_of(part * count_ + i)), iteration, rank_))
                : word(i, own);
      }
    }
    send_.write(std::span<const T>(send_words_));
    receive_.poison();
  }

  void exchange() override {
    communicator_.enqueue(stream_, which_.collective, is_sum(which_.collective) ? RP_F32 : RP_U64, send_.at(),
                          receive_.at(), count_, kRoot);
    stream_.sync();
  }

  std::int64_t check(std::int64_t iteration) override {
    receive_.read(std::span(receive_words_));
    for (std::uint64_t part = 0; part < receive_words_.size() / count_; ++part) {
      const auto from = static_cast<std::uint32_t>(part);
      const std::uint64_t own = stamp(iteration, which_.collective == RP_ALL_TO_ALL  ? from * ranks_ + rank_
                                                 : which_.collective == RP_BROADCAST ? kRoot
                                                                                     : from);
      for (std::uint64_t i = 0; i < count_; ++i) {
        const T expected = is_sum(which_.collective) ? expected_sum(i, iteration) : word(i, own);
        const T found = receive_words_[part * count_ + i];
        if (found == expected) continue;  // NaN is never equal
        throw CaseStopped(Status::wrong, Phase::check,
                          fmt::format("rank {}, element {} of iteration {}: {}, expected {}", rank_,
                                      part * count_ + i, iteration, found, expected));
      }
    }
    return static_cast<std::int64_t>(receive_words_.size());
  }

  T expected_sum(std::uint64_t i, std::int64_t iteration) const {
    const std::uint64_t at = which_.collective == RP_REDUCE_SCATTER ? rank_ * count_ + i : i;
    return static_cast<T>(
        kernels::allreduce_expected(static_cast<std::uint32_t>(base_of(at)), iteration, ranks_, weights_));
  }

  CollectiveCase which_;
  std::uint64_t key_;
  std::uint32_t rank_;
  std::uint32_t ranks_;
  std::uint32_t weights_;
  std::uint64_t count_;  ///< of rp_collective
  Buffer send_;          // before host memory of the same size: a device without room says so first
  Buffer receive_;
  Stream stream_;
  Communicator communicator_;
  std::vector<T> send_words_;
  std::vector<T> receive_words_;
  std::vector<std::uint64_t> base_;  ///< what is the same in all iterations, of the first kMostKept elements
};

template <class T>
void measure(const CaseContext& context, const CollectiveCase& which, CaseEnd& end) {
  const rp_message_passing& messages =
      messages_between(context.group, 2, static_cast<int>(kernels::kAllreduceMostRanks));
  std::unique_ptr<DeviceCollective<T>> workload;
  together(context.group,
           [&] { workload = std::make_unique<DeviceCollective<T>>(context, messages, which); });
  const Sampled sampled =
      sample(std::string(context.row.id), *workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  end.exact["wrong_elements"] = 0;
  end.values["time"] = duration(sampled.host_ns, 1, sampled.coverage);
  if (find_quantity(context.row, "bus_bandwidth") != nullptr) {
    end.values["bus_bandwidth"] =
        rate(sampled.host_ns, kernels::bus_factor(which.collective, context.group.size()) * workload->bytes(),
             sampled.coverage);
  }
  note_vendor_library(end);
}

}  // namespace

void run_device_collective(const CaseContext& context, CaseEnd& end) {
  const CollectiveCase which = collective_case(context.row.id);
  is_sum(which.collective) ? measure<float>(context, which, end)
                           : measure<std::uint64_t>(context, which, end);
}

}  // namespace rackproof
