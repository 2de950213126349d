#include "tests/bench/gemm_data.hpp"
#include "tests/bench/rackproof_device.hpp"

namespace rackproof::bench {

namespace {

/// T: the type of sums and output. `dtype`: of the inputs.
template <class T>
class Gemm : public Side {
 public:
  Gemm(const std::string& library, std::uint32_t n, rp_dtype dtype)
      : device_(library),
        dtype_(dtype),
        data_(n, dtype == RP_BF16),
        a_(*device_, data_.a().size() * input_bytes()),
        b_(*device_, data_.b().size() * input_bytes()),
        c_(*device_, data_.a().size() * sizeof(T)),
        stream_(*device_) {
    device_->require(RP_OP_GEMM, dtype_, params());
    write(a_, data_.a());
    write(b_, data_.b());
  }

  std::vector<std::int64_t> run(int iterations) override {
    c_.poison();
    const auto times = time_each(iterations, [this](int) {
      stream_.enqueue(RP_OP_GEMM, dtype_, params());
      stream_.sync();
    });
    std::vector<T> rows(std::size_t{data_.n()} * data_.kRows);
    c_.read(std::span<T>(rows), std::uint64_t{data_.n()} * data_.row());
    data_.check(rows);
    return times;
  }

  std::string about() const override { return device_.about(); }

 private:
  std::uint64_t input_bytes() const { return dtype_ == RP_BF16 ? 2 : sizeof(T); }
  void write(const Buffer& buffer, std::span<const T> values) const {
    if (dtype_ == RP_BF16) {
      const std::vector<std::uint16_t> bits = data_.bf16(values);
      buffer.write(std::span<const std::uint16_t>(bits));
    } else {
      buffer.write(values);
    }
  }
  rp_gemm_params params() const {
    return kernels::gemm_params(a_.at(), b_.at(), c_.at(), data_.n(), data_.n(), data_.n(),
                                sizeof(T) == 8 ? RP_F64 : RP_F32);
  }

  RackproofDevice device_;
  rp_dtype dtype_;
  GemmData<T> data_;
  Buffer a_, b_, c_;
  Stream stream_;
};

}  // namespace

std::unique_ptr<Side> make_gemm(const Arguments& arguments) {
  const std::string& library = arguments.text("library");
  const std::string& type = arguments.text("type");
  const auto n = static_cast<std::uint32_t>(arguments.number("n"));
  if (type == "f64") return std::make_unique<Gemm<double>>(library, n, RP_F64);
  if (type == "f32") return std::make_unique<Gemm<float>>(library, n, RP_F32);
  if (type == "bf16") return std::make_unique<Gemm<float>>(library, n, RP_BF16);
  throw std::invalid_argument("no such type: " + type);
}

}  // namespace rackproof::bench
