// The CPU backend of this build, opened once per process.
#pragma once

#include "harness/measure/backend.hpp"

namespace rackproof {

/// The first device. The library is opened on the first call and stays until the process ends.
inline const Device& cpu_device() {
  static Backend backend(RACKPROOF_BINARY_DIR "/lib/rackproof/librackproof-cpu.so", "");
  static const Device device(backend, backend.devices().at(0).uuid);
  return device;
}

}  // namespace rackproof
