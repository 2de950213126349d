// What the site promises of each target, and why what was promised could not be read.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/results/results.hpp"

namespace rackproof {

class Promised {
 public:
  struct Row {
    std::uint32_t target = 0;  ///< row of Results::targets
    std::string_view metric;
    std::vector<std::string_view> values;  ///< what is found must be one of these
  };

  /// From the facts whose key is a metric id. `results` must outlive it.
  explicit Promised(const Results& results);

  const std::vector<Row>& rows() const { return rows_; }
  /// Index into rows(); nothing when the site promises nothing.
  std::optional<std::size_t> find(std::uint32_t target, std::string_view metric) const;
  /// Why the metric could not be read there; empty when nobody said so.
  std::string_view unavailable(std::uint32_t target, std::string_view metric) const;

 private:
  using Key = std::pair<std::uint32_t, std::string_view>;
  std::vector<Row> rows_;
  std::map<Key, std::size_t> index_;
  std::map<Key, std::string_view> unavailable_;
};

}  // namespace rackproof
