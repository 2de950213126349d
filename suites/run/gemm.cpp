// compute/…/gemm: matrix products, the same on each device of the target at once.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "harness/base/statistics.hpp"
#include "kernels/philox.h"
#include "kernels/regions.h"
#include "suites/run/clock_rule.hpp"
#include "suites/run/compute.hpp"
#include "suites/run/gemm_exact.hpp"
#include "suites/run/gemm_known_products.hpp"
#include "suites/run/gemm_matrices.hpp"
#include "suites/run/gemm_probes.hpp"
#include "suites/run/gemm_product_check.hpp"
#include "suites/run/gemm_residual.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kMostOutputBytes = std::uint64_t{256} << 20;  // of all outputs of one sample
constexpr std::uint64_t kRows = 4;  // of a sample and device that are checked when not all are
constexpr int kZeroPairs = 6;       // no 95 % interval of a median below

/// All devices multiply the same matrices at once; the sample ends when the last one is through. A sample of several
/// products writes each into an output of its own, so that every one can be checked.
class GemmWorkload : public Workload {
 public:
  GemmWorkload(const CaseContext& context, const GemmShape& shape)
      : shape_(shape),
        all_devices_(context.devices),
        key_(kernels::data_key(context.seed, context.row.id)),
        found_(shape.c_count() * kernels::element_bytes(shape.output)) {
    for (const Device& device : context.devices) {
      devices_.push_back(std::make_unique<GemmMatrices>(device, shape));
    }
    const auto a = matrix_values(shape.input, key_, 1, shape.a_count());
    const auto encoded_a = encoded(shape.input, a);
    const auto b = matrix_values(shape.input, key_, 2, shape.b_count());
    multiply_known_products(shape, devices_, key_, a, b);
    const auto encoded_b = encoded(shape.input, b);
    for (const auto& device : devices_) {
      device->write(encoded_a, encoded_b);
      device->write_copies(encoded_b);
    }
    for (std::uint64_t product = 0; product < shape.batch; ++product)
      checks_.emplace_back(shape.size, shape.accumulation(), a_of(a, product), b_of(b, product),
                           key_ + product);
    multiply_once(a, b);
  }

  double operations() const { return shape_.operations() * static_cast<double>(devices_.size()); }
  double overhead_s(std::int64_t operations) override { return empty_sample_s(all_devices_, operations); }

  bool repeat(std::int64_t repeats) override {
    const auto most = static_cast<std::int64_t>(kMostOutputBytes / found_.size());
    if (repeats < 1 || repeats > std::max<std::int64_t>(most, 1)) return false;
    repeats_ = static_cast<std::uint64_t>(repeats);
    for (const auto& device : devices_) device->set_outputs(repeats_);
    return true;
  }

  rp_op_facts facts() const { return devices_.front()->facts(); }
  void note_pages(MachineState& state) const {
    for (const auto& device : devices_) device->note_pages(state);
  }

  void set_check(OutputCheck extent) override { extent_ = extent; }

  void before(std::int64_t iteration) override {
    for (std::uint64_t device = 0; device < devices_.size(); ++device) {
      if (extent_ == OutputCheck::whole) {
        devices_[device]->poison();
        continue;
      }
      for (const Row& row : rows(iteration, device)) devices_[device]->poison(row.offset, row_bytes());
    }
  }

  void timed(std::int64_t iteration) override {
    for (std::uint64_t output = 0; output < repeats_; ++output) {
      for (const auto& device : devices_) device->enqueue(copy_of(*device, iteration, output), output);
    }
    for (const auto& device : devices_) device->sync();
  }

  void after(std::int64_t iteration) override {
    if (extent_ == OutputCheck::regions) return check_rows(iteration);
    for (const auto& device : devices_) {
      for (std::uint64_t output = 0; output < repeats_; ++output) {
        device->read_output(output, found_);
        const std::string name = name_of(iteration, output);
        for (std::uint64_t product = 0; product < shape_.batch; ++product)
          checks_[product].check(found(product, name), copy_of(*device, iteration, output));
        checked_ += static_cast<std::int64_t>(shape_.c_count());
      }
    }
  }

  std::int64_t verify() override { return std::exchange(checked_, 0); }

  /// Rate with zeros over rate with the data: samples of both in turns, after all others.
  Value zeros_ratio() {
    for (const auto& device : devices_) device->make_zeros();
    std::vector<double> ratios;
    for (int pair = 0; pair < kZeroPairs; ++pair) {
      before(pair);
      const double data_s = seconds_of([&] { timed(pair); });
      after(pair);
      ratios.push_back(data_s / multiply_zeros());
    }
    const Interval interval = median_interval(ratios);
    return {median(ratios), interval.lo, interval.hi, kZeroPairs};
  }

