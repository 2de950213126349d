// What the inventory makes of counters and of links between devices.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "suites/run/inventory_counters.hpp"

namespace rackproof {
namespace {

CaseEnd counted(std::vector<DeviceCounter> counters) {
  CaseEnd end;
  Inventory inventory(end);
  take_counters(counters, inventory);
  return end;
}

TEST(DeviceCounters, AreWholeNumbersInTheirUnit) {
  const CaseEnd end = counted({{"remapped_rows", "1", 7},
                               {"remap_pending", "1", 0.5},
                               {"remap_failed", "B", 0},
                               {"retired_pages", "1", std::nan("")},
                               {"ecc_corrected_lifetime", "1", -1},
                               {"power_limit", "W", 699.6}});
  EXPECT_EQ(end.exact, (std::map<std::string, std::int64_t>{{"power_limit", 700}, {"remapped_rows", 7}}));
  EXPECT_EQ(end.unavailable.at("remap_pending"), "remap_pending is no count");
  EXPECT_EQ(end.unavailable.at("remap_failed"), "the backend does not tell remap_failed");
  EXPECT_EQ(end.unavailable.at("retired_pages"), "retired_pages is no count");
  EXPECT_EQ(end.unavailable.at("ecc_corrected_lifetime"), "ecc_corrected_lifetime is no count");
  EXPECT_EQ(end.unavailable.at("ecc_uncorrected_lifetime"),
            "the backend does not tell ecc_uncorrected_lifetime");
}

TEST(DeviceCounters, LinksAreCountedWhereAllOfThemTell) {
  const CaseEnd end = counted({{"link0_active", "1", 1},
                               {"link1_active", "1", 0},
                               {"link17_active", "1", 1},
                               {"link_active", "1", 1},
                               {"linkx_active", "1", 1},
                               {"link3_active", "B", 1},
                               {"link0_sent", "B", 5}});
  EXPECT_EQ(end.exact.at("links"), 3);
  EXPECT_EQ(end.exact.at("links_active"), 2);
  for (const double state : {2.0, 0.5, std::nan("")}) {
    const CaseEnd odd = counted({{"link0_active", "1", 1}, {"link1_active", "1", state}});
    EXPECT_FALSE(odd.exact.contains("links_active")) << state;
    EXPECT_EQ(odd.unavailable.at("links"), "link1_active is neither 0 nor 1") << state;
  }
  EXPECT_EQ(counted({}).unavailable.at("links_active"), "the backend does not tell the state of any link");
}

TEST(DeviceCounters, WithoutAnyEachQuantitySaysWhy) {
  CaseEnd end;
  Inventory inventory(end);
  take_counters(Reading<std::vector<DeviceCounter>>::unavailable("driver is gone"), inventory);
  EXPECT_TRUE(end.exact.empty());
  EXPECT_EQ(end.unavailable.size(), 9u);
  for (const auto& [name, why] : end.unavailable) EXPECT_EQ(why, "driver is gone") << name;
}

using Links = std::vector<std::vector<Reading<rp_link>>>;

Reading<rp_link> link(const char* kind, std::uint32_t links, std::int32_t peer_access = 1) {
  rp_link out{};
  std::snprintf(out.kind, sizeof out.kind, "%s", kind);
  out.links = links;
  out.peer_access = peer_access;
  return out;
}

Reading<rp_link> silent() { return Reading<rp_link>::unavailable("driver is gone"); }

CaseEnd of(const Links& links) {
  CaseEnd end;
  Inventory inventory(end);
  take_topology(links, inventory);
  return end;
}

TEST(Topology, NamesEachPairAndTheWorstOne) {
  const CaseEnd end = of({{silent(), link("nvlink", 18), link("nvlink", 18)},
                          {link("nvlink", 18), silent(), link("pcie", 1, 0)},
                          {link("nvlink", 18), link("nvlink", 17), silent()}});
  EXPECT_EQ(end.text.at("matrix"),
            "- | nvlink x18 | nvlink x18; nvlink x18 | - | pcie x1; nvlink x18 | nvlink x17 | -");
  EXPECT_EQ(end.text.at("kinds"), "1 x nvlink x17, 4 x nvlink x18, 1 x pcie x1");
  EXPECT_EQ(end.exact.at("devices"), 3);
  EXPECT_EQ(end.exact.at("fewest_links"), 1);
  EXPECT_EQ(end.exact.at("pairs_without_peer_access"), 1);
}

TEST(Topology, OnePairThatIsNotToldLeavesNoSumOverAll) {
  for (const auto& odd :
       {silent(), link("", 0, -1), link("nv link", 4097, 2), link("\xff\xff", 0xffffffff, -1)}) {
    const CaseEnd end = of({{silent(), odd}, {link("nvlink", 18), silent()}});
    EXPECT_EQ(end.text.at("matrix"), "- | ?; nvlink x18 | -");
    EXPECT_EQ(end.exact, (std::map<std::string, std::int64_t>{{"devices", 2}}));
    EXPECT_EQ(end.unavailable.size(), 3u);
  }
  const CaseEnd last = of({{silent(), link("nvlink", 18)}, {silent(), silent()}});
  EXPECT_EQ(last.exact, (std::map<std::string, std::int64_t>{{"devices", 2}}));
}

TEST(Topology, NumbersThatCannotBeAreNoNumbers) {
  const CaseEnd end = of({{silent(), link("nvlink", 4097)}, {link("nvlink", 0), silent()}});
  EXPECT_EQ(end.text.at("kinds"), "2 x nvlink");
  EXPECT_EQ(end.unavailable.at("fewest_links"), "the backend does not tell the number of links");
  EXPECT_EQ(end.exact.at("pairs_without_peer_access"), 0);
}

TEST(Topology, OneDeviceHasNoPair) {
  const CaseEnd end = of({{silent()}});
  EXPECT_EQ(end.text.at("matrix"), "-");
  EXPECT_EQ(end.text.at("kinds"), "none");
  EXPECT_EQ(end.unavailable.at("fewest_links"), "one device has no pair");
  EXPECT_EQ(end.exact.at("pairs_without_peer_access"), 0);
}

}  // namespace
}  // namespace rackproof
