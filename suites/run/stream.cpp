// memory/…/{copy,scale,add,triad}: one pass over arrays that do not fit in cache, on all devices of the
// target at once.
#include "kernels/stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "kernels/philox.h"
#include "suites/run/clock_rule.hpp"
#include "suites/run/memory.hpp"

namespace rackproof {

namespace {

using kernels::stream_expected;
using kernels::stream_factor;
using kernels::stream_right;

constexpr std::uint64_t kSmallestArray = std::uint64_t{1} << 20;  // elements
constexpr std::uint64_t kUnknownCache = std::uint64_t{512}
                                        << 20;            // bytes, taken when the cache size is not readable
constexpr std::uint64_t kSlice = std::uint64_t{1} << 20;  // elements checked at a time
constexpr double kEventSampleSeconds = 0.02;

/// Elements per array so that all arrays together hold at least 4 × the last-level cache.
std::uint64_t cold_count(rp_op op, const rp_device_info& info) {
  const std::uint64_t arrays = kernels::stream_bytes(op, 1, sizeof(double)) / sizeof(double);
  const std::uint64_t cache = info.cache_bytes != 0 ? info.cache_bytes : kUnknownCache;
  return std::max(kSmallestArray, 4 * cache / (arrays * sizeof(double)));
}

/// The arrays of one device and the checks of its output.
class StreamArrays {
 public:
  StreamArrays(const Device& device, rp_op op, std::uint64_t key)
      : device_(device),
        op_(op),
        key_(key),
        count_(cold_count(op, device.info())),
        a_(device, bytes()),
        b_(device, bytes()),
        c_(device, bytes()),
        stream_(device),
        slice_(std::min(kSlice, count_)) {
    device.require(op, RP_F64, params(0));
    fill(b_, 1);
    fill(c_, 2);
    a_.poison();
  }

  const Device& device() const { return device_; }
  const Stream& stream() const { return stream_; }
  std::uint64_t counted_bytes() const { return kernels::stream_bytes(op_, count_, sizeof(double)); }
  void enqueue(std::int64_t pass) const { stream_.enqueue(op_, RP_F64, params(pass)); }
  void poison() const { a_.poison(); }

  /// Every element of the output of this pass. Returns their number.
  std::int64_t check_all(std::int64_t pass) {
    for (std::uint64_t at = 0; at < count_; at += slice_.size()) {
      check(pass, at, std::min<std::uint64_t>(slice_.size(), count_ - at));
    }
    return static_cast<std::int64_t>(count_);
  }

 private:
  std::uint64_t bytes() const { return count_ * sizeof(double); }

  rp_stream_params params(std::int64_t pass) const {
    return {a_.at(), b_.at(), c_.at(), count_, stream_factor(pass), RP_STORES_REGULAR, 0};
  }

  void fill(const Buffer& buffer, std::uint64_t array) {
    for (std::uint64_t at = 0; at < count_; at += slice_.size()) {
      const auto n = std::min<std::uint64_t>(slice_.size(), count_ - at);
      inputs(array, at, n, slice_);
      buffer.write(std::span<const double>(slice_.data(), n), at);
    }
  }

  /// The inputs repeat every kSlice elements: full-mantissa data without a counter-based draw for every
  /// element.
  void inputs(std::uint64_t array, std::uint64_t at, std::uint64_t n, std::vector<double>& into) {
    auto& pattern = array == 1 ? pattern_b_ : pattern_c_;
    if (pattern.empty()) {
      pattern.resize(kPattern);
      for (std::uint64_t i = 0; i < kPattern; ++i) pattern[i] = kernels::uniform_1_2<double>(key_, array, i);
    }
    for (std::uint64_t i = 0; i < n; ++i) into[i] = pattern[(at + i) % kPattern];
  }

  void check(std::int64_t pass, std::uint64_t at, std::uint64_t n) {
    a_.read(std::span<double>(slice_.data(), n), at);
    const double q = stream_factor(pass);
    std::uint64_t wrong = 0;
    std::uint64_t from = at % kPattern;
    for (std::uint64_t i = 0; i < n; ++i) {
      wrong += stream_right(op_, slice_[i], stream_expected(op_, 0.0, pattern_b_[from], pattern_c_[from], q))
                   ? 0
                   : 1;
      from = from + 1 == kPattern ? 0 : from + 1;
    }
    if (wrong != 0) report_wrong(pass, at, n, wrong, q);
  }

  [[noreturn]] void report_wrong(std::int64_t pass, std::uint64_t at, std::uint64_t n, std::uint64_t wrong,
                                 double q) const {
    std::uint64_t i = 0;
    double expected = 0;
    for (; i < n; ++i) {
      expected =
          stream_expected(op_, 0.0, pattern_b_[(at + i) % kPattern], pattern_c_[(at + i) % kPattern], q);
      if (!stream_right(op_, slice_[i], expected)) break;
    }
    throw CaseStopped(Status::wrong, Phase::check,
                      fmt::format("{} wrong elements of {} checked at once, the first is element {} of pass "
                                  "{}: {:a}, expected {:a}",
                                  wrong, n, at + i, pass, slice_[std::min(i, n - 1)], expected));
  }

