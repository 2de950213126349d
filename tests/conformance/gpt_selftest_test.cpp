// The selftest's operations of training: what is right passes, and every output of each can be wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <set>

#include "kernels/bf16.h"
#include "kernels/gpt_regions.h"
#include "suites/selftest/gpt_check.hpp"
#include "suites/selftest/selftest.hpp"
#include "tests/conformance/backend_library.hpp"
#include "tests/conformance/optional_backends.hpp"

namespace rackproof::conformance {
namespace {

using kernels::Region;

/// What is done to the outputs of one operation, after it ran rightly.
struct Fault {
  rp_op op = RP_OP_NOTHING;
  rp_dtype dtype = RP_F32;
  bool left_out = false;   ///< instead: it does not run
  std::size_t output = 0;  ///< of the written regions
  std::function<void(std::span<std::byte>)> spoil;
};

/// The device with a fault in it. The table's functions have no other place for it.
class FaultyTraining {
 public:
  FaultyTraining(const Device& device, const Fault& fault) : table_(device.backend()) {
    real_ = &device.backend();
    device_ = device.get();
    fault_ = fault;
    table_.op_enqueue = op_enqueue;
  }
  /// Of the operation that was hit last.
  static std::size_t outputs() { return outputs_; }
  TestedDevice device(const Device& real) const { return {table_, real.get(), real.stream()}; }

 private:
  static rp_result op_enqueue(rp_stream* stream, rp_op op, rp_dtype dtype, const void* params,
                              std::size_t size) {
    const bool hit = op == fault_.op && dtype == fault_.dtype;
    if (hit && fault_.left_out) return RP_OK;
    const rp_result result = real_->op_enqueue(stream, op, dtype, params, size);
    if (result != RP_OK || !hit) return result;
    real_->stream_sync(stream);
    std::vector<Region> regions = kernels::gpt_regions(op, dtype, params);
    std::erase_if(regions, [](const Region& region) { return !region.written; });
    outputs_ = regions.size();
    const Region& region = regions.at(fault_.output);
    std::vector<std::byte> bytes(region.bytes);
    real_->memory_read(device_, bytes.data(), region.memory, region.bytes);
    fault_.spoil(bytes);
    return real_->memory_write(device_, region.memory, bytes.data(), region.bytes);
  }

