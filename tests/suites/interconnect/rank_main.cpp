// Runs the same tests in the same order on every rank. A rank other than 0 prints its failures only; every
// rank returns the worst result, so that the launcher's exit code tells.
#include "tests/suites/interconnect/rank_main.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

#include "harness/measure/backend.hpp"

namespace rackproof::test {

namespace {

const rp_message_passing* opened = nullptr;

class FailuresOnly : public testing::EmptyTestEventListener {
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) return;
    std::fprintf(stderr, "rank %d: %s:%d: %s\n", opened->rank(), result.file_name(), result.line_number(),
                 result.message());
  }
};

int run(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc < 2) throw Error("usage: interconnect_test MODULE [--abort]");
  const auto entry =
      reinterpret_cast<rp_message_passing_entry>(open_library(argv[1], RP_MESSAGE_PASSING_SYMBOL));
  opened = entry();
  if (opened->barrier() == RP_OK || opened->rank() != -1 || opened->size() != 0) {
    throw Error("works before open");
  }
  if (opened->open() != RP_OK) throw Error(opened->last_error());
  if (argc > 2 && std::strcmp(argv[2], "--abort") == 0) {
    if (opened->rank() == 1) opened->abort(42);
    opened->barrier();
    return 0;  // abort did not end this rank
  }
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (opened->rank() != 0) {
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailuresOnly);
  }
  std::int64_t worst = RUN_ALL_TESTS();
  if (opened->maximum_i64(&worst, 1) != RP_OK) worst = 1;
  opened->close();
  if (opened->barrier() == RP_OK || opened->open() == RP_OK) throw Error("works after close");
  return worst == 0 ? 0 : 1;
}

}  // namespace

const rp_message_passing& messages() { return *opened; }

}  // namespace rackproof::test

int main(int argc, char** argv) {
  try {
    return rackproof::test::run(argc, argv);
  } catch (const rackproof::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
