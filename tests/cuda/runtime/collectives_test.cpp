// Collectives of several processes, each with one device of the fake.
#include <nccl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <utility>

#include "kernels/cuda/entry.hpp"
#include "kernels/cuda/nccl.hpp"
#include "kernels/cuda/shared_library.hpp"
#include "kernels/edge.h"
#include "tests/cuda/runtime/opened.hpp"

namespace rackproof::fake {
namespace {

using Collectives = OpenedTest;

constexpr std::uint32_t kRanks = 3;
/// More than the fake moves in one piece.
constexpr std::uint64_t kCount = 20'000;

/// A rank with a device and a communicator.
class Rank {
 public:
  Rank(std::uint32_t rank, const unsigned char* id) : rank_(rank) {
    reset();
    ok(b_.open(""));
    ok(b_.device_open(uuid_of(0).c_str(), &device_));
    ok(b_.stream_create(device_, &stream_));
    ok(b_.communicator_create(device_, id, kRanks, rank, &communicator_));
  }
  ~Rank() {
    b_.communicator_destroy(communicator_);
    b_.stream_destroy(stream_);
    b_.device_close(device_);
  }
  Rank(const Rank&) = delete;
  Rank& operator=(const Rank&) = delete;

  /// `sent` elements, of which element i is value(rank, i); returns what is received.
  template <class T>
  std::vector<T> run(rp_collective which, rp_dtype dtype, std::uint64_t sent, std::uint64_t received,
                     std::uint32_t root, bool in_place = false) {
    std::vector<T> values(sent);
    for (std::uint64_t i = 0; i < sent; ++i) values[i] = static_cast<T>(value(rank_, i));
    rp_memory send{}, receive{};
    ok(b_.memory_allocate(device_, sent * sizeof(T), &send));
    ok(b_.memory_allocate(device_, received * sizeof(T), &receive));
    ok(b_.memory_write(device_, send, values.data(), sent * sizeof(T)));
    const rp_memory to = in_place ? send : receive;
    ok(b_.communicator_enqueue(communicator_, stream_, which, dtype, send, to, kCount, root));
    ok(b_.stream_sync(stream_));
    std::vector<T> found(received);
    ok(b_.memory_read(device_, found.data(), to, received * sizeof(T)));
    b_.memory_release(device_, send);
    b_.memory_release(device_, receive);
    return found;
  }

  static std::uint64_t value(std::uint64_t rank, std::uint64_t i) { return rank * 7 + i % 11; }

  void require(bool right, const char* what) {
    if (right) return;
    std::fprintf(stderr, "rank %u: %s\n", rank_, what);
    std::_Exit(1);
  }

 private:
  void ok(rp_result result) { require(result == RP_OK, b_.last_error()); }