  static constexpr std::uint64_t kPattern = 1000003;  // prime: no array or slice size divides it
  const Device& device_;
  rp_op op_;
  std::uint64_t key_;
  std::uint64_t count_;
  Buffer a_, b_, c_;
  Stream stream_;
  std::vector<double> slice_;
  std::vector<double> pattern_b_, pattern_c_;
};

/// All devices pass over their arrays at once; the sample ends when the last one is through.
class StreamWorkload : public Workload {
 public:
  StreamWorkload(const CaseContext& context, rp_op op) : has_factor_(op == RP_OP_SCALE || op == RP_OP_TRIAD) {
    for (const Device& device : context.devices) {
      arrays_.push_back(
          std::make_unique<StreamArrays>(device, op, kernels::data_key(context.seed, context.row.id)));
    }
    if (context.row.clock == "event") timer_ = std::make_unique<EventTimer>(arrays_.front()->device());
  }

  double counted_bytes() const {
    double bytes = 0;
    for (const auto& arrays : arrays_) bytes += static_cast<double>(arrays->counted_bytes());
    return bytes * static_cast<double>(passes_);
  }
  /// Batches passes so that a sample lasts about `seconds` of the host's clock: an event clock that lies must
  /// not choose.
  void make_sample_last(double seconds) {
    before(0);
    timed(0);  // the first pass touches what was never touched
    const auto begin = std::chrono::steady_clock::now();
    timed(0);
    const std::chrono::duration<double> pass = std::chrono::steady_clock::now() - begin;
    passes_ = static_cast<std::int64_t>(std::clamp(seconds / std::max(pass.count(), 1e-9), 1.0, 1e5));
  }
  bool has_event_clock() const { return timer_ != nullptr; }
  double event_resolution_s() const {
    return timer_ ? static_cast<double>(timer_->resolution_ns()) * 1e-9 : 0;
  }

  void before(std::int64_t) override {
    // Not every time where every pass has another factor: then an output that is left over is wrong anyway.
    if (!has_factor_ || samples_++ % 8 == 0) {
      for (const auto& arrays : arrays_) arrays->poison();
    }
  }

  void timed(std::int64_t iteration) override {
    if (timer_) timer_->begin(arrays_.front()->stream());
    for (std::int64_t pass = 0; pass < passes_; ++pass) {
      for (const auto& arrays : arrays_) arrays->enqueue(iteration * passes_ + pass);
    }
    if (timer_) timer_->end(arrays_.front()->stream());
    for (const auto& arrays : arrays_) arrays->stream().sync();
  }

  std::int64_t event_ns() override {
    if (!timer_) return -1;
    const std::int64_t elapsed = timer_->elapsed_ns();
    if (elapsed <= 0) {
      throw CaseStopped(Status::wrong, Phase::check,
                        fmt::format("clocks disagree: the event clock says {} ns", elapsed));
    }
    return elapsed;
  }

  void after(std::int64_t iteration) override {
    for (const auto& arrays : arrays_) checked_ += arrays->check_all(iteration * passes_ + passes_ - 1);
  }

  std::int64_t verify() override { return std::exchange(checked_, 0); }

 private:
  bool has_factor_;
  std::vector<std::unique_ptr<StreamArrays>> arrays_;
  std::unique_ptr<EventTimer> timer_;
  std::int64_t passes_ = 1;
  std::int64_t samples_ = 0;
  std::int64_t checked_ = 0;
};

template <rp_op Op>
void run(const CaseContext& context, CaseEnd& end) {
  StreamWorkload workload(context, Op);
  if (workload.has_event_clock()) workload.make_sample_last(kEventSampleSeconds);
  const Sampled sampled =
      sample(std::string(context.row.id), workload, context.settings, context.group, context.record_block);
  note_sampling(end, sampled);
  const auto& times = workload.has_event_clock() ? sampled.event_ns : sampled.host_ns;
  if (workload.has_event_clock()) {
    end.resolution_s = workload.event_resolution_s();
    end.clocks_disagree =
        clocks_disagree(sampled, end.resolution_s, empty_operation_s(context.devices.front()));
  }
  end.values["bandwidth"] = rate(times, workload.counted_bytes());
  end.exact["wrong_elements"] = 0;
}

}  // namespace

void run_copy(const CaseContext& context, CaseEnd& end) { run<RP_OP_COPY>(context, end); }
void run_scale(const CaseContext& context, CaseEnd& end) { run<RP_OP_SCALE>(context, end); }
void run_add(const CaseContext& context, CaseEnd& end) { run<RP_OP_ADD>(context, end); }
void run_triad(const CaseContext& context, CaseEnd& end) { run<RP_OP_TRIAD>(context, end); }

}  // namespace rackproof
