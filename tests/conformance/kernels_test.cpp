// Every kernel of every built backend against the oracle.
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "kernels/stream.h"
#include "suites/selftest/kernel_check.hpp"
#include "tests/conformance/backend_library.hpp"
#include "tests/conformance/optional_backends.hpp"

namespace rackproof::conformance {
namespace {

using Which = std::tuple<const char*, rp_dtype>;

std::string name_of(const testing::TestParamInfo<Which>& info) {
  return std::string(std::get<0>(info.param)) + (std::get<1>(info.param) == RP_F64 ? "_f64" : "_f32");
}

class Kernels : public testing::TestWithParam<Which> {
 protected:
  Kernels() : device_(load_backend(std::get<0>(GetParam())), "") {}
  rp_dtype dtype() const { return std::get<1>(GetParam()); }

  Device device_;
};

TEST_P(Kernels, TwoStreamsOfOneDeviceDoNotMix) {
  rp_stream* second = nullptr;
  const rp_backend& backend = device_.backend();
  ASSERT_EQ(backend.stream_create(device_.get(), &second), RP_OK);
  const std::uint64_t bytes = 8 * 1000;
  const GuardedBuffer a(device_, bytes, 0), b(device_, bytes, 0), c(device_, bytes, 0);
  std::vector<unsigned char> content(bytes, 0x3F), found(bytes);
  b.write(content.data());
  const std::uint64_t count = bytes / (dtype() == RP_F64 ? 8 : 4);
  const rp_stream_params first_params{a.memory(), b.memory(), {}, count, 0, RP_STORES_REGULAR, 0};
  const rp_stream_params second_params{c.memory(), b.memory(), {}, count, 0, RP_STORES_REGULAR, 0};
  EXPECT_EQ(device_.enqueue(RP_OP_COPY, dtype(), &first_params, sizeof first_params), RP_OK);
  EXPECT_EQ(backend.op_enqueue(second, RP_OP_COPY, dtype(), &second_params, sizeof second_params), RP_OK);
  EXPECT_EQ(backend.stream_sync(second), RP_OK);
  c.read(found.data());
  EXPECT_EQ(found, content);
  EXPECT_EQ(backend.stream_sync(device_.stream()), RP_OK);
  a.read(found.data());
  EXPECT_EQ(found, content);
  backend.stream_destroy(second);
}

INSTANTIATE_TEST_SUITE_P(Backends, Kernels,
                         testing::Combine(testing::Values("cpu", "fault"), testing::Values(RP_F64, RP_F32)),
                         name_of);

INSTANTIATE_TEST_SUITE_P(OfThisBuild, Kernels,
                         testing::Combine(testing::ValuesIn(optional_backends()),
                                          testing::Values(RP_F64, RP_F32)));

}  // namespace
}  // namespace rackproof::conformance
