// The system calls by which the harness changes what a campaign keeps, and runs in which one of them never returns or fails.
#pragma once

#include <string>
#include <vector>

#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

/// One call of a run: "write 3 of journal.jsonl".
struct SystemCall {
  std::string name;  ///< of the call: "write", "rename"
  std::string
      file;        ///< relative to the folder of the campaign, which is "" itself; of a rename, the old name
  int number = 0;  ///< which call of this name on this file, from 1
  std::string text() const;
  bool operator==(const SystemCall&) const = default;
};

/// Why nothing can be traced here ("…: Operation not permitted"); empty where it can.
std::string why_no_tracing();

/// Runs a campaign (`arguments`: those of `run`) and returns the calls of the harness, not of its workers, that change
/// something in its folder, in order. Throws Error unless the run exits with 0.
std::vector<SystemCall> changing_calls(const SmallCampaign& campaign,
                                       const std::vector<std::string>& arguments);

/// The command that kills the harness as it makes the call, which is not made then.
std::vector<std::string> killed_at(const SystemCall& call, const SmallCampaign& campaign,
                                   const std::vector<std::string>& arguments);

/// The command that makes the call fail with `error` ("EIO") without being made.
std::vector<std::string> failing_at(const SystemCall& call, const std::string& error,
                                    const SmallCampaign& campaign, const std::vector<std::string>& arguments);

}  // namespace rackproof::e2e
