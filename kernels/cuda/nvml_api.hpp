// The part of NVIDIA's management library (NVML) that is used here, declared after its reference manual: the header comes with
// the driver's development files, which a machine need not have.
#pragma once

#include <cstdint>

namespace rackproof::cuda::nvml {

using Device = struct nvmlDevice_st*;

enum Return : int {
  kSuccess = 0,
  kInvalidArgument = 2,
  kNotSupported = 3,
  kNoPermission = 4,
  kNotFound = 6,
  kInsufficientSize = 7,
  kDriverNotLoaded = 9,
  kGpuIsLost = 15,
};

inline constexpr int kClockSm = 1, kClockMemory = 2;
inline constexpr int kSensorGpu = 0;
inline constexpr int kErrorCorrected = 0, kErrorUncorrected = 1;
inline constexpr int kCountSinceDriverLoad = 0, kCountOfLifetime = 1;
inline constexpr int kRetiredForCorrected = 0, kRetiredForUncorrected = 1;
inline constexpr int kRemoteIsSwitch = 2;
inline constexpr unsigned kMostLinks = 36;

// Why a clock is not what was asked for.
inline constexpr unsigned long long kReasonIdle = 0x1, kReasonSetting = 0x2, kReasonPowerCap = 0x4,
                                    kReasonSlowdown = 0x8, kReasonSync = 0x10, kReasonSoftwareThermal = 0x20,
                                    kReasonHardwareThermal = 0x40, kReasonPowerBrake = 0x80;

// Fields of nvmlDeviceGetFieldValues.
inline constexpr unsigned kFieldLinkFlitErrors = 38, kFieldLinkDataErrors = 45, kFieldLinkReplays = 52,
                          kFieldLinkRecoveries = 59, kFieldMemoryTemperature = 82, kFieldLinkSentKib = 138,
                          kFieldLinkReceivedKib = 139, kFieldPcieSent = 197, kFieldPcieReceived = 198;

enum ValueType : int {
  kDouble = 0,
  kUnsignedInt = 1,
  kUnsignedLong = 2,
  kUnsignedLongLong = 3,
  kSignedLongLong = 4,
  kSignedInt = 5,
};

union Value {
  double real;
  int signed_int;
  unsigned unsigned_int;
  unsigned long unsigned_long;
  unsigned long long unsigned_long_long;
  long long signed_long_long;
};

struct FieldValue {
  unsigned field;
  unsigned scope;  // of a link's field: the link
  long long timestamp_us;
  long long latency_us;
  ValueType type;
  Return result;
  Value value;
};

struct PciInfo {
  char bus_id_legacy[16];
  unsigned domain, bus, device, pci_device_id, pci_subsystem_id;
  char bus_id[32];  // "00000000:3B:00.0"
};

struct MemoryInfo {
  unsigned long long total, free, used;
};

struct ProcessInfo {
  unsigned pid;
  unsigned long long used_memory;
  unsigned gpu_instance, compute_instance;
};

static_assert(sizeof(FieldValue) == 40 && sizeof(PciInfo) == 68 && sizeof(ProcessInfo) == 24);

/// A function that the library lacks is nullptr.
struct Functions {
  Return (*init)();
  Return (*driver_version)(char*, unsigned);
  Return (*count)(unsigned*);
  Return (*by_index)(unsigned, Device*);
  Return (*by_uuid)(const char*, Device*);
  Return (*uuid)(Device, char*, unsigned);
  Return (*name)(Device, char*, unsigned);
  Return (*serial)(Device, char*, unsigned);
  Return (*vbios)(Device, char*, unsigned);
  Return (*pci_info)(Device, PciInfo*);
  Return (*memory_info)(Device, MemoryInfo*);
  Return (*clock)(Device, int, unsigned*);
  Return (*power)(Device, unsigned*);
  Return (*power_limit)(Device, unsigned*);
  Return (*power_limit_default)(Device, unsigned*);
  Return (*energy)(Device, unsigned long long*);
  Return (*temperature)(Device, int, unsigned*);
  Return (*clock_reasons)(Device, unsigned long long*);
  Return (*ecc_mode)(Device, int*, int*);
  Return (*ecc_errors)(Device, int, int, unsigned long long*);
  Return (*remapped_rows)(Device, unsigned*, unsigned*, unsigned*, unsigned*);
  Return (*retired_pages)(Device, int, unsigned*, unsigned long long*);
  Return (*pcie_generation)(Device, unsigned*);
  Return (*pcie_width)(Device, unsigned*);
  Return (*pcie_replays)(Device, unsigned*);
  Return (*fields)(Device, int, FieldValue*);
  Return (*is_part)(Device, unsigned*);
  Return (*processes)(Device, unsigned*, ProcessInfo*);
  Return (*shared_processes)(Device, unsigned*, ProcessInfo*);
  Return (*graphics_processes)(Device, unsigned*, ProcessInfo*);
  Return (*link_state)(Device, unsigned, int*);
  Return (*link_remote)(Device, unsigned, PciInfo*);
  Return (*link_remote_type)(Device, unsigned, int*);
};

}  // namespace rackproof::cuda::nvml
