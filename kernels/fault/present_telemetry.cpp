#include "kernels/fault/present_telemetry.hpp"

#include <unistd.h>

#include <csignal>
#include <limits>

#include "kernels/edge.h"

namespace rackproof::fault {

rp_telemetry read_present_telemetry(const Options& options, std::string_view uuid, std::uint64_t count) {
  const Fault fault = options.fault;
  const bool misbehaves =
      fault == Fault::telemetry_hang || fault == Fault::telemetry_crash || fault == Fault::telemetry_lie;
  if (!misbehaves && fault != Fault::throttle)
    throw kernels::Failure(RP_UNSUPPORTED, "this device says nothing about itself");
  rp_telemetry telemetry{};
  telemetry.struct_size = sizeof telemetry;
  telemetry.clock_hz = 2e9;
  telemetry.power_w = 300;
  telemetry.temperature_k = 330;
  telemetry.throttle_readable = 1;
  const bool now = misbehaves && count >= options.at && (options.device.empty() || options.device == uuid);
  if (!now) return telemetry;
  if (fault == Fault::telemetry_hang) {
    while (true) ::pause();
  }
  if (fault == Fault::telemetry_crash) {
    ::signal(SIGSEGV, SIG_DFL);  // a sanitizer's handler would make an exit of it
    ::raise(SIGSEGV);
  }
  telemetry.clock_hz = std::numeric_limits<double>::infinity();
  telemetry.power_w = -5;
  telemetry.temperature_k = 1e30;
  return telemetry;
}

}  // namespace rackproof::fault
