#include "harness/launch/identity_check.hpp"

#include <gtest/gtest.h>

namespace rackproof {
namespace {

Site two_node_site(const std::string& virtual_on = {}) {
  Site site;
  site.virtual_on = virtual_on;
  for (const std::string name : {"rack1/node1", "rack1/node2"}) {
    SiteNode node;
    node.name = name;
    site.nodes.push_back(node);
  }
  return site;
}

Identity identity(const std::string& boot, const std::string& machine = {},
                  const std::vector<std::string>& macs = {}) {
  Identity identity;
  identity.boot_id = boot;
  identity.machine_id = machine;
  identity.macs = macs;
  return identity;
}

Hello hello(const std::vector<Identity>& ranks) {
  Hello hello;
  hello.ranks = ranks;
  return hello;
}

TEST(IdentityCheck, TakesEveryNodeOnItsOwnMachine) {
  const Site site = two_node_site();
  IdentityCheck check(site);
  EXPECT_FALSE(check.refuse(hello({identity("a", "m1")}), {0}));
  EXPECT_FALSE(check.refuse(hello({identity("b", "m2")}), {1}));
  EXPECT_FALSE(check.refuse(hello({identity("a", "m1"), identity("b", "m2")}), {0, 1}));
  EXPECT_TRUE(check.take_notices().empty());
}

TEST(IdentityCheck, RefusesTwoEntriesOnOneMachine) {
  const Site site = two_node_site();
  IdentityCheck check(site);
  EXPECT_FALSE(check.refuse(hello({identity("a")}), {0}));
  const auto reason = check.refuse(hello({identity("a")}), {1});
  ASSERT_TRUE(reason);
  EXPECT_NE(reason->find("rack1/node2"), std::string::npos);
  EXPECT_NE(reason->find("rack1/node1"), std::string::npos);
  const auto notices = check.take_notices();
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind, "one machine twice");
  EXPECT_EQ(notices[0].subjects, (std::vector<std::string>{"rack1/node1", "rack1/node2"}));
  EXPECT_TRUE(check.take_notices().empty());
  // The first one is still itself.
  EXPECT_FALSE(check.refuse(hello({identity("a")}), {0}));
}

TEST(IdentityCheck, RefusesTwoRanksOfAGroupOnOneMachine) {
  const Site site = two_node_site();
  IdentityCheck check(site);
  EXPECT_TRUE(check.refuse(hello({identity("a"), identity("a")}), {0, 1}));
}

TEST(IdentityCheck, AllowsOneMachineWhereTheSiteSaysSo) {
  const Site site = two_node_site("here");
  IdentityCheck check(site);
  EXPECT_FALSE(check.refuse(hello({identity("a", "m"), identity("a", "m")}), {0, 1}));
  EXPECT_TRUE(check.take_notices().empty());
}

TEST(IdentityCheck, RefusesAWrongNumberOfRanksAndAMissingBootId) {
  const Site site = two_node_site();
  IdentityCheck check(site);
  EXPECT_TRUE(check.refuse(hello({}), {0}));
  EXPECT_TRUE(check.refuse(hello({identity("a"), identity("b")}), {0}));
  EXPECT_TRUE(check.refuse(hello({identity("")}), {0}));
}

TEST(IdentityCheck, AClonedMachineIdOrMacIsNoticedOnceAndNotRefused) {
  for (const bool mac : {false, true}) {
    const Site site = two_node_site();
    IdentityCheck check(site);
    const Identity first = mac ? identity("a", "", {"00:11"}) : identity("a", "m");
    const Identity second = mac ? identity("b", "", {"00:11"}) : identity("b", "m");
    for (int again = 0; again < 3; ++again) {
      EXPECT_FALSE(check.refuse(hello({first}), {0}));
      EXPECT_FALSE(check.refuse(hello({second}), {1}));
    }
    const auto notices = check.take_notices();
    ASSERT_EQ(notices.size(), 1u);
    EXPECT_EQ(notices[0].kind, "cloned identity");
    EXPECT_EQ(notices[0].subjects, (std::vector<std::string>{"rack1/node1", "rack1/node2"}));
  }
}

TEST(IdentityCheck, AnotherBootOfOneNodeIsNoClone) {
  const Site site = two_node_site();
  IdentityCheck check(site);
  EXPECT_FALSE(check.refuse(hello({identity("a", "m", {"00:11"})}), {0}));
  EXPECT_FALSE(check.refuse(hello({identity("b", "m", {"00:11"})}), {0}));
  const auto notices = check.take_notices();
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind, "unplanned boot");
  EXPECT_EQ(notices[0].subjects, std::vector<std::string>{"rack1/node1"});
}

TEST(IdentityCheck, NoMachineIdIsNoClone) {
  const Site site = two_node_site();
  IdentityCheck check(site);
  EXPECT_FALSE(check.refuse(hello({identity("a", "")}), {0}));
  EXPECT_FALSE(check.refuse(hello({identity("b", "")}), {1}));
  EXPECT_TRUE(check.take_notices().empty());
}

TEST(IdentityCheck, AClockThatIsWrongByMoreThanAMinuteIsNoticedOnce) {
  constexpr std::int64_t kNow = 1'795'000'000'000'000'000, kSecond = 1'000'000'000;
  const Site site = two_node_site();
  IdentityCheck check(site);
  Hello said = hello({identity("a")});
  for (const int right : {-59, 0, 59}) {
    said.utc_ns = kNow + right * kSecond;
    check.check_clock(said, {0}, kNow);
  }
  EXPECT_TRUE(check.take_notices().empty());
  said.utc_ns = kNow + 3600 * kSecond;
  check.check_clock(said, {0}, kNow);
  check.check_clock(said, {0}, kNow);
  said.utc_ns = kNow - 61 * kSecond;
  check.check_clock(said, {1}, kNow);
  const auto notices = check.take_notices();
  ASSERT_EQ(notices.size(), 2u);
  EXPECT_EQ(notices[0].kind, "clock skew");
  EXPECT_EQ(notices[0].subjects, std::vector<std::string>{"rack1/node1"});
  EXPECT_NE(notices[0].evidence.find("3600 s ahead of"), std::string::npos) << notices[0].evidence;
  EXPECT_NE(notices[1].evidence.find("61 s behind"), std::string::npos) << notices[1].evidence;
}

TEST(IdentityCheck, ANodeIsUnusableUntilItAnswersWithAnotherBootId) {
  const Site site = two_node_site();
  IdentityCheck check(site);
  EXPECT_FALSE(check.refuse(hello({identity("a")}), {0}));
  EXPECT_FALSE(check.refuse(hello({identity("b")}), {1}));
  check.take_unusable(0, "process 7 survives SIGKILL");
  EXPECT_EQ(check.unusable(0), "process 7 survives SIGKILL");
  EXPECT_EQ(check.unusable(1), "");
  EXPECT_FALSE(check.refuse(hello({identity("a")}), {0}));
  EXPECT_NE(check.unusable(0), "");
  EXPECT_FALSE(check.refuse(hello({identity("c")}), {0}));
  EXPECT_EQ(check.unusable(0), "");
}

}  // namespace
}  // namespace rackproof
