#include "harness/machine/system.hpp"

#include <fmt/format.h>

#include "harness/machine/smbios.hpp"
#include "harness/machine/snapshot.hpp"

namespace rackproof {

namespace {

using Text = Reading<std::string>;

Text filled_in(Text text) {
  if (text && is_placeholder(*text)) return Text::unavailable(fmt::format("the firmware says \"{}\"", *text));
  return text;
}

}  // namespace

System read_system(const SystemRoot& root) {
  const auto dmi = [&](std::string_view name) {
    return filled_in(privileged_line(root, fmt::format("/sys/class/dmi/id/{}", name)));
  };
  // Machines without DMI have a device tree instead.
  const auto or_tree = [&](Text text, std::string_view name) {
    if (text || root.exists("/sys/class/dmi/id")) return text;
    const Text tree = filled_in(root.line(fmt::format("/proc/device-tree/{}", name)));
    return tree ? tree : text;
  };
  return {.vendor = dmi("sys_vendor"),
          .product = or_tree(dmi("product_name"), "model"),
          .serial = or_tree(dmi("product_serial"), "serial-number"),
          .uuid = dmi("product_uuid"),
          .board_vendor = dmi("board_vendor"),
          .board = dmi("board_name"),
          .board_serial = dmi("board_serial"),
          .bios_vendor = dmi("bios_vendor"),
          .bios = dmi("bios_version"),
          .bios_date = dmi("bios_date")};
}

}  // namespace rackproof
