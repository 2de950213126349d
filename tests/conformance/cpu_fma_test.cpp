// The chains of fused multiply-add of the CPU backend on every code path, the one that it does not offer included.
#include "kernels/cpu/fma.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/edge.h"
#include "kernels/fma.h"
#include "kernels/philox.h"

namespace rackproof::cpu {
namespace {

constexpr InstructionSet kSets[]{InstructionSet::portable, InstructionSet::avx2, InstructionSet::avx512};

template <class T>
void expect_exact(InstructionSet set) {
  constexpr std::uint64_t kChains = 768, kGuard = 64;
  constexpr double kFactor = -(1 - 0x1p-20), kAddend = 1.5;
  for (const std::uint64_t rounds : {0u, 1u, 2u, 1001u}) {
    std::vector<T> values(kChains + 2 * kGuard);
    for (std::uint64_t i = 0; i < values.size(); ++i) values[i] = kernels::uniform_1_2<T>(3, 1, i);
    DeviceMemory memory;
    const std::uint64_t bytes = values.size() * sizeof(T);
    const rp_memory whole = memory.insert(Mapping(bytes));
    std::memcpy(memory.translate(whole, bytes), values.data(), bytes);
    const rp_fma_params params{{whole.handle, kGuard * sizeof(T)}, 1, kChains, rounds, kFactor, kAddend};
    ThreadPool pool({0}, set);
    prepare_fma<T>(memory, &params)(pool);
    std::vector<T> found(values.size());
    std::memcpy(found.data(), memory.translate(whole, bytes), bytes);
    for (std::uint64_t i = 0; i < found.size(); ++i) {
      T expected = values[i];
      const bool inside = i >= kGuard && i < kGuard + kChains;
      for (std::uint64_t round = 0; inside && round < rounds; ++round)
        expected = std::fma(static_cast<T>(kFactor), expected, static_cast<T>(kAddend));
      ASSERT_EQ(found[i], expected) << name_of(set) << ", value " << i << ", " << rounds << " rounds";
    }
  }
}

TEST(CpuFma, EveryCodePathIsRightToTheLastBit) {
  for (const InstructionSet set : kSets) {
    if (set > best_instruction_set()) break;
    expect_exact<double>(set);
    expect_exact<float>(set);
  }
}

TEST(CpuFma, AFunctionIsNotOfferedAsAnInstruction) {
  EXPECT_NO_THROW(check_fma(nullptr, InstructionSet::avx2));
  EXPECT_NO_THROW(check_fma(nullptr, InstructionSet::avx512));
#ifdef __FP_FAST_FMA
  EXPECT_NO_THROW(check_fma(nullptr, InstructionSet::portable));
#else
  try {
    check_fma(nullptr, InstructionSet::portable);
    FAIL();
  } catch (const kernels::Failure& failure) {
    EXPECT_EQ(failure.result(), RP_UNSUPPORTED);
    EXPECT_NE(std::string(failure.what()).find("\"portable\""), std::string::npos) << failure.what();
  }
#endif
}

}  // namespace
}  // namespace rackproof::cpu
