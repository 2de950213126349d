// The memory operations of every built backend, with every code path that the machine has, against the oracle.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "kernels/stream.h"
#include "tests/conformance/kernel_check.hpp"

namespace rackproof::conformance {
namespace {

struct CodePath {
  const char* name;
  const char* backend;
  const char* options;
};

class MemoryKernels : public testing::TestWithParam<CodePath> {
 protected:
  void SetUp() override {
    const rp_backend& backend = load_backend(GetParam().backend);
    if (backend.open(GetParam().options) == RP_UNSUPPORTED) GTEST_SKIP() << backend.last_error();
    device_ = std::make_unique<Device>(backend, GetParam().options);
  }
  bool has_stores(rp_op op, rp_dtype dtype, rp_stores stores) const {
    rp_stream_params params{};
    params.stores = stores;
    return kernels::stream_shape(op).streaming >= (stores == RP_STORES_STREAMING) &&
           device_->backend().op_query(device_->get(), op, dtype, &params, sizeof params, nullptr) == RP_OK;
  }

  std::unique_ptr<Device> device_;
  std::int64_t iteration_ = 0;
};

TEST_P(MemoryKernels, StreamIsRightForOddSizesAndOffsets) {
  // 0 and 1; around the vector lengths and what a loop does at once; around a page, a block of sums and their
  // multiples by the number of threads.
  const std::vector<std::uint64_t> counts{0, 1, 2, 7, 15, 17, 64, 65, 127, 511, 513, 1025, 4096, 4097, 12289};
  for (int op = RP_OP_COPY; op <= RP_OP_UPDATE; ++op) {
    for (const rp_dtype dtype : {RP_F64, RP_F32, RP_U64}) {
      if ((dtype == RP_U64) != (op == RP_OP_READ)) continue;
      for (const rp_stores stores : {RP_STORES_REGULAR, RP_STORES_STREAMING}) {
        if (!has_stores(static_cast<rp_op>(op), dtype, stores)) continue;
        for (const std::uint64_t count : counts) {
          for (const std::uint64_t shift : {0u, 1u, 3u}) {
            if (shift == 1 && count > 2000) continue;
            const StreamCase which{static_cast<rp_op>(op), dtype, count, shift, stores};
            ASSERT_EQ(check_stream(*device_, which, iteration_++), "")
                << "op " << op << ", type " << dtype << ", stores " << stores << ", " << count
                << " elements, shift " << shift;
          }
        }
      }
    }
  }
}

TEST_P(MemoryKernels, OnlyWhatHasNoSecondKindOfStoresRefusesIt) {
  for (int op = RP_OP_COPY; op <= RP_OP_UPDATE; ++op) {
    const rp_dtype dtype = op == RP_OP_READ ? RP_U64 : RP_F64;
    const GuardedBuffer a(*device_, 800, 0), b(*device_, 800, 0), c(*device_, 800, 0);
    const rp_stream_params params{a.memory(), b.memory(), c.memory(), 100, 0.5, RP_STORES_STREAMING, 0};
    const rp_result result = device_->enqueue(static_cast<rp_op>(op), dtype, &params, sizeof params);
    ASSERT_EQ(device_->backend().stream_sync(device_->stream()), RP_OK);
    if (!kernels::stream_shape(static_cast<rp_op>(op)).streaming) {
      EXPECT_NE(result, RP_OK) << op;
    } else if (result != RP_OK) {
      EXPECT_EQ(result, RP_UNSUPPORTED) << op;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(CodePaths, MemoryKernels,
                         testing::Values(CodePath{"portable", "cpu", "instruction_set=portable"},
                                         CodePath{"avx2", "cpu", "instruction_set=avx2"},
                                         CodePath{"avx512", "cpu", "instruction_set=avx512"},
                                         CodePath{"fault", "fault", ""}),
                         [](const auto& which) { return std::string(which.param.name); });

}  // namespace
}  // namespace rackproof::conformance
