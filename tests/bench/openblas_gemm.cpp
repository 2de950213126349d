// bench-openblas-gemm n=N type=f64|f32: OpenBLAS called bare.
#include <cblas.h>
#include <fmt/format.h>

#include "kernels/cpu/blas_kernels.hpp"
#include "tests/bench/gemm_data.hpp"
#include "tests/bench/huge_array.hpp"
#include "tests/bench/process_state.hpp"
#include "tests/bench/side.hpp"

namespace rackproof::bench {

namespace {

void multiply(int n, const double* a, const double* b, double* c) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, a, n, b, n, 0.0, c, n);
}

void multiply(int n, const float* a, const float* b, float* c) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0f, a, n, b, n, 0.0f, c, n);
}

template <class T>
class OpenBlasGemm : public Side {
 public:
  explicit OpenBlasGemm(std::uint32_t n)
      : data_(n, false), a_(data_.a().size()), b_(data_.b().size()), c_(data_.a().size()) {
    std::copy(data_.a().begin(), data_.a().end(), a_.data());
    std::copy(data_.b().begin(), data_.b().end(), b_.data());
  }

  std::vector<std::int64_t> run(int iterations) override {
    std::fill(c_.all().begin(), c_.all().end(), std::numeric_limits<T>::quiet_NaN());
    const auto times = time_each(
        iterations, [this](int) { multiply(static_cast<int>(data_.n()), a_.data(), b_.data(), c_.data()); });
    data_.check(c_.all().subspan(std::size_t{data_.n()} * data_.row(), std::size_t{data_.n()} * data_.kRows));
    return times;
  }

  std::string about() const override {
    return fmt::format("{}; core {}; {}; {}", openblas_get_config(), openblas_get_corename(),
                       describe_threads(), describe_pages());
  }

 private:
  GemmData<T> data_;
  HugeArray<T> a_, b_, c_;
};

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  using namespace rackproof::bench;
  rackproof::cpu::choose_blas_kernels();  // the same kernels on both sides
  return serve(argc, argv, [](const Arguments& arguments) -> std::unique_ptr<Side> {
    const auto n = static_cast<std::uint32_t>(arguments.number("n"));
    if (arguments.text("type") == "f64") return std::make_unique<OpenBlasGemm<double>>(n);
    return std::make_unique<OpenBlasGemm<float>>(n);
  });
}
