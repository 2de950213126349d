// What the ABI demands of every backend: bounds, errors, optional entries, identity.
#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <vector>

#include "kernels/gemm.h"
#include "kernels/stream.h"
#include "suites/selftest/memory_check.hpp"
#include "tests/conformance/backend_library.hpp"
#include "tests/conformance/optional_backends.hpp"

namespace rackproof::conformance {
namespace {

class Contract : public testing::TestWithParam<const char*> {
 protected:
  Contract() : backend_(load_backend(GetParam())), device_(backend_, "") {}

  rp_result stream(rp_memory a, rp_memory b, rp_memory c, std::uint64_t count) const {
    const rp_stream_params params{a, b, c, count, 0.5, RP_STORES_REGULAR, 0};
    return device_.enqueue(RP_OP_TRIAD, RP_F64, &params, sizeof params);
  }

  const rp_backend& backend_;
  Device device_;
};

TEST_P(Contract, TableIsComplete) {
  EXPECT_EQ(backend_.struct_size, sizeof(rp_backend)) << "as the loader hands it on";
  EXPECT_EQ(backend_.abi_major, static_cast<std::uint32_t>(RP_ABI_MAJOR));
  EXPECT_STREQ(backend_.name, GetParam());
  for (const char* text : {backend_.version, backend_.implementation, backend_.last_error()})
    EXPECT_NE(text, nullptr);
}

TEST_P(Contract, DevicesHaveUniqueNames) {
  std::uint32_t count = 0;
  ASSERT_EQ(backend_.device_count(&count), RP_OK);
  ASSERT_GE(count, 1u);
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) {
    rp_device_info info{};
    info.struct_size = sizeof info;
    ASSERT_EQ(backend_.device_info(i, &info), RP_OK);
    EXPECT_STRNE(info.uuid, "");
    EXPECT_STRNE(info.model, "");
    EXPECT_GT(info.memory_bytes, 0u);
    EXPECT_GT(info.compute_units, 0u);
    names.insert(info.uuid);
  }
  EXPECT_EQ(names.size(), count);
  rp_device_info info{};
  info.struct_size = sizeof info;
  EXPECT_EQ(backend_.device_info(count, &info), RP_INVALID);
  info.struct_size = 8;
  EXPECT_EQ(backend_.device_info(0, &info), RP_INVALID);
}

TEST_P(Contract, UnknownAndOpenDevicesAreRefused) {
  rp_device* other = nullptr;
  EXPECT_EQ(backend_.device_open("no-such-device", &other), RP_INVALID);
  EXPECT_NE(std::strstr(backend_.last_error(), "no-such-device"), nullptr) << backend_.last_error();
  if (backend_.device_close != nullptr) {
    EXPECT_EQ(backend_.device_open(device_.info().uuid, &other), RP_INVALID);
  }
}

TEST_P(Contract, UnknownOptionsAreRefused) {
  if (backend_.open == nullptr) GTEST_SKIP() << "takes none";
  EXPECT_EQ(backend_.open("speed=high"), RP_INVALID);
  EXPECT_STRNE(backend_.last_error(), "");
}

TEST_P(Contract, RegionsOutsideAnAllocationAreInvalid) {
  rp_memory memory{};
  ASSERT_EQ(backend_.memory_allocate(device_.get(), 8000, &memory), RP_OK);
  std::vector<char> host(8001);
  const rp_memory beyond{memory.handle, 8001};
  const rp_memory huge{memory.handle, ~std::uint64_t{0}};
  const rp_memory unknown{memory.handle + 1000, 0};
  EXPECT_EQ(backend_.memory_read(device_.get(), host.data(), memory, 8000), RP_OK);
  EXPECT_EQ(backend_.memory_read(device_.get(), host.data(), memory, 8001), RP_INVALID);
  EXPECT_EQ(backend_.memory_read(device_.get(), host.data(), beyond, 0), RP_INVALID);
  EXPECT_EQ(backend_.memory_write(device_.get(), huge, host.data(), 2), RP_INVALID);
  EXPECT_EQ(backend_.memory_write(device_.get(), unknown, host.data(), 1), RP_INVALID);
  if (backend_.memory_fill != nullptr) {
    EXPECT_EQ(backend_.memory_fill(device_.get(), unknown, 0, 1), RP_INVALID);
  }
  std::uint64_t digest = 0;
  if (backend_.memory_digest != nullptr) {
    EXPECT_EQ(backend_.memory_digest(device_.get(), memory, 8001, &digest), RP_INVALID);
  }
  if (backend_.memory_release == nullptr) return;
  backend_.memory_release(device_.get(), memory);
  EXPECT_EQ(backend_.memory_read(device_.get(), host.data(), memory, 1), RP_INVALID) << "after the release";
}

TEST_P(Contract, OperandsOutsideAnAllocationAreInvalid) {
  rp_memory a{}, b{}, c{};
  for (rp_memory* memory : {&a, &b, &c})
    ASSERT_EQ(backend_.memory_allocate(device_.get(), 8000, memory), RP_OK);
  const auto moved = [](rp_memory memory, std::uint64_t offset) { return rp_memory{memory.handle, offset}; };
  EXPECT_EQ(stream(a, b, c, 1000), RP_OK);
  EXPECT_EQ(stream(a, b, c, 1001), RP_INVALID);
  EXPECT_EQ(stream(moved(a, 8), b, c, 1000), RP_INVALID);
  EXPECT_EQ(stream(a, moved(b, 8), c, 1000), RP_INVALID);
  EXPECT_EQ(stream(a, b, moved(c, 8), 1000), RP_INVALID);
  EXPECT_EQ(stream(a, b, moved(c, 4), 10), RP_INVALID) << "not a multiple of the element";
  EXPECT_EQ(stream(a, b, {0, 0}, 1), RP_INVALID) << "no memory";
  EXPECT_EQ(stream(a, b, c, ~std::uint64_t{0} / 8 + 2), RP_INVALID) << "the size in bytes wraps around";
  EXPECT_EQ(stream(a, moved(a, 8), c, 10), RP_INVALID) << "output and input overlap";
  EXPECT_EQ(backend_.stream_sync(device_.stream()), RP_OK);
  const auto release = [&] {
    if (backend_.memory_release == nullptr) return;
    for (const rp_memory memory : {a, b, c}) backend_.memory_release(device_.get(), memory);
  };
  rp_gemm_params gemm = kernels::gemm_params(a, b, c, 31, 31, 31, RP_F64);
  const rp_result product = device_.enqueue(RP_OP_GEMM, RP_F64, &gemm, sizeof gemm);
  if (product == RP_UNSUPPORTED) return release();
  EXPECT_EQ(product, RP_OK);
  for (std::uint32_t rp_gemm_params::*dimension :
       {&rp_gemm_params::m, &rp_gemm_params::n, &rp_gemm_params::k}) {
    rp_gemm_params wrong = gemm;
    wrong.*dimension = 40;
    EXPECT_EQ(device_.enqueue(RP_OP_GEMM, RP_F64, &wrong, sizeof wrong), RP_INVALID);
    wrong.*dimension = 0xffffffffu;
    EXPECT_EQ(device_.enqueue(RP_OP_GEMM, RP_F64, &wrong, sizeof wrong), RP_INVALID);
  }
  EXPECT_EQ(backend_.stream_sync(device_.stream()), RP_OK);
  release();
}

TEST_P(Contract, ParamsOfTheWrongSizeAreInvalid) {
  const rp_stream_params params{};
  EXPECT_EQ(device_.enqueue(RP_OP_TRIAD, RP_F64, &params, sizeof params - 1), RP_INVALID);
  EXPECT_EQ(device_.enqueue(RP_OP_TRIAD, RP_F64, nullptr, sizeof params), RP_INVALID);
  EXPECT_EQ(device_.enqueue(RP_OP_NOTHING, RP_F64, &params, 1), RP_INVALID);
  EXPECT_EQ(device_.enqueue(RP_OP_NOTHING, RP_F32, nullptr, 0), RP_OK);
  EXPECT_EQ(backend_.stream_sync(device_.stream()), RP_OK);
}

TEST_P(Contract, WhatIsMissingIsUnsupportedWithAReason) {
  const rp_stream_params params{};
  EXPECT_EQ(device_.enqueue(RP_OP_TRIAD, RP_F8E4M3, &params, sizeof params), RP_UNSUPPORTED);
  EXPECT_STRNE(backend_.last_error(), "");
  EXPECT_EQ(device_.enqueue(static_cast<rp_op>(127), RP_F64, nullptr, 0), RP_UNSUPPORTED);
  if (backend_.op_query == nullptr) return;
  rp_op_facts facts{};
  facts.struct_size = sizeof facts;
  facts.scratch_bytes = 7;
  EXPECT_EQ(backend_.op_query(device_.get(), RP_OP_TRIAD, RP_F64, &params, sizeof params, &facts), RP_OK);
  EXPECT_EQ(facts.scratch_bytes, 0u);
  EXPECT_EQ(backend_.op_query(device_.get(), RP_OP_TRIAD, RP_F64, &params, sizeof params, nullptr), RP_OK);
  EXPECT_EQ(backend_.op_query(device_.get(), RP_OP_TRIAD, RP_F8E4M3, &params, sizeof params, nullptr),
            RP_UNSUPPORTED);
  EXPECT_STRNE(backend_.last_error(), "");
  EXPECT_EQ(backend_.op_query(device_.get(), static_cast<rp_op>(127), RP_F64, nullptr, 0, nullptr),
            RP_UNSUPPORTED);
}

TEST_P(Contract, TooMuchMemoryIsRefused) {
  rp_memory memory{};
  for (const std::uint64_t bytes :
       {~std::uint64_t{0}, std::uint64_t{1} << 62, device_.info().memory_bytes + 1}) {
    EXPECT_EQ(backend_.memory_allocate(device_.get(), bytes, &memory), RP_OUT_OF_MEMORY) << bytes;
    EXPECT_EQ(memory.handle, 0u);
  }
  EXPECT_EQ(backend_.memory_allocate(device_.get(), 0, &memory), RP_INVALID);
}

TEST_P(Contract, DigestFollowsTheContent) {
  if (backend_.memory_digest == nullptr) GTEST_SKIP() << "has none";
  for (const std::uint64_t bytes : {1u, 9u, 5000u, 3000001u}) {
    const GuardedBuffer buffer(device_, bytes, 0);
    std::vector<unsigned char> content(bytes, 1);
    const auto digest = [&] {
      std::uint64_t value = 0;
      buffer.write(content.data());
      EXPECT_EQ(backend_.memory_digest(device_.get(), buffer.memory(), bytes, &value), RP_OK);
      return value;
    };
    const std::uint64_t first = digest();
    content[bytes - 1] ^= 0x80;
    EXPECT_NE(digest(), first) << bytes;
    content[bytes - 1] ^= 0x80;
    EXPECT_EQ(digest(), first) << bytes;
  }
}

TEST_P(Contract, GuardZonesShowAStrayWrite) {
  for (const std::int64_t stray : {-1, 100}) {
    const GuardedBuffer buffer(device_, 100, 3);
    ASSERT_EQ(buffer.guards(), "");
    const rp_memory where{buffer.memory().handle, buffer.memory().offset + static_cast<std::uint64_t>(stray)};
    const char zero = 0;
    ASSERT_EQ(backend_.memory_write(device_.get(), where, &zero, 1), RP_OK);
    EXPECT_NE(buffer.guards(), "") << "byte " << stray;
  }
}

TEST_P(Contract, CopiesOnAStreamArriveWhereTheyShould) {
  if (backend_.enqueue_copy == nullptr) GTEST_SKIP() << "has none";
  std::int64_t iteration = 0;
  for (const std::uint64_t bytes : {1u, 7u, 4096u, 1000003u}) {
    for (const std::uint64_t shift : {0u, 1u, 5u})
      EXPECT_EQ(check_copies(device_, bytes, shift, iteration++), "") << bytes << " bytes, shift " << shift;
  }
}

TEST_P(Contract, CopiesOnAStreamStayInsideTheirAllocations) {
  if (backend_.enqueue_copy == nullptr) GTEST_SKIP() << "has none";
  rp_memory memory{};
  require_ok(backend_, backend_.memory_allocate(device_.get(), 1000, &memory), "memory_allocate");
  std::vector<unsigned char> host(1001);
  rp_stream* const on = device_.stream();
  EXPECT_EQ(backend_.enqueue_write(on, memory, host.data(), 1001), RP_INVALID);
  EXPECT_EQ(backend_.enqueue_read(on, host.data(), {memory.handle, 1}, 1000), RP_INVALID);
  EXPECT_EQ(backend_.enqueue_copy(on, memory, {memory.handle, 500}, 501), RP_INVALID);
  EXPECT_EQ(backend_.enqueue_write(on, memory, nullptr, 1), RP_INVALID);
  EXPECT_EQ(backend_.enqueue_write(on, {memory.handle, 1000}, nullptr, 0), RP_OK);
  require_ok(backend_, backend_.stream_sync(on), "sync");
  backend_.memory_release(device_.get(), memory);
}

TEST_P(Contract, PinnedMemoryIsMemoryOfTheHost) {
  if (backend_.host_allocate == nullptr) GTEST_SKIP() << "has none";
  void* pinned = nullptr;
  require_ok(backend_, backend_.host_allocate(device_.get(), 5000, &pinned), "host_allocate");
  std::memset(pinned, 3, 5000);
  const GuardedBuffer buffer(device_, 5000, 0);
  require_ok(backend_, backend_.memory_write(device_.get(), buffer.memory(), pinned, 5000), "write");
  std::vector<unsigned char> read(5000);
  buffer.read(read.data());
  EXPECT_EQ(read, std::vector<unsigned char>(5000, 3));
  backend_.host_release(device_.get(), pinned);
  EXPECT_EQ(backend_.host_allocate(device_.get(), 0, &pinned), RP_INVALID);
}

TEST_P(Contract, AHeldStreamGoesOnWhenItIsReleased) {
  if (backend_.stream_hold == nullptr || backend_.host_allocate == nullptr ||
      backend_.enqueue_write == nullptr)
    GTEST_SKIP() << "has none, or no copies from pinned memory to see it by";
  const GuardedBuffer buffer(device_, 1, 0);
  buffer.poison();
  void* pinned = nullptr;
  require_ok(backend_, backend_.host_allocate(device_.get(), 1, &pinned), "host_allocate");
  auto* const host = static_cast<volatile unsigned char*>(pinned);
  *host = 1;
  rp_stream* const on = device_.stream();
  EXPECT_EQ(backend_.stream_release(on), RP_INVALID) << "not held";
  ASSERT_EQ(backend_.stream_hold(on), RP_OK);
  EXPECT_EQ(backend_.stream_hold(on), RP_INVALID) << "held already";
  ASSERT_EQ(backend_.enqueue_write(on, buffer.memory(), pinned, 1), RP_OK);
  EXPECT_EQ(backend_.stream_sync(on), RP_INVALID) << "held";
  *host = 2;  // what was put on the stream has not started
  ASSERT_EQ(backend_.stream_release(on), RP_OK);
  ASSERT_EQ(backend_.stream_sync(on), RP_OK);
  unsigned char found = 0;
  buffer.read(&found);
  EXPECT_EQ(found, 2);
  EXPECT_EQ(backend_.stream_release(on), RP_INVALID) << "released already";
  backend_.host_release(device_.get(), pinned);
}

INSTANTIATE_TEST_SUITE_P(Backends, Contract, testing::Values("cpu", "fault", "minimal"),
                         [](const auto& which) { return std::string(which.param); });

INSTANTIATE_TEST_SUITE_P(OfThisBuild, Contract, testing::ValuesIn(optional_backends()));

}  // namespace
}  // namespace rackproof::conformance
