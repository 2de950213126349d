#include "harness/plan/network.hpp"

#include <gtest/gtest.h>

namespace rackproof {
namespace {

TEST(Network, NetworksAndInterfaces) {
  for (const char* good :
       {"10.77.0.0/16", "0.0.0.0/0", "fd00::/8", "eth1", "ib0,ib1", "bond0.100", "10.0.0.0/8,eth1"})
    EXPECT_TRUE(is_network_list(good)) << good;
  for (const char* bad :
       {"", "10.77.0.0", "10.77.0.0/33", "10.77.0/16", "10.77.0.0/", "10.77.0.0/-1", "fd00::/129", "eth1,",
        ",eth1", "eth 1", "1eth", "-eth", "eth0123456789abc", "10.77.0.0/16 eth1"})
    EXPECT_FALSE(is_network_list(bad)) << bad;
}

TEST(Network, Ports) {
  EXPECT_EQ(parse_ports("46000-46999"), std::pair(46000, 46999));
  EXPECT_EQ(parse_ports("1-65535"), std::pair(1, 65535));
  EXPECT_EQ(parse_ports("7-70"), std::pair(7, 70));
  for (const char* bad : {"", "46000", "-", "46000-", "-46000", "200-100", "0-500", "7-7", "7-69", "1-65536",
                          "1-200-300", "a-b", "1 - 200", "+1-200"})
    EXPECT_FALSE(parse_ports(bad)) << bad;
}

}  // namespace
}  // namespace rackproof
