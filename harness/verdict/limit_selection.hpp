// Which limits apply to which target.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "harness/verdict/limits.hpp"
#include "harness/verdict/promised.hpp"

namespace rackproof {

class LimitSelection {
 public:
  struct Row {
    std::int32_t limit = 0;    ///< row of Limits
    std::uint32_t series = 0;  ///< row of Results::series
  };

  /// All must outlive the selection. Throws Error when a limit stands on a metric that the results do not
  /// define, or on one of another kind or dimension.
  LimitSelection(const Results& results, const Limits& limits, const Promised& promised);

  /// Limits for one case on one target, by quantity, then by row. A limit that names the target's model
  /// replaces the one for every model on the same metric and severity. A limit as promised applies where something is
  /// promised, beside any other.
  std::vector<Row> applying(std::string_view case_id, std::uint32_t target) const;

 private:
  const Results& results_;
  const Limits& limits_;
  const Promised& promised_;
  std::map<std::string_view, std::vector<Row>> by_case_;  // by quantity, then row
};

}  // namespace rackproof
