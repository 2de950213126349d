// Who answered? Entries with one boot id are one machine.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/launch/notice.hpp"
#include "harness/plan/site.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

class IdentityCheck {
 public:
  /// `site` must outlive the check.
  explicit IdentityCheck(const Site& site) : site_(site) {}

  /// Checks that rank i is the node nodes[i] and no other entry's machine. Returns why the answer is refused,
  /// or nothing.
  std::optional<std::string> refuse(const Hello& hello, const std::vector<std::uint32_t>& nodes);
  /// Notices since the last call; each matter is noticed once.
  std::vector<Notice> take_notices();

 private:
  void notice_boot(const std::string& node, const std::string& boot);
  void notice_clones(const std::string& node, const Identity& identity);

  const Site& site_;
  std::map<std::string, std::string> node_of_boot_;        // boot id → node that answered with it first
  std::map<std::string, std::string> boot_of_node_;        // node → boot id of its last answer
  std::map<std::string, std::set<std::string>> boots_of_;  // "machine id …", "MAC …" → boot ids seen with it
  std::vector<Notice> notices_;
};

}  // namespace rackproof
