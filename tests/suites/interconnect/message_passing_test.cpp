// Every entry of the message-passing module, on the ranks of the launch.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "tests/suites/interconnect/rank_main.hpp"

namespace rackproof::test {

namespace {

/// The other rank of a pair (0,1), (2,3).
int partner() { return messages().rank() ^ 1; }

TEST(MessagePassing, TableIsComplete) {
  const rp_message_passing& m = messages();
  EXPECT_EQ(m.struct_size, sizeof(rp_message_passing));
  EXPECT_EQ(m.major, std::uint32_t{RP_MESSAGE_PASSING_MAJOR});
  EXPECT_STREQ(m.name, "mpi");
  EXPECT_NE(std::string(m.version), "");
  EXPECT_EQ(std::string(m.version).find('\n'), std::string::npos);
  EXPECT_GE(m.rank(), 0);
  EXPECT_LT(m.rank(), m.size());
  EXPECT_NE(m.open(), RP_OK);
  EXPECT_STREQ(m.last_error(), "open: already open");
}

// The launch says --mca btl tcp,self.
TEST(MessagePassing, TransportIsTheConfiguredOne) { EXPECT_STREQ(messages().transport(), "tcp,self"); }

TEST(MessagePassing, BroadcastFromEveryRoot) {
  const rp_message_passing& m = messages();
  for (int root = 0; root < m.size(); ++root) {
    std::vector<int> values(1001, -1);
    if (m.rank() == root) std::iota(values.begin(), values.end(), root);
    ASSERT_EQ(m.broadcast(values.data(), values.size() * sizeof(int), root), RP_OK) << m.last_error();
    for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], root + static_cast<int>(i));
  }
  EXPECT_EQ(m.broadcast(nullptr, 0, 0), RP_OK) << m.last_error();
}

TEST(MessagePassing, GatherIsInRankOrder) {
  const rp_message_passing& m = messages();
  const int root = m.size() - 1;
  const std::int64_t mine = 100 + m.rank();
  std::vector<std::int64_t> all(m.rank() == root ? static_cast<std::size_t>(m.size()) : 0);
  ASSERT_EQ(m.gather(&mine, sizeof mine, all.data(), root), RP_OK) << m.last_error();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], 100 + static_cast<std::int64_t>(i));
}

TEST(MessagePassing, MaximumIsElementWise) {
  const rp_message_passing& m = messages();
  std::int64_t values[]{m.rank(), -m.rank(), std::numeric_limits<std::int64_t>::min() + m.rank()};
  ASSERT_EQ(m.maximum_i64(values, 3), RP_OK) << m.last_error();
  EXPECT_EQ(values[0], m.size() - 1);
  EXPECT_EQ(values[1], 0);
  EXPECT_EQ(values[2], std::numeric_limits<std::int64_t>::min() + m.size() - 1);
}

TEST(MessagePassing, SumsKeepNan) {
  const rp_message_passing& m = messages();
  const int sum = m.size() * (m.size() + 1) / 2;
  float singles[]{static_cast<float>(m.rank() + 1), m.rank() == 0 ? std::nanf("") : 1.0f};
  ASSERT_EQ(m.sum_f32(singles, 2), RP_OK) << m.last_error();
  EXPECT_EQ(singles[0], static_cast<float>(sum));
  EXPECT_TRUE(std::isnan(singles[1]));
  double doubles[]{static_cast<double>(m.rank() + 1) * 0x1p-40, 1.0};
  ASSERT_EQ(m.sum_f64(doubles, 2), RP_OK) << m.last_error();
  EXPECT_EQ(doubles[0], sum * 0x1p-40);
  EXPECT_EQ(doubles[1], m.size());
}

