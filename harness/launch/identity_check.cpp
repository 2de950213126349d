#include "harness/launch/identity_check.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace rackproof {

std::optional<std::string> IdentityCheck::refuse(const Hello& hello,
                                                 const std::vector<std::uint32_t>& nodes) {
  if (hello.ranks.size() != nodes.size()) {
    return fmt::format("{} ranks answered, {} were started", hello.ranks.size(), nodes.size());
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Identity& identity = hello.ranks[i];
    const std::string& node = site_.nodes.at(nodes[i]).name;
    if (identity.boot_id.empty()) return fmt::format("{} answered without a boot id", node);
    const auto [known, first] = node_of_boot_.emplace(identity.boot_id, node);
    if (!first && known->second != node && site_.virtual_on.empty()) {
      notices_.push_back(
          {"one machine twice", {known->second, node}, fmt::format("boot id {}", identity.boot_id)});
      return fmt::format("two site entries for one machine: {} answered with the boot id of {} ({})", node,
                         known->second, identity.hostname);
    }
    notice_boot(node, identity.boot_id);
    notice_clones(node, identity);
  }
  return std::nullopt;
}

void IdentityCheck::check_clock(const Hello& hello, const std::vector<std::uint32_t>& nodes,
                                std::int64_t now_ns) {
  const double ahead_s = (static_cast<double>(hello.utc_ns) - static_cast<double>(now_ns)) * 1e-9;
  const std::string& node = site_.nodes.at(nodes.front()).name;
  if (std::abs(ahead_s) <= kClockTolerance || !wrong_clocks_.insert(node).second) return;
  notices_.push_back({"clock skew",
                      {node},
                      fmt::format("its clock is {:.0f} s {} that of the machine which runs the campaign",
                                  std::abs(ahead_s), ahead_s > 0 ? "ahead of" : "behind")});
}

void IdentityCheck::take_unusable(std::uint32_t node, const std::string& evidence) {
  const std::string& name = site_.nodes.at(node).name;
  unusable_[name] = {boot_of_node_[name], evidence};
}

std::string IdentityCheck::unusable(std::uint32_t node) const {
  const std::string& name = site_.nodes.at(node).name;
  const auto found = unusable_.find(name);
  if (found == unusable_.end() || found->second.boot != boot_of_node_.at(name)) return "";
  return found->second.evidence;
}

std::vector<Notice> IdentityCheck::take_notices() { return std::exchange(notices_, {}); }

void IdentityCheck::notice_boot(const std::string& node, const std::string& boot) {
  const std::string before = std::exchange(boot_of_node_[node], boot);
  if (before.empty() || before == boot) return;
  notices_.push_back({"unplanned boot", {node}, fmt::format("boot id {}, then {}", before, boot)});
}

void IdentityCheck::notice_clones(const std::string& node, const Identity& identity) {
  std::vector<std::string> marks;
  if (!identity.machine_id.empty()) marks.push_back("machine id " + identity.machine_id);
  for (const auto& mac : identity.macs) marks.push_back("MAC " + mac);
  for (const auto& mark : marks) {
    auto& boots = boots_of_[mark];
    if (!boots.insert(identity.boot_id).second) continue;
    for (const auto& boot : boots) {
      const std::string& other = node_of_boot_.at(boot);
      if (other == node) continue;
      notices_.push_back({"cloned identity", {other, node}, mark + " under two boot ids"});
      break;
    }
  }
}

}  // namespace rackproof
