// What is compared with what: one row each.
#pragma once

#include <string_view>

#include "tests/bench/pairs.hpp"

namespace rackproof::bench {

enum class Figure { bandwidth, flops, latency };

/// Program and arguments of a side; {count}, {bytes} and {cpu} are filled in for the machine: elements per array
/// (each four times the last-level cache, as STREAM demands), bytes of the chain, the first CPU.
struct SideRow {
  std::string_view program;
  std::string_view arguments;
  bool openmp;  ///< gets the environment that pins OpenMP threads
};

struct Comparison {
  std::string_view name;
  std::string_view title;
  SideRow rackproof;
  SideRow peer;
  int iterations;  ///< of one turn, after one that is not counted
  Figure figure;
  double amount;  ///< per iteration: operations or loads; of bandwidth: bytes per element
  Bound bound;
};

/// As fast as the peer.
inline constexpr Bound kAsFast{.point_from = 0.99, .interval_above = 0.97};
inline constexpr Bound kStreamingGain{.point_from = 1.2, .interval_above = 1.18};
inline constexpr Bound kWithinFivePercent{
    .point_from = 0.95, .interval_above = 0.95, .point_to = 1.05, .interval_below = 1.05};

inline constexpr double kTriadBytes = 24;
inline constexpr double kGemmOperations = 2.0 * 2048 * 2048 * 2048;
inline constexpr double kSteps = 1'000'000;

inline constexpr SideRow kTriad{"bench-rackproof", "op=triad stores=regular count={count}", false};
inline constexpr SideRow kTriadStreaming{"bench-rackproof", "op=triad stores=streaming count={count}", false};
inline constexpr SideRow kOpenMpStream{"bench-openmp-stream", "count={count}", true};

inline constexpr Comparison kComparisons[]{
    {"triad-openmp", "triad f64 cold / plain OpenMP STREAM", kTriad, kOpenMpStream, 9, Figure::bandwidth,
     kTriadBytes, kAsFast},
    {"triad-hpcc",
     "triad f64 cold / hpcc's STREAM",
     kTriad,
     {"bench-hpcc-stream", "count={count}", true},
     9,
     Figure::bandwidth,
     kTriadBytes,
     kAsFast},
    {"streaming-regular", "triad f64 cold with streaming stores / with regular stores", kTriadStreaming,
     kTriad, 9, Figure::bandwidth, kTriadBytes, kStreamingGain},
    {"streaming-openmp", "triad f64 cold with streaming stores / plain OpenMP STREAM", kTriadStreaming,
     kOpenMpStream, 9, Figure::bandwidth, kTriadBytes, kStreamingGain},
    {"dgemm",
     "GEMM f64 2048³ / cblas_dgemm",
     {"bench-rackproof", "op=gemm type=f64 n=2048", false},
     {"bench-openblas-gemm", "type=f64 n=2048", true},
     5,
     Figure::flops,
     kGemmOperations,
     kAsFast},
    {"sgemm",
     "GEMM f32 2048³ / cblas_sgemm",
     {"bench-rackproof", "op=gemm type=f32 n=2048", false},
     {"bench-openblas-gemm", "type=f32 n=2048", true},
     9,
     Figure::flops,
     kGemmOperations,
     kAsFast},
    {"bf16",
     "GEMM bf16→f32 2048³ / oneDNN matmul",
     {"bench-rackproof", "op=gemm type=bf16 n=2048", false},
     {"bench-onednn-gemm", "n=2048", true},
     9,
     Figure::flops,
     kGemmOperations,
     kAsFast},
    {"latency",
     "DRAM latency / lmbench's method",
     {"bench-rackproof", "op=chase bytes={bytes} steps=1000000", false},
     {"bench-pointer-walk", "bytes={bytes} steps=1000000 cpu={cpu}", false},
     5,
     Figure::latency,
     kSteps,
     kWithinFivePercent},
};

}  // namespace rackproof::bench
