// Parts of the CPU backend below the C interface: handles and peers, placement, results for any number of threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "kernels/cpu/march.hpp"
#include "kernels/cpu/memory.hpp"
#include "kernels/cpu/placement.hpp"
#include "kernels/cpu/random_update.hpp"
#include "kernels/cpu/stream_kernels.hpp"
#include "kernels/cpu/stream_pass.hpp"
#include "kernels/edge.h"
#include "kernels/march.h"
#include "kernels/philox.h"
#include "kernels/random_update.h"
#include "kernels/stream.h"
#include "tests/conformance/repeated_cpus.hpp"

namespace rackproof::cpu {
namespace {

namespace fs = std::filesystem;

rp_result result_of(const DeviceMemory& memory, rp_memory region, std::uint64_t bytes) {
  try {
    memory.translate(region, bytes);
    return RP_OK;
  } catch (const kernels::Failure& failure) {
    return failure.result();
  }
}

TEST(CpuMemory, HandlesAreUniqueOverAllDevices) {
  DeviceMemory one, other;
  EXPECT_NE(one.insert(Mapping(100)).handle, other.insert(Mapping(100)).handle);
}

TEST(CpuMemory, MemoryOfAPeerIsFoundOnceItIsAdmitted) {
  DeviceMemory device, owner;
  const rp_memory memory = owner.insert(Mapping(100));
  EXPECT_EQ(result_of(device, memory, 100), RP_INVALID);
  device.admit(owner);
  EXPECT_EQ(device.translate(memory, 100), owner.translate(memory, 100));
  EXPECT_EQ(result_of(device, memory, 101), RP_INVALID);
  EXPECT_EQ(result_of(owner, device.insert(Mapping(100)), 100), RP_INVALID) << "not the other way round";
  EXPECT_THROW(device.remove(memory), kernels::Failure) << "only the owner may";
  device.dismiss(owner);
  EXPECT_EQ(result_of(device, memory, 100), RP_INVALID);
}

TEST(CpuMemory, EveryPageIsThereAfterTheFirstTouch) {
  for (const std::uint64_t bytes : {1u, 4096u, 4097u, 3'000'001u}) {
    ThreadPool pool(repeated_cpus(3));
    Mapping mapping(bytes);
    first_touch(mapping.bytes(), pool);
    const Placement placement = placement_of("/", mapping.bytes());
    if (!std::isnan(placement.node_share)) {
      EXPECT_GT(placement.node_share, 0.0) << bytes;
    }
    for (const std::byte byte : mapping.bytes()) ASSERT_EQ(byte, std::byte{0});
  }
}

TEST(CpuMemory, PagesThatNobodyTouchedLieNowhere) {
  const Mapping mapping(1u << 20);
  EXPECT_TRUE(std::isnan(placement_of("/", mapping.bytes()).node_share));
}

TEST(CpuMemory, TheShareOfHugePagesIsRead) {
  const fs::path root = fs::path(testing::TempDir()) / "rackproof-smaps";
  fs::create_directories(root / "proc/self");
  std::ofstream(root / "proc/self/smaps")
      << "1000-2000 rw-p 00000000 00:00 0 \n"
         "Rss:                  10 kB\n"
         "AnonHugePages:         0 kB\n"
         "7f0000200000-7f0000a00000 rw-p 00000000 00:00 0 \n"
         "Size:               8192 kB\n"
         "Rss:                8192 kB\n"
         "AnonHugePages:      6144 kB\n"
         "Private_Hugetlb:       0 kB\n"
         "ffffffff600000-ffffffff601000 r-xp 00000000 00:00 0 [vsyscall]\n"
         "Rss:                   0 kB\n"
         "b0000000-b0400000 rw-s 00000000 00:0f 7 /dev/hugepages/x\n"
         "Rss:                   0 kB\n"
         "AnonHugePages:         0 kB\n"
         "Private_Hugetlb:    4096 kB\n";
  EXPECT_EQ(huge_share(root, 0x7f0000200000, 0x7f0000a00000), 0.75);
  EXPECT_EQ(huge_share(root, 0x7f0000300000, 0x7f0000300001), 0.75) << "a part of it";
  EXPECT_EQ(huge_share(root, 0x1800, 0x1801), 0.0);
  EXPECT_EQ(huge_share(root, 0xb0000000, 0xb0000001), 1.0);
  EXPECT_TRUE(std::isnan(huge_share(root, 0xffffffff600000, 0xffffffff600001))) << "nothing is resident";
  EXPECT_TRUE(std::isnan(huge_share(root, 0x2000, 0x3000))) << "no mapping";
  fs::remove_all(root);
  EXPECT_TRUE(std::isnan(huge_share(root, 0x1800, 0x1801))) << "no file";
}

/// Runs the job with several numbers of threads on the same content; the outcome must be the same bytes.
template <class Params>
void expect_the_same(Job (*prepare)(const DeviceMemory&, const void*), InstructionSet set,
                     std::uint64_t bytes, const Params& params_of) {
  std::vector<std::byte> first(bytes);
  for (const std::size_t threads : {1u, 2u, 3u, 7u}) {
    DeviceMemory memory;
    const rp_memory whole = memory.insert(Mapping(bytes));
    std::byte* const content = memory.translate(whole, bytes);
    for (std::uint64_t i = 0; i < bytes / 8; ++i) {
      const double value = kernels::uniform_1_2<double>(5, 1, i);
      std::memcpy(content + 8 * i, &value, 8);
    }
    const auto params = params_of(whole.handle, content);
    ThreadPool pool(repeated_cpus(threads), set);
    prepare(memory, &params)(pool);
    if (threads == 1) std::memcpy(first.data(), content, bytes);
    EXPECT_EQ(std::memcmp(first.data(), content, bytes), 0) << threads << " threads, " << name_of(set);
  }
}

TEST(CpuMemory, ResultsDoNotDependOnTheNumberOfThreads) {
  constexpr std::uint64_t kBytes = 3 * 512 * 1024, kThird = kBytes / 3, kCount = kThird / 8 - 5;
  for (const InstructionSet set : {InstructionSet::portable, InstructionSet::avx2, InstructionSet::avx512}) {
    if (set > best_instruction_set()) break;
    const auto stream = [](std::uint64_t handle, std::byte*) {
      return rp_stream_params{
          {handle, 8}, {handle, kThird}, {handle, 2 * kThird}, kCount, 0.3, RP_STORES_REGULAR, 0};
    };
    expect_the_same(prepare_stream<RP_OP_DOT, RP_F64>, set, kBytes, stream);
    expect_the_same(prepare_stream<RP_OP_DOT, RP_F32>, set, kBytes, stream);
    expect_the_same(prepare_stream<RP_OP_READ, RP_U64>, set, kBytes, stream);
    expect_the_same(prepare_stream<RP_OP_NSTREAM, RP_F64>, set, kBytes, stream);
    expect_the_same(prepare_random_update, set, kBytes, [](std::uint64_t handle, std::byte*) {
      return rp_random_update_params{{handle, 64}, 131072, 20000, 9, 8, 0};
    });
    for (const std::uint32_t descending : {0u, 1u}) {
      // Nearly every word is bad: which pairs are kept must not be a matter of who comes first.
      expect_the_same(prepare_march, set, kBytes, [=](std::uint64_t handle, std::byte* content) {
        std::memset(content, 0, 4096);
        return rp_march_params{{handle, 4096}, {handle, 0},     kBytes / 8 - 512, 1,
                               RP_MARCH_5A,    RP_MARCH_RANDOM, descending,       100};
      });
    }
  }
}

StreamPass pass_of(InstructionSet set, rp_op op) {
  switch (set) {
#if defined(__x86_64__)
    case InstructionSet::avx512:
      return stream_pass_avx512(op, RP_F64, false);
    case InstructionSet::avx2:
      return stream_pass_avx2(op, RP_F64, false);
#endif
    default:
      return stream_pass_portable(op, RP_F64, false);
  }
}

TEST(CpuMemory, StreamPassesOverLongRangesAreRight) {
  // From 4 MiB of output in one thread on, loops go line by line or ask ahead for the lines of the output.
  constexpr std::uint64_t kCount = (4u << 20) / sizeof(double) + 77;
  std::vector<double> before(kCount), b(kCount), c(kCount);
  for (std::uint64_t i = 0; i < kCount; ++i) {
    before[i] = 1.5 + static_cast<double>(i) * 0x1p-41;
    b[i] = 1.0 + static_cast<double>(i) * 0x1p-40;
    c[i] = 2.0 - static_cast<double>(i) * 0x1p-39;
  }
  for (const InstructionSet set : {InstructionSet::portable, InstructionSet::avx2, InstructionSet::avx512}) {
    if (set > best_instruction_set()) break;
    for (const rp_op op :
         {RP_OP_COPY, RP_OP_SCALE, RP_OP_ADD, RP_OP_TRIAD, RP_OP_WRITE, RP_OP_NSTREAM, RP_OP_UPDATE}) {
      for (const bool ask_ahead : {false, true}) {
        std::vector<double> a(kCount + 2, -7.0);
        std::ranges::copy(before, a.begin() + 1);
        pass_of(set, op)({a.data() + 1, b.data(), c.data(), 0.3, ask_ahead}, 0, kCount);
        EXPECT_EQ(a.front(), -7.0);
        EXPECT_EQ(a.back(), -7.0);
        std::uint64_t wrong = 0;
        for (std::uint64_t i = 0; i < kCount; ++i) {
          const double expected = kernels::stream_expected(op, before[i], b[i], c[i], 0.3);
          wrong += kernels::stream_right(op, a[i + 1], expected) ? 0 : 1;
        }
        EXPECT_EQ(wrong, 0u) << "op " << op << ", " << name_of(set) << ", " << ask_ahead;
      }
    }
  }
}

}  // namespace
}  // namespace rackproof::cpu
