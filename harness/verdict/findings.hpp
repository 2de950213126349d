// Rows of the findings table: what deserves a look but never changes a verdict.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/verdict/judge.hpp"

namespace rackproof {

/// Collects findings; two of one kind about the same subjects become one with both pieces of evidence.
class Findings {
 public:
  void add(std::string kind, std::vector<std::string> subjects, Phrase evidence, Phrase action);
  /// By kind, then in the order in which they were added.
  std::vector<Finding> sorted() const;

 private:
  std::vector<Finding> rows_;
  std::map<std::string, std::size_t> by_id_;
};

/// First 12 hexadecimal digits of SHA-256 over kind and subjects.
std::string finding_id(const std::string& kind, const std::vector<std::string>& subjects);

/// What the attempts of one (target, case) tell beside the verdict: "incident" for attempts that went wrong
/// before a retry ended ok, "clock" when host and event clock disagree in exactly one launch.
void add_findings_of(const CaseHistory& history, const std::string& target, const std::string& case_id,
                     Findings& findings);

/// The campaign's own notices.
void add_notices(const Results& results, Findings& findings);

}  // namespace rackproof
