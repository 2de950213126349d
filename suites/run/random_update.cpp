// memory/…/random_update: words at random places of a table beyond the caches; the whole table is checked.
#include "kernels/random_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <memory>

#include "kernels/philox.h"
#include "suites/run/clock_rule.hpp"
#include "suites/run/last_level_cache.hpp"
#include "suites/run/memory.hpp"
#include "suites/run/placement.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kTableSlice = std::uint64_t{1} << 20;  // words read at a time
constexpr std::uint64_t kUpdates = std::uint64_t{1} << 19;     // of one operation
constexpr std::uint32_t kPartsOfUnit = 16;  // so that no thread has much more to do than another
constexpr std::uint32_t kFewestParts = 64;

/// The table of one device, and what it must hold.
class UpdateTable {
 public:
  UpdateTable(const Device& device, std::uint64_t key)
      : key_(key),
        parts_(std::bit_ceil(std::max(kFewestParts, kPartsOfUnit * device.info().compute_units))),
        table_(device, words_for(device.info()) * 8),  // refused before a page of the copy is touched
        mirror_(table_.bytes() / 8),
        stream_(device) {
    for (std::uint64_t i = 0; i < mirror_.size(); ++i) mirror_[i] = i;
    table_.write(std::span<const std::uint64_t>(mirror_));
    device.require(RP_OP_RANDOM_UPDATE, RP_U64, params(0));
  }

  const Buffer& memory() const { return table_; }
  void enqueue(std::int64_t pass) const { stream_.enqueue(RP_OP_RANDOM_UPDATE, RP_U64, params(pass)); }
  void sync() const { stream_.sync(); }

  /// Does the same updates on the host.
  void replay(std::int64_t pass) {
    const rp_random_update_params p = params(pass);
    const std::uint64_t each = p.updates / p.parts;
    const std::uint64_t words = p.words / p.parts;
    for (std::uint64_t i = 0; i < p.updates; ++i) {
      const std::uint64_t r = kernels::random_update_word(p.key, i);
      mirror_[kernels::random_update_place(r, i / each, words)] ^= r;
    }
  }

  /// Every word. Throws CaseStopped (wrong). Returns their number.
  std::int64_t check() const {
    std::vector<std::uint64_t> found(std::min<std::uint64_t>(kTableSlice, mirror_.size()));
    for (std::uint64_t at = 0; at < mirror_.size(); at += found.size()) {
      table_.read(std::span(found), at);
      const auto [here, there] =
          std::mismatch(found.begin(), found.end(), mirror_.begin() + static_cast<std::ptrdiff_t>(at));
      if (here == found.end()) continue;
      throw CaseStopped(Status::wrong, Phase::check,
                        fmt::format("word {}: {:#018x}, expected {:#018x}",
                                    at + static_cast<std::uint64_t>(here - found.begin()), *here, *there));
    }
    return static_cast<std::int64_t>(mirror_.size());
  }

 private:
  static std::uint64_t words_for(const rp_device_info& info) {
    const std::uint64_t words = std::bit_ceil(4 * last_level_cache(info) / 8);
    if (words * 8 > info.memory_bytes / 10 * 4) {  // the host keeps a second copy; unknown is too small
      throw CaseStopped(
          Status::failed, Phase::prepare,
          fmt::format("a table of {} MB (4 × cache) and its copy do not fit into {} MB of memory",
                      words * 8 / 1'000'000, info.memory_bytes / 1'000'000));
    }
    return words;
  }

  rp_random_update_params params(std::int64_t pass) const {
    return {table_.at(), mirror_.size(), kUpdates, key_ + static_cast<std::uint64_t>(pass), parts_, 0};
  }

  std::uint64_t key_;
  std::uint32_t parts_;
  Buffer table_;
  std::vector<std::uint64_t> mirror_;
  Stream stream_;
};

class UpdateWorkload : public Workload {
 public:
  explicit UpdateWorkload(const CaseContext& context) : devices_(context.devices) {
    for (const Device& device : context.devices) {
      tables_.push_back(
          std::make_unique<UpdateTable>(device, kernels::data_key(context.seed, context.row.id)));
    }
  }
  void note_pages(MachineState& state) const {
    for (const auto& table : tables_) note_placement(table->memory(), state);
  }
  double updates() const { return static_cast<double>(kUpdates) * static_cast<double>(tables_.size()); }

  void timed(std::int64_t iteration) override {
    for (std::int64_t pass = 0; pass < repeats_; ++pass) {
      for (const auto& table : tables_) table->enqueue(iteration * kMostRepeats + pass);
    }
    for (const auto& table : tables_) table->sync();
  }
  void after(std::int64_t iteration) override {
    for (std::int64_t pass = 0; pass < repeats_; ++pass) {
      for (const auto& table : tables_) table->replay(iteration * kMostRepeats + pass);
    }
  }
  std::int64_t verify() override {
    std::int64_t checked = 0;
    for (const auto& table : tables_) checked += table->check();
    return checked;
  }
  bool repeat(std::int64_t repeats) override {
    if (repeats > kMostRepeats) return false;
    repeats_ = repeats;
    return true;
  }
  double overhead_s(std::int64_t operations) override { return empty_sample_s(devices_, operations); }

 private:
  static constexpr std::int64_t kMostRepeats = 1024;
  std::vector<std::unique_ptr<UpdateTable>> tables_;
  std::span<const Device> devices_;
  std::int64_t repeats_ = 1;
};

}  // namespace

void run_random_update(const CaseContext& context, CaseEnd& end) {
  UpdateWorkload workload(context);
  workload.note_pages(end.after);
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  end.values["rate"] =
      rate(sampled.host_ns, workload.updates() * static_cast<double>(sampled.repeats), sampled.coverage);
  end.exact["wrong_words"] = 0;
}

}  // namespace rackproof
