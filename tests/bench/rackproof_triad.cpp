#include <fmt/format.h>

#include "kernels/philox.h"
#include "kernels/stream.h"
#include "tests/bench/rackproof_device.hpp"

namespace rackproof::bench {

namespace {

constexpr std::uint64_t kPattern = 1000003;  // prime: no array or slice size divides it
constexpr std::uint64_t kSlice = std::uint64_t{1} << 20;
constexpr std::uint64_t kKey = 1;

/// The arrays of the suite's cold case: full-mantissa inputs, another factor in every pass.
class Triad : public Side {
 public:
  Triad(const std::string& library, std::uint64_t count, rp_stores stores)
      : device_(library),
        count_(count),
        stores_(stores),
        a_(*device_, count * sizeof(double)),
        b_(*device_, count * sizeof(double)),
        c_(*device_, count * sizeof(double)),
        stream_(*device_),
        pattern_b_(pattern(1)),
        pattern_c_(pattern(2)),
        slice_(kSlice) {
    device_->require(RP_OP_TRIAD, RP_F64, params(0));
    fill(b_, pattern_b_);
    fill(c_, pattern_c_);
  }

  std::vector<std::int64_t> run(int iterations) override {
    a_.poison();
    const auto times = time_each(iterations, [this](int) {
      stream_.enqueue(RP_OP_TRIAD, RP_F64, params(++pass_));
      stream_.sync();
    });
    check();
    return times;
  }

  std::string about() const override { return device_.about(); }

 private:
  static std::vector<double> pattern(std::uint64_t array) {
    std::vector<double> values(kPattern);
    for (std::uint64_t i = 0; i < kPattern; ++i) values[i] = kernels::uniform_1_2<double>(kKey, array, i);
    return values;
  }

  rp_stream_params params(std::int64_t pass) const {
    return {
        a_.at(), b_.at(), c_.at(), count_, kernels::stream_factor(pass), static_cast<std::uint32_t>(stores_),
        0};
  }

  void fill(const Buffer& buffer, const std::vector<double>& from) {
    for (std::uint64_t at = 0; at < count_; at += kSlice) {
      const std::uint64_t n = std::min(kSlice, count_ - at);
      for (std::uint64_t i = 0; i < n; ++i) slice_[i] = from[(at + i) % kPattern];
      buffer.write(std::span<const double>(slice_.data(), n), at);
    }
  }

  /// Every element of the last pass.
  void check() {
    const double q = kernels::stream_factor(pass_);
    for (std::uint64_t at = 0; at < count_; at += kSlice) {
      const std::uint64_t n = std::min(kSlice, count_ - at);
      a_.read(std::span<double>(slice_.data(), n), at);
      std::uint64_t from = at % kPattern;
      for (std::uint64_t i = 0; i < n; ++i) {
        const double expected =
            kernels::stream_expected(RP_OP_TRIAD, 0.0, pattern_b_[from], pattern_c_[from], q);
        if (!kernels::stream_right(RP_OP_TRIAD, slice_[i], expected)) {
          throw Error(fmt::format("element {} of pass {} is {:a}, expected {:a}", at + i, pass_, slice_[i],
                                  expected));
        }
        from = from + 1 == kPattern ? 0 : from + 1;
      }
    }
  }

  RackproofDevice device_;
  std::uint64_t count_;
  rp_stores stores_;
  Buffer a_, b_, c_;
  Stream stream_;
  std::vector<double> pattern_b_, pattern_c_, slice_;
  std::int64_t pass_ = 0;
};

}  // namespace

std::unique_ptr<Side> make_triad(const Arguments& arguments) {
  const bool streaming = arguments.text("stores") == "streaming";
  return std::make_unique<Triad>(arguments.text("library"), arguments.number("count"),
                                 streaming ? RP_STORES_STREAMING : RP_STORES_REGULAR);
}

}  // namespace rackproof::bench
