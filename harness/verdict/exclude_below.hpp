// Which measured values are so low that their node would spoil the pairs and groups that it is in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "harness/verdict/limits.hpp"

namespace rackproof {

class ExcludeBelow {
 public:
  explicit ExcludeBelow(const Limits& limits);

  bool empty() const { return bounds_.empty(); }
  /// Whether a value (SI) is below the `exclude_below` of the limit on this metric, scope and model; nothing when there is
  /// none. A limit that names the model replaces the one for every model. NaN is below.
  std::optional<bool> operator()(const std::string& metric, const std::string& scope,
                                 const std::string& model, double value) const;

 private:
  std::map<std::tuple<std::string, std::string, std::string>, double> bounds_;  // metric, scope, model
};

}  // namespace rackproof
