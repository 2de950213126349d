#include "reports/banners.hpp"

#include <set>

#include "reports/language/view_texts.hpp"
#include "reports/value_text.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kTargetsNamed = 8;

Phrase banner_of(const Virtuality& v) {
  const std::string on = v.hosts.empty() ? "" : fmt::format(" ({})", v.hosts);
  if (!v.one_host()) return {texts::kSomeVirtualNodes, v.virtual_nodes, v.nodes, on};
  if (v.nodes == 1) return {texts::kOneVirtualNode, on};
  return {texts::kVirtualNodes, on, v.nodes};
}

struct StandIn {
  std::string_view notice;  ///< kind of the notice by which the campaign says so
  Text text;
};

constexpr StandIn kStandIns[]{{"emulated device", texts::kEmulatedDevices},
                              {"recorded machine", texts::kRecordedMachines}};

}  // namespace

std::vector<Phrase> banners_of(const Results& results, const Virtuality& virtuality) {
  std::vector<Phrase> banners;
  if (virtuality.virtual_nodes != 0) banners.push_back(banner_of(virtuality));
  for (const auto& [kind, text] : kStandIns) {
    std::set<std::string> targets;
    for (const auto& notice : results.notices) {
      if (notice.kind == kind) targets.insert(notice.subjects.begin(), notice.subjects.end());
    }
    const std::vector<std::string> names(targets.begin(), targets.end());
    if (!names.empty()) banners.emplace_back(text, joined_phrase(names, kTargetsNamed));
  }
  return banners;
}

}  // namespace rackproof
