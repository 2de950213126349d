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
#include "suites/run/gpt_model.hpp"

namespace rackproof {

namespace {

constexpr std::uint32_t kSize = 512;
constexpr std::uint64_t kCount = std::uint64_t{kSize} * kSize;
constexpr std::uint32_t kCheckedRows = 4;
constexpr int kProducts = 9;

template <class T>
class Product {
 public:
  Product(const Device& device, std::uint64_t key)
      : a_(device, kCount * sizeof(T)),
        b_(device, kCount * sizeof(T)),
        c_(device, kCount * sizeof(float)),
        stream_(device),
        host_a_(kCount),
        host_b_(kCount) {
    device.require(RP_OP_GEMM, GptModel<T>::kDtype, params());
    fill(a_, host_a_, key, 101);
    fill(b_, host_b_, key, 102);
  }

  /// Seconds of one product into a poisoned output.
  double multiply_once() const {
    c_.poison();
    const auto begin = std::chrono::steady_clock::now();
    stream_.enqueue(RP_OP_GEMM, GptModel<T>::kDtype, params());
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
  /// Normal numbers in T; `host` gets them as f32.
  static void fill(const Buffer& buffer, std::vector<float>& host, std::uint64_t key, std::uint64_t array) {
    std::vector<T> values(kCount);
    for (std::uint64_t i = 0; i < kCount; ++i) {
      values[i] = static_cast<T>(kernels::normal<float>(key, array, i));
      host[i] = static_cast<float>(values[i]);
    }
    buffer.write(std::span<const T>(values));
  }
  rp_gemm_params params() const {
    return kernels::gemm_params(a_.at(), b_.at(), c_.at(), kSize, kSize, kSize, RP_F32);
  }

  Buffer a_, b_, c_;
  Stream stream_;
  std::vector<float> host_a_, host_b_;
};

}  // namespace

template <class T>
double gemm_rate(const Device& device, std::uint64_t key, const Group& group) {
  std::unique_ptr<Product<T>> product;
  together(group, [&] {
    product = std::make_unique<Product<T>>(device, key);
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

template double gemm_rate<float>(const Device&, std::uint64_t, const Group&);
template double gemm_rate<kernels::Bf16>(const Device&, std::uint64_t, const Group&);

}  // namespace rackproof
