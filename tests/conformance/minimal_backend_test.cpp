// A backend with the ten required entries and nothing else, in C: what it has is as right as anybody's.
#include <gtest/gtest.h>

#include "suites/selftest/kernel_check.hpp"
#include "tests/conformance/backend_library.hpp"

namespace rackproof::conformance {
namespace {

TEST(MinimalBackend, HasTheRequiredEntriesOnly) {
  const rp_backend& table = load_backend("minimal");
  for (const bool is_there :
       {table.open != nullptr, table.device_close != nullptr, table.memory_release != nullptr,
        table.memory_fill != nullptr, table.memory_placement != nullptr, table.peer_open != nullptr,
        table.stream_destroy != nullptr, table.event_create != nullptr, table.memory_digest != nullptr,
        table.telemetry != nullptr, table.op_query != nullptr, table.present_count != nullptr,
        table.device_facts != nullptr, table.counters != nullptr, table.link != nullptr,
        table.host_allocate != nullptr, table.enqueue_write != nullptr, table.stream_hold != nullptr,
        table.communicator_id != nullptr}) {
    EXPECT_FALSE(is_there);
  }
}

TEST(MinimalBackend, CopiesAndDoesTriads) {
  const Device device(load_backend("minimal"), "");
  std::int64_t iteration = 0;
  for (const rp_op op : {RP_OP_COPY, RP_OP_TRIAD}) {
    for (const std::uint64_t count : {0u, 1u, 2u, 7u, 17u, 1025u, 4097u}) {
      for (const std::uint64_t shift : {0u, 1u, 3u}) {
        ASSERT_EQ(check_stream(device, {op, RP_F64, count, shift, RP_STORES_REGULAR}, iteration++), "")
            << "op " << op << ", " << count << " elements, shift " << shift;
      }
    }
  }
}

TEST(MinimalBackend, SeveralPassesAreUnsupportedNotForgotten) {
  const Device device(load_backend("minimal"), "");
  for (const rp_op op : {RP_OP_COPY, RP_OP_TRIAD})
    EXPECT_THROW(check_stream_passes(device, {op, RP_F64, 100, 0, RP_STORES_REGULAR}, 1), Unsupported);
}

TEST(MinimalBackend, AWrongAnswerIsFound) {
  const Device device(load_backend("minimal-wrong"), "");
  EXPECT_NE(check_stream(device, {RP_OP_TRIAD, RP_F64, 100, 0, RP_STORES_REGULAR}, 0), "");
}

}  // namespace
}  // namespace rackproof::conformance
