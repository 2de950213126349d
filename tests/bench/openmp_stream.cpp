// bench-openmp-stream count=N: the four loops of STREAM in plain OpenMP, compiled as STREAM's documentation says.
#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "tests/bench/huge_array.hpp"
#include "tests/bench/process_state.hpp"
#include "tests/bench/side.hpp"

namespace rackproof::bench {

namespace {

constexpr double kFactor = 3.0;

/// A run begins with fresh arrays, as a run of STREAM does: after some hundred passes the values overflow.
class OpenMpStream : public Side {
 public:
  explicit OpenMpStream(std::uint64_t count)
      : count_(static_cast<std::int64_t>(count)), a_(count), b_(count), c_(count) {}

  std::vector<std::int64_t> run(int iterations) override {
    using Clock = std::chrono::steady_clock;
    double* a = a_.data();
    double* b = b_.data();
    double* c = c_.data();
    initialise(a, b, c);
    std::vector<std::int64_t> triad;
    for (int k = 0; k <= iterations; ++k) {
      copy(a, c);
      scale(b, c);
      add(a, b, c);
      const auto begin = Clock::now();
      triads(a, b, c);
      const auto end = Clock::now();
      if (k == 0) continue;
      triad.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(end - begin).count());
    }
    check(iterations + 1);
    return triad;
  }

  std::string about() const override {
    return fmt::format("GCC {}, -O3 -fopenmp; {}; {}", __VERSION__, describe_threads(), describe_pages());
  }

 private:
  void initialise(double* a, double* b, double* c) const {
    const std::int64_t n = count_;
#pragma omp parallel for
    for (std::int64_t i = 0; i < n; ++i) {
      a[i] = 1.0;
      b[i] = 2.0;
      c[i] = 0.0;
    }
  }
  void copy(const double* a, double* c) const {
    const std::int64_t n = count_;
#pragma omp parallel for
    for (std::int64_t i = 0; i < n; ++i) c[i] = a[i];
  }
  void scale(double* b, const double* c) const {
    const std::int64_t n = count_;
#pragma omp parallel for
    for (std::int64_t i = 0; i < n; ++i) b[i] = kFactor * c[i];
  }
  void add(const double* a, const double* b, double* c) const {
    const std::int64_t n = count_;
#pragma omp parallel for
    for (std::int64_t i = 0; i < n; ++i) c[i] = a[i] + b[i];
  }
  void triads(double* a, const double* b, const double* c) const {
    const std::int64_t n = count_;
#pragma omp parallel for
    for (std::int64_t i = 0; i < n; ++i) a[i] = b[i] + kFactor * c[i];
  }

  /// The recurrence of the four loops; every element is the same.
  void check(int passes) const {
    double a = 1.0, b = 2.0, c = 0.0;
    for (int k = 0; k < passes; ++k) {
      c = a;
      b = kFactor * c;
      c = a + b;
      a = b + kFactor * c;
    }
    for (const auto& [array, expected] : {std::pair(&a_, a), std::pair(&b_, b), std::pair(&c_, c)}) {
      for (const double value : array->all()) {
        if (!(std::abs(value - expected) <= 1e-13 * std::abs(expected)))
          throw std::runtime_error(fmt::format("an element is {:a}, expected {:a}", value, expected));
      }
    }
  }

  std::int64_t count_;
  HugeArray<double> a_, b_, c_;
};

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  using namespace rackproof::bench;
  return serve(argc, argv, [](const Arguments& arguments) -> std::unique_ptr<Side> {
    return std::make_unique<OpenMpStream>(arguments.number("count"));
  });
}
