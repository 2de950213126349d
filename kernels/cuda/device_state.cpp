#include "kernels/cuda/device_state.hpp"

#include <cmath>
#include <cstdio>
#include <optional>

#include "kernels/edge.h"

namespace rackproof::cuda {
namespace {

constexpr double kCelsius = 273.15;

template <class T>
double scaled(std::optional<T> value, double factor, double offset = 0) {
  return value ? static_cast<double>(*value) * factor + offset : std::nan("");
}

/// Collects the counters that are readable.
class Counters {
 public:
  Counters(const Nvml& nvml, nvml::Device device) : nvml_(nvml), device_(device) {}

  template <class T>
  void add(const std::string& name, const char* unit, std::optional<T> value, double factor = 1,
           double offset = 0) {
    if (!value) return;
    rp_counter counter{};
    std::snprintf(counter.name, sizeof counter.name, "%s", name.c_str());
    std::snprintf(counter.unit, sizeof counter.unit, "%s", unit);
    counter.value = scaled(value, factor, offset);
    all_.push_back(counter);
  }
  void add_field(const std::string& name, const char* unit, unsigned field, unsigned scope, double factor = 1,
                 double offset = 0) {
    add(name, unit, nvml_.field(device_, field, scope), factor, offset);
  }
  std::vector<rp_counter> take() { return std::move(all_); }

