// A CUDA runtime without devices: cudart, cuBLASLt, NCCL and NVML as far as the backend calls them, compiled against NVIDIA's
// own headers, so that the compiler checks every signature. It is stricter than a device:
//
//   streams are lazy                 nothing on a stream happens before something waits for it
//   device memory is poisoned        for the address sanitizer, except while a copy or a kernel of a device that reaches it runs, by
//                                    peer access that was enabled; its first MiB begins as 0xFF (NaN)
//   devices are current              when something is launched on one of their streams
//   pointers have sides              a copy whose direction does not fit, or a region outside an allocation, is an error
//   errors stay                      as last error until they are taken, or for ever when the device is lost; those of the other
//                                    libraries never become the runtime's, which each of them has for itself
//   nobody waits for a held stream   what would is an error (cudaErrorTimeout) and is counted; a gate that is run expires at once
//
// What it cannot show: speed, weak ordering, what the real libraries choose. One thread only.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace rackproof::fake {

/// The nth to (nth + times − 1)th call of a function fails.
struct Fault {
  std::string function;
  std::uint64_t nth = 1;  ///< from 1
  std::uint64_t times = 1;
  int error = 0;  ///< of the function's own type: cudaError_t, cublasStatus_t, ncclResult_t, nvmlReturn_t
  bool sticky = false;  ///< the device is lost with this cudaError_t: nothing succeeds any more
};

/// One of those that the fake's cuBLASLt knows. It proposes what fits the caller's wishes.
struct Algorithm {
  std::uint64_t numerics = 0;  ///< CUBLASLT_NUMERICAL_IMPL_FLAGS_…
  std::uint64_t workspace = 1024;
  std::array<std::uint32_t, 4> alignments{1, 1, 1, 1};  ///< that it needs of A, B, C and D
  std::uint32_t reduction = 0;                          ///< CUBLASLT_REDUCTION_SCHEME_…
  bool unmasked = false;                                ///< proposed with numerics that are not wanted, too
};

struct Configuration {
  int devices = 2;                               ///< 0: cudaErrorNoDevice
  std::uint64_t bytes = std::uint64_t{1} << 28;  ///< memory of each device
  bool peers = true;
  int compute_mode = 0;
  int memory_clock_khz = 1'000'000;
  unsigned pci_domain = 0;
  std::vector<Algorithm> algorithms = std::vector<Algorithm>(3);
  int fastest_algorithm = 1;  ///< the others take longer on the device's clock
  int nccl_polls = 1;         ///< how often a call of NCCL is still under way when it is asked for
  std::vector<Fault> faults;
};

/// What NVML says. Devices that CUDA shows come first.
struct NvmlState {
  bool library = true;
  unsigned hidden_devices = 0;
  bool part = false;                         ///< devices are parts: their names begin with "MIG-"
  std::vector<unsigned> processes;           ///< that compute
  std::vector<unsigned> shared_processes;    ///< that compute by MPS
  std::vector<unsigned> graphics_processes;  ///< that draw
  unsigned ending_after = ~0u;               ///< all of them are gone after this many calls
  bool processes_overflow = false;
  unsigned long long clock_reasons = 0;
  bool direct_links = true;  ///< two NVLinks between each two devices; otherwise four to a switch
  bool any_links = true;
  int value_type = 3;  ///< of fields: unsigned long long
};

/// Starts anew; everything that is still alive is forgotten.
void reset(const Configuration& setup = {});
NvmlState& nvml();
/// Functions that the shared libraries lack, and whole libraries ("libnccl.so.2").
std::vector<std::string>& missing();
/// Functions that the backend has looked for in shared libraries, in this process.
std::set<std::string>& looked_up();

/// Calls of each function since reset().
const std::map<std::string, std::uint64_t>& calls();
/// How many calls have failed by plan, those included that fail because the device is lost.
std::uint64_t faults_hit();
/// What was made and not destroyed: device memory, pinned memory, streams, events, cuBLASLt objects, communicators.
std::map<std::string, std::int64_t> live();
/// How often something waited for a stream that was held.
std::uint64_t& waits();
/// The error that cudaGetLastError would return, without taking it.
int last_error();
/// Algorithm of the last product that ran, 0 … algorithms − 1.
int last_algorithm();

}  // namespace rackproof::fake
