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
  static constexpr double kClockTolerance = 60;  ///< s

  /// `site` must outlive the check.
  explicit IdentityCheck(const Site& site) : site_(site) {}

  /// Checks that rank i is the node nodes[i] and no other entry's machine. Returns why the answer is refused,
  /// or nothing.
  std::optional<std::string> refuse(const Hello& hello, const std::vector<std::uint32_t>& nodes);
  /// Notices when the clock of the node of rank 0 is more than kClockTolerance away from `now_ns`, this machine's.
  void check_clock(const Hello& hello, const std::vector<std::uint32_t>& nodes, std::int64_t now_ns);
  /// A process survives SIGKILL on a node, which has answered: it cannot be used as long as it is not booted.
  void take_unusable(std::uint32_t node, const std::string& evidence);
  /// The evidence of that, when the node answered last with the same boot id as then; empty: it can be used.
  std::string unusable(std::uint32_t node) const;
  /// Notices since the last call; each matter is noticed once.
  std::vector<Notice> take_notices();

 private:
  void notice_boot(const std::string& node, const std::string& boot);
  void notice_clones(const std::string& node, const Identity& identity);

  const Site& site_;
  std::map<std::string, std::string> node_of_boot_;  // boot id → node that answered with it first
  std::map<std::string, std::string> boot_of_node_;  // node → boot id of its last answer
  struct Unusable {
    std::string boot;
    std::string evidence;
  };
  std::map<std::string, Unusable> unusable_;               // by node
  std::set<std::string> wrong_clocks_;                     // nodes that were noticed
  std::map<std::string, std::set<std::string>> boots_of_;  // "machine id …", "MAC …" → boot ids seen with it
  std::vector<Notice> notices_;
};

}  // namespace rackproof
