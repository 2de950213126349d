#include "harness/launch/occupancy.hpp"

#include <gtest/gtest.h>

namespace rackproof {
namespace {

/// Two racks of two nodes; "pdu" on the first three only.
Site four_nodes() {
  Site site;
  for (const auto* name : {"r1/n1", "r1/n2", "r2/n1", "r2/n2"}) {
    SiteNode node;
    node.name = name;
    node.labels.edit() = {{"rack", std::string(name).substr(0, 2)}};
    if (site.nodes.size() < 3) node.labels.edit()["pdu"] = "p";
    site.nodes.push_back(node);
  }
  return site;
}

TEST(Occupancy, ANodeNeverHasTwoSteps) {
  const Site site = four_nodes();
  Occupancy occupancy(site);
  ASSERT_TRUE(occupancy.fits({0}));
  occupancy.take({0});
  EXPECT_FALSE(occupancy.fits({0}));
  EXPECT_FALSE(occupancy.fits({0, 1}));
  EXPECT_TRUE(occupancy.fits({1, 2, 3}));
  occupancy.give_back({0});
  EXPECT_TRUE(occupancy.fits({0, 1, 2, 3}));
}

TEST(Occupancy, AVirtualMachineHasSlotsAndAGroupTakesOne) {
  Site site = four_nodes();
  site.virtual_on = "here";
  site.slots = 2;
  Occupancy occupancy(site);
  occupancy.take({0, 1, 2});
  EXPECT_FALSE(occupancy.is_full());
  ASSERT_TRUE(occupancy.fits({3}));
  occupancy.take({3});
  EXPECT_TRUE(occupancy.is_full());
}

TEST(Occupancy, AtOnceBoundsTheNodesUnderLoad) {
  Site site = four_nodes();
  site.launch.at_once = 3;
  Occupancy occupancy(site);
  EXPECT_FALSE(occupancy.fits({0, 1, 2, 3}));
  occupancy.take({0, 1});
  EXPECT_TRUE(occupancy.fits({2}));
  EXPECT_FALSE(occupancy.fits({2, 3}));
  occupancy.take({2});
  EXPECT_TRUE(occupancy.is_full());
}

TEST(Occupancy, AtOncePerBoundsThoseWithTheSameValueOfALabel) {
  Site site = four_nodes();
  site.launch.at_once_per = {{"rack", 1}, {"pdu", 2}};
  Occupancy occupancy(site);
  EXPECT_FALSE(occupancy.fits({0, 1})) << "both are in r1";
  occupancy.take({0});
  EXPECT_FALSE(occupancy.fits({1}));
  ASSERT_TRUE(occupancy.fits({2}));
  occupancy.take({2});
  occupancy.give_back({0});
  EXPECT_TRUE(occupancy.fits({1}));
  EXPECT_FALSE(occupancy.fits({3})) << "r2 has its one";
  occupancy.give_back({2});
  EXPECT_TRUE(occupancy.fits({3})) << "without the label there is no limit on it";
}

}  // namespace
}  // namespace rackproof
