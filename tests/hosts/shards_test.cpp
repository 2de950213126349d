// A site in shards: a job array of Slurm whose tasks measure one shard each, on its nodes; merged and judged.
#include <fmt/format.h>

#include "harness/results/results_file.hpp"
#include "harness/results/shard_notice.hpp"
#include "tests/e2e/process_table.hpp"
#include "tests/hosts/launcher_campaign.hpp"

namespace rackproof::hosts {

namespace {

namespace fs = std::filesystem;
using e2e::Finished;

const std::vector<std::string> kHosts{"h0", "h1", "h2", "h3"};

class Shards : public ClusterTest {
 protected:
  static void SetUpTestSuite() { bring_up({.hosts = 4, .sshd = false, .slurm = true}); }

  /// Puts a folder of this machine to the same place on every host, which share none that can be written.
  static void copy_to_hosts(const fs::path& folder) {
    for (const auto& host : kHosts) {
      fs::create_directories(cluster().file_of(host, folder));
      fs::copy(folder, cluster().file_of(host, folder), fs::copy_options::recursive);
    }
  }
  static bool is_over(const std::string& job) {
    return cluster().on("head", {"squeue", "--noheader", "--jobs=" + job}).out.empty();
  }
};

/// "<target> <case>" of every step of a plan on the whole site.
std::set<std::string> promised(const ClusterCampaign& campaign) {
  std::set<std::string> all;
  const auto plan = e2e::json_of(e2e::run_command(
      {e2e::rackproof_program(), "plan", campaign.plan(), "--site", campaign.site(), "--json"}));
  for (const auto& step : plan.at("steps")) {
    for (const auto& id : step.at("cases"))
      all.insert(step.at("target").get<std::string>() + " " + id.get<std::string>());
  }
  return all;
}

TEST_F(Shards, AJobArrayMeasuresEachOnItsNodesAndTheirMergeIsJudged) {
  const ClusterSite site{.racks = 2, .nodes = 2, .launcher = "slurm", .launch = {}, .more = {}, .faults = {}};
  const ClusterCampaign whole(
      cluster(),
      quick_plan(run_of(kLatency, "pair") + run_of(kAllreduce, "group:rack") +
                 run_of(kAllreduce, "group:site")),
      site.text(),
      e2e::limits_text({{std::string(e2e::kTriad) + "#wrong_elements", "exact = 0"},
                        {std::string(kAllreduce) + "#wrong_elements", "exact = 0", "group:site"}}));
  const fs::path folder = whole.folder() / "shards";
  const Finished written = e2e::run_command({e2e::rackproof_program(), "plan", whole.plan(), "--site",
                                             whole.site(), "--sbatch", folder.string(), "--shards", "2"});
  ASSERT_EQ(written.exit_code, 0) << written.err;
  EXPECT_EQ(read_file(folder / "nodes.txt"), "0 2 h0,h1\n1 2 h2,h3\n");
  copy_to_hosts(folder);
  const Finished submitted = cluster().on("head", {(folder / "submit.sh").string(), "--time=10"});
  ASSERT_EQ(submitted.exit_code, 0) << submitted.err;
  const std::string job = submitted.out.substr(0, submitted.out.find('\n'));
  ASSERT_TRUE(e2e::eventually(120, [&] { return is_over(job); }));

  std::set<std::string> measured;
  std::vector<std::string> merge{e2e::rackproof_program(), "merge", "-o", (folder / "all.h5").string()};
  for (const int shard : {0, 1}) {
    const fs::path place = cluster().file_of(shard == 0 ? "h0" : "h2", folder);
    const std::string log = read_file(place / fmt::format("shard.{}.log", shard));
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "racks: 1 accepted, 0 rejected, 0 undecided", log);
    EXPECT_PRED_FORMAT2(
        testing::IsSubstring,
        fmt::format(
            "shard {0}/2: 1 of the site's racks, r{1} to r{1}; left out, as other shards have nodes of them, "
            "too: pairs between shards, site",
            shard, shard + 1),
        log);
    const fs::path output = place / fmt::format("out.{}", shard);
    const Results results = read_results(output / "results.h5");
    for (const auto& attempt : results.attempts) {
      EXPECT_EQ(attempt.outcome.status, Status::ok) << attempt.outcome.reason;
      EXPECT_TRUE(measured.insert(results.targets[attempt.target].name + " " + attempt.case_id).second);
    }
    std::set<std::vector<std::string>> left_out;
    for (const auto& notice : results.notices) {
      if (notice.kind == kShardNotice) left_out.insert(notice.subjects);
    }
    EXPECT_EQ(left_out, (std::set<std::vector<std::string>>{{"group:site", "site"}, {"pair"}}));
    merge.push_back(output.string());
  }
  auto expected = promised(whole);
  for (const char* over_shards : {"site interconnect/host/allreduce:f32,bytes=8,isolated",
                                  "r1/n2+r2/n1 interconnect/host/pt2pt:latency"})
    EXPECT_EQ(expected.erase(over_shards), 1u);
  EXPECT_EQ(measured, expected);

  const auto judged = [&](const fs::path& all) {
    const Finished merged = e2e::run_command(merge);
    EXPECT_EQ(merged.exit_code, 0) << merged.err;
    return e2e::run_command(
        {e2e::rackproof_program(), "judge", all.string(), "--limits", (folder / "limits.toml").string()});
  };
  const Finished shards = judged(folder / "all.h5");
  EXPECT_EQ(shards.exit_code, 2) << "nobody measured the whole site: " << shards.out << shards.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "racks: 2 accepted", shards.out);

  e2e::PlanText group;
  group.cases = {kAllreduce};
  group.placement = "group:site";
  group.launches = 1;
  group.sample_time = "0.02 s";
  group.precision = "0.5";
  const ClusterCampaign over_shards(
      cluster(), group.text(), site.text(),
      e2e::limits_text({{std::string(kAllreduce) + "#wrong_elements", "exact = 0", "group:site"}}));
  std::vector<std::string> command{"salloc", "--quiet", "--exclusive", "--nodes=4"};
  const auto run = over_shards.run_arguments();
  command.insert(command.end(), run.begin(), run.end());
  const Finished measured_whole = cluster().on("head", command, over_shards.options());
  ASSERT_EQ(states(over_shards), std::multiset<std::string>{std::string("site ") + kAllreduce + " 0 ok"})
      << measured_whole.out << measured_whole.err;
  merge[3] = (folder / "whole.h5").string();
  merge.push_back(over_shards.output().string());
  const Finished whole_site = judged(folder / "whole.h5");
  EXPECT_EQ(whole_site.exit_code, 0) << whole_site.out << whole_site.err;
}

}  // namespace

}  // namespace rackproof::hosts
