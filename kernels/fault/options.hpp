// What the fault backend is told to do wrong: "fault=NAME[,key=value…]".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernels/abi.h"

namespace rackproof::fault {

/// What slow, jitter, drift and launch_offset make longer is the CPU time of an operation.
enum class Fault {
  none,
  slow,           ///< every operation takes factor times as long
  jitter,         ///< lognormal duration, around twice the true one: sigma
  drift,          ///< operation i takes 1 + rate · i times as long
  flat,           ///< a pass over arrays takes at least its bytes / bandwidth, in the cache as in memory
  launch_offset,  ///< lognormal factor around two that is drawn once per process: sigma
  wrong,          ///< every output is scaled by 1 + scale
  flip,           ///< one bit of one element in operation `at`, and in every `every`th after it
  nan,            ///< one NaN element in every operation from `at` on
  stale,          ///< outputs are not written from operation `at` on
  skip,      ///< operation `at`, and every `every`th after it, does nothing, or of several passes one too few
  emulated,  ///< products in f64 keep `bits` bits of the inputs only: of operand=a, b or ab
  hang,      ///< operation `at` never ends
  crash,     ///< operation `at` ends the process: signal=abrt or segv
  lost,      ///< from operation `at` on the device is lost
  oom,       ///< allocations of more than `above` bytes fail
  dtype_missing,  ///< an operation (GEMM in f64 unless op and dtype say otherwise) is unsupported
  no_event,       ///< event_create is unsupported
  lying_clock,    ///< events report 1 / factor of the time
  slow_clock,     ///< events report factor times the time
  eager,          ///< copies on a held stream do not wait
  lying_verify,   ///< outputs are wrong, their digest is that of the right answer
  noise,          ///< events report drawn durations in a time of the device's own: shape, median, sigma, seed
  throttle,  ///< telemetry says so, and 1 / factor of the clock, after operation `at`; with `every` for that many only
  misplaced,  ///< all pages are said to lie on NUMA node 1, the devices on node 0
  ecc,        ///< every operation from number `at` on adds an uncorrected error to the device's counter
  held,       ///< device_open refuses: another process is on it
  hidden,  ///< the device that `device` names, or fault-0, is known to the driver and not visible to this process
  telemetry_hang,   ///< reading `at` of a device that is not open never returns
  telemetry_crash,  ///< reading `at` of a device that is not open ends the process
  telemetry_lie,    ///< from reading `at` on, a device that is not open tells what cannot be
  stray_print,      ///< every operation prints garbage to stdout
};

/// Copies on a stream, as operations that a fault can hit: h2d, d2h, d2d of `op`. Beyond the ids of the interface.
inline constexpr rp_op kCopyFromHost = static_cast<rp_op>(120);
inline constexpr rp_op kCopyToHost = static_cast<rp_op>(121);
inline constexpr rp_op kCopyOnDevices = static_cast<rp_op>(122);

/// Distribution of a drawn duration. Its median is `median`, exactly, whatever the shape and sigma: with z standard normal
/// and u uniform in [0, 1)
///   normal     median · (1 + sigma · z)
///   lognormal  median · exp(sigma · z)
///   bimodal    median · (1 + sigma · (u − 2/3)) with probability 3/4, else median · (1 + sigma · (3 + u)):
///              three quarters of the draws are in the fast mode, whose quantile 2/3 is the median (3/4 · 2/3 = 1/2)
/// Draws are rounded to whole ns and at least 1 ns; sigma is at most 1.
enum class Shape { normal, lognormal, bimodal };

struct Options {
  Fault fault = Fault::none;
  std::optional<rp_op> op;        ///< only this operation; otherwise all but nothing
  std::optional<rp_dtype> dtype;  ///< only this type
  std::string device;             ///< only this device: "fault-1"; empty: all
  double factor = 1;
  double sigma = 0.3;
  double rate = 0.01;
  double bandwidth = 2e8;  ///< B/s
  Shape shape = Shape::normal;
  double median_ns = 1e6;
  double scale = 0.001;
  std::uint64_t at = 0;                  ///< counts the operations that the fault can hit, per device, from 0
  std::uint64_t every = 0;               ///< 0: once; of throttle: to the end
  std::optional<std::uint64_t> element;  ///< otherwise the middle one
  std::optional<std::uint32_t> bit;      ///< otherwise a high bit of the mantissa
  std::uint32_t bits = 50;
  bool cuts_a = true;  ///< of emulated: which inputs lose bits
  bool cuts_b = true;
  std::uint64_t above = 0;
  std::uint64_t seed =
      1;  ///< of jitter and noise; launch_offset draws anew in each process unless it is given
  bool seed_given = false;
  bool abort = true;             ///< crash by abort, otherwise by a segmentation fault
  std::uint32_t devices = 2;     ///< 1 or 2
  double peak_bandwidth = 1e15;  ///< what device_info reports, B/s; 0: unknown
  /// What device_facts and counters report, of every fault.
  std::string compute_mode = "default";  ///< "exclusive", or "prohibited": not opened
  std::string partition;                 ///< name of the part that the device is; empty: whole
  std::int32_t other_processes = 0;
  std::uint64_t ecc_pending = 0;  ///< rows that wait to be remapped
  std::uint32_t links = 0;        ///< between two devices; 0: link is unsupported
  double power_limit = 500;       ///< W; the device came with 500
  bool tuned = false;             ///< op_query says "vendor tuned"

  /// Whether the fault can hit this operation on this device.
  bool hits(rp_op operation, rp_dtype type, std::string_view uuid) const;
};

/// "" is no fault. Throws kernels::Failure(RP_INVALID): unknown fault, unknown key, a key that this fault
/// does not use, or a bad value; the message names what is possible.
Options parse_options(std::string_view text);

}  // namespace rackproof::fault