TEST(MessagePassing, SendAndReceive) {
  const rp_message_passing& m = messages();
  std::vector<int> values(50'000, m.rank());
  if (m.rank() % 2 == 0) {
    ASSERT_EQ(m.send(values.data(), values.size() * sizeof(int), partner()), RP_OK) << m.last_error();
    ASSERT_EQ(m.receive(values.data(), values.size() * sizeof(int), partner()), RP_OK) << m.last_error();
    for (const int value : values) ASSERT_EQ(value, m.rank() + 1);
  } else {
    std::vector<int> received(values.size());
    ASSERT_EQ(m.receive(received.data(), values.size() * sizeof(int), partner()), RP_OK) << m.last_error();
    for (const int value : received) ASSERT_EQ(value, m.rank() - 1);
    ASSERT_EQ(m.send(values.data(), values.size() * sizeof(int), partner()), RP_OK) << m.last_error();
  }
}

TEST(MessagePassing, WindowKeepsTheOrder) {
  const rp_message_passing& m = messages();
  constexpr int kWindow = 32;
  constexpr std::size_t kInts = 5000;
  std::vector<int> values(kWindow * kInts, -1);
  if (m.rank() % 2 == 0) {
    std::iota(values.begin(), values.end(), 7);
    ASSERT_EQ(m.send_window(values.data(), kInts * sizeof(int), kWindow, partner()), RP_OK) << m.last_error();
  } else {
    ASSERT_EQ(m.receive_window(values.data(), kInts * sizeof(int), kWindow, partner()), RP_OK)
        << m.last_error();
    for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], 7 + static_cast<int>(i));
  }
}

TEST(MessagePassing, ShortMessageIsAnError) {
  const rp_message_passing& m = messages();
  char bytes[16]{};
  if (m.rank() % 2 == 0) {
    EXPECT_EQ(m.send(bytes, 8, partner()), RP_OK);
    EXPECT_EQ(m.send_window(bytes, 4, 2, partner()), RP_OK);
  } else {
    EXPECT_EQ(m.receive(bytes, 16, partner()), RP_FAILED);
    EXPECT_STREQ(m.last_error(), "receive: 8 bytes came instead of 16");
    EXPECT_EQ(m.receive_window(bytes, 8, 2, partner()), RP_FAILED);
    EXPECT_STREQ(m.last_error(), "receive window: 4 bytes came instead of 8");
  }
}

TEST(MessagePassing, LongMessageIsAnError) {
  const rp_message_passing& m = messages();
  char bytes[16]{};
  if (m.rank() % 2 == 0) {
    EXPECT_EQ(m.send(bytes, 16, partner()), RP_OK);
  } else {
    EXPECT_EQ(m.receive(bytes, 8, partner()), RP_FAILED);
    EXPECT_NE(std::string(m.last_error()).find("receive: "), std::string::npos);
  }
}

// All refused on the spot, on every rank alike: nobody is left waiting.
TEST(MessagePassing, RefusesWhatCannotBe) {
  const rp_message_passing& m = messages();
  char byte = 0;
  float value = 0;
  constexpr std::uint64_t kTooMany = std::uint64_t{1} << 31;
  EXPECT_EQ(m.broadcast(&byte, kTooMany, 0), RP_FAILED);
  EXPECT_EQ(m.sum_f32(&value, kTooMany), RP_FAILED);
  EXPECT_STREQ(m.last_error(), "sum: more than 2147483647 elements in one call");
  EXPECT_EQ(m.send(&byte, 1, m.size()), RP_FAILED);
  EXPECT_EQ(m.receive(&byte, 1, m.size()), RP_FAILED);
  EXPECT_EQ(m.send_window(&byte, 1, 1, m.size()), RP_FAILED);
  EXPECT_EQ(m.receive_window(&byte, 1, 1, m.size()), RP_FAILED);
  EXPECT_EQ(m.send_window(&byte, 1, 257, partner()), RP_FAILED);
  EXPECT_EQ(m.receive_window(&byte, 1, -1, partner()), RP_FAILED);
  EXPECT_EQ(m.broadcast(&byte, 1, m.size()), RP_FAILED);
  EXPECT_EQ(m.barrier(), RP_OK) << m.last_error();
}

}  // namespace

}  // namespace rackproof::test