 private:
  template <class F>
  static double seconds_of(F&& action) {
    const auto begin = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  /// A row of an output, and where it begins among all outputs of its device, B.
  struct Row {
    std::uint64_t output, product, row, offset;
  };
  std::uint64_t row_bytes() const { return shape_.size.n * kernels::element_bytes(shape_.output); }

  /// Those of this sample. Poisoned before and right after it, they are of this sample.
  std::array<Row, kRows> rows(std::int64_t iteration, std::uint64_t device) const {
    std::array<Row, kRows> rows{};
    const std::uint64_t sample = static_cast<std::uint64_t>(iteration) * devices_.size() + device;
    for (std::uint64_t i = 0; i < kRows; ++i) {
      const auto word = [&](std::uint64_t which) {
        return random_word(key_, Probe::regions, (sample * kRows + i) * 3 + which);
      };
      Row& row = rows[i];
      row.output = word(0) % repeats_;
      row.product = word(1) % shape_.batch;
      row.row = checks_[row.product].row_of(word(2));
      row.offset = ((row.output * shape_.batch + row.product) * shape_.size.m + row.row) * row_bytes();
    }
    return rows;
  }

  void check_rows(std::int64_t iteration) {
    const auto found = std::span(found_).first(row_bytes());
    for (std::uint64_t device = 0; device < devices_.size(); ++device) {
      for (const Row& row : rows(iteration, device)) {
        devices_[device]->read(row.offset, found);
        const std::string name = name_of(iteration, row.output);
        checks_[row.product].check_row({shape_.size, shape_.output, found, name}, row.row,
                                       copy_of(*devices_[device], iteration, row.output));
        checked_ += static_cast<std::int64_t>(shape_.size.n);
      }
    }
  }

  std::string name_of(std::int64_t iteration, std::uint64_t output) const {
    return repeats_ == 1 ? fmt::format("product {}", iteration)
                         : fmt::format("product {}.{}", iteration, output);
  }

  /// The copy of B that this product of a sample takes; it is also the number of columns that B is rotated by.
  std::uint64_t copy_of(const GemmMatrices& device, std::int64_t iteration, std::uint64_t output) const {
    return (static_cast<std::uint64_t>(iteration) * repeats_ + output) % device.copies();
  }
  std::span<const double> a_of(std::span<const double> a, std::uint64_t product) const {
    return a.subspan(product * shape_.size.m * shape_.size.k, shape_.size.m * shape_.size.k);
  }
  std::span<const double> b_of(std::span<const double> b, std::uint64_t product) const {
    return b.subspan(product * shape_.size.k * shape_.size.n, shape_.size.k * shape_.size.n);
  }
  FoundProduct found(std::uint64_t product, std::string_view name) const {
    const std::uint64_t bytes = found_.size() / shape_.batch;
    return {shape_.size, shape_.output, std::span(found_).subspan(product * bytes, bytes), name};
  }

  /// The first product of the data itself: every element, then the scaled residual.
  void multiply_once(std::span<const double> a, std::span<const double> b) {
    before(0);
    timed(0);
    after(0);
    checked_ = 0;
    if (unit_roundoff(shape_.accumulation()) == 0) return;  // it was exact
    for (const auto& device : devices_) {
      device->read_output(0, found_);
      for (std::uint64_t product = 0; product < shape_.batch; ++product) {
        check_scaled_residual(found(product, "product 0"), shape_.accumulation(), a_of(a, product),
                              b_of(b, product), key_);
      }
    }
  }

  double multiply_zeros() {
    before(0);
    const double seconds = seconds_of([&] {
      for (std::uint64_t output = 0; output < repeats_; ++output) {
        for (const auto& device : devices_) device->enqueue_zeros(output);
      }
      for (const auto& device : devices_) device->sync();
    });
    for (const auto& device : devices_) {
      for (std::uint64_t output = 0; output < repeats_; ++output) {
        device->read_output(output, found_);
        for (std::uint64_t product = 0; product < shape_.batch; ++product)
          check_zeros(found(product, "product of zeros"));
      }
    }
    return seconds;
  }

  GemmShape shape_;
  std::span<const Device> all_devices_;
  std::uint64_t key_;
  std::vector<std::unique_ptr<GemmMatrices>> devices_;
  std::vector<ProductCheck> checks_;  // one per product of the batch
  std::vector<std::byte> found_;      // one output, as it was read
  std::uint64_t repeats_ = 1;
  std::int64_t checked_ = 0;
  OutputCheck extent_ = OutputCheck::whole;
};

void note_implementation(const rp_op_facts& facts, CaseEnd& end) {
  if (const std::string own = printable(abi_text(facts.implementation)); !own.empty())
    end.implementation = own;
  end.implementation_detail = printable(abi_text(facts.detail));
}

}  // namespace

void measure_gemm(const CaseContext& context, const GemmShape& shape, CaseEnd& end) {
  GemmWorkload workload(context, shape);
  workload.note_pages(end.after);
  note_implementation(workload.facts(), end);  // also of a product that turns out wrong
  SampleSettings settings = context.settings;
  settings.window = shape.window;
  const Sampled sampled =
      sample(std::string(context.row.id), workload, settings, context.group, context.record_block);
  note_sampling(end, sampled);
  if (find_quantity(context.row, "zeros_ratio") != nullptr)
    end.values["zeros_ratio"] = workload.zeros_ratio();
  end.values["rate"] =
      rate(sampled.host_ns, workload.operations() * static_cast<double>(sampled.repeats), sampled.coverage);
  end.exact["wrong_elements"] = 0;
  note_implementation(workload.facts(), end);
}

void run_gemm(const CaseContext& context, CaseEnd& end) {
  measure_gemm(context, gemm_shape(context.row.id), end);
}

}  // namespace rackproof
