// The site: what was promised. Racks → nodes → devices, with free labels.
//
//   schema = 1
//   name = "two-virtual-racks"
//   launcher = "local"            # how workers are started; [launch] has its settings (launch_settings.hpp)
//   virtual_on = "this-host"      # entries on one machine are allowed and called virtual
//   slots = 1                     # steps at a time on such a machine
//   serials = "serials.csv"       # optional, beside this file: which part was delivered where (serials.hpp)
//   attribute_virtual = false     # test sites only: a control on the same machine may be used for attribution
//
//   [[rack]]
//   name = "rack[1-2]"            # range
//   labels = { hall = "A", row = "1" }
//
//   [[node]]
//   name = "{rack}/node[1-2]"     # template: once per rack of the range in `rack`
//   rack = "rack[1-2]"
//   address = "localhost"         # may use {rack} and {node}; must differ between entries unless virtual_on
//   model = "virtual-host"
//   labels = { }                  # optional
//   serial = "…"                  # optional
//   system_root = "DIR"           # test sites only: a recorded tree of /proc, /sys, /etc that stands in for the machine's own;
//                                 # on the node; may use {rack} and {node}. Reports say so.
//   absent = "reason"             # optional: entered by the operator; makes the node a fail of inventory
//
//   [node.promised]               # optional: what its inventory must find (promised.hpp)
//   "cpu#cores" = 64
//
//   [node.requires]               # optional: without which the node is not measured (preflight_items.hpp)
//   cores = 64
//
//   [[node.device]]
//   name = "dev[0-1]"
//   backend = "fault"             # cpu | fault | cuda | …
//   model = "fault-device"
//   serial = "…"                  # optional
//   options = "…"                 # optional, handed to the backend
//   nic = "eth[1-2]"              # optional: the interface of its rail; one, or one for each device; kept in the results,
//                                 # and steers nothing: libraries find interfaces themselves, or by the setup script
//
//   [node.device.promised]        # optional: what the inventory of each of these must find
//   "identity#driver" = "580.65.06"
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/shared_value.hpp"
#include "harness/plan/launch_settings.hpp"
#include "harness/plan/preflight_items.hpp"
#include "harness/plan/promised.hpp"

namespace rackproof {

using Labels = std::map<std::string, std::string>;

struct SiteDevice {
  std::string name;  ///< within its node: "dev0"
  std::string backend;
  std::string model;
  std::string serial;
  std::string options;
  std::string nic{};                                 ///< interface of its rail; may be empty
  std::string uuid{};                                ///< from serials.csv
  SharedValue<std::vector<SitePromise>> promised{};  ///< shared by the devices of one [[node.device]]
};

struct SiteNode {
  std::string name;  ///< "rack1/node2"
  std::string rack;  ///< "rack1"
  std::string address;
  std::string model;
  std::string serial;
  std::string system_root;  ///< of a recorded machine; empty: its own
  std::string absent;       ///< reason; empty when the node is promised to be there
  /// Its own and its rack's; always has "rack" and "site". The nodes of one [[node]] share them rack by rack.
  SharedValue<Labels> labels;
  SharedValue<std::vector<SiteDevice>> devices;            ///< shared by the nodes of one [[node]]
  std::string uuid{};                                      ///< from serials.csv
  SharedValue<std::vector<SitePromise>> promised{};        ///< shared by the nodes of one [[node]]
  SharedValue<std::vector<std::string>> memory_serials{};  ///< of its modules, from serials.csv
  SharedValue<Requirements> requirements{};                ///< shared by the nodes of one [[node]]
  bool follows_other_shard = false;  ///< in a shard: between it and the node before it, others are left out
};

/// Place of a device among the node's devices of the same backend: how one without a UUID is found.
int position_in_backend(const SiteNode& node, std::size_t device);

struct SiteRack {
  std::string name;
  SharedValue<Labels> labels;
};

/// A part of a site's racks, for a campaign of its own (shard.hpp).
struct Shard {
  int index = 0;  ///< 0 … count−1
  int count = 1;  ///< 1: the whole site
  bool is_whole() const { return count == 1; }
  bool operator==(const Shard&) const = default;
};

struct Site {
  std::string name;
  std::string launcher = "local";
  LaunchSettings launch;
  std::string virtual_on;  ///< empty: every entry is a machine of its own
  int slots = 1;
  bool attribute_virtual = false;
  std::vector<SiteRack> racks;  ///< in file order
  std::vector<SiteNode> nodes;  ///< in file order
  std::string text;             ///< the file as it was read
  std::string file;             ///< its name, for messages
  std::string serials{};        ///< name of the file of serials beside it; empty: none
  std::string serials_text{};   ///< as it was read
  Shard shard{};                ///< that racks and nodes are; not in the file
  /// Groups (label, value) of which nodes are in other shards, too: they are not measured.
  std::set<std::pair<std::string, std::string>> split_groups{};
};

/// Parses a site. `file` is used in messages, and a setup script and the serials are looked for in its folder. Throws
/// ConfigurationError with every problem found:
/// unknown keys, bad or repeated names, a node of an unknown rack, a rack without nodes, one address for two
/// nodes that are not virtual, one serial for several entries. Label values are names; the labels "rack" and
/// "site" and the rack name "site" are taken.
Site parse_site(std::string_view text, const std::string& file);
Site read_site(const std::filesystem::path& file);

/// Adds what is wrong with the site's promises by the definitions of a catalogue.
void check_promises(const Site& site, Catalogue catalogue, std::vector<Diagnostic>& problems);

}  // namespace rackproof
