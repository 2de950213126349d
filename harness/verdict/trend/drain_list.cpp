#include "harness/verdict/trend/drain_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "harness/base/error.hpp"
#include "harness/plan/identifier.hpp"

namespace rackproof {

namespace {

/// A host name is what the node said of itself: it is taken only when it is one word.
std::string node_of(const TrendFinding& finding) {
  if (finding.host.find('/') == std::string::npos && is_target_name(finding.host)) return finding.host;
  return finding.scope == "device" ? finding.subject.substr(0, finding.subject.rfind('/')) : finding.subject;
}

std::string reason_of(const TrendFinding& finding, const Trend& trend) {
  if (finding.cause >= 0) {
    const TrendCause& cause = trend.causes[static_cast<std::size_t>(finding.cause)];
    return fmt::format("rackproof {}: {}, worse since {}", cause.id, cause.text(), cause.changed);
  }
  return fmt::format("rackproof {}: {} {:+.1f} % since {}", finding.id, finding.metric, 100 * finding.effect,
                     finding.changed);
}

}  // namespace

DrainList drain_list(const Trend& trend, std::size_t limit) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> nodes_of;  // by reason
  std::set<std::string> seen;
  DrainList list;
  for (const TrendFinding& finding : trend.findings) {
    const bool is_wanted = finding.state == TrendState::confirmed && finding.change == Change::worse &&
                           !finding.is_roll_up && (finding.scope == "node" || finding.scope == "device");
    if (!is_wanted || !seen.insert(node_of(finding)).second) continue;
    if (list.nodes == limit) {
      ++list.left_out;
      continue;
    }
    ++list.nodes;
    const std::string reason = printable(reason_of(finding, trend));
    auto& nodes = nodes_of[reason];
    if (nodes.empty()) order.push_back(reason);
    nodes.push_back(printable(node_of(finding)));
  }
  for (const std::string& reason : order)
    list.lines.push_back(fmt::format("{} {}", fmt::join(nodes_of[reason], ","), reason));
  return list;
}

}  // namespace rackproof
