// The iterations of a case on this rank: run by Google Benchmark in blocks, or one by one to warm up.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "harness/measure/group.hpp"
#include "harness/measure/sampler.hpp"

namespace rackproof {

/// Times of one block on this rank, and how it ended.
struct Block {
  std::vector<std::int64_t> host_ns;
  std::vector<std::int64_t> event_ns;
  std::exception_ptr stopped;
  std::int64_t elements_checked = 0;
};

class SampleLoop {
 public:
  /// `workload` and `group` outlive the loop.
  SampleLoop(const std::string& case_id, Workload& workload, const Group& group)
      : case_id_(case_id), workload_(workload), group_(group) {}

  /// One block of exactly `iterations`; when `standalone`, of as many as Google Benchmark decides. The outputs of the last
  /// one are checked as a whole, of the others as `others` says. Every rank takes part, whatever happens here.
  Block run(std::int64_t iterations, bool standalone, OutputCheck others);

  /// One iteration outside Google Benchmark. Returns ns. Throws AgreedStop on all ranks when one stopped.
  std::int64_t warm();

 private:
  template <class F>
  void guarded(Block& block, F&& action);
  double iterate(Block& block, OutputCheck check);

  std::string case_id_;
  Workload& workload_;
  const Group& group_;
  std::int64_t iteration_ = 0;
  std::optional<bool> has_event_clock_;  ///< known after the first iteration
};

}  // namespace rackproof
