// serials.csv: which part was delivered where. Beside the site file, which names it: serials = "serials.csv".
//
//   target,serial,uuid,part
//   rack1/node1,ABC123,,                      the node itself
//   rack1/node1,M0001,,memory                 a memory module in it
//   rack1/node1/dev0,165432101,GPU-5f1c,      a device
//
// The first line names the columns: target and serial, uuid and part where they are known, in any order. No quotes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/plan/site.hpp"

namespace rackproof {

/// Puts the serials into the nodes and devices of the site. `file`: for messages. Problems: an unknown column or target ("did
/// you mean"), a serial or UUID twice, another serial than the site file gives, a part that is not known.
void apply_serials(Site& site, std::string_view text, const std::string& file,
                   std::vector<Diagnostic>& problems);

}  // namespace rackproof
