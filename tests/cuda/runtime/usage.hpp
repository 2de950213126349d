// Uses every entry of the CUDA backend once, in the way of a benchmark.
#pragma once

#include <map>
#include <string>

#include "kernels/abi.h"

/// Linked with the test.
extern "C" const rp_backend* rackproof_backend();

namespace rackproof::fake {

/// How a use of the backend ended.
struct Outcome {
  std::string entry;  ///< that did not return RP_OK; "" when all did
  rp_result result = RP_OK;
  std::string text;
  bool at_the_end = false;  ///< the fault hit when everything was destroyed, which has no result
  std::map<std::string, std::string>
      read;           ///< what was told of the devices; what is not readable is not there
  std::string wrong;  ///< an answer that is not right, or a fault that was not told; "" when there is none
};

/// Goes through all entries up to the first that fails; then everything that was made is destroyed.
Outcome use_everything();

}  // namespace rackproof::fake
