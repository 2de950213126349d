// A site of two racks with two nodes each, two devices on every node, all on one machine.
#pragma once

#include <string>

#include "harness/plan/site.hpp"

namespace rackproof {

inline Site small_site(const std::string& extra = {}) {
  return parse_site(R"(schema = 1
name = "s"
virtual_on = "here"
[[rack]]
name = "rack1"
labels = { hall = "A" }
[[rack]]
name = "rack2"
labels = { hall = "A" }
[[node]]
name = "{rack}/node[1-2]"
rack = "rack[1-2]"
address = "localhost"
model = "host"
[[node.device]]
name = "dev[0-1]"
backend = "fault"
model = "device-model"
)" + extra,
                    "site.toml");
}

}  // namespace rackproof
