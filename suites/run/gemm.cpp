// compute/…/gemm: square matrix products, one on each device of the target at once, every element against a
// reference in f64.
#include "kernels/gemm.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <utility>

#include "kernels/philox.h"
#include "suites/run/compute.hpp"

namespace rackproof {

namespace {

template <class T>
constexpr rp_dtype kDtype = sizeof(T) == 8 ? RP_F64 : RP_F32;

/// The matrices of one device.
template <class T>
class GemmMatrices {
 public:
  GemmMatrices(const Device& device, std::uint32_t n)
      : n_(n), a_(device, bytes()), b_(device, bytes()), c_(device, bytes()), stream_(device) {
    device.require(RP_OP_GEMM, kDtype<T>, params());
  }

  void write(std::span<const T> a, std::span<const T> b) const {
    a_.write(a);
    b_.write(b);
  }
  void poison() const { c_.poison(); }
  void enqueue() const { stream_.enqueue(RP_OP_GEMM, kDtype<T>, params()); }
  void sync() const { stream_.sync(); }
  void read(std::span<T> c) const { c_.read(c); }

 private:
  std::uint64_t bytes() const { return std::uint64_t{n_} * n_ * sizeof(T); }
  rp_gemm_params params() const {
    return kernels::gemm_params(a_.at(), b_.at(), c_.at(), n_, n_, n_, kDtype<T>);
  }

  std::uint32_t n_;
  Buffer a_, b_, c_;
  Stream stream_;
};

/// All devices multiply the same matrices at once; the sample ends when the last one is through.
template <class T>
class GemmWorkload : public Workload {
 public:
  GemmWorkload(const CaseContext& context, std::uint32_t n)
      : n_(n), a_(count()), b_(count()), found_(count()) {
    const std::uint64_t key = kernels::data_key(context.seed, context.row.id);
    for (const Device& device : context.devices)
      devices_.push_back(std::make_unique<GemmMatrices<T>>(device, n));
    for (std::uint64_t i = 0; i < count(); ++i) a_[i] = kernels::normal<T>(key, 1, i);
    check_permutation();
    for (std::uint64_t i = 0; i < count(); ++i) b_[i] = kernels::normal<T>(key, 2, i);
    for (const auto& device : devices_) device->write(a_, b_);
    // The inputs stay the same, so one reference serves the check of every product.
    expected_.resize(count());
    tolerance_.resize(count());
    kernels::gemm_reference<T>(a_, b_, n_, n_, 0, n_, expected_, tolerance_);
    for (double& magnitude : tolerance_) magnitude = kernels::gemm_tolerance<T>(n_, magnitude);
  }

  double flops() const { return kernels::gemm_flops(n_, n_, n_) * static_cast<double>(devices_.size()); }

  void before(std::int64_t) override {
    for (const auto& device : devices_) device->poison();
  }

  void timed(std::int64_t) override {
    for (const auto& device : devices_) device->enqueue();
    for (const auto& device : devices_) device->sync();
  }

  void after(std::int64_t iteration) override {
    for (const auto& device : devices_) {
      device->read(found_);
      check_product(iteration);
    }
  }

  std::int64_t verify() override { return std::exchange(checked_, 0); }

 private:
  std::uint64_t count() const { return std::uint64_t{n_} * n_; }

  void check_product(std::int64_t iteration) {
    for (std::uint64_t i = 0; i < count(); ++i) {
      const double error = std::abs(static_cast<double>(found_[i]) - expected_[i]);
      if (!(error <= tolerance_[i])) {
        throw CaseStopped(
            Status::wrong, Phase::check,
            fmt::format(
                "element ({}, {}) of product {}: {:.17g}, expected {:.17g}, error {:.3g} above {:.3g}",
                i / n_, i % n_, iteration, static_cast<double>(found_[i]), expected_[i], error,
                tolerance_[i]));
      }
    }
    checked_ += static_cast<std::int64_t>(count());
  }

  /// A times a cyclic permutation is A with its columns moved: one product and no rounding per element, so
  /// that every bit of the inputs must arrive. Arithmetic with a shorter mantissa loses the low ones.
  void check_permutation() {
    for (std::uint32_t p = 0; p < n_; ++p) b_[std::uint64_t{p} * n_ + (p + 1) % n_] = T{1};
    for (const auto& device : devices_) device->write(a_, b_);
    before(0);
    timed(0);
    for (const auto& device : devices_) {
      device->read(found_);
      check_permuted();
    }
  }

  void check_permuted() const {
    for (std::uint32_t i = 0; i < n_; ++i) {
      for (std::uint32_t p = 0; p < n_; ++p) {
        const T expected = a_[std::uint64_t{i} * n_ + p];
        const T found = found_[std::uint64_t{i} * n_ + (p + 1) % n_];
        if (!(found == expected)) {
          throw CaseStopped(
              Status::wrong, Phase::check,
              fmt::format("permutation product, element ({}, {}): {:a}, expected {:a} to the last bit", i,
                          (p + 1) % n_, found, expected));
        }
      }
    }
  }

  std::uint32_t n_;
  std::vector<std::unique_ptr<GemmMatrices<T>>> devices_;
  std::vector<T> a_, b_, found_;
  std::vector<double> expected_, tolerance_;
  std::int64_t checked_ = 0;
};

template <class T>
void run(const CaseContext& context, CaseEnd& end, std::uint32_t n) {
  GemmWorkload<T> workload(context, n);
  SampleSettings settings = context.settings;
  settings.window = SampleWindow::sustained;
  const Sampled sampled =
      sample(std::string(context.row.id), workload, settings, context.group, context.record_block);
  note_sampling(end, sampled);
  end.values["rate"] = rate(sampled.host_ns, workload.flops());
  end.exact["wrong_elements"] = 0;
}

}  // namespace

void run_gemm_f64_1024(const CaseContext& context, CaseEnd& end) { run<double>(context, end, 1024); }
void run_gemm_f32_1024(const CaseContext& context, CaseEnd& end) { run<float>(context, end, 1024); }
void run_gemm_f64_256(const CaseContext& context, CaseEnd& end) { run<double>(context, end, 256); }
void run_gemm_f32_256(const CaseContext& context, CaseEnd& end) { run<float>(context, end, 256); }

}  // namespace rackproof
