// Runs a chase, a random update or a march element on fresh inputs and holds its result against the contract.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/march.h"
#include "suites/selftest/guarded_buffer.hpp"

namespace rackproof::conformance {

struct ChaseCase {
  std::uint64_t words = 1;
  std::uint64_t steps = 0;
  std::uint64_t shift = 0;  ///< words by which the chain is moved
};

/// "" when the chase along one random cycle through all words ends where it must and nothing else was changed.
std::string check_chase(const TestedDevice& device, const ChaseCase& which, std::int64_t iteration);

struct RandomUpdateCase {
  std::uint64_t words = 1;
  std::uint64_t updates = 0;
  std::uint32_t parts = 1;
  std::uint64_t shift = 0;
};

/// "" when the table is the same as after a replay on the host.
std::string check_random_update(const TestedDevice& device, const RandomUpdateCase& which,
                                std::int64_t iteration);

struct BadWord {
  std::uint64_t index;
  std::uint64_t difference;
};

struct MarchCase {
  std::uint64_t words = 1;
  std::uint32_t read = RP_MARCH_NOTHING;
  std::uint32_t write = RP_MARCH_NOTHING;
  bool descending = false;
  std::uint32_t pairs = 4;
  std::uint64_t before = 0;    ///< bad words that the report counts already
  std::vector<BadWord> bad{};  ///< by index
  std::uint64_t shift = 0;
};

/// "" when the memory holds what is written, and the report the bad words, in the order of the element.
std::string check_march(const TestedDevice& device, const MarchCase& which, std::int64_t iteration);

/// "" when bytes that went from the host to the device, from there to another place on it and back to the host, all by
/// copies on the stream, came back as they were.
std::string check_copies(const TestedDevice& device, std::uint64_t bytes, std::uint64_t shift,
                         std::int64_t iteration);

}  // namespace rackproof::conformance
