// One verdict cell as a JSON object, ASCII. What is not there is null, a number too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/formats/report_input.hpp"

namespace rackproof {

/// Appends a text as JSON: quoted, ASCII, invalid UTF-8 replaced.
void append_json_text(std::string& out, std::string_view text);

class CellJson {
 public:
  explicit CellJson(const ReportInput& input);

  /// Appends the fields of a row of Verdicts::cells without braces: rack (null: it lies in no rack alone), target, scope, case,
  /// metric (null: the completion of its case), severity, verdict, failure, reason, value, lo, hi (SI, of `unit`), unit, launches,
  /// found, limit, lower, upper (SI), clause, provenance, waived ({who, reason, until}). Empty texts are null.
  void append(std::string& out, std::size_t row) const;

 private:
  const ReportInput& input_;
  std::vector<std::string> targets_;  // fields of each, as JSON
  std::vector<std::string> limits_;
  std::string no_limit_;
};

}  // namespace rackproof
