// A backend as the conformance suite uses it: opened by path, with one open device and a stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/abi.h"
#include "suites/selftest/guarded_buffer.hpp"

namespace rackproof::conformance {

#ifdef __SANITIZE_THREAD__
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif

/// The table of librackproof-<name>.so of this build as the loader sees it, not opened yet. Throws Error.
const rp_backend& load_backend(const std::string& name);

inline const rp_backend& fault_backend() { return load_backend("fault"); }

/// Opens the backend; one without that entry takes no options.
rp_result open_backend(const rp_backend& backend, const std::string& options);

/// One open device with one stream.
class Device : public TestedDevice {
 public:
  /// Opens the backend with the options, then device `index`.
  Device(const rp_backend& backend, const std::string& options, std::uint32_t index = 0);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const rp_device_info& info() const { return info_; }

 private:
  rp_device_info info_{};
};

}  // namespace rackproof::conformance
