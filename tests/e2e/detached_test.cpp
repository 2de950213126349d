// Work without a harness: bundles run by hand, their journals brought back, against `run` on the same plan and site.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "tests/e2e/long_campaign.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLatency = "interconnect/host/pt2pt:latency";

/// Two device cases, and `more` runs.
std::string plan_text(int launches, const std::string& sample_time, const std::string& more = {}) {
  PlanText plan;
  plan.cases = {kTriad, kGemm};
  plan.launches = launches;
  plan.retries = 1;
  plan.sample_time = sample_time;
  plan.precision = "0.5";
  plan.more = more;
  return plan.text();
}

std::string run_of(const std::string& case_id, const std::string& placement) {
  return fmt::format("[[run]]\ncases = [\"{}\"]\nplacement = \"{}\"\n", case_id, placement);
}

/// Two racks of two nodes with a device of the fault backend each.
std::string two_racks() {
  return "schema = 1\nname = \"two-racks\"\nvirtual_on = \"this-host\"\nslots = 2\n[[rack]]\nname = "
         "\"r[1-2]\"\n"
         "[[node]]\nname = \"{rack}/n[1-2]\"\nrack = \"r[1-2]\"\naddress = \"localhost\"\nmodel = "
         "\"virtual-host\"\n"
         "[[node.device]]\nname = \"dev0\"\nbackend = \"fault\"\nmodel = \"fault-device\"\noptions = "
         "\"fault=none\"\n";
}

/// Counts only: a busy host leaves no rate undecided.
std::string limits() {
  return limits_text({{std::string(kGemm) + "#wrong_elements", "exact = 0"},
                      {std::string(kTriad) + "#wrong_elements", "exact = 0"}});
}

/// A campaign whose bundles are run one after the other.
class DetachedCampaign : public SmallCampaign {
 public:
  using SmallCampaign::SmallCampaign;

