// bench-onednn-gemm n=N: oneDNN's matmul called bare: bf16 · bf16 → f32, plain row-major matrices.
#include <fmt/format.h>

#include <oneapi/dnnl/dnnl.hpp>

#include "tests/bench/gemm_data.hpp"
#include "tests/bench/huge_array.hpp"
#include "tests/bench/process_state.hpp"
#include "tests/bench/side.hpp"

namespace rackproof::bench {

namespace {

class OneDnnGemm : public Side {
 public:
  explicit OneDnnGemm(std::uint32_t n)
      : data_(n, true),
        a_(data_.a().size()),
        b_(data_.b().size()),
        c_(data_.a().size()),
        engine_(dnnl::engine::kind::cpu, 0),
        stream_(engine_) {
    const auto a = data_.bf16(data_.a());
    const auto b = data_.bf16(data_.b());
    std::copy(a.begin(), a.end(), a_.data());
    std::copy(b.begin(), b.end(), b_.data());
    using Type = dnnl::memory::data_type;
    const dnnl::memory::desc in({n, n}, Type::bf16, dnnl::memory::format_tag::ab);
    const dnnl::memory::desc out({n, n}, Type::f32, dnnl::memory::format_tag::ab);
    try {
      const dnnl::matmul::primitive_desc description(dnnl::matmul::desc(in, in, out), engine_);
      implementation_ = description.impl_info_str();
      matmul_ = dnnl::matmul(description);
    } catch (const dnnl::error& error) {
      throw Unsupported(std::string("oneDNN has no such matmul on this CPU: ") + error.what());
    }
    arguments_ = {{DNNL_ARG_SRC, dnnl::memory(in, engine_, a_.data())},
                  {DNNL_ARG_WEIGHTS, dnnl::memory(in, engine_, b_.data())},
                  {DNNL_ARG_DST, dnnl::memory(out, engine_, c_.data())}};
  }

  std::vector<std::int64_t> run(int iterations) override {
    std::fill(c_.all().begin(), c_.all().end(), std::numeric_limits<float>::quiet_NaN());
    const auto times = time_each(iterations, [this](int) {
      matmul_.execute(stream_, arguments_);
      stream_.wait();
    });
    data_.check(c_.all().subspan(std::size_t{data_.n()} * data_.row(), std::size_t{data_.n()} * data_.kRows));
    return times;
  }

  std::string about() const override {
    const dnnl_version_t* version = dnnl_version();
    return fmt::format("oneDNN {}.{}.{}, {}; {}; {}", version->major, version->minor, version->patch,
                       implementation_, describe_threads(), describe_pages());
  }

 private:
  GemmData<float> data_;
  HugeArray<std::uint16_t> a_, b_;
  HugeArray<float> c_;
  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::matmul matmul_;
  std::string implementation_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

}  // namespace

}  // namespace rackproof::bench

int main(int argc, char** argv) {
  using namespace rackproof::bench;
  return serve(argc, argv, [](const Arguments& arguments) -> std::unique_ptr<Side> {
    return std::make_unique<OneDnnGemm>(static_cast<std::uint32_t>(arguments.number("n")));
  });
}
