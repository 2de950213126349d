// What answers where somebody wants to measure: nodes and devices, as their inventory names them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/plan/site.hpp"

namespace rackproof {

/// Metric id → what was found; what could not be read has none.
using FoundValues = std::map<std::string, std::string>;

struct FoundDevice {
  std::string name;  ///< within its node
  std::string backend;
  FoundValues values;   ///< none: it was not opened
  std::string trouble;  ///< why not
};

struct FoundNode {
  std::string name;
  std::string rack;
  std::string address;
  std::string boot_id;  ///< empty: it did not answer
  std::string trouble;  ///< why not
  FoundValues values;
  std::vector<FoundDevice> devices;
};

struct FoundSite {
  std::string name;
  std::string launcher;
  std::string launch_table;      ///< [launch] as TOML, as it was given; empty: none
  std::string utc;               ///< when it was asked
  std::string shared_machine{};  ///< host name, when nodes answer from one machine: they are virtual
  std::vector<FoundNode> nodes;

  std::size_t answered() const;
};

/// Asks the nodes for their inventory, and then those with accelerators that a backend of this installation is for, for
/// their devices: two short campaigns in `folder`, which must not exist. Nodes that do not answer keep the reason. Nothing when it was interrupted. Throws
/// Error and ConfigurationError as campaigns do.
std::optional<FoundSite> ask_site(FoundSite site, const std::filesystem::path& folder);

}  // namespace rackproof
