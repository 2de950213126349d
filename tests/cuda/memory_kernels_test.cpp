// Chase, random update and march on the emulated device against their contracts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/cuda/kernels.hpp"
#include "tests/cuda/kernel_fixture.hpp"

namespace rackproof::cuda {
namespace {

using Words = std::vector<std::uint64_t>;

/// One random cycle through all words, as byte offsets.
Words random_cycle(std::size_t words) {
  Words places(words), chain(words);
  std::iota(places.begin(), places.end(), 0u);
  std::shuffle(places.begin(), places.end(), std::mt19937_64(5));
  for (std::size_t k = 0; k < words; ++k) chain[places[k]] = 8 * places[(k + 1) % words];
  return chain;
}

std::uint64_t chase(const Words& words, std::uint64_t start, std::uint64_t steps) {
  std::uint64_t end = 0;
  for_all_schedules(1, [&](const Launch& launch) {
    const Array<std::uint64_t> chain(words, 1), result(Words{77}, 3);
    const rp_chase_params params{chain.memory(), result.memory(), 8 * words.size(), start, steps};
    EXPECT_EQ(launch_chase(params, launch), 0);
    EXPECT_TRUE(chain.guards_untouched() && result.guards_untouched());
    EXPECT_EQ(chain.values(), words);
    end = result.values()[0];
    return bytes_of(result.values());
  });
  return end;
}

TEST(CudaChase, EndsWhereTheCycleSays) {
  for (const std::size_t words : {1u, 2u, 3u, 1000u}) {
    const Words chain = random_cycle(words);
    for (const std::uint64_t steps : {0u, 1u, 7u, 32u, 1003u}) {
      std::uint64_t at = 8 * (words / 2);
      for (std::uint64_t step = 0; step < steps; ++step) at = chain[at / 8];
      EXPECT_EQ(chase(chain, 8 * (words / 2), steps), at) << words << " words, " << steps << " steps";
    }
  }
}

TEST(CudaChase, EndsWhereTheChainLeadsAstray) {
  for (const std::uint64_t astray :
       {std::uint64_t{24}, ~std::uint64_t{0}, ~std::uint64_t{7}, std::uint64_t{1} << 40}) {
    EXPECT_EQ(chase({8, 16, astray}, 0, 3), astray);
    EXPECT_EQ(chase({8, 16, astray}, 0, 100), astray);
  }
}

struct UpdateCase {
  std::uint64_t words, updates;
  std::uint32_t parts;
};

TEST(CudaRandomUpdate, IsWhatTheHostReplays) {
  for (const UpdateCase& which : std::vector<UpdateCase>{{1, 0, 1},
                                                         {1, 1, 1},
                                                         {1, 77, 1},
                                                         {2, 64, 2},
                                                         {64, 256, 1},
                                                         {64, 257, 1},
                                                         {1024, 8 * 129, 8},
                                                         {4096, 4096, 64},
                                                         {4096, 9001, 1},
                                                         {8192, 8192, 8192}}) {
    if (kThreadSanitizer && which.updates > 1200) continue;
    SCOPED_TRACE(testing::Message() << which.words << " words, " << which.updates << " updates, "
                                    << which.parts);
    Words expected(which.words, 3);
    for (std::uint64_t i = 0; i < which.updates; ++i) {
      const std::uint64_t r = kernels::random_update_word(9, i);
      expected[kernels::random_update_place(r, i / (which.updates / which.parts),
                                            which.words / which.parts)] ^= r;
    }
    for_all_schedules(2, [&](const Launch& launch) {
      const Array<std::uint64_t> table(Words(which.words, 3), 1);
      const rp_random_update_params params{table.memory(), which.words, which.updates, 9, which.parts, 0};
      EXPECT_EQ(launch_random_update(params, launch), 0);
      EXPECT_TRUE(table.guards_untouched());
      EXPECT_EQ(table.values(), expected);
      return bytes_of(table.values());
    });
  }
}

struct BadWord {
  std::uint64_t index, difference;
};

struct MarchCase {
  std::uint64_t words;
  std::uint32_t read, write;
  bool descending = false;
  std::uint32_t pairs = 4;
  std::uint64_t before = 0;    ///< bad words that the report counts already
  std::vector<BadWord> bad{};  ///< by index
  std::uint32_t compute_units = 3;
};

void check(const MarchCase& which) {
  SCOPED_TRACE(testing::Message() << which.words << " words, " << which.read << " then " << which.write
                                  << ", descending " << which.descending << ", " << which.pairs << " pairs, "
                                  << which.before << " before, " << which.bad.size() << " bad");
  constexpr std::uint64_t kKey = 21;
  Words content(which.words), report(1 + 2 * std::size_t{which.pairs}, 0x1234567812345678u);
  for (std::uint64_t i = 0; i < which.words; ++i) content[i] = kernels::march_word(which.read, kKey, i);
  for (const BadWord& word : which.bad) content[word.index] ^= word.difference;
  report[0] = which.before;
  Words written = content, expected = report;
  for (std::uint64_t i = 0; i < which.words && which.write != RP_MARCH_NOTHING; ++i)
    written[i] = kernels::march_word(which.write, kKey, i);
  auto bad = which.read == RP_MARCH_NOTHING ? std::vector<BadWord>{} : which.bad;
  if (which.descending) std::ranges::reverse(bad);
  for (const BadWord& word : bad) {
    const std::uint64_t pair = expected[0]++;
    if (pair >= which.pairs) continue;
    expected[1 + 2 * pair] = word.index;
    expected[2 + 2 * pair] = word.difference;
  }
  for_all_schedules(which.compute_units, [&](const Launch& launch) {
    const Array<std::uint64_t> memory(content, 1), found(report, 3);
    const rp_march_params params{memory.memory(),
                                 found.memory(),
                                 which.words,
                                 kKey,
                                 which.read,
                                 which.write,
                                 which.descending ? 1u : 0u,
                                 which.pairs};
    EXPECT_EQ(launch_march(params, launch), 0);
    EXPECT_TRUE(memory.guards_untouched() && found.guards_untouched());
    EXPECT_EQ(memory.values(), written);
    EXPECT_EQ(found.values(), expected);
    return bytes_of(memory.values(), found.values());
  });
}

constexpr std::uint64_t kTile = 2048;  // words that a block works on at once

TEST(CudaMarch, AllPatternsFindBadWords) {
  for (std::uint32_t read = RP_MARCH_NOTHING; read <= RP_MARCH_RANDOM; ++read) {
    for (std::uint32_t write = RP_MARCH_NOTHING; write <= RP_MARCH_RANDOM; ++write) {
      if (kThreadSanitizer && (read + write) % 5 != 0) continue;
      MarchCase which{99, read, write, (read + write) % 2 == 1};
      check(which);
      which.bad = {{0, 1}, {50, std::uint64_t{1} << 63}, {98, ~std::uint64_t{0}}};
      check(which);
    }
  }
}

TEST(CudaMarch, SizesAroundTilesAndRanges) {
  for (const bool descending : {false, true}) {
    for (const std::uint64_t words :
         {std::uint64_t{0}, std::uint64_t{1}, kTile - 1, kTile, kTile + 1, 5 * kTile + 3}) {
      if (kThreadSanitizer && words != kTile + 1) continue;
      MarchCase which{words, RP_MARCH_ADDRESS, RP_MARCH_RANDOM, descending};
      check(which);
      which.compute_units = 4;  // of which the last has nothing to do for 5 tiles and a bit
      if (words > 1) which.bad = {{0, 2}, {words - 1, 4}};
      check(which);
    }
  }
}

TEST(CudaMarch, KeepsTheFirstPairsInOrderAndCountsAll) {
  for (const std::uint32_t pairs : {0u, 1u, 3u, 41u, 100u}) {
    for (const std::uint64_t before : {0u, 2u, 1000u}) {
      for (const bool descending : {false, true}) {
        if (kThreadSanitizer && (pairs != 41 || before != 2)) continue;
        MarchCase which{5 * kTile, RP_MARCH_ADDRESS, RP_MARCH_INVERSE, descending, pairs, before};
        for (std::uint64_t k = 0; k < 41; ++k) which.bad.push_back({k * 233, k + 1});
        check(which);
      }
    }
  }
}

TEST(CudaMarch, AllWordsOfATileAreBad) {
  MarchCase which{kTile + 40, RP_MARCH_ZEROS, RP_MARCH_ONES, true, 3000, 0};
  for (std::uint64_t i = 0; i < which.words; ++i) which.bad.push_back({i, i + 1});
  check(which);
}

}  // namespace
}  // namespace rackproof::cuda
