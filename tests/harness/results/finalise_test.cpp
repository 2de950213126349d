#include "harness/results/finalise.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>

#include "harness/base/digest.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/journal.hpp"
#include "harness/results/results_file.hpp"
#include "tests/harness/results/sample_results.hpp"

namespace rackproof {
namespace {

using nlohmann::json;

constexpr const char* kCase = "memory/host/triad:f64,cold";

json target(const char* name, Placement placement, const char* scope, std::vector<int> members) {
  return {{"name", name},
          {"placement", static_cast<int>(placement)},
          {"scope", scope},
          {"members", members},
          {"rack", "r"},
          {"model", "m"},
          {"serial", placement == Placement::node ? "SN" : ""},
          {"absent", ""},
          {"labels", {{"hall", "A"}}},
          {"virtual", false}};
}

json series(const char* quantity, QuantityKind kind) {
  return {{"case", kCase},   {"quantity", quantity},   {"kind", static_cast<int>(kind)},
          {"unit", "B/s"},   {"direction", 1},         {"formula", "f"},
          {"clock", "host"}, {"definition_hash", "h"}, {"title", "t"}};
}

json campaign() {
  return {{"type", "campaign"},
          {"id", "uuid"},
          {"version", "0.1.0"},
          {"catalogue_hash", "c"},
          {"utc_ns", 1'000'000'000},
          {"plan", {{"name", "p"}, {"text", "plan"}}},
          {"site", {{"name", "s"}, {"text", "site"}}},
          {"seed", 7},
          {"launches", 2},
          {"launch_component", 0.1},
          {"attribute_virtual", false},
          {"virtual_on", ""},
          {"series",
           {series("bandwidth", QuantityKind::real), series("checked", QuantityKind::exact),
            series("path", QuantityKind::text)}},
          {"targets",
           {target("n1", Placement::node, "node", {0}), target("n2", Placement::node, "node", {1}),
            target("n2/dev0", Placement::device, "device", {1}),
            target("n1+n2", Placement::pair, "pair", {0, 1})}},
          {"promises",
           {{{"target", 0}, {"case", kCase}, {"exempt", ""}},
            {{"target", 1}, {"case", kCase}, {"exempt", "old"}}}}};
}

/// A journal made by hand, record by record.
class JournalByHand {
 public:
  JournalByHand() { add(campaign()); }
  void add(const json& record) {
    entries_.push_back({size_, record});
    size_ += static_cast<std::int64_t>(frame(record).size());
  }
  void add(json record, const std::string& step) {
    record["step"] = step;
    add(record);
  }
  void begin(const std::string& step, const std::string& target, int launch, int attempt) {
    add({{"type", "step_begin"},
         {"step", step},
         {"target", target},
         {"launch", launch},
         {"attempt", attempt},
         {"cases", {kCase}},
         {"utc_ns", 2'000'000'000}});
    add(json(CaseBegin{kCase, target, launch, attempt, 3'000'000'000}), step);
  }
  void end(const std::string& step, const std::string& target, int launch, int attempt, Status status,
           double value = 0) {
    CaseEnd end;
    end.case_id = kCase;
    end.target = target;
    end.launch = launch;
    end.attempt = attempt;
    end.end_utc_ns = 4'000'000'000;
    end.outcome = {status, Phase::finish, status == Status::ok ? "" : "reason"};
    if (status == Status::ok) {
      end.values["bandwidth"] = {value, value - 1, value + 1, 50};
      end.exact["checked"] = checked_;
      end.text["path"] = path_;
      end.stop = Stop::precise;
    }
    add(json(end), step);
  }
  /// One whole step.
  void step(const std::string& step, const std::string& target, int launch, int attempt, Status status,
            double value = 0) {
    begin(step, target, launch, attempt);
    add(json(Samples{kCase, 0, {10, 11}, {}}), step);
    end(step, target, launch, attempt, status, value);
    add({{"type", "step_end"},
         {"step", step},
         {"complete", true},
         {"outcome", Outcome{}},
         {"reason", ""},
         {"utc_ns", 5'000'000'000}});
  }
  void close(int ended) { add({{"type", "campaign_end"}, {"ended", ended}, {"utc_ns", 6'000'000'000}}); }

  Results results() const {
    const auto path =
        std::filesystem::temp_directory_path() / fmt::format("rackproof-finalise-{}", ::getpid());
    std::ofstream(path, std::ios::binary) << text();
    const auto removed = std::unique_ptr<const std::filesystem::path, void (*)(const std::filesystem::path*)>(
        &path, [](const std::filesystem::path* file) { std::filesystem::remove(*file); });
    CampaignResults made = finalise(path);
    for (std::size_t i = 0; i < made.samples.size(); ++i)
      made.results.samples.push_back(made.samples.read(i));
    return std::move(made.results);
  }
  std::vector<JournalEntry>& entries() { return entries_; }
  std::string text() const {
    std::string text;
    for (const auto& entry : entries_) text += frame(entry.record);
    return text;
  }
  std::int64_t checked_ = 5;
  std::string path_ = "tcp";

 private:
  std::vector<JournalEntry> entries_;
  std::int64_t size_ = 0;
};

const CellValue& node_cell(const Results& results, std::size_t series, std::size_t column) {
  return results.cells[1].at(series * results.columns[1].size() + column);
}

TEST(Finalise, TwoLaunchesMakeOneCell) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::ok, 1000);
  journal.step("s2.0", "n1", 1, 0, Status::ok, 1100);
  journal.close(0);
  const Results results = journal.results();
  EXPECT_EQ(results.ended, Ended::complete);
  EXPECT_EQ(results.provenance.journal_sha256, sha256(journal.text()));
  EXPECT_EQ(results.provenance.plan_sha256, sha256("plan"));
  EXPECT_EQ(results.provenance.started_utc, "1970-01-01T00:00:01.000Z");
  EXPECT_EQ(results.provenance.finished_utc, "1970-01-01T00:00:06.000Z");
  EXPECT_EQ(results.columns[1], (std::vector<std::uint32_t>{0, 1}));
  const CellValue& cell = node_cell(results, 0, 0);
  EXPECT_EQ(cell.value, 1050.F);
  EXPECT_EQ(cell.n, 2);
  EXPECT_EQ(cell.status, Status::ok);
  EXPECT_LT(cell.lo, 1050 - 1.95996 * 0.1 * 1050 / std::sqrt(2.0));
  EXPECT_GT(cell.hi, 1050 + 1.95996 * 0.1 * 1050 / std::sqrt(2.0));
  EXPECT_EQ(node_cell(results, 0, 1).status, Status::skipped);
  EXPECT_TRUE(std::isnan(node_cell(results, 0, 1).value));
  ASSERT_EQ(results.attempts.size(), 2u);
  EXPECT_EQ(results.attempts[1].launch, 1);
  EXPECT_EQ(journal.entries().at(4).record.at("type"), "case_end");
  EXPECT_EQ(results.attempts[0].log_offset, journal.entries().at(4).offset);
  ASSERT_EQ(results.launch_values.size(), 2u);
  EXPECT_EQ(results.launch_values[1].value, 1100);
  ASSERT_EQ(results.samples.size(), 2u);
  EXPECT_EQ(results.samples[1].attempt, 1u);
  EXPECT_EQ(results.samples[1].host_ns, (std::vector<std::int64_t>{10, 11}));
}

TEST(Finalise, ExactAndTextThatDifferBetweenLaunchesAreKept) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::ok, 1000);
  journal.checked_ = 6;
  journal.path_ = "shm";
  journal.step("s2.0", "n1", 1, 0, Status::ok, 1000);
  journal.step("s3.0", "n2", 0, 0, Status::ok, 1000);
  journal.step("s4.0", "n2", 1, 0, Status::ok, 1000);
  journal.close(0);
  const Results results = journal.results();
  ASSERT_EQ(results.exact.size(), 2u);
  EXPECT_EQ(results.exact[0].value, 6);
  EXPECT_TRUE(results.exact[0].differs);
  EXPECT_FALSE(results.exact[1].differs);
  std::vector<std::string> found;
  for (const auto& fact : results.facts) {
    if (fact.key == std::string(kCase) + "#path" && fact.target == 0) {
      found.push_back(fact.found);
      EXPECT_EQ(fact.source, "measured");
    }
  }
  EXPECT_EQ(found, (std::vector<std::string>{"shm", "tcp"}));
}

TEST(Finalise, AWrongAnswerTakesTheNumberOfTheCell) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::ok, 1000);
  journal.step("s2.0", "n1", 1, 0, Status::wrong);
  journal.close(0);
  const Results results = journal.results();
  EXPECT_EQ(node_cell(results, 0, 0).status, Status::wrong);
  EXPECT_TRUE(std::isnan(node_cell(results, 0, 0).value));
  EXPECT_EQ(results.attempts.size(), 2u);
}

TEST(Finalise, OkOnRetryIsOkAndBothAttemptsStay) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::crashed);
  journal.step("s1.1", "n1", 0, 1, Status::ok, 1000);
  journal.close(0);
  const Results results = journal.results();
  EXPECT_EQ(node_cell(results, 0, 0).status, Status::ok);
  EXPECT_EQ(node_cell(results, 0, 0).n, 1);
  ASSERT_EQ(results.attempts.size(), 2u);
  EXPECT_EQ(results.attempts[0].outcome.status, Status::crashed);
  EXPECT_EQ(results.launch_values.size(), 1u);
  EXPECT_EQ(results.launch_values[0].attempt, 1u);
}

TEST(Finalise, AnOpenCaseCrashedWhenTheCampaignEndedAndWasPreemptedWhenNot) {
  for (const int ended : {0, 1, 2}) {
    JournalByHand journal;
    journal.begin("s1.0", "n1", 0, 0);
    journal.add(json(Samples{kCase, 0, {10}, {}}), "s1.0");
    if (ended < 2) journal.close(ended);
    const Results results = journal.results();
    EXPECT_EQ(results.ended, ended == 0 ? Ended::complete : Ended::interrupted);
    ASSERT_EQ(results.attempts.size(), 1u);
    EXPECT_EQ(results.attempts[0].outcome.status, ended == 0 ? Status::crashed : Status::preempted);
    EXPECT_EQ(results.attempts[0].outcome.phase, Phase::measure);
    EXPECT_EQ(node_cell(results, 0, 0).status, results.attempts[0].outcome.status);
    ASSERT_EQ(results.samples.size(), 1u);
  }
}

TEST(Finalise, AResumedCampaignEndsWithItsLastEnd) {
  JournalByHand journal;
  journal.step("s1.0", "n1", 0, 0, Status::ok, 1000);
  journal.close(1);
  EXPECT_EQ(journal.results().ended, Ended::interrupted);
  journal.begin("s2.0", "n1", 1, 0);
  EXPECT_EQ(journal.results().ended, Ended::interrupted);
  journal.end("s2.0", "n1", 1, 0, Status::ok, 1000);
  journal.close(0);
  EXPECT_EQ(journal.results().ended, Ended::complete);
  EXPECT_EQ(node_cell(journal.results(), 0, 0).n, 2);
}

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