  const rp_backend& b_ = backend();
  std::uint32_t rank_;
  rp_device* device_ = nullptr;
  rp_stream* stream_ = nullptr;
  rp_communicator* communicator_ = nullptr;
};

std::uint64_t sum_of(std::uint64_t i) {
  std::uint64_t sum = 0;
  for (std::uint64_t rank = 0; rank < kRanks; ++rank) sum += Rank::value(rank, i);
  return sum;
}

template <class T>
void check_rank(Rank& self, std::uint64_t rank, rp_dtype dtype) {
  const auto all = [&](const std::vector<T>& found,
                       const std::function<std::uint64_t(std::uint64_t)>& expected, const char* what) {
    for (std::uint64_t i = 0; i < found.size(); ++i)
      self.require(found[i] == static_cast<T>(expected(i)), what);
  };
  for (const bool in_place : {false, true}) {
    all(self.run<T>(RP_ALLREDUCE, dtype, kCount, kCount, 0, in_place), sum_of, "allreduce");
    all(
        self.run<T>(RP_BROADCAST, dtype, kCount, kCount, 2, in_place),
        [](std::uint64_t i) { return Rank::value(2, i); }, "broadcast");
  }
  all(
      self.run<T>(RP_ALLGATHER, dtype, kCount, kRanks * kCount, 0),
      [](std::uint64_t i) { return Rank::value(i / kCount, i % kCount); }, "allgather");
  all(
      self.run<T>(RP_REDUCE_SCATTER, dtype, kRanks * kCount, kCount, 0),
      [&](std::uint64_t i) { return sum_of(rank * kCount + i); }, "reduce-scatter");
  all(
      self.run<T>(RP_ALL_TO_ALL, dtype, kRanks * kCount, kRanks * kCount, 0),
      [&](std::uint64_t i) { return Rank::value(i / kCount, rank * kCount + i % kCount); }, "all-to-all");
}

TEST(Ranks, AgreeInEveryCollective) {
  ASSERT_EQ(backend().open(""), RP_OK);
  unsigned char id[RP_COMMUNICATOR_ID_BYTES];
  ASSERT_EQ(backend().communicator_id(id), RP_OK) << last_text();
  std::vector<pid_t> children;
  for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      {
        Rank self(rank, id);
        check_rank<float>(self, rank, RP_F32);
        check_rank<double>(self, rank, RP_F64);
        check_rank<std::int32_t>(self, rank, RP_I32);
        check_rank<std::uint64_t>(self, rank, RP_U64);
        check_rank<std::int8_t>(self, rank, RP_I8);
      }
      std::_Exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
}

TEST_F(Collectives, NonsenseIsRefused) {
  unsigned char id[RP_COMMUNICATOR_ID_BYTES];
  ASSERT_EQ(b.communicator_id(id), RP_OK) << last_text();
  EXPECT_EQ(b.communicator_id(nullptr), RP_INVALID);
  rp_communicator* communicator = nullptr;
  EXPECT_EQ(b.communicator_create(device, id, 1, 1, &communicator), RP_INVALID) << "rank 1 of 1";
  EXPECT_EQ(b.communicator_create(device, nullptr, 1, 0, &communicator), RP_INVALID);
  ASSERT_EQ(b.communicator_create(device, id, 1, 0, &communicator), RP_OK) << last_text();
  const rp_memory memory = allocate(1600);
  const auto result_of = [&](rp_collective which, rp_dtype dtype, rp_memory send, rp_memory receive,
                             std::uint32_t root = 0) {
    return b.communicator_enqueue(communicator, stream, which, dtype, send, receive, 100, root);
  };
  const rp_memory second{memory.handle, 800}, inside{memory.handle, 400}, beyond{memory.handle, 808};
  EXPECT_EQ(result_of(RP_ALLREDUCE, RP_F64, memory, second), RP_OK) << last_text();
  EXPECT_EQ(result_of(RP_ALLREDUCE, RP_F64, memory, memory), RP_OK) << "in place";
  EXPECT_EQ(result_of(RP_ALLREDUCE, RP_F64, memory, inside), RP_INVALID) << "they overlap";
  EXPECT_EQ(result_of(RP_ALLGATHER, RP_F64, memory, memory), RP_INVALID) << "not in place";
  EXPECT_EQ(result_of(RP_ALLREDUCE, RP_F64, memory, beyond), RP_INVALID);
  EXPECT_EQ(result_of(RP_ALLREDUCE, RP_F64, beyond, memory), RP_INVALID);
  EXPECT_EQ(result_of(RP_BROADCAST, RP_F64, memory, second, 1), RP_INVALID) << "no such root";
  EXPECT_EQ(result_of(static_cast<rp_collective>(7), RP_F64, memory, second), RP_INVALID);
  EXPECT_EQ(result_of(RP_ALLREDUCE, RP_TF32, memory, second), RP_UNSUPPORTED);
  for (const rp_dtype type : {RP_BF16, RP_F16})
    EXPECT_EQ(result_of(RP_ALLGATHER, type, memory, second), RP_OK) << type;
  rp_stream* elsewhere = nullptr;
  ASSERT_EQ(b.stream_create(other, &elsewhere), RP_OK);
  EXPECT_EQ(b.communicator_enqueue(communicator, elsewhere, RP_ALLREDUCE, RP_F64, memory, second, 1, 0),
            RP_INVALID);
  EXPECT_EQ(b.communicator_enqueue(nullptr, stream, RP_ALLREDUCE, RP_F64, memory, second, 1, 0), RP_INVALID);
  b.stream_destroy(elsewhere);
  EXPECT_EQ(sync(), RP_OK) << last_text();
  b.communicator_destroy(communicator);
  b.communicator_destroy(nullptr);
}

/// Communicators that go wrong.
class BrokenCollectives : public OpenedTest {
 protected:
  ~BrokenCollectives() override { cuda::backend().communicator_patience = before_; }

