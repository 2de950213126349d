// The case inventory/device/topology: how the devices of a node are tied together.
#include <fmt/format.h>

#include <algorithm>

#include "harness/machine/tally.hpp"
#include "suites/run/inventory.hpp"

namespace rackproof {

namespace {

using Count = Reading<std::int64_t>;
using Text = Reading<std::string>;

constexpr std::uint32_t kMostLinks = 4096;

bool is_kind(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

/// What a backend leaves as it was is not told.
rp_link untold() {
  rp_link link{};
  link.struct_size = sizeof link;
  link.peer_access = -1;
  return link;
}

Reading<rp_link> read_link(const Device& from, const Device& to) {
  using Link = Reading<rp_link>;
  const rp_backend& table = from.table();
  if (table.link == nullptr) return Link::unavailable("the backend tells no links between devices");
  rp_link link = untold();
  if (table.link(from.get(), to.get(), &link) == RP_OK) return link;
  const std::string why = printable(table.last_error());
  return Link::unavailable(why.empty() ? "the backend says nothing" : why);
}

Count number_of_links(const Reading<rp_link>& link) {
  if (!link) return Count::unavailable(link.why());
  if (link->links == 0 || link->links > kMostLinks)
    return Count::unavailable("the backend does not tell the number of links");
  return std::int64_t{link->links};
}

/// "nvlink x18"; a kind alone where it is not told how many.
Text words(const Reading<rp_link>& link) {
  if (!link) return Text::unavailable(link.why());
  const std::string kind = abi_text(link->kind);
  if (!is_kind(kind)) return Text::unavailable("the backend does not tell the kind of a link");
  const Count number = number_of_links(link);
  return number ? fmt::format("{} x{}", kind, *number) : kind;
}

}  // namespace

void take_topology(const std::vector<std::vector<Reading<rp_link>>>& links, Inventory& inventory) {
  std::string matrix;
  std::vector<Text> kinds;
  Count fewest = Count::unavailable("one device has no pair"), apart = std::int64_t{0};
  for (std::size_t from = 0; from < links.size(); ++from) {
    if (from != 0) matrix += "; ";
    for (std::size_t to = 0; to < links.size(); ++to) {
      if (to != 0) matrix += " | ";
      if (to == from) {
        matrix += '-';
        continue;
      }
      const Reading<rp_link>& link = links[from][to];
      kinds.push_back(words(link));
      matrix += kinds.back().value_or("?");
      const Count number = number_of_links(link);
      const bool is_first = kinds.size() == 1;
      if (is_first || (fewest && (!number || *number < *fewest))) fewest = number;
      if (!link || (link->peer_access != 0 && link->peer_access != 1)) {
        apart = Count::unavailable(link ? "the backend does not tell peer access" : link.why());
      } else if (apart && link->peer_access == 0) {
        apart = *apart + 1;
      }
    }
  }
  inventory.count("devices", static_cast<std::int64_t>(links.size()));
  inventory.text("kinds", tally(kinds));
  inventory.text("matrix", matrix);
  inventory.count("fewest_links", fewest);
  inventory.count("pairs_without_peer_access", apart);
}

void run_inventory_topology(const CaseContext& context, CaseEnd& end) {
  const auto devices = context.devices;
  std::vector<std::vector<Reading<rp_link>>> links(devices.size());
  for (std::size_t from = 0; from < devices.size(); ++from) {
    for (std::size_t to = 0; to < devices.size(); ++to) {
      links[from].push_back(from == to ? Reading<rp_link>::unavailable("a device has no link to itself")
                                       : read_link(devices[from], devices[to]));
    }
  }
  Inventory inventory(end);
  take_topology(links, inventory);
}

}  // namespace rackproof
