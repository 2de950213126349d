// The plan of the device catalogue on the emulated CUDA backend: host code, kernels and fake runtime, from the plan to the
// report.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/record/durable_file.hpp"
#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

namespace fs = std::filesystem;

std::string configuration(const char* file) {
  return read_file(fs::path(RACKPROOF_SOURCE_DIR) / "configs" / file);
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
}

std::string site(const std::string& serial) {
  return "schema = 1\nname = \"emulated\"\nvirtual_on = \"this-host\"\nslots = 1\n[[rack]]\nname = \"r1\"\n"
         "[[node]]\nname = \"r1/n1\"\nrack = \"r1\"\naddress = \"localhost\"\nmodel = \"host\"\n"
         "[[node.device]]\nname = \"gpu0\"\nbackend = \"cuda-emulated\"\nmodel = \"emulated\"\nserial = \"" +
         serial + "\"\n[[node.device]]\nname = \"gpu1\"\nbackend = \"cuda-emulated\"\nmodel = \"emulated\"\n";
}

std::string training_exempt(const std::string& id, const std::string& model) {
  return "\n[[exempt]]\ncase = \"" + id + "\"\nmodel = \"" + model +
         "\"\nreason = \"40 steps take a minute here; one is compared with the oracle elsewhere\"\n";
}

/// gpu-complete in little: one launch, short samples, no shape that a device of 256 MiB has no room or time for.
std::string tiny_plan() {
  std::string plan = configuration("plans/gpu-complete.toml");
  replace(plan, "launches = 2", "launches = 1");
  replace(plan, "retries = 1", "retries = 0");
  replace(plan, "sample_time = \"0.5 s\"", "sample_time = \"0.02 s\"");
  replace(plan, "limits = \"../limits/gpu-complete.toml\"", "limits = \"limits.toml\"");
  replace(
      plan, "\"compute/device/*\"",
      "\"compute/device/gemm:f64,acc=f64,out=f64,n=256,layout=tn,sustained\", "
      "\"compute/device/gemm:tf32,acc=f32,out=f32,n=256,sustained\", "
      "\"compute/device/gemm:f8e4m3,acc=f32,out=f32,n=256,layout=tn,sustained\", \"compute/device/fma*\"");
  replace(plan,
          "\"compute/device/gemm:f64,acc=f64,out=f64,n=8192,sustained\",\n"
          "         \"compute/device/gemm:bf16,acc=f32,out=f32,n=8192,sustained\"",
          "\"compute/device/gemm:bf16,acc=f32,out=f32,n=256,sustained\"");
  for (const char* collective :
       {"allreduce:f32", "reduce_scatter:f32", "allgather:u64", "all_to_all:u64", "broadcast:u64"})
    plan += "\n[[exempt]]\ncase = \"interconnect/device/" + std::string(collective) +
            ",bytes=1073741824,isolated\"\nmodel = \"host\"\nreason = \"its devices have 256 MiB\"\n";
  for (const char* way : {"h2d", "d2h"})
    plan +=
        "\n[[exempt]]\ncase = \"interconnect/device/" + std::string(way) +
        ":bytes=67108864,pinned,event\"\nmodel = \"emulated\"\n"
        "reason = \"half of its 256 MiB is copied in less than the 10 ms that an event clock is held to\"\n";
  return plan +
         "\n[[exempt]]\ncase = \"memory/device/march:u64,share=0.8\"\nmodel = \"emulated\"\n"
         "reason = \"takes long and shows what share=0.1 shows\"\n" +
         training_exempt("ai/gpt/train:f32", "emulated") + training_exempt("ai/gpt/train:bf16", "emulated") +
         training_exempt("ai/device/train:f32", "host") + training_exempt("ai/device/train:bf16", "host");
}

TEST(EmulatedCuda, ThePlanHasEveryCaseOfDevices) {
  const SmallCampaign campaign(tiny_plan(), site(""), "");
  const auto cases = json_of(run_command({rackproof_program(), "list", "cases", "--json"}));
  const Finished planned =
      run_command({rackproof_program(), "plan",
                   (fs::path(RACKPROOF_SOURCE_DIR) / "configs/plans/gpu-complete.toml").string(), "--site",
                   campaign.site().string()});
  ASSERT_EQ(planned.exit_code, 0) << planned.err;
  int found = 0;
  for (const auto& row : cases) {
    const auto id = row.at("case").get<std::string>();
    if (id.find("/device/") == std::string::npos) continue;
    ++found;
    EXPECT_NE(planned.out.find(id), std::string::npos) << id;
  }
  EXPECT_GT(found, 60);
}