  static inline const rp_backend* real_ = nullptr;
  static inline rp_device* device_ = nullptr;
  static inline Fault fault_;
  static inline std::size_t outputs_ = 0;
  rp_backend table_;
};

/// Whether the output is f32 in an operation in bf16.
bool is_wide(rp_op op, std::size_t output) {
  if (op == RP_OP_GPT_CROSS_ENTROPY) return output == 0;  // losses
  return output > 0 && (op == RP_OP_GPT_LAYER_NORM || op == RP_OP_GPT_ADAMW);
}

/// The last element: its largest bit of the exponent is another, whatever the type.
void far_off(std::span<std::byte> output) { output.back() ^= std::byte{0x40}; }

template <class T, class F>
void change_all(std::span<std::byte> output, F change) {
  for (std::size_t at = 0; at + sizeof(T) <= output.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, output.data() + at, sizeof value);
    value = static_cast<T>(change(static_cast<double>(value)));
    std::memcpy(output.data() + at, &value, sizeof value);
  }
}

/// Every number of the output of an operation in `dtype`; `is_f32`: of an output that is wider than that.
template <class F>
void change_all(std::span<std::byte> output, rp_dtype dtype, bool is_f32, F change) {
  if (dtype == RP_F64) {
    change_all<double>(output, change);
  } else if (dtype == RP_F32 || is_f32) {
    change_all<float>(output, change);
  } else {
    change_all<kernels::Bf16>(output, change);
  }
}

std::vector<rp_dtype> types(const Device& device) {
  std::vector<rp_dtype> had;
  for (const rp_dtype dtype : {RP_F64, RP_F32, RP_BF16}) {
    const rp_gpt_add_params none{};
    if (device.enqueue(RP_OP_GPT_ADD, dtype, &none, sizeof none) != RP_UNSUPPORTED) had.push_back(dtype);
  }
  return had;
}

class GptSelftest : public testing::TestWithParam<const char*> {
 protected:
  /// Calls `each` for every operation in every type that the backend has.
  void for_all(const std::function<void(const GptOperation&, rp_dtype)>& each) {
    for (const rp_dtype dtype : types(device_)) {
      for (const GptOperation& operation : gpt_operations()) {
        SCOPED_TRACE(testing::Message() << operation.name << ", type " << dtype);
        each(operation, dtype);
      }
    }
  }
  /// Also for every output of each.
  void for_all_outputs(const std::function<void(const GptOperation&, rp_dtype, std::size_t)>& each) {
    for_all([&](const GptOperation& operation, rp_dtype dtype) {
      const auto nothing = [](std::span<std::byte>) {};
      EXPECT_EQ(check({.op = operation.op, .dtype = dtype, .spoil = nothing}, false), "");
      const std::size_t outputs = FaultyTraining::outputs();
      ASSERT_GE(outputs, 1u);
      for (std::size_t output = 0; output < outputs; ++output) {
        SCOPED_TRACE(testing::Message() << "output " << output);
        each(operation, dtype, output);
      }
    });
  }
  std::string check(const Fault& fault, bool wide) {
    const FaultyTraining faulty(device_, fault);
    return check_gpt(faulty.device(device_), {fault.op, fault.dtype, wide}, iteration_++);
  }
  Device device_{load_backend(GetParam()), ""};
  std::int64_t iteration_ = 0;
};

TEST_P(GptSelftest, RightOnesPass) {
  std::size_t checked = 0;
  for_all([&](const GptOperation& operation, rp_dtype dtype) {
    for (const bool wide : {false, true}) {
      EXPECT_EQ(check_gpt(device_, {operation.op, dtype, wide}, iteration_++), "") << wide;
      ++checked;
    }
  });
  EXPECT_GE(checked, 2u * 2 * 13);
}

TEST_P(GptSelftest, OneThatDoesNothingIsFound) {
  if (kThreadSanitizer) GTEST_SKIP() << "one thread: nothing to see for this sanitizer, and slow";
  for_all([&](const GptOperation& operation, rp_dtype dtype) {
    for (const bool wide : {false, true})
      EXPECT_NE(check({.op = operation.op, .dtype = dtype, .left_out = true, .spoil = {}}, wide), "") << wide;
  });
}

TEST_P(GptSelftest, OneWrongNumberInAnyOutputIsFound) {
  if (kThreadSanitizer) GTEST_SKIP() << "one thread: nothing to see for this sanitizer, and slow";
  for_all_outputs([&](const GptOperation& operation, rp_dtype dtype, std::size_t output) {
    EXPECT_NE(check({.op = operation.op, .dtype = dtype, .output = output, .spoil = far_off}, false), "");
    const auto no_number = [](std::span<std::byte> bytes) {
      std::ranges::fill(bytes.last(8), std::byte{0xFF});
    };
    EXPECT_NE(check({.op = operation.op, .dtype = dtype, .output = output, .spoil = no_number}, true), "");
  });
}

/// Of bf16, whose rounding hides a thousandth, a hundredth.
TEST_P(GptSelftest, ASystematicErrorInAnyOutputIsFound) {
  if (kThreadSanitizer) GTEST_SKIP() << "one thread: nothing to see for this sanitizer, and slow";
  for_all_outputs([&](const GptOperation& operation, rp_dtype dtype, std::size_t output) {
    const bool is_f32 = dtype == RP_F32 || is_wide(operation.op, output);
    const double factor = dtype == RP_F64 || is_f32 ? 1.001 : 1.01;
    const auto spoil = [&](std::span<std::byte> bytes) {
      change_all(bytes, dtype, is_f32, [&](double value) { return factor * value; });
    };
    for (const bool wide : {false, true})
      EXPECT_NE(check({.op = operation.op, .dtype = dtype, .output = output, .spoil = spoil}, wide), "")
          << wide;
  });
}

/// Where NaN is right, what was there before is not.
TEST_P(GptSelftest, ANumberThatIsLeftWhereNoneBelongsIsFound) {
  if (kThreadSanitizer) GTEST_SKIP() << "one thread: nothing to see for this sanitizer, and slow";
  for (const rp_op op : {RP_OP_GPT_EMBED, RP_OP_GPT_CROSS_ENTROPY}) {
    for (const rp_dtype dtype : types(device_)) {
      const auto ones = [&](std::span<std::byte> bytes) {
        change_all(bytes, dtype, is_wide(op, 0), [](double value) { return std::isnan(value) ? 1 : value; });
      };
      EXPECT_NE(check({.op = op, .dtype = dtype, .output = 0, .spoil = ones}, false), "")
          << op << ' ' << dtype;
    }
  }
}

TEST_P(GptSelftest, AWrongOneIsNamedAndNoOther) {
  if (kThreadSanitizer) GTEST_SKIP() << "one thread: nothing to see for this sanitizer, and slow";
  if (std::string(GetParam()) != "cpu") GTEST_SKIP() << "the whole selftest once is enough";
  const FaultyTraining faulty(device_,
                              {.op = RP_OP_GPT_ATTENTION_BACKWARD, .dtype = RP_F32, .spoil = far_off});
  const auto results = run_selftest(faulty.device(device_), nullptr);
  std::set<std::string> wrong;
  for (const KernelResult& result : results) {
    if (result.state == KernelState::wrong) wrong.insert(result.kernel);
  }
  EXPECT_EQ(wrong, std::set<std::string>{"gpt attention_backward f32"});
  EXPECT_TRUE(first_in(KernelState::wrong, results).starts_with("gpt attention_backward f32: dqkv, element "))
      << first_in(KernelState::wrong, results);
}

std::vector<const char*> backends() {
  std::vector<const char*> names{"cpu"};
  const auto optional = optional_backends();
  names.insert(names.end(), optional.begin(), optional.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Backends, GptSelftest, testing::ValuesIn(backends()),
                         [](const auto& backend) { return backend.param[1] == 'p' ? "Cpu" : "Emulated"; });

}  // namespace
}  // namespace rackproof::conformance
