// rackproof's side: the CPU backend through the ABI, as the suites use it.
#pragma once

#include <memory>
#include <string>

#include "harness/measure/backend.hpp"
#include "tests/bench/side.hpp"

namespace rackproof::bench {

/// The first device of a backend library.
class RackproofDevice {
 public:
  /// Throws Error, CaseStopped.
  explicit RackproofDevice(const std::string& library)
      : backend_(library, ""), device_(backend_, backend_.devices().at(0).uuid) {}
  const Device& operator*() const { return device_; }
  const Device* operator->() const { return &device_; }
  /// Version, implementation, threads, code path, pages.
  std::string about() const;

 private:
  Backend backend_;
  Device device_;
};

/// library= count= stores=regular|streaming: triad in f64.
std::unique_ptr<Side> make_triad(const Arguments& arguments);
/// library= n= type=f64|f32|bf16: square product; bf16 sums and stores in f32.
std::unique_ptr<Side> make_gemm(const Arguments& arguments);
/// library= bytes= steps=: dependent loads.
std::unique_ptr<Side> make_chase(const Arguments& arguments);

}  // namespace rackproof::bench
