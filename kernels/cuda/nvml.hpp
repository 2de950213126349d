// What NVIDIA's management library tells about devices. The library comes with the driver, and may be missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernels/cuda/nvml_api.hpp"

namespace rackproof::cuda {

class Nvml {
 public:
  /// Loads and starts the library; that it is not there is no error.
  Nvml();

  bool available() const { return problem_.empty(); }
  /// "" or why there is no library.
  const std::string& problem() const { return problem_; }
  /// Whether the library itself is there, so that a driver should be.
  bool found() const { return found_; }

  const nvml::Functions& functions() const { return functions_; }

  /// The device of this name; nothing when there is none or no library.
  std::optional<nvml::Device> find(const std::string& uuid) const;
  /// As find. Throws kernels::Failure(RP_UNSUPPORTED) with the reason.
  nvml::Device require(const std::string& uuid) const;

  std::vector<nvml::Device> devices() const;
  std::string driver_version() const;
  std::string serial(nvml::Device device) const { return text(functions_.serial, device); }

  /// Calls function(device, arguments…, &value). Nothing when the library lacks the function or the device the value. Throws
  /// kernels::Failure(RP_DEVICE_LOST) when the device is gone.
  template <class T, class Function, class... Arguments>
  std::optional<T> value(Function* function, nvml::Device device, Arguments... arguments) const {
    T result{};
    if (function == nullptr || !succeeded(function(device, arguments..., &result))) return std::nullopt;
    return result;
  }
  /// As value, of a text; "" when there is none.
  std::string text(nvml::Return (*function)(nvml::Device, char*, unsigned), nvml::Device device) const;
  /// A field as a number.
  std::optional<double> field(nvml::Device device, unsigned field, unsigned scope) const;
  /// The process ids that hold the device, for computing, by MPS or for graphics; nothing when they are not readable.
  std::optional<std::vector<unsigned>> processes(nvml::Device device) const;

  /// Throws kernels::Failure(RP_DEVICE_LOST).
  static bool succeeded(nvml::Return result);

 private:
  nvml::Functions functions_{};
  std::string problem_;
  bool found_ = false;
};

}  // namespace rackproof::cuda