  rp_result join(std::uint32_t ranks = 1) {
    unsigned char id[RP_COMMUNICATOR_ID_BYTES];
    EXPECT_EQ(b.communicator_id(id), RP_OK) << last_text();
    return b.communicator_create(device, id, ranks, 0, &communicator_);
  }
  rp_result allreduce(rp_memory memory) {
    return b.communicator_enqueue(communicator_, stream, RP_ALLREDUCE, RP_F64, memory, memory, 10, 0);
  }
  /// Ends it; returns "destroy" or "abort".
  std::string end() {
    const auto before = calls();
    b.communicator_destroy(std::exchange(communicator_, nullptr));
    EXPECT_EQ(live()["communicators"], 0);
    std::string how;
    for (const char* function : {"ncclCommDestroy", "ncclCommAbort"}) {
      const auto old = before.find(function);
      const auto now = calls().find(function);
      if (now != calls().end() && (old == before.end() || old->second != now->second)) how += function;
    }
    return how;
  }

  rp_communicator* communicator_ = nullptr;
  std::chrono::milliseconds before_ = cuda::backend().communicator_patience;
};

TEST_F(BrokenCollectives, RanksThatDoNotComeAreNotWaitedForForEver) {
  EXPECT_EQ(cuda::backend().communicator_patience, std::chrono::seconds(60));
  cuda::backend().communicator_patience = std::chrono::milliseconds(2);
  EXPECT_EQ(join(2), RP_FAILED);
  EXPECT_NE(last_text().find("not every rank came within 2 ms"), std::string::npos) << last_text();
  EXPECT_EQ(live()["communicators"], 0);
  EXPECT_TRUE(calls().contains("ncclCommAbort"));
}

TEST_F(BrokenCollectives, ACallThatHangsIsGivenUp) {
  cuda::backend().communicator_patience = std::chrono::milliseconds(2);
  Configuration hanging;
  hanging.nccl_polls = 1 << 30;
  open(hanging);
  EXPECT_EQ(join(), RP_FAILED);
}

TEST_F(BrokenCollectives, CallsAreWaitedFor) {
  Configuration slow;
  slow.nccl_polls = 5;
  open(slow);
  ASSERT_EQ(join(), RP_OK) << last_text();
  const rp_memory memory = filled(std::vector<double>(10, 1.0));
  ASSERT_EQ(allreduce(memory), RP_OK) << last_text();
  ASSERT_EQ(sync(), RP_OK);
  EXPECT_EQ(end(), "ncclCommDestroy");
  EXPECT_GE(calls().at("ncclCommGetAsyncError"), 15u);
}

TEST_F(BrokenCollectives, AfterAnErrorTheyAreAborted) {
  Configuration configuration;
  configuration.faults = {{"ncclAllReduce", 1, 1, 2, false}};
  open(configuration);
  ASSERT_EQ(join(), RP_OK) << last_text();
  const rp_memory memory = filled(std::vector<double>(10, 1.0));
  EXPECT_EQ(allreduce(memory), RP_FAILED);
  EXPECT_NE(last_text().find("ncclAllReduce: error 2"), std::string::npos) << last_text();
  EXPECT_EQ(end(), "ncclCommAbort");
}

TEST_F(BrokenCollectives, AnErrorThatShowsOnlyAtTheEndAbortsToo) {
  for (const char* const function : {"ncclCommGetAsyncError", "ncclCommFinalize"}) {
    Configuration configuration;
    configuration.nccl_polls = 0;
    configuration.faults = {{function, function[8] == 'G' ? 2u : 1u, 1, 2, false}};
    open(configuration);
    ASSERT_EQ(join(), RP_OK) << last_text();
    EXPECT_EQ(end(), "ncclCommAbort") << function;
    EXPECT_EQ(faults_hit(), 1u);
  }
}

TEST_F(BrokenCollectives, TheyMayOutliveTheirDevice) {
  ASSERT_EQ(join(), RP_OK) << last_text();
  rp_stream* elsewhere = nullptr;
  ASSERT_EQ(b.stream_create(other, &elsewhere), RP_OK);
  const rp_memory memory = allocate(80, other);
  b.stream_destroy(std::exchange(stream, nullptr));
  b.device_close(std::exchange(device, nullptr));
  EXPECT_EQ(b.communicator_enqueue(communicator_, elsewhere, RP_ALLREDUCE, RP_F64, memory, memory, 10, 0),
            RP_INVALID)
      << "of another device";
  b.stream_destroy(elsewhere);
  EXPECT_EQ(end(), "ncclCommDestroy");
}

TEST_F(Collectives, WhatConnectsRanksIsRefusedWhileAStreamIsHeld) {
  unsigned char id[RP_COMMUNICATOR_ID_BYTES];
  ASSERT_EQ(b.communicator_id(id), RP_OK) << last_text();
  rp_communicator* communicator = nullptr;
  rp_stream* held = nullptr;
  ASSERT_EQ(b.stream_create(other, &held), RP_OK);
  ASSERT_EQ(b.stream_hold(held), RP_OK);
  EXPECT_EQ(b.communicator_create(device, id, 1, 0, &communicator), RP_INVALID);
  ASSERT_EQ(b.stream_release(held), RP_OK);
  ASSERT_EQ(b.communicator_create(device, id, 1, 0, &communicator), RP_OK) << last_text();
  const rp_memory send = allocate(800), receive = allocate(800);
  const auto result_of = [&](rp_collective which, std::uint64_t count) {
    return b.communicator_enqueue(communicator, stream, which, RP_F64, send, receive, count, 0);
  };
  ASSERT_EQ(result_of(RP_ALLREDUCE, 100), RP_OK) << last_text();
  ASSERT_EQ(b.stream_hold(stream), RP_OK);
  EXPECT_EQ(result_of(RP_ALLREDUCE, 100), RP_OK) << last_text();
  EXPECT_EQ(result_of(RP_ALLREDUCE, 50), RP_INVALID) << "NCCL may choose another algorithm";
  for (const rp_collective which : {RP_ALLGATHER, RP_REDUCE_SCATTER, RP_ALL_TO_ALL, RP_BROADCAST})
    EXPECT_EQ(result_of(which, 100), RP_INVALID) << which;
  EXPECT_NE(last_text().find("a collective that its communicator did not run before"), std::string::npos);
  for (int i = 0; i < 255; ++i) ASSERT_EQ(result_of(RP_ALLREDUCE, 100), RP_OK) << last_text();
  EXPECT_EQ(result_of(RP_ALLREDUCE, 100), RP_INVALID) << "no room behind the gate";
  const auto before = live();
  b.communicator_destroy(communicator);
  EXPECT_EQ(live(), before);
  ASSERT_EQ(b.stream_release(stream), RP_OK);
  EXPECT_EQ(live()["communicators"], 0);
  EXPECT_EQ(sync(), RP_OK);
  b.stream_destroy(held);
}

TEST_F(FakeTest, WithoutNcclThereAreNoCollectives) {
  missing() = {"libnccl.so.2"};
  EXPECT_THROW(cuda::Nccl(cuda::SharedLibrary("libnccl.so.2")), kernels::Failure);
  missing() = {"ncclSend"};
  try {
    cuda::Nccl(cuda::SharedLibrary("libnccl.so.2"));
    FAIL() << "a function is missing";
  } catch (const kernels::Failure& failure) {
    EXPECT_EQ(failure.result(), RP_UNSUPPORTED);
    EXPECT_STREQ(failure.what(), "libnccl.so.2 has no function ncclSend");
  }
}

}  // namespace
}  // namespace rackproof::fake
