// Nodes that are not as the others: a library missing, another worker, a wrong clock, a chatty shell, no room on disk.
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/record/framing.hpp"
#include "tests/hosts/watched_campaign.hpp"

namespace rackproof::hosts {

namespace {

using e2e::cell_of;
using e2e::Finished;
using e2e::kGemm;
using e2e::kTriad;

constexpr std::int64_t kHour = 3600;  // s

class OddNode : public ClusterTest {
 protected:
  static void SetUpTestSuite() { bring_up({.hosts = 6}); }

  static void on(const std::string& host, const std::string& shell) {
    const Finished finished = cluster().on(host, {"bash", "-euc", shell});
    if (finished.exit_code != 0) throw Error(host + ": " + finished.err);
  }

  static std::string plan() {
    e2e::PlanText plan;
    plan.cases = {kTriad, kGemm};
    plan.launches = 1;
    plan.precision = "0.5";
    return plan.text();
  }

  static std::string limits() {
    return e2e::limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}});
  }

  /// In the place of rackproof-worker: one that says hello in another protocol.
  static void put_another_worker(const std::string& host) {
    Hello hello;
    hello.protocol = kProtocolVersion + 1;
    hello.version = "9.0.0";
    std::string line = frame(nlohmann::json(hello));
    line.pop_back();
    const auto there = cluster().file_of(host, "/tmp/other-worker");
    write_durably(there, "#!/bin/sh\necho '" + line + "'\nexec cat >/dev/null\n");
    std::filesystem::permissions(there, std::filesystem::perms::owner_all);
    on(host,
       "mount --bind /tmp/other-worker '" + (e2e::build_folder() / "bin/rackproof-worker").string() + "'");
  }
};

TEST_F(OddNode, IsNamedWithWhatIsOddAboutIt) {
  ASSERT_NO_THROW(cluster().apply({"missing-library", "h1", "libfmt.so.9"}));
  ASSERT_NO_THROW(cluster().apply({"skew", "h2", std::to_string(kHour)}));
  ASSERT_NO_THROW(put_another_worker("h3"));
  write_durably(cluster().file_of("h4", "/root/.bashrc"), "echo 'welcome; @rp 00000000 {}'\n");
  ASSERT_NO_THROW(on("h5",
                     "for f in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o size=40k full $f; "
                     "! cat /dev/zero >$f/zeros 2>/dev/null; done"));
  ClusterSite site;
  site.racks = 2;
  site.nodes = 3;
  site.launch = "answer_time = \"20 s\"";
  const WatchedCampaign campaign(cluster(), plan(), site.text(), limits());
  const Finished finished = campaign.run_on_head();
  EXPECT_EQ(finished.exit_code, 2) << finished.out << finished.err;

  const auto verdicts = campaign.judged();
  for (const char* id : {kTriad, kGemm}) {
    for (const std::string target : {"r1/n1/dev0", "r1/n3/dev0", "r2/n2/dev0", "r2/n3/dev0"}) {
      EXPECT_EQ(campaign.outcomes(target, id), "ok") << target;
      EXPECT_EQ(cell_of(verdicts, target, id).at("verdict"), "pass") << target;
    }
    for (const std::string target : {"r1/n2/dev0", "r2/n1/dev0"}) {
      EXPECT_EQ(campaign.outcomes(target, id), "failed") << target;
      EXPECT_EQ(campaign.first_outcome(target, id).phase, Phase::launch) << target;
      EXPECT_EQ(cell_of(verdicts, target, id).at("verdict"), "not_judged") << target;
    }
  }
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "libfmt.so.9: cannot open shared object file",
                      campaign.first_outcome("r1/n2/dev0", kTriad).reason);
  EXPECT_EQ(campaign.first_outcome("r2/n1/dev0", kTriad).reason,
            "the worker speaks protocol " + std::to_string(kProtocolVersion + 1) + ", this program " +
                std::to_string(kProtocolVersion));
  const auto unreachable = campaign.notices("unreachable");
  ASSERT_EQ(unreachable.size(), 2u);
  EXPECT_EQ(campaign.notices("one machine twice").size(), 0u);

  const auto skewed = campaign.notices("clock skew");
  ASSERT_EQ(skewed.size(), 1u);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "r1/n3: its clock is 3", skewed.front());
  EXPECT_PRED_FORMAT2(testing::IsSubstring, " s ahead of ", skewed.front());
  const auto begin = campaign.records("campaign").front().at("utc_ns").get<std::int64_t>();
  const std::int64_t later = begin + kHour / 2 * 1'000'000'000;
  EXPECT_GT(campaign.attempts("r1/n3/dev0", kTriad).front().end_utc_ns, later) << "the node's own clock";
  EXPECT_LT(campaign.shown().at("finished").get<std::string>(), iso8601_utc(later));
  const auto has_finding = [&](const std::string& kind, const std::string& subject) {
    return std::ranges::any_of(verdicts.at("findings"), [&](const auto& finding) {
      return finding.at("kind") == kind && finding.at("subjects").at(0) == subject;
    });
  };
  EXPECT_TRUE(has_finding("clock skew", "r1/n3"));
  EXPECT_TRUE(has_finding("incomplete step", "r2/n2/dev0"));
  EXPECT_FALSE(has_finding("incomplete step", "r1/n1/dev0"));
  EXPECT_TRUE(campaign.is_clean_within(10));
  for (const std::string host : {"h1", "h2"}) EXPECT_NO_THROW(cluster().apply({"clear", host}));
}

TEST_F(OddNode, AFullDiskOfTheOrchestratorEndsItInOneLineAndIsMadeUpFor) {
  struct Disk {
    const char* size;
    bool is_full_while_measuring;  ///< or not before the results are written
  };
  for (const Disk& disk : {Disk{"24k", true}, Disk{"64k", false}}) {
    const WatchedCampaign campaign(cluster(), plan(), e2e::SiteText{.options = {"fault=none"}}.text(),
                                   limits());
    const std::string out = campaign.output();
    std::filesystem::create_directory(out);
    ASSERT_NO_THROW(on("head", std::string("mount -t tmpfs -o size=") + disk.size + " small '" + out + "'"));
    const Finished full = campaign.run_on_head();
    EXPECT_EQ(full.exit_code, 3) << disk.size << full.out << full.err;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "No space left on device", full.err);
    EXPECT_TRUE(e2e::eventually(10, [&] { return e2e::processes_with(campaign.temporary()).empty(); }));
    ASSERT_NO_THROW(on("head", "mount -o remount,size=64m '" + out + "'"));
    const Finished resumed = campaign.run_on_head({"--resume"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
    const std::string journal = cluster().on("head", {"cat", out + "/journal.jsonl"}).out;
    EXPECT_EQ(journal.find("the harness ended before the case did") != std::string::npos,
              disk.is_full_while_measuring)
        << disk.size;
    ASSERT_NO_THROW(on("head", "umount '" + out + "'"));
  }
}

}  // namespace

}  // namespace rackproof::hosts
