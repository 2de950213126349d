// Who answered? Entries with one boot id are one machine.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/plan/site.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

/// Something that only the campaign can see. Kinds: "one machine twice", "cloned identity" (one machine id or
/// MAC under the boot ids of two entries), "unplanned boot" (an entry answers with another boot id than
/// before).
struct Notice {
  std::string kind;
  std::vector<std::string> subjects;
  std::string evidence;
};

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
