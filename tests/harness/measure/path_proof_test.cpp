#include "harness/measure/path_proof.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/harness/machine/recorded_machine.hpp"

namespace rackproof {
namespace {

using test::RecordedMachine;

TEST(PathProof, LessThanTheShareIsWrong) {
  EXPECT_EQ(prove_path(1.2e9, 1.3e9, "eth1", 0.9).state, PathState::proved);
  EXPECT_EQ(prove_path(1.2e9, 1.08e9, "eth1", 0.9).state, PathState::proved) << "the share itself";
  const PathVerdict wrong = prove_path(1.2e9, 0.144e9, "eth1", 0.9);
  EXPECT_EQ(wrong.state, PathState::wrong);
  EXPECT_EQ(wrong.reason, "path: 12 % of 1.2 GB went over eth1, at least 90 % must");
  EXPECT_EQ(prove_path(1, 0.0, "eth1", 0.01).state, PathState::wrong);
}

TEST(PathProof, WhatTheCountersDoNotTellIsUnproved) {
  const PathVerdict gone = prove_path(1e9, Reading<double>::unavailable("no such file"), "eth1", 0.9);
  EXPECT_EQ(gone.state, PathState::unproved);
  EXPECT_EQ(gone.reason, "no such file");
  EXPECT_EQ(prove_path(1e9, -5.0, "eth1", 0.9).reason, "eth1 went backwards: reset");
  EXPECT_EQ(prove_path(1e9, std::nan(""), "eth1", 0.9).state, PathState::unproved);
  EXPECT_EQ(prove_path(0, 5.0, "eth1", 0.9).state, PathState::unproved);
  EXPECT_EQ(prove_path(std::nan(""), 5.0, "eth1", 0.9).state, PathState::unproved);
}

TEST(PathProof, InterfacesAreThoseOfANameOrANetwork) {
  EXPECT_EQ(*interfaces_of("eth1,ib0"), (std::vector<std::string>{"eth1", "ib0"}));
  EXPECT_EQ(*interfaces_of("127.0.0.0/8"), std::vector<std::string>{"lo"});
  EXPECT_EQ(interfaces_of("203.0.113.0/24").why(), "no interface has an address in 203.0.113.0/24");
}

TEST(PathProof, BytesOfSeveralInterfacesAreOnePath) {
  RecordedMachine machine;
  for (const char* interface : {"ib0", "ib1"}) {
    machine.write(std::string("/sys/class/net/") + interface + "/statistics/rx_bytes", "7");
    machine.write(std::string("/sys/class/net/") + interface + "/statistics/tx_bytes", "3");
  }
  EXPECT_EQ(*bytes_over(machine.root(), interfaces_of("ib0,ib1")), 20);
  EXPECT_FALSE(bytes_over(machine.root(), interfaces_of("ib0,ib2")));
  EXPECT_FALSE(bytes_over(machine.root(), interfaces_of("203.0.113.0/24")));
}

}  // namespace
}  // namespace rackproof
