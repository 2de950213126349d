// The interconnect cases on a sound module, and on modules that lie: each lie is found, on all ranks.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <vector>

#include "kernels/collective.h"
#include "suites/catalogue/catalogue.hpp"
#include "suites/run/interconnect.hpp"
#include "tests/suites/interconnect/rank_main.hpp"

namespace rackproof::test {

namespace {

constexpr std::string_view kLatency = "interconnect/host/pt2pt:latency";
constexpr std::string_view kBandwidth = "interconnect/host/pt2pt:bandwidth";
constexpr std::string_view kSmall = "interconnect/host/allreduce:f32,bytes=8,isolated";
constexpr std::string_view kLarge = "interconnect/host/allreduce:f32,bytes=1048576,isolated";

struct Finished {
  CaseEnd end;
  std::size_t recorded = 0;  ///< samples that reached the recorder of this rank
};

Finished run_case(RunCase run, std::string_view id, const rp_message_passing* with, double sample_time_s,
                  double precision = 0.01) {
  const CaseRow* row = nullptr;
  for (const CaseRow& candidate : interconnect_cases()) {
    if (candidate.id == id) row = &candidate;
  }
  if (row == nullptr) throw Error("no such case");
  const Group group = with != nullptr ? Group(with) : Group();
  SampleSettings settings;
  settings.sample_time_s = sample_time_s;
  settings.precision = precision;
  Finished finished;
  run({*row,
       42,
       settings,
       {},
       group,
       [&](const Samples& samples) { finished.recorded += samples.host_ns.size(); },
       SystemRoot()},
      finished.end);
  return finished;
}

/// The outcome of a case that must not end well; every rank has to see the same one.
Outcome stopped(RunCase run, std::string_view id, const rp_message_passing* with) {
  try {
    run_case(run, id, with, 0.2, 0);  // never precise enough: the lie comes before the end
  } catch (const AgreedStop& stop) {
    return stop.outcome();
  }
  return {Status::ok, Phase::finish, "ended well"};
}

void expect_sound(const Finished& finished) {
  const CaseEnd& end = finished.end;
  EXPECT_EQ(end.exact.at("wrong_elements"), 0);
  EXPECT_EQ(end.text.at("transport"), "tcp,self");
  EXPECT_GT(end.iterations, 5);
  EXPECT_GT(end.elements_checked, 0);
  EXPECT_GT(end.resolution_s, 0);
  EXPECT_NE(end.stop, Stop::none);
  EXPECT_EQ(finished.recorded, messages().rank() == 0 ? static_cast<std::size_t>(end.iterations) : 0u);
  for (const auto& [name, value] : end.values) {
    EXPECT_GT(value.lo, 0) << name;
    EXPECT_LE(value.lo, value.value) << name;
    EXPECT_LE(value.value, value.hi) << name;
    EXPECT_EQ(value.n, end.iterations) << name;
    if (messages().rank() == 0)
      std::printf("  %s = %.4g [%.4g, %.4g]\n", name.c_str(), value.value, value.lo, value.hi);
  }
}

TEST(InterconnectCatalogue, RowsNameTheirQuantities) {
  int hosts = 0;
  for (const CaseRow& row : interconnect_cases()) {
    if (!row.id.starts_with("interconnect/host/")) continue;
    ++hosts;
    EXPECT_TRUE(row.on_pair) << row.id;
    EXPECT_FALSE(row.on_device || row.on_node) << row.id;
    EXPECT_EQ(row.on_group, row.id.find("allreduce") != std::string_view::npos) << row.id;
    EXPECT_EQ(row.clock, "host");
    bool transport = false;
    bool wrong = false;
    for (const QuantityRow& quantity : row.quantities) {
      transport |= quantity.name == "transport" && quantity.kind == QuantityKind::text;
      wrong |= quantity.name == "wrong_elements" && quantity.kind == QuantityKind::exact;
    }
    EXPECT_TRUE(transport && wrong) << row.id;
  }
  EXPECT_EQ(hosts, 4);
}

// The closed forms against plain sums.
TEST(CollectiveContract, ExpectedSumIsTheSumOfTheInputs) {
  for (const std::uint32_t ranks : {1u, 2u, 3u, 250u, 251u, 252u, 503u, kernels::kAllreduceMostRanks}) {
    for (const std::uint32_t pattern : {0u, 17u, 255u}) {
      for (const std::int64_t iteration : {-1, 0, 1, 255, 100'000}) {
        float sum = 0;
        for (std::uint32_t rank = 0; rank < ranks; ++rank) {
          const float input = kernels::allreduce_input(pattern, iteration, rank);
          EXPECT_GE(input, 1.0f);
          sum += input;
        }
        const float expected =
            kernels::allreduce_expected(pattern, iteration, ranks, kernels::allreduce_weights(ranks));
        ASSERT_EQ(sum, expected) << ranks << " ranks";
      }
    }
  }
  EXPECT_FALSE(kernels::allreduce_right(std::nanf(""), 3.0f));
  EXPECT_DOUBLE_EQ(kernels::bus_factor(RP_ALLREDUCE, 4), 1.5);
  EXPECT_DOUBLE_EQ(kernels::bus_factor(RP_ALL_TO_ALL, 4), 0.75);
  EXPECT_DOUBLE_EQ(kernels::bus_factor(RP_BROADCAST, 4), 1);
}

TEST(CollectiveContract, WordsDifferByIterationMessageAndPlace) {
  const std::uint64_t key = kernels::data_key(1, kBandwidth);
  EXPECT_NE(kernels::message_stamp(key, 1, 0), kernels::message_stamp(key, 0, 1));
  EXPECT_NE(kernels::message_stamp(key, 5, 2), kernels::message_stamp(key, 6, 2));
  EXPECT_NE(kernels::message_base(key, 0), kernels::message_base(key, 1));
  EXPECT_NE(kernels::message_base(key, 0), kernels::message_base(kernels::data_key(2, kBandwidth), 0));
}

TEST(Interconnect, PointToPoint) {
  if (messages().size() == 2) {
    const Finished latency = run_case(run_pt2pt_latency, kLatency, &messages(), 0.3);
    expect_sound(latency);
    EXPECT_LT(latency.end.values.at("time").value, 1e-2);
    const Finished bandwidth = run_case(run_pt2pt_bandwidth, kBandwidth, &messages(), 0.5);
    expect_sound(bandwidth);
    EXPECT_GT(bandwidth.end.values.at("bandwidth").value, 1e6);
    return;
  }
  EXPECT_EQ(stopped(run_pt2pt_latency, kLatency, &messages()).status, Status::unsupported);
  EXPECT_EQ(stopped(run_pt2pt_bandwidth, kBandwidth, &messages()).status, Status::unsupported);
}

TEST(Interconnect, Allreduce) {
  const Finished small = run_case(run_allreduce, kSmall, &messages(), 0.3);
  expect_sound(small);
  EXPECT_EQ(small.end.values.count("bus_bandwidth"), 0u);
  const Finished large = run_case(run_allreduce, kLarge, &messages(), 0.3);
  expect_sound(large);
  const double n = messages().size();
  const double time = large.end.values.at("time").value;
  EXPECT_NEAR(large.end.values.at("bus_bandwidth").value * time / (2 * (n - 1) / n * 1048576), 1, 1e-2);
}

TEST(Interconnect, NeedsOtherRanks) {
  EXPECT_EQ(stopped(run_pt2pt_latency, kLatency, nullptr).status, Status::unsupported);
  EXPECT_EQ(stopped(run_allreduce, kSmall, nullptr).status, Status::unsupported);
}

/// What a lying module does to the data that the sound one delivered: `call` counts from 0 on each rank.
struct Lie {
  int rank = 0;
  std::int64_t call = 0;
  std::function<void(void* data, std::size_t bytes)> tell;
};

// The interface has no context argument, so the wrapped entries find the lie here.
struct Liar {
  static inline Lie lie;
  static inline std::int64_t calls = 0;
  static inline bool idle = false;  ///< the rank's allreduce leaves its values as they were

  static void touch(void* data, std::size_t bytes) {
    if (calls++ == lie.call && messages().rank() == lie.rank) lie.tell(data, bytes);
  }
  static rp_result receive(void* data, std::uint64_t bytes, int from) {
    const rp_result result = messages().receive(data, bytes, from);
    touch(data, bytes);
    return result;
  }
  static rp_result receive_window(void* data, std::uint64_t bytes, int window, int from) {
    const rp_result result = messages().receive_window(data, bytes, window, from);
    touch(data, bytes * static_cast<std::uint64_t>(window));
    return result;
  }
  static rp_result sum_f32(float* values, std::uint64_t count) {
    const std::vector<float> before(values, values + count);
    const rp_result result = messages().sum_f32(values, count);
    touch(values, count * sizeof(float));
    if (idle && messages().rank() == lie.rank) std::copy(before.begin(), before.end(), values);
    return result;
  }
  static rp_message_passing table(Lie told) {
    lie = std::move(told);
    calls = 0;
    rp_message_passing table = messages();
    table.receive = receive;
    table.receive_window = receive_window;
    table.sum_f32 = sum_f32;
    return table;
  }
};

auto flip_bit(std::size_t byte, int bit) {
  return [=](void* data, std::size_t bytes) {
    ASSERT_LT(byte, bytes);
    auto* at = static_cast<unsigned char*>(data) + byte;
    *at = static_cast<unsigned char>(*at ^ (1u << bit));
  };
}

void expect_wrong(const Outcome& outcome, int rank, const std::string& reason) {
  EXPECT_EQ(outcome.status, Status::wrong) << outcome.reason;
  EXPECT_EQ(outcome.phase, Phase::check);
  EXPECT_NE(outcome.reason.find("rank " + std::to_string(rank) + ": "), std::string::npos) << outcome.reason;
  EXPECT_NE(outcome.reason.find(reason), std::string::npos) << outcome.reason;
}

TEST(InterconnectLies, OneBitOfOneAllreduceElement) {
  const int last = messages().size() - 1;
  rp_message_passing table = Liar::table({last, 3, flip_bit(4 * 77'777, 0)});
  expect_wrong(stopped(run_allreduce, kLarge, &table), last, "element 77777 of iteration 3: ");
  table = Liar::table({0, 40, flip_bit(7, 7)});  // the sign of the last element, after the warm-up
  expect_wrong(stopped(run_allreduce, kSmall, &table), 0, "element 1 of iteration 40: ");
}

TEST(InterconnectLies, NanFromAllreduce) {
  const int rank = messages().size() / 2;
  const auto nan = [](void* data, std::size_t bytes) {
    const float value = std::nanf("");
    std::memcpy(static_cast<char*>(data) + bytes - sizeof value, &value, sizeof value);
  };
  rp_message_passing table = Liar::table({rank, 5, nan});
  expect_wrong(stopped(run_allreduce, kLarge, &table), rank, "element 262143 of iteration 5: nan");
}

TEST(InterconnectLies, AllreduceThatDoesNothing) {
  Liar::idle = true;
  rp_message_passing table = Liar::table({1, -1, nullptr});
  expect_wrong(stopped(run_allreduce, kSmall, &table), 1, "element 0 of iteration 0: ");
  Liar::idle = false;
}

TEST(InterconnectLies, AllreduceWritesTooFar) {
  const auto beyond = [](void* data, std::size_t bytes) {
    std::memset(static_cast<char*>(data) + bytes, 0, 4);
  };
  rp_message_passing table = Liar::table({0, 2, beyond});
  expect_wrong(stopped(run_allreduce, kLarge, &table), 0, "outside of the 262144 elements");
}

TEST(InterconnectLies, OneBitOfOneMessage) {
  if (messages().size() != 2) {
    EXPECT_EQ(messages().size(), 4);  // pairs are measured with two ranks only
    return;
  }
  for (const int rank : {0, 1}) {  // rank 1 echoes what arrived: both ends find it, the first is named
    rp_message_passing table = Liar::table({rank, 1000, flip_bit(5, 3)});
    expect_wrong(stopped(run_pt2pt_latency, kLatency, &table), 0, "word 0 of message ");
  }
  rp_message_passing table = Liar::table({1, 9, flip_bit((7 << 18) + 8 * 1234 + 2, 6)});
  expect_wrong(stopped(run_pt2pt_bandwidth, kBandwidth, &table), 1,
               "word 1234 of message 7 of iteration 9: ");
  table = Liar::table({0, 4, flip_bit(0, 0)});
  expect_wrong(stopped(run_pt2pt_bandwidth, kBandwidth, &table), 0, "word 0 of message 16 of iteration 4: ");
}

TEST(InterconnectLies, SwappedMessagesAndStaleMemory) {
  if (messages().size() != 2) {
    EXPECT_EQ(messages().size(), 4);
    return;
  }
  const auto swap = [](void* data, std::size_t) {
    auto* bytes = static_cast<char*>(data);
    std::swap_ranges(bytes, bytes + (1 << 18), bytes + (3 << 18));
  };
  rp_message_passing table = Liar::table({1, 6, swap});
  expect_wrong(stopped(run_pt2pt_bandwidth, kBandwidth, &table), 1, "word 0 of message 0 of iteration 6: ");
  std::vector<char> old;
  const auto keep_and_replay = [&](void* data, std::size_t bytes) {
    auto* now = static_cast<char*>(data);
    if (old.empty()) {
      old.assign(now, now + bytes);
      Liar::lie.call += 1;
    } else {
      std::copy(old.begin(), old.end(), now);
    }
  };
  table = Liar::table({1, 5, keep_and_replay});
  expect_wrong(stopped(run_pt2pt_bandwidth, kBandwidth, &table), 1, "word 0 of message 0 of iteration 6: ");
}

}  // namespace

}  // namespace rackproof::test
