// What a case gets when it runs, and the table of the code that runs cases.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/machine/system_root.hpp"
#include "harness/measure/backend.hpp"
#include "harness/measure/group.hpp"
#include "harness/measure/sampler.hpp"
#include "harness/plan/catalogue.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

struct CaseContext {
  const CaseRow& row;
  std::uint64_t seed;  ///< of the campaign; data key = kernels::data_key(seed, row.id)
  SampleSettings settings;
  std::span<const Device>
      devices;  ///< host cases: all NUMA nodes of the CPU backend; device cases: the one device
  const Group& group;
  BlockSink record_block;    ///< hands a block's times to the recorder
  const SystemRoot& system;  ///< where this rank reads what its machine is
  /// Where a case of messages between ranks adds the bytes that this rank sent and received, at least; may be nullptr.
  std::uint64_t* message_bytes = nullptr;
};

/// Measures one case: fills values, exact, text, stop, iterations, elements_checked, resolution_s,
/// clocks_disagree and implementation of `end`. Throws CaseStopped for everything that goes wrong.
using RunCase = void (*)(const CaseContext& context, CaseEnd& end);

/// Copies what every sampled case reports alike: stop, iterations, elements checked, clock resolution; into the state
/// after the window run-queue delay, steal share, busy share, overheads, operations in a sample, drift and the extremes over all windows.
void note_sampling(CaseEnd& end, const Sampled& sampled);

/// What is measured is the vendor's library, or what the backend says it tuned.
void note_vendor_library(CaseEnd& end);

struct CaseRunner {
  std::string_view operation;  ///< how the id begins when its subject is left out: "memory/triad:"
  RunCase run;
};

/// Every case of the catalogue has exactly one row; a test holds the two tables against each other.
std::span<const CaseRunner> case_runners();
/// The code of a case; nullptr when there is none.
RunCase find_runner(std::string_view case_id);

}  // namespace rackproof
