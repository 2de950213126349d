// What was measured, by (series, target).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

/// One real quantity on one target; NaN where nothing was measured.
struct RealMeasurement {
  double value = 0;
  double lo = 0;
  double hi = 0;
  std::vector<double>
      launches;  ///< one value per launch, of its last attempt when that is ok; in launch order
  std::vector<const LaunchValue*> rows;  ///< where they come from, in the same order
};

class Measurements {
 public:
  /// `results` must outlive it. Throws Error when a table has another shape than its columns say or a row
  /// points outside.
  explicit Measurements(const Results& results);

  RealMeasurement real(std::uint32_t series, std::uint32_t target) const;
  /// nullptr: not measured.
  const ExactValue* exact(std::uint32_t series, std::uint32_t target) const;
  /// Different texts that were found, in the order of the file.
  std::vector<std::string> texts(std::uint32_t series, std::uint32_t target) const;

 private:
  static std::uint64_t key(std::uint32_t series, std::uint32_t target) {
    return (std::uint64_t{series} << 32) | target;
  }
  void index_columns();
  void index_launches();

  const Results& results_;
  std::vector<std::int64_t> column_;  // of each target within its placement, or -1
  std::unordered_map<std::uint64_t, std::map<std::int32_t, const LaunchValue*>> launches_;  // key → launch
  std::unordered_map<std::uint64_t, const ExactValue*> exact_;
  std::map<std::pair<std::uint32_t, std::string_view>, std::vector<std::string>> texts_;  // target, metric id
};

}  // namespace rackproof