 private:
  const Nvml& nvml_;
  nvml::Device device_;
  std::vector<rp_counter> all_;
};

void add_errors(Counters& all, const Nvml& nvml, nvml::Device device) {
  const nvml::Functions& f = nvml.functions();
  for (const bool lifetime : {false, true}) {
    const std::string end = lifetime ? "_lifetime" : "";
    const int since = lifetime ? nvml::kCountOfLifetime : nvml::kCountSinceDriverLoad;
    all.add("ecc_corrected" + end, "1",
            nvml.value<unsigned long long>(f.ecc_errors, device, nvml::kErrorCorrected, since));
    all.add("ecc_uncorrected" + end, "1",
            nvml.value<unsigned long long>(f.ecc_errors, device, nvml::kErrorUncorrected, since));
  }
  unsigned corrected = 0, uncorrected = 0, pending = 0;
  if (const auto failed = nvml.value<unsigned>(f.remapped_rows, device, &corrected, &uncorrected, &pending)) {
    all.add("remapped_rows", "1", std::optional(corrected + uncorrected));
    all.add("remapped_rows_uncorrected", "1", std::optional(uncorrected));
    all.add("remap_pending", "1", std::optional(pending));
    all.add("remap_failed", "1", failed);
  }
  unsigned for_corrected = 0, for_uncorrected = 0;  // 0 addresses are asked for: only how many there are
  if (f.retired_pages != nullptr) {
    const auto count = [&](int cause, unsigned& pages) {
      const nvml::Return result = f.retired_pages(device, cause, &pages, nullptr);
      return result == nvml::kSuccess || result == nvml::kInsufficientSize;
    };
    if (count(nvml::kRetiredForCorrected, for_corrected) &&
        count(nvml::kRetiredForUncorrected, for_uncorrected))
      all.add("retired_pages", "1", std::optional(for_corrected + for_uncorrected));
  }
}

void add_links(Counters& all, const Nvml& nvml, nvml::Device device) {
  const nvml::Functions& f = nvml.functions();
  all.add("pcie_generation", "1", nvml.value<unsigned>(f.pcie_generation, device));
  all.add("pcie_width", "1", nvml.value<unsigned>(f.pcie_width, device));
  all.add("pcie_replays", "1", nvml.value<unsigned>(f.pcie_replays, device));
  all.add_field("pcie_sent", "B", nvml::kFieldPcieSent, 0);
  all.add_field("pcie_received", "B", nvml::kFieldPcieReceived, 0);
  all.add_field("link_flit_errors", "1", nvml::kFieldLinkFlitErrors, 0);
  all.add_field("link_data_errors", "1", nvml::kFieldLinkDataErrors, 0);
  all.add_field("link_replays", "1", nvml::kFieldLinkReplays, 0);
  all.add_field("link_recoveries", "1", nvml::kFieldLinkRecoveries, 0);
  for (unsigned link = 0; f.link_state != nullptr && link < nvml::kMostLinks; ++link) {
    int active = 0;
    const nvml::Return result = f.link_state(device, link, &active);
    if (result == nvml::kNotSupported || result == nvml::kInvalidArgument) continue;  // there is no such link
    const bool is_read = Nvml::succeeded(result);
    const std::string name = "link" + std::to_string(link);
    all.add(name + "_active", "1", std::optional(is_read ? static_cast<double>(active) : std::nan("")));
    if (!is_read) continue;
    all.add_field(name + "_sent", "B", nvml::kFieldLinkSentKib, link, 1024);
    all.add_field(name + "_received", "B", nvml::kFieldLinkReceivedKib, link, 1024);
  }
}

}  // namespace

std::uint64_t throttle_bits(unsigned long long reasons) {
  constexpr unsigned long long kThermal = nvml::kReasonSoftwareThermal | nvml::kReasonHardwareThermal;
  constexpr unsigned long long kKnown = nvml::kReasonIdle | nvml::kReasonSetting | nvml::kReasonPowerCap |
                                        nvml::kReasonSlowdown | nvml::kReasonSync | kThermal |
                                        nvml::kReasonPowerBrake;
  std::uint64_t bits = 0;
  if ((reasons & nvml::kReasonPowerCap) != 0) bits |= RP_THROTTLE_POWER;
  if ((reasons & kThermal) != 0) bits |= RP_THROTTLE_TEMPERATURE;
  if ((reasons & nvml::kReasonPowerBrake) != 0) bits |= RP_THROTTLE_EXTERNAL;
  if ((reasons & nvml::kReasonSync) != 0) bits |= RP_THROTTLE_SYNC;
  // The hardware slows down for heat or for the power brake, which have bits of their own, or for a reason not told.
  const bool told = (reasons & (nvml::kReasonHardwareThermal | nvml::kReasonPowerBrake)) != 0;
  if ((reasons & nvml::kReasonSlowdown) != 0 && !told) bits |= RP_THROTTLE_OTHER;
  if ((reasons & ~kKnown) != 0) bits |= RP_THROTTLE_OTHER;
  return bits;
}

namespace {

rp_telemetry read_telemetry(const Nvml& nvml, nvml::Device device) {
  const nvml::Functions& f = nvml.functions();
  rp_telemetry telemetry{};
  telemetry.struct_size = sizeof telemetry;
  telemetry.clock_hz = scaled(nvml.value<unsigned>(f.clock, device, nvml::kClockSm), 1e6);
  telemetry.power_w = scaled(nvml.value<unsigned>(f.power, device), 1e-3);
  telemetry.temperature_k =
      scaled(nvml.value<unsigned>(f.temperature, device, nvml::kSensorGpu), 1, kCelsius);
  const auto reasons = nvml.value<unsigned long long>(f.clock_reasons, device);
  telemetry.throttle_readable = reasons ? 1 : 0;
  telemetry.throttle = throttle_bits(reasons.value_or(0));
  return telemetry;
}

}  // namespace

rp_telemetry read_telemetry(const Nvml& nvml, const std::string& uuid) {
  return read_telemetry(nvml, nvml.require(uuid));
}

rp_telemetry read_present_telemetry(const Nvml& nvml, std::uint32_t index) {
  if (!nvml.available()) throw kernels::Failure(RP_UNSUPPORTED, nvml.problem());
  nvml::Device device = nullptr;
  const nvml::Return result = nvml.functions().by_index(index, &device);
  if (result == nvml::kInvalidArgument) throw kernels::Failure(RP_INVALID, "no such device");
  if (!Nvml::succeeded(result))
    throw kernels::Failure(RP_FAILED, "nvmlDeviceGetHandleByIndex_v2: error " + std::to_string(result) +
                                          "; device " + std::to_string(index));
  return read_telemetry(nvml, device);
}

std::vector<rp_counter> read_counters(const Nvml& nvml, const std::string& uuid) {
  const nvml::Device device = nvml.require(uuid);
  const nvml::Functions& f = nvml.functions();
  Counters all(nvml, device);
  add_errors(all, nvml, device);
  add_links(all, nvml, device);
  all.add("power_limit", "W", nvml.value<unsigned>(f.power_limit, device), 1e-3);
  all.add("power_limit_default", "W", nvml.value<unsigned>(f.power_limit_default, device), 1e-3);
  all.add("energy", "J", nvml.value<unsigned long long>(f.energy, device), 1e-3);
  all.add("memory_clock", "Hz", nvml.value<unsigned>(f.clock, device, nvml::kClockMemory), 1e6);
  all.add_field("memory_temperature", "K", nvml::kFieldMemoryTemperature, 0, 1, kCelsius);
  return all.take();
}

}  // namespace rackproof::cuda