  Finished emit() const {
    return run_command({rackproof_program(), "plan", plan(), "--site", site(), "--emit", output()},
                       options());
  }
  Finished collect(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{rackproof_program(), "collect", output()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_command(arguments, options());
  }
  /// The commands of README.txt by the name of their bundle, as it says that they are typed.
  std::map<std::string, std::vector<std::string>> commands() const {
    std::map<std::string, std::vector<std::string>> found;
    for (const auto& line : lines_of(read_file(output() / "bundles" / "README.txt"))) {
      const auto bundle = line.find("--bundle ");
      if (!line.starts_with("  ") || bundle == std::string::npos) continue;
      const std::string name = line.substr(bundle + 9, line.find(".json") - bundle - 9);
      found[name] = {"/bin/sh", "-c", "exec " + line.substr(2)};
    }
    return found;
  }
  /// To run in: the node's copy of the bundles.
  fs::path node() const { return folder() / "node"; }
  CommandOptions at_node() const {
    CommandOptions at = options();
    at.folder = node();
    return at;
  }
  /// Copies the bundles to the node, as a stick would.
  void carry() const {
    fs::create_directories(node());
    for (const auto& entry : fs::directory_iterator(output() / "bundles"))
      fs::copy(entry.path(), node(), fs::copy_options::overwrite_existing);
  }
  /// Runs the command of a bundle until all its steps have ended, and returns how often that took.
  int work(const std::vector<std::string>& command) const {
    for (int starts = 1; starts < 10; ++starts) {
      const Finished finished = run_command(command, at_node());
      if (finished.exit_code == 0) return starts;
      EXPECT_EQ(finished.exit_code, 1) << finished.err;
      if (finished.exit_code != 1) break;
    }
    return 0;
  }
};

/// (target, case, launch) → statuses of its attempts, without those that were cut short.
std::multiset<std::string> states(const SmallCampaign& campaign) {
  std::multiset<std::string> all;
  for (const auto& record : campaign.records("case_end")) {
    const auto end = record.get<CaseEnd>();
    if (end.outcome.status != Status::preempted)
      all.insert(
          fmt::format("{} {} {} {}", end.target, end.case_id, end.launch, to_string(end.outcome.status)));
  }
  return all;
}

/// Verdict of every cell.
std::multiset<std::string> verdicts(const SmallCampaign& campaign) {
  std::multiset<std::string> all;
  for (const auto& cell : campaign.judged().at("cells")) {
    all.insert(fmt::format("{} {} {}: {}", cell.at("target").get<std::string>(),
                           cell.at("case").get<std::string>(), cell.at("metric").get<std::string>(),
                           cell.at("verdict").get<std::string>()));
  }
  return all;
}

TEST(Detached, GivesWhatRunGivesAlsoWhenANodeWasKilled) {
  const std::string plan = plan_text(2, "0.1 s", run_of(kAllreduce, "group:rack"));
  const SmallCampaign attached(plan, two_racks(), limits());
  ASSERT_EQ(attached.run().exit_code, 0);

  const DetachedCampaign campaign(plan, two_racks(), limits());
  const Finished emitted = campaign.emit();
  ASSERT_EQ(emitted.exit_code, 0) << emitted.err;
  campaign.carry();
  const auto commands = campaign.commands();
  ASSERT_EQ(commands.size(), 6u) << "four nodes, two racks";
  for (const auto& [name, command] : commands) {
    if (name == "r1%2Fn1") {
      // In the middle of its first case.
      RunningCommand worker(command, campaign.at_node());
      const auto begun = [&] {
        for (const auto& entry : fs::directory_iterator(campaign.node())) {
          if (entry.path().extension() == ".jsonl" &&
              read_file(entry.path()).find("case_begin") != std::string::npos)
            return true;
        }
        return false;
      };
      EXPECT_TRUE(eventually(20, begun));
      worker.signal(SIGKILL);
      EXPECT_EQ(worker.wait().signal, SIGKILL);
    }
    EXPECT_EQ(campaign.work(command), name.ends_with(".group") ? 2 : 1) << name;
  }

  const Finished first = campaign.collect({campaign.node()});
  EXPECT_EQ(first.exit_code, 2) << "a case was preempted: " << first.err;
  EXPECT_EQ(campaign.shown().at("ended"), "interrupted");
  const auto files = digests_of(campaign.output());
  EXPECT_EQ(campaign.collect({campaign.node()}).exit_code, 2);
  EXPECT_EQ(digests_of(campaign.output()), files) << "the same journals change nothing";

  ASSERT_EQ(campaign.emit().exit_code, 0);
  fs::remove_all(campaign.node());
  campaign.carry();
  const auto rest = campaign.commands();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(campaign.work(rest.at("r1%2Fn1")), 1);
  const Finished last = campaign.collect({campaign.node()});
  EXPECT_EQ(last.exit_code, 0) << last.out << last.err;
  EXPECT_EQ(campaign.shown().at("ended"), "complete");
  EXPECT_EQ(states(campaign), states(attached));
  EXPECT_EQ(verdicts(campaign), verdicts(attached));
  std::set<std::string> told;
  for (const auto& record : campaign.records("telemetry")) told.insert(record.at("step"));
  for (const auto& record : campaign.records("end"))
    EXPECT_TRUE(told.contains(record.at("step"))) << "no telemetry of step " << record.at("step");
  EXPECT_EQ(run_command({rackproof_program(), "verify", campaign.output()}).exit_code, 0);

  const Finished nothing = campaign.emit();
  EXPECT_EQ(nothing.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "nothing is left to do", nothing.err);
  EXPECT_EQ(lines_of(nothing.err).size(), 1u);
}

TEST(Detached, WhatIsLeftIsRunAttached) {
  const DetachedCampaign campaign(plan_text(1, "0.05 s", run_of(kLatency, "pair")), SiteText{}.text(),
                                  limits());
  ASSERT_EQ(campaign.emit().exit_code, 0);
  campaign.carry();
  EXPECT_EQ(campaign.work(campaign.commands().at("r1%2Fn1")), 1);
  EXPECT_EQ(campaign.work(campaign.commands().at("r1%2Fn1+r1%2Fn2.group")), 1);
  EXPECT_EQ(campaign.collect({campaign.node()}).exit_code, 2);
  const Finished resumed = campaign.run({"--resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
  EXPECT_EQ(campaign.shown().at("ended"), "complete");
  EXPECT_EQ(states(campaign).size(), 5u) << "two cases on two nodes and one on the pair, each once";
  EXPECT_EQ(campaign.records("hello").size(), 3u);
}

TEST(Detached, AWorkerThatIsToldToEndGoesOnLater) {
  PlanText plan;
  plan.launches = 1;
  plan.sample_time = "3 s";
  const DetachedCampaign campaign(plan.text(), SiteText{{"fault=none"}, 1}.text(), limits());
  ASSERT_EQ(campaign.emit().exit_code, 0);
  campaign.carry();
  const auto command = campaign.commands().at("r1%2Fn1");
  const auto journals = [&] {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(campaign.node())) {
      if (entry.path().extension() == ".jsonl") found.push_back(entry.path());
    }
    return found;
  };
  RunningCommand worker(command, campaign.at_node());
  ASSERT_TRUE(eventually(20, [&] {
    return !journals().empty() &&
           read_file(journals()[0]).find(fmt::format("\"case\":\"{}\"", kGemm)) != std::string::npos;
  }));
  const Finished second = run_command(command, campaign.at_node());
  EXPECT_EQ(second.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "in use", second.err);
  EXPECT_EQ(lines_of(second.err).size(), 1u) << second.err;
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait().exit_code, 1);
  const Finished part = campaign.collect(journals());
  EXPECT_EQ(part.exit_code, 2);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "incomplete: ", part.err);
  EXPECT_EQ(campaign.work(command), 1);
  EXPECT_EQ(campaign.collect(journals()).exit_code, 2) << "one case was preempted";
  EXPECT_EQ(states(campaign).size(), 2u);
  EXPECT_EQ(campaign.records("case_end").size(), 3u);
}

