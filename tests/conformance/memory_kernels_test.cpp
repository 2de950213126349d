// The memory operations of every built backend, with every code path that the machine has, against the oracle.
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "kernels/chase.h"
#include "kernels/random_update.h"
#include "kernels/stream.h"
#include "suites/selftest/kernel_check.hpp"
#include "suites/selftest/memory_check.hpp"
#include "tests/conformance/backend_library.hpp"
#include "tests/conformance/code_path.hpp"

namespace rackproof::conformance {
namespace {

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

TEST_P(MemoryKernels, SeveralPassesInOneOperationNeedEachOther) {
  for (const rp_op op : {RP_OP_COPY, RP_OP_TRIAD, RP_OP_READ}) {
    for (const rp_dtype dtype : {RP_F64, RP_F32, RP_U64}) {
      if ((dtype == RP_U64) != (op == RP_OP_READ)) continue;
      for (const std::uint64_t count : {1u, 15u, 16u, 17u, 4096u, 4100u, 12289u}) {
        for (const std::uint32_t more : {1u, 2u, 7u}) {
          const StreamCase which{op, dtype, count, count % 2, RP_STORES_REGULAR};
          ASSERT_EQ(check_stream_passes(*device_, which, more), "")
              << "op " << op << ", type " << dtype << ", " << count << " elements, " << more
              << " more passes";
        }
      }
    }
  }
}

TEST_P(MemoryKernels, WhatHasOnePassOnlyRefusesMore) {
  for (int op = RP_OP_COPY; op <= RP_OP_UPDATE; ++op) {
    if (kernels::stream_shape(static_cast<rp_op>(op)).passes) continue;
    const GuardedBuffer a(*device_, 800, 0), b(*device_, 800, 0), c(*device_, 800, 0);
    const rp_stream_params params{a.memory(), b.memory(), c.memory(), 100, 0.5, RP_STORES_REGULAR, 1};
    EXPECT_EQ(device_->enqueue(static_cast<rp_op>(op), RP_F64, &params, sizeof params), RP_INVALID) << op;
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

TEST_P(MemoryKernels, AChaseEndsWhereTheCycleSays) {
  for (const std::uint64_t words : {1u, 2u, 3u, 64u, 1000u, 5003u}) {
    for (const std::uint64_t steps : {0u, 1u, 7u, 31u, 32u, 33u, 1000u, 12345u}) {
      ASSERT_EQ(check_chase(*device_, {words, steps, words % 3}, iteration_++), "")
          << words << " words, " << steps << " steps";
    }
  }
}

TEST_P(MemoryKernels, AChainThatLeadsAstrayEndsThere) {
  const GuardedBuffer chain(*device_, 80, 0), result(*device_, 8, 0);
  for (const std::uint64_t astray :
       {std::uint64_t{80}, ~std::uint64_t{0}, ~std::uint64_t{7}, std::uint64_t{1} << 40}) {
    const std::vector<std::uint64_t> words{8, 16, astray, 0, 0, 0, 0, 0, 0, 0};
    chain.write(words.data());
    for (const std::uint64_t steps : {3u, 100u}) {
      const rp_chase_params params{chain.memory(), result.memory(), 80, 0, steps};
      device_->run(RP_OP_CHASE, RP_U64, &params, sizeof params);
      std::uint64_t end = 0;
      result.read(&end);
      EXPECT_EQ(end, astray);
    }
  }
}

TEST_P(MemoryKernels, RandomUpdateIsWhatTheHostReplays) {
  for (const RandomUpdateCase& which : std::initializer_list<RandomUpdateCase>{{1, 0, 1, 0},
                                                                               {1, 1, 1, 0},
                                                                               {1, 77, 1, 1},
                                                                               {2, 64, 2, 0},
                                                                               {1024, 63, 1, 0},
                                                                               {1024, 65, 1, 3},
                                                                               {1024, 8 * 129, 8, 0},
                                                                               {4096, 4096, 64, 1},
                                                                               {65536, 40000, 1, 0},
                                                                               {65536, 40000, 32, 1},
                                                                               {65536, 65536, 65536, 0}}) {
    ASSERT_EQ(check_random_update(*device_, which, iteration_++), "")
        << which.words << " words, " << which.updates << " updates, " << which.parts << " parts";
  }
}

TEST_P(MemoryKernels, MarchElementsOfAllPatternsFindBadWords) {
  for (std::uint32_t read = RP_MARCH_NOTHING; read <= RP_MARCH_RANDOM; ++read) {
    for (std::uint32_t write = RP_MARCH_NOTHING; write <= RP_MARCH_RANDOM; ++write) {
      for (const bool descending : {false, true}) {
        for (const std::uint64_t words : {1u, 15u, 64u, 2500u}) {
          MarchCase which{words, read, write, descending};
          which.shift = words % 3;
          ASSERT_EQ(check_march(*device_, which, iteration_++), "")
              << read << " then " << write << ", " << descending << ", " << words << " words";
          which.bad = {{0, 1}};
          if (words > 3) which.bad.push_back({words / 2, std::uint64_t{1} << 63});
          if (words > 1) which.bad.push_back({words - 1, ~std::uint64_t{0}});
          ASSERT_EQ(check_march(*device_, which, iteration_++), "")
              << read << " then " << write << ", " << descending << ", " << words << " words, some bad";
        }
      }
    }
  }
}

TEST_P(MemoryKernels, AMarchReportKeepsTheFirstPairsAndCountsAll) {
  for (const std::uint32_t pairs : {0u, 1u, 3u, 40u, 100u}) {
    for (const std::uint64_t before : {0u, 2u, 1000u}) {
      for (const bool descending : {false, true}) {
        MarchCase which{4099, RP_MARCH_ADDRESS, RP_MARCH_INVERSE, descending, pairs, before};
        for (std::uint64_t k = 0; k < 41; ++k) which.bad.push_back({k * 100, k + 1});
        ASSERT_EQ(check_march(*device_, which, iteration_++), "")
            << pairs << " pairs, " << before << " before";
      }
    }
  }
}

TEST_P(MemoryKernels, NonsenseIsRefused) {
  const GuardedBuffer memory(*device_, 1024, 0), result(*device_, 1024, 0);
  const auto result_of = [&](rp_op op, const auto& params) {
    return device_->enqueue(op, RP_U64, &params, sizeof params);
  };
  const rp_memory m = memory.memory(), r = result.memory();
  EXPECT_EQ(result_of(RP_OP_CHASE, rp_chase_params{m, r, 1024, 1024, 1}), RP_INVALID) << "start outside";
  EXPECT_EQ(result_of(RP_OP_CHASE, rp_chase_params{m, r, 1 << 20, 0, 1}), RP_INVALID) << "chain outside";
  EXPECT_EQ(result_of(RP_OP_CHASE, rp_chase_params{m, {m.handle, m.offset + 8}, 1024, 0, 1}), RP_INVALID);
  EXPECT_EQ(result_of(RP_OP_RANDOM_UPDATE, rp_random_update_params{m, 96, 96, 1, 1, 0}), RP_INVALID);
  EXPECT_EQ(result_of(RP_OP_RANDOM_UPDATE, rp_random_update_params{m, 64, 65, 1, 2, 0}), RP_INVALID);
  EXPECT_EQ(result_of(RP_OP_RANDOM_UPDATE, rp_random_update_params{m, 1 << 20, 2, 1, 2, 0}), RP_INVALID);
  EXPECT_EQ(result_of(RP_OP_MARCH, rp_march_params{m, r, 128, 1, 8, 1, 0, 1}), RP_INVALID) << "pattern";
  EXPECT_EQ(result_of(RP_OP_MARCH, rp_march_params{m, r, 128, 1, 1, 1, 2, 1}), RP_INVALID) << "order";
  EXPECT_EQ(result_of(RP_OP_MARCH, rp_march_params{m, r, 128, 1, 1, 1, 0, 1 << 20}), RP_INVALID) << "report";
  EXPECT_EQ(result_of(RP_OP_MARCH, rp_march_params{m, m, 16, 1, 1, 1, 0, 1}), RP_INVALID) << "overlap";
  EXPECT_EQ(device_->backend().stream_sync(device_->stream()), RP_OK);
}

INSTANTIATE_TEST_SUITE_P(CodePaths, MemoryKernels,
                         testing::Values(CodePath{"portable", "cpu", "instruction_set=portable"},
                                         CodePath{"avx2", "cpu", "instruction_set=avx2"},
                                         CodePath{"avx512", "cpu", "instruction_set=avx512"},
                                         CodePath{"fault", "fault", ""}),
                         [](const auto& which) { return std::string(which.param.name); });

INSTANTIATE_TEST_SUITE_P(OfThisBuild, MemoryKernels, testing::ValuesIn(optional_paths()));

/// The checks above can fail.
TEST(MemoryChecks, SeeAFaultInEveryOperation) {
  const Device device(load_backend("fault"), "fault=flip,element=0,bit=51,every=1");
  for (int op = RP_OP_COPY; op <= RP_OP_UPDATE; ++op) {
    const rp_dtype dtype = op == RP_OP_READ ? RP_U64 : RP_F64;
    // Bit 51 is far above every tolerance.
    EXPECT_NE(check_stream(device, {static_cast<rp_op>(op), dtype, 100, 0}, op), "") << op;
  }
  EXPECT_NE(check_chase(device, {100, 50, 0}, 1), "");
  EXPECT_NE(check_random_update(device, {128, 128, 2, 0}, 2), "");
  EXPECT_NE(check_march(device, {.words = 100, .read = RP_MARCH_5A, .write = RP_MARCH_A5}, 3), "");
}

}  // namespace
}  // namespace rackproof::conformance
