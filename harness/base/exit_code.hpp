// What the program's exit status means. The only definition.
#pragma once

namespace rackproof {

enum class ExitCode : int {
  accepted = 0,      ///< accepted, or the command did what it was asked
  rejected = 1,      ///< at least one gate failed
  undecided = 2,     ///< something required was not measured or not decided
  error = 3,         ///< usage, configuration or machinery
  interrupted = 130  ///< stopped by a signal; what was measured is kept
};

}  // namespace rackproof