TEST(Detached, BadInputIsOneLineEachAndChangesNothing) {
  const DetachedCampaign campaign(plan_text(1, "0.05 s"), SiteText{}.text(), limits());
  const Finished early = campaign.collect({campaign.plan()});
  EXPECT_EQ(early.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "holds no campaign", early.err);
  EXPECT_FALSE(fs::exists(campaign.output()));
  ASSERT_EQ(campaign.emit().exit_code, 0);
  campaign.carry();
  const auto files = digests_of(campaign.output());
  const auto worker = build_folder() / "bin" / "rackproof-worker";
  const std::string bundle = campaign.node() / "r1%2Fn1.json";
  const auto refuses = [&](const std::vector<std::string>& arguments, const std::string& why) {
    const Finished finished = run_command(arguments, campaign.at_node());
    EXPECT_EQ(finished.exit_code, 3) << why;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, why, finished.err);
    EXPECT_EQ(lines_of(finished.err).size(), 1u) << finished.err;
  };
  refuses({worker, "detached", "--bundle", "none.json", "--journal", "j.jsonl"}, "cannot read none.json");
  refuses({worker, "detached", "--bundle", bundle, "--journal", "README.txt"}, "README.txt is no journal");
  refuses({worker, "detached", "--bundle", bundle, "--journal", "none/j.jsonl"}, "none/j.jsonl");
  write_durably(campaign.node() / "cut.json", read_file(bundle).substr(0, 400));
  refuses({worker, "detached", "--bundle", "cut.json", "--journal", "j.jsonl"}, "copy the bundle again");
  EXPECT_FALSE(fs::exists(campaign.node() / "j.jsonl"));
  refuses({rackproof_program(), "collect", campaign.output(), "none.jsonl"}, "no journal none.jsonl");
  refuses({rackproof_program(), "collect", campaign.output(), campaign.node()}, "holds no journal");
  write_durably(campaign.folder() / "other.toml", read_file(campaign.plan()) + "# changed\n");
  refuses({rackproof_program(), "plan", campaign.folder() / "other.toml", "--site", campaign.site(), "--emit",
           campaign.output()},
          "plan or site differ");
  EXPECT_EQ(digests_of(campaign.output()), files);

  const Finished refused = campaign.collect({campaign.node() / "README.txt"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "refused: ", refused.err);
}

}  // namespace

}  // namespace rackproof::e2e
