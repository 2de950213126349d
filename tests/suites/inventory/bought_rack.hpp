// A rack that was bought, as recorded machines: its site file with what was promised, what the inventory's cases find in it, and
// what is judged of that.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/verdict/judge.hpp"
#include "suites/run/inventory.hpp"
#include "tests/harness/machine/servers.hpp"

namespace rackproof::test {

/// A server of eight accelerators, with what its backend tells of them.
struct Server {
  Server();
  RecordedMachine machine;
  std::vector<ToldDevice> devices;
};

/// What all six cases find on a server, by case and by place of the device (0 for those of the host).
std::map<std::pair<std::string, std::size_t>, CaseEnd> take_stock(const Server& server);

struct Judged {
  Results results;
  Verdicts verdicts;
  /// nullptr: there is none.
  const VerdictCell* cell(const std::string& target, const std::string& metric) const;
  /// Whether a finding of this kind has this evidence in it.
  bool finds(const std::string& kind, const std::string& evidence) const;
};

/// The campaign of rack1/node1, as it is found, beside rack1/node2, which is as promised: records of both in a journal, its
/// results, its verdicts. Both are promised the server as it comes.
Judged judge_rack(const Server& node1, const Server& node2);

}  // namespace rackproof::test
