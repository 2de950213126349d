// The backend with one or two open devices of the fake, for tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/abi.h"
#include "kernels/cuda/entry.hpp"
#include "tests/cuda/runtime/fake.hpp"
#include "tests/cuda/runtime/usage.hpp"

namespace rackproof::fake {

inline const rp_backend& backend() { return *rackproof_backend(); }
inline std::string last_text() { return backend().last_error(); }

/// A struct of the ABI that knows its size.
template <class T>
T sized() {
  T value{};
  value.struct_size = sizeof value;
  return value;
}

inline std::string uuid_of(std::uint32_t index) {
  auto info = sized<rp_device_info>();
  EXPECT_EQ(backend().device_info(index, &info), RP_OK) << last_text();
  return info.uuid;
}

/// A fresh fake, the backend open. Afterwards nothing may be left.
class FakeTest : public testing::Test {
 protected:
  FakeTest() {
    cuda::backend().process_patience = {};
    reset();
    EXPECT_EQ(backend().open(""), RP_OK);
  }
  ~FakeTest() override {
    for (const auto& [kind, number] : live()) EXPECT_EQ(number, 0) << kind << " left";
    EXPECT_EQ(waits(), 0u) << "a stream that was held was waited for";
  }

  const rp_backend& b = backend();
};

/// As FakeTest, with two open devices and a stream of the first one.
class OpenedTest : public FakeTest {
 protected:
  void SetUp() override { open({}); }
  void TearDown() override { close(); }

  void open(const Configuration& configuration) {
    close();
    reset(configuration);
    ASSERT_EQ(b.device_open(uuid_of(0).c_str(), &device), RP_OK) << last_text();
    ASSERT_EQ(b.device_open(uuid_of(1).c_str(), &other), RP_OK) << last_text();
    ASSERT_EQ(b.stream_create(device, &stream), RP_OK) << last_text();
  }
  void close() {
    b.stream_destroy(stream);
    b.device_close(device);
    b.device_close(other);
    device = other = nullptr;
    stream = nullptr;
  }

  rp_memory allocate(std::uint64_t bytes, rp_device* where = nullptr) {
    rp_memory memory{};
    EXPECT_EQ(b.memory_allocate(where != nullptr ? where : device, bytes, &memory), RP_OK) << last_text();
    return memory;
  }
  template <class T>
  rp_memory filled(const std::vector<T>& values, std::uint64_t offset = 0) {
    rp_memory memory = allocate(offset + values.size() * sizeof(T) + 1);
    memory.offset = offset;
    EXPECT_EQ(b.memory_write(device, memory, values.data(), values.size() * sizeof(T)), RP_OK) << last_text();
    return memory;
  }
  template <class T>
  std::vector<T> content(rp_memory memory, std::size_t count, rp_device* where = nullptr) {
    std::vector<T> values(count);
    EXPECT_EQ(b.memory_read(where != nullptr ? where : device, values.data(), memory, count * sizeof(T)),
              RP_OK)
        << last_text();
    return values;
  }
  rp_result sync() { return b.stream_sync(stream); }

  rp_device* device = nullptr;
  rp_device* other = nullptr;
  rp_stream* stream = nullptr;
};

}  // namespace rackproof::fake
