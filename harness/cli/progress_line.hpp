// The progress of a campaign on stderr: one line that is drawn again on a terminal, a line every 10 s
// elsewhere.
#pragma once

#include <chrono>
#include <string>

#include "harness/launch/campaign.hpp"

namespace rackproof {

/// "12/40 steps | 30 ok, 1 not ok | 00:42 left | rack1/node2 memory/host/triad:f64,cold".
std::string progress_text(const Progress& progress);

class ProgressLine {
 public:
  ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  /// Clears the line on a terminal.
  ~ProgressLine();
  void show(const Progress& progress);

 private:
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace rackproof