TEST(EmulatedCuda, ThePlanRunsToAReportThatSaysItIsEmulated) {
  const SmallCampaign campaign(tiny_plan(), site("12345"), configuration("limits/gpu-complete.toml"));
  const Finished finished = run_command(campaign.run_arguments(), campaign.options(800));
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;

  std::set<std::string> wrong,
      missing{"memory/device/triad:f64,cold", "interconnect/device/both:bytes=67108864,pinned"};
  for (const auto& record : campaign.records("case_end")) {
    const auto end = record.get<CaseEnd>();
    if (end.outcome.status != Status::ok) wrong.insert(end.case_id + ": " + end.outcome.reason);
    missing.erase(end.case_id);
  }
  EXPECT_TRUE(wrong.empty()) << wrong.size() << " cases, first " << *wrong.begin();
  EXPECT_TRUE(missing.empty());

  const auto hellos = campaign.records("hello");
  ASSERT_FALSE(hellos.empty());
  const auto device = hellos.front().get<Hello>().devices.at(0);
  EXPECT_TRUE(device.emulated);
  EXPECT_EQ(device.serial, "1650123456789");
  EXPECT_TRUE(device.selftest.starts_with("not verified on hardware: on an emulation ")) << device.selftest;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, " kernels passed; unsupported: gemm f8e4m3,", device.selftest);
  EXPECT_EQ(hellos.back().get<Hello>().devices.size(), 2u) << "the cases of the node";

  const std::string report = read_file(campaign.output() / "report.html");
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "Emulated devices (r1/n1, r1/n1/gpu0, r1/n1/gpu1): software stands in for them",
                      report);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "accept no hardware by its figures", report);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "the site promises 12345", report);
}

TEST(EmulatedCuda, CopiesWaitOnAHeldStream) {
  for (const std::string way : {"h2d", "d2h"}) {
    const std::string id = "interconnect/device/" + way + ":bytes=67108864,pinned,event";
    const Finished finished = run_command({rackproof_program() + "-worker", "case", id, "--backend",
                                           "cuda-emulated", "--position", "0", "--benchmark_min_time=0.05"});
    const std::string said = finished.out + finished.err;
    // Half of its memory may be copied too fast for the rule of clocks; all words were checked before that is said.
    const bool too_short = said.find("no sample of 10 ms") != std::string::npos;
    EXPECT_TRUE(too_short || said.find(id + ": ok; bandwidth ") != std::string::npos) << said;
  }
}

/// A node with two devices, and one with one.
std::string site_of_two_nodes() {
  return site("") +
         "[[node]]\nname = \"r1/n2\"\nrack = \"r1\"\naddress = \"localhost\"\nmodel = \"host\"\n"
         "[[node.device]]\nname = \"gpu0\"\nbackend = \"cuda-emulated\"\nmodel = \"emulated\"\n";
}

TEST(EmulatedCuda, CollectivesGoOverTheDevicesOfARack) {
  PlanText plan;
  plan.cases = {"interconnect/device/allreduce:f32,bytes=8,isolated",
                "interconnect/device/all_to_all:u64,bytes=1048576,isolated",
                "interconnect/host/pt2pt:latency"};
  plan.placement = "pair";
  plan.launches = 1;
  const SmallCampaign campaign(
      plan.text(), site_of_two_nodes(),
      limits_text(
          {{"interconnect/device/allreduce:f32,bytes=8,isolated#wrong_elements", "exact = 0", "pair"}}));
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  for (const std::string& id : plan.cases) {
    const auto attempts = campaign.attempts("r1/n1+r1/n2", id);
    ASSERT_EQ(attempts.size(), 1u) << id;
    EXPECT_EQ(attempts[0].outcome.status, Status::ok) << id << ": " << attempts[0].outcome.reason;
  }
  std::set<std::size_t> ranks;
  for (const auto& record : campaign.records("hello")) ranks.insert(record.get<Hello>().ranks.size());
  EXPECT_EQ(ranks, (std::set<std::size_t>{2, 3})) << "a rank for each node, and one for each device";
  for (const auto& record : campaign.records("hello")) {
    const auto hello = record.get<Hello>();
    if (hello.ranks.size() == 3) {
      EXPECT_EQ(hello.devices.size(), 3u);
    }
  }
}

/// Minutes: emulated devices are slow.
void expect_training(const std::vector<std::string>& cases, const std::string& site_text,
                     const std::string& placement, const std::string& target) {
  PlanText plan;
  plan.cases = cases;
  plan.placement = placement;
  plan.launches = 1;
  plan.settings = "step_time_limit = \"1400 s\"\n";
  plan.case_time_limit = "700 s";
  std::vector<LimitText> limits;
  for (const std::string& id : cases) limits.push_back({id + "#wrong_checks", "exact = 0", placement});
  const SmallCampaign campaign(plan.text(), site_text, limits_text(limits));
  const Finished finished = run_command(campaign.run_arguments(), campaign.options(1500));
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  for (const std::string& id : cases) {
    const auto attempts = campaign.attempts(target, id);
    ASSERT_EQ(attempts.size(), 1u) << id;
    EXPECT_EQ(attempts[0].outcome.status, Status::ok) << id << ": " << attempts[0].outcome.reason;
  }
}

TEST(DISABLED_MoreEmulatedCuda, TrainsOnADevice) {
  const std::string two_devices = site("");
  expect_training({"ai/gpt/train:f32", "ai/gpt/train:bf16"},
                  two_devices.substr(0, two_devices.rfind("[[node.device]]")), "device", "r1/n1/gpu0");
}

TEST(DISABLED_MoreEmulatedCuda, TrainsOverTheDevicesOfTwoNodes) {
  expect_training({"ai/device/train:f32", "ai/device/train:bf16"}, site_of_two_nodes(), "pair",
                  "r1/n1+r1/n2");
}

}  // namespace
}  // namespace rackproof::e2e
