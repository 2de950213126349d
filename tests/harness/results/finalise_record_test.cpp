// What a campaign says beside its values: times, identities, facts, notices; and journals that break the protocol.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/base/digest.hpp"
#include "harness/results/results_file.hpp"
#include "tests/harness/results/journal_by_hand.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {
namespace {

TEST(Finalise, NothingThatRanMakesNoAttempts) {
  JournalByHand journal;
  journal.close(0);
  const Results results = journal.results();
  EXPECT_TRUE(results.attempts.empty());
  ASSERT_EQ(results.promises.size(), 2u);
  EXPECT_EQ(results.promises[1].exempt, "old");
  EXPECT_EQ(node_cell(results, 0, 0).status, Status::skipped);
  EXPECT_TRUE(results.targets[0].hostname.empty());
}

TEST(Finalise, TimesOfTheCampaignAreOfItsOwnClockAndAttemptsHaveTheirBoot) {
  JournalByHand journal;
  constexpr std::int64_t kHour = 3'600'000'000'000;
  const auto said_by = [&](const std::string& boot) {
    Hello hello;
    hello.utc_ns = kHour;
    hello.ranks = {{0, "host-a", boot, "id-a", {}, 1, 4, 1024, "cpu", "6.1"}};
    return json(hello);
  };
  int launch = 0;
  for (const std::string boot : {"boot-a", "boot-b"}) {
    const std::string step = "s1." + std::to_string(launch);
    journal.add({{"type", "step_begin"},
                 {"step", step},
                 {"target", "n1"},
                 {"launch", launch},
                 {"attempt", 0},
                 {"cases", {kCase}},
                 {"utc_ns", 2'000'000'000}});
    journal.add(said_by(boot), step);
    journal.add(json(CaseBegin{kCase, "n1", launch, 0, kHour}), step);
    CaseEnd end;
    end.case_id = kCase;
    end.target = "n1";
    end.launch = launch++;
    end.end_utc_ns = kHour;
    end.outcome = {Status::crashed, Phase::measure, "reason"};
    journal.add(json(end), step);
  }
  journal.begin("s1.2", "n1", 2, 0);
  const Results results = journal.results();
  EXPECT_EQ(results.provenance.finished_utc, "1970-01-01T00:00:02.000Z");
  ASSERT_EQ(results.attempts.size(), 3u);
  EXPECT_EQ(results.attempts[0].boot_id, "boot-a");
  EXPECT_EQ(results.attempts[0].end_utc_ns, kHour) << "as the worker said";
  EXPECT_EQ(results.attempts[1].boot_id, "boot-b");
  EXPECT_EQ(results.attempts[2].boot_id, "") << "nobody answered";
}

TEST(Finalise, RanksAreTheMembersInOrder) {
  JournalByHand journal;
  journal.add({{"type", "step_begin"},
               {"step", "s1.0"},
               {"target", "n1+n2"},
               {"launch", 0},
               {"attempt", 0},
               {"cases", {kCase}},
               {"utc_ns", 2}});
  Hello hello;
  hello.ranks = {{0, "host-a", "boot-a", "id-a", {}, 1, 4, 1024, "cpu", "6.1"},
                 {1, "host-b", "boot-b", "id-b", {}, 1, 4, 1024, "cpu", "6.1"}};
  hello.backends = {{"cpu", "1", "/lib/cpu.so", "abc"}};
  hello.removed_environment = {{"OMP_NUM_THREADS", "3"}};
  hello.setup_environment = {{"PATH", "/opt/bin"}, {"LD_PRELOAD", std::nullopt}, {"RAIL", "1"}};
  hello.hwloc_xml = "<topology/>";
  journal.add(json(hello), "s1.0");
  journal.add(json(hello), "s1.0");  // again after a restart of the child
  journal.add({{"type", "step_begin"},
               {"step", "s2.0"},
               {"target", "n2/dev0"},
               {"launch", 0},
               {"attempt", 0},
               {"cases", {kCase}},
               {"utc_ns", 2}});
  hello.ranks = {hello.ranks[1]};
  hello.ranks[0].boot_id = "boot-c";
  hello.setup_environment["RAIL"] = "2";
  journal.add(json(hello), "s2.0");
  journal.close(0);
  const Results results = journal.results();
  EXPECT_EQ(results.targets[0].hostname, "host-a");
  EXPECT_EQ(results.targets[1].hostname, "host-b");
  EXPECT_EQ(results.targets[1].boot_id, "boot-c");
  EXPECT_EQ(results.targets[3].hostname, "");
  EXPECT_EQ(results.provenance.backends.size(), 1u);
  EXPECT_EQ(results.provenance.removed_environment.at("OMP_NUM_THREADS"), "3");
  EXPECT_EQ(results.provenance.setup_environment,
            (EnvironmentChange{
                {"PATH", "/opt/bin"}, {"LD_PRELOAD", std::nullopt}, {"RAIL", "differs between nodes"}}));
  EXPECT_EQ(results.provenance.hwloc_xml.at("boot-a"), "<topology/>");
  const auto fact = [&](std::uint32_t row, const std::string& key) {
    std::vector<std::string> all;
    for (const auto& each : results.facts) {
      if (each.target == row && each.key == key) all.push_back(each.promised + "|" + each.found);
    }
    return all;
  };
  EXPECT_EQ(fact(0, "identity/hostname"), std::vector<std::string>{"|host-a"});
  EXPECT_EQ(fact(0, "identity/memory_bytes"), std::vector<std::string>{"|1024"});
  EXPECT_EQ(fact(0, "identity/serial"), std::vector<std::string>{"SN|"});
  EXPECT_EQ(fact(2, "identity/model"), std::vector<std::string>{"m|"});
  EXPECT_EQ(fact(3, "identity/model"), std::vector<std::string>{});
  EXPECT_EQ(fact(1, "identity/boot_id"), (std::vector<std::string>{"|boot-b", "|boot-c"}));
  ASSERT_EQ(results.notices.size(), 1u);
  EXPECT_EQ(results.notices[0].kind, "boot");
  EXPECT_EQ(results.notices[0].evidence, "boot id boot-b, later boot-c");
}

TEST(Finalise, NoticesAndFactsArePassedOn) {
  JournalByHand journal;
  journal.add({{"type", "notice"},
               {"kind", "one machine"},
               {"subjects", {"n1", "n2"}},
               {"evidence", "same boot id"}});
  journal.add({{"type", "fact"},
               {"target", "n2"},
               {"key", "inventory/nics"},
               {"promised", "8"},
               {"found", "7"},
               {"source", "pci"}});
  const Results results = journal.results();
  ASSERT_EQ(results.notices.size(), 1u);
  EXPECT_EQ(results.notices[0].subjects, (std::vector<std::string>{"n1", "n2"}));
  const auto fact = std::ranges::find(results.facts, "inventory/nics", &FactRow::key);
  ASSERT_TRUE(fact != results.facts.end());
  EXPECT_EQ(fact->target, 1u);
  EXPECT_EQ(fact->key + fact->promised + fact->found + fact->source, "inventory/nics87pci");
}

TEST(Finalise, AQuantityThatTheCampaignDoesNotDefineIsNoticed) {
  JournalByHand journal;
  journal.begin("s1.0", "n1", 0, 0);
  CaseEnd end;
  end.case_id = kCase;
  end.target = "n1";
  end.outcome = {Status::ok, Phase::finish, ""};
  end.values = {{"speed", {1, 1, 1, 1}}};
  end.exact = {{"bandwidth", 3}};
  journal.add(json(end), "s1.0");
  const Results results = journal.results();
  EXPECT_TRUE(results.launch_values.empty());
  EXPECT_TRUE(results.exact.empty());
  ASSERT_EQ(results.notices.size(), 2u);
  EXPECT_EQ(results.notices[0].kind, "protocol");
}

TEST(Finalise, AJournalThatBreaksTheProtocolIsRefused) {
  JournalByHand empty;
  empty.entries().clear();
  EXPECT_NE(error_of([&] { empty.results(); }).find("campaign record"), std::string::npos);
  const auto complaint = [](const auto& change) {
    JournalByHand journal;
    change(journal);
    return error_of([&] { journal.results(); });
  };
  EXPECT_NE(complaint([](auto& j) { j.end("s1.0", "n1", 0, 0, Status::ok); }).find("outside of a step"),
            std::string::npos);
  EXPECT_NE(complaint([](auto& j) { j.begin("s1.0", "n9", 0, 0); }).find("n9"), std::string::npos);
  EXPECT_NE(complaint([](auto& j) {
              j.begin("s1.0", "n1", 0, 0);
              j.end("s1.0", "n2", 0, 0, Status::ok);
            }).find("did not ask for"),
            std::string::npos);
  EXPECT_NE(complaint([](auto& j) {
              j.begin("s1.0", "n1", 0, 0);
              j.begin("s1.0", "n1", 0, 0);
            }).find("twice"),
            std::string::npos);
  EXPECT_NE(complaint([](auto& j) {
              j.add({{"type", "step_begin"}, {"step", "s1.0"}});
            }).find("protocol"),
            std::string::npos);
  EXPECT_NE(
      complaint([](auto& j) { j.entries()[0].record["promises"][0]["target"] = 4; }).find("target 4 of 4"),
      std::string::npos);
  EXPECT_NE(
      complaint([](auto& j) { j.entries()[0].record["targets"][3]["members"][0] = 4; }).find("member 4"),
      std::string::npos);
  EXPECT_NE(
      complaint([](auto& j) { j.entries()[0].record["targets"][3]["placement"] = 4; }).find("placement 4"),
      std::string::npos);
  EXPECT_NE(complaint([](auto& j) { j.entries()[0].record.erase("seed"); }).find("seed"), std::string::npos);
}

TEST(Finalise, WhatItMakesCanBeWrittenAndRead) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::ok, 1234.5678);
  journal.step("s2.0", "n2", 0, 0, Status::timeout);
  journal.close(0);
  const TemporaryFolder folder;
  write_results(journal.results(), folder / "results.h5");
  const Results results = read_results(folder / "results.h5");
  EXPECT_EQ(node_cell(results, 0, 0).value, 1234.6F);
  EXPECT_EQ(node_cell(results, 0, 1).status, Status::timeout);
}

}  // namespace
}  // namespace rackproof
