// Which limits apply to which target.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "harness/verdict/limits.hpp"

namespace rackproof {

class LimitSelection {
 public:
  struct Row {
    std::int32_t limit = 0;    ///< row of Limits
    std::uint32_t series = 0;  ///< row of Results::series
  };

  /// Both must outlive the selection. Throws Error when a limit stands on a metric that the results do not
  /// define, or on one of another kind or dimension.
  LimitSelection(const Results& results, const Limits& limits);

  /// Limits for one case on one target, by quantity, then by row. A limit that names the target's model
  /// replaces the one for every model on the same metric and severity.
  std::vector<Row> applying(std::string_view case_id, const TargetRow& target) const;

 private:
  const Limits& limits_;
  std::map<std::string_view, std::vector<Row>> by_case_;  // by quantity, then row
};

}  // namespace rackproof
