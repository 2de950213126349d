// The grammar of ids.
//
//   case      suite/subject/operation[:param{,param}]   lower case; param = word or key=value
//   metric    case#quantity
//   target    names joined by '/', as in the site file; a pair is "a+b"
//   instance  case@target
//
// Alphabet of all ids: [A-Za-z0-9_/:,=.#@+-].
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rackproof {

struct CaseId {
  std::string suite;
  std::string subject;
  std::string operation;
  std::vector<std::string> params;
};

/// Parts of a case id, or nothing when it does not follow the grammar.
std::optional<CaseId> parse_case_id(std::string_view id);

/// Whether the subject of a case is "device". Of a node's cases, those are measured by the devices' backend.
bool is_device_case(std::string_view case_id);

struct MetricId {
  std::string case_id;
  std::string quantity;
};
std::optional<MetricId> parse_metric_id(std::string_view id);

/// A name of a rack, node, label: [A-Za-z0-9_.-]+ parts joined by '/'; no part is "." or "..", because names
/// become paths. '+' is reserved for pairs.
bool is_target_name(std::string_view name);

/// Drops Google Benchmark's suffixes from a run name: "/iterations:12/manual_time" and the like.
std::string strip_benchmark_suffix(std::string_view run_name);

/// Expands "R[0001-0003]n[1-2]" to R0001n1, R0001n2, …; width of the first number is kept. Without brackets:
/// the name itself. Throws Error ("[3-1]" runs backwards, unbalanced brackets, more than 1,000,000 names).
std::vector<std::string> expand_range(std::string_view pattern);

}  // namespace rackproof
