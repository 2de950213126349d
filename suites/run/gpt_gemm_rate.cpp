#include "suites/run/gpt_gemm_rate.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <vector>

#include "harness/base/statistics.hpp"
#include "harness/measure/case_stopped.hpp"
#include "harness/measure/sampler.hpp"
#include "kernels/gemm.h"
#include "kernels/philox.h"

namespace rackproof {

namespace {

constexpr std::uint32_t kSize = 512;
constexpr std::uint64_t kCount = std::uint64_t{kSize} * kSize;
constexpr std::uint32_t kCheckedRows = 4;
constexpr int kProducts = 9;

class Product {
 public:
  Product(const Device& device, std::uint64_t key)
      : a_(device, kBytes),
        b_(device, kBytes),
        c_(device, kBytes),
        stream_(device),
        host_a_(kCount),
        host_b_(kCount) {
    device.require(RP_OP_GEMM, RP_F32, params());
    for (std::uint64_t i = 0; i < kCount; ++i) {
      host_a_[i] = kernels::normal<float>(key, 101, i);
      host_b_[i] = kernels::normal<float>(key, 102, i);
    }
    a_.write(std::span<const float>(host_a_));
    b_.write(std::span<const float>(host_b_));
  }

  /// Seconds of one product into a poisoned output.
  double multiply_once() const {
    c_.poison();
    const auto begin = std::chrono::steady_clock::now();
    stream_.enqueue(RP_OP_GEMM, RP_F32, params());
    stream_.sync();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  /// kCheckedRows rows of the last product from `row` on. Throws CaseStopped (wrong).
  void check_rows(std::uint32_t row) const {
    std::vector<float> found(std::size_t{kCheckedRows} * kSize);
    c_.read(std::span<float>(found), std::uint64_t{row} * kSize);
    std::vector<double> expected(found.size());
    std::vector<double> magnitude(found.size());
    kernels::gemm_reference<float>(host_a_, host_b_, kSize, kSize, row, kCheckedRows, expected, magnitude);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double error = std::abs(static_cast<double>(found[i]) - expected[i]);
      if (!(error <= kernels::gemm_tolerance<float>(kSize, magnitude[i]))) {
        throw CaseStopped(
            Status::wrong, Phase::check,
            fmt::format("matrix product beside the training: element ({}, {}) is {:.9g}, expected {:.9g}",
                        row + i / kSize, i % kSize, found[i], expected[i]));
      }
    }
  }

 private:
  static constexpr std::uint64_t kBytes = kCount * sizeof(float);
  rp_gemm_params params() const {
    return kernels::gemm_params(a_.at(), b_.at(), c_.at(), kSize, kSize, kSize, RP_F32);
  }

  Buffer a_, b_, c_;
  Stream stream_;
  std::vector<float> host_a_, host_b_;
};

}  // namespace

double gemm_rate_f32(const Device& device, std::uint64_t key, const Group& group) {
  std::unique_ptr<Product> product;
  together(group, [&] {
    product = std::make_unique<Product>(device, key);
    product->multiply_once();
  });
  double rate = 0;
  together(group, [&] {  // all ranks come out of the first part together, so they multiply at the same time
    std::vector<double> seconds;
    for (int i = 0; i < kProducts; ++i) seconds.push_back(product->multiply_once());
    product->check_rows(kernels::philox4x32(key, 0, 103)[0] % (kSize - kCheckedRows));
    rate = kernels::gemm_flops(kSize, kSize, kSize) / median(seconds);
  });
  if (group.size() > 1 && group.messages()->sum_f64(&rate, 1) != RP_OK) {
    throw CaseStopped(Status::failed, Phase::measure,
                      fmt::format("sum over ranks: {}", printable(group.messages()->last_error())));
  }
  return rate;
}

}  // namespace rackproof
