// Backends of several vendors in one campaign: each is judged by its own limits, and one that is unfit costs its own cases.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/abi.h"
#include "tests/e2e/small_campaign.hpp"

namespace rackproof::e2e {

namespace {

constexpr const char* kCopy = "memory/device/copy:f64,cold";

/// A node "r1/n1" with one device per backend, named after it.
std::string site_of(const std::vector<std::pair<std::string, std::string>>& backend_and_model) {
  std::string text =
      "schema = 1\nname = \"mixed\"\nvirtual_on = \"this-host\"\nslots = 1\n[[rack]]\nname = \"r1\"\n"
      "[[node]]\nname = \"r1/n1\"\nrack = \"r1\"\naddress = \"localhost\"\nmodel = \"host\"\n";
  for (const auto& [backend, model] : backend_and_model) {
    text += "[[node.device]]\nname = \"" + backend + "\"\nbackend = \"" + backend + "\"\nmodel = \"" + model +
            "\"\n";
  }
  return text;
}

PlanText plan_of(std::vector<std::string> cases, std::string more = "") {
  PlanText plan;
  plan.cases = std::move(cases);
  plan.launches = 1;
  plan.more = std::move(more);
  return plan;
}

std::string limits_by_model() {
  const std::string head = "schema = 1\nname = \"mixed\"\n";
  const auto limit = [](const char* model, const char* bound) {
    return std::string("[[limit]]\nclause = \"") + model + "\"\nmetric = \"" + kTriad +
           "#bandwidth\"\nplacement = \"device\"\nmodel = \"" + model + "\"\n" + bound +
           "\nseverity = \"gate\"\nprovenance = \"made up by a test\"\n";
  };
  return head + limit("minimal-device", "lower = \"1 kB/s\"") + limit("fault-device", "lower = \"1 PB/s\"");
}

TEST(ForeignBackend, WithTheRequiredEntriesOnlyIsMeasured) {
  const SmallCampaign campaign(plan_of({kCopy, kTriad}).text(), site_of({{"minimal", "minimal-device"}}),
                               limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"},
                                            {std::string(kCopy) + "#bandwidth", "lower = \"1 kB/s\""}}));
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  const auto hello = campaign.records("hello").front().get<Hello>();
  ASSERT_EQ(hello.devices.size(), 1u);
  EXPECT_EQ(hello.devices[0].uuid, "minimal-0");
  EXPECT_TRUE(hello.devices[0].selftest.starts_with("2 kernels passed; unsupported: copy f64 streaming,"))
      << hello.devices[0].selftest;
}

TEST(ForeignBackend, ThatIsUnfitCostsItsOwnCasesOnly) {
  const SmallCampaign campaign(
      plan_of({kTriad}).text(),
      site_of({{"minimal-partial", "a"}, {"minimal-wrong", "b"}, {"no-such", "c"}, {"minimal", "d"}}),
      limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 1) << finished.out
                                   << finished.err;  // a wrong answer is no matter of machinery
  const auto verdicts = campaign.judged();
  const auto expect = [&](const char* device, const char* verdict, Status status, const char* reason) {
    const auto cell = cell_of(verdicts, std::string("r1/n1/") + device, kTriad);
    EXPECT_EQ(cell.at("verdict"), verdict) << cell.dump();
    const auto attempts = campaign.attempts(std::string("r1/n1/") + device, kTriad);
    ASSERT_EQ(attempts.size(), 1u) << device;
    EXPECT_EQ(attempts.front().outcome.status, status) << device;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, reason, attempts.front().outcome.reason);
    if (status == Status::ok) return;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, reason, cell.at("reason").get<std::string>());
    EXPECT_TRUE(attempts.front().values.empty());
  };
  expect("minimal-partial", "not_judged", Status::failed,
         "has 1 of 2 entries that belong together, stream_release is missing: refused");
  expect("minimal-wrong", "fail", Status::wrong, "selftest of minimal-0: copy f64: element 0: found");
  expect("no-such", "not_judged", Status::failed, "no library");
  expect("minimal", "pass", Status::ok, "");
  EXPECT_EQ(campaign.attempts("r1/n1/minimal-wrong", kTriad).front().outcome.phase, Phase::prepare);
}

TEST(ForeignBackend, ModelsKeepSeriesLimitsAndExemptionsApart) {
  const std::string exempt = std::string("[[exempt]]\ncase = \"") + kGemm +
                             "\"\nmodel = \"minimal-device\"\nreason = \"it has no products\"\n";
  const SmallCampaign campaign(plan_of({kTriad, kGemm}, exempt).text(),
                               site_of({{"minimal", "minimal-device"}, {"fault", "fault-device"}}),
                               limits_by_model());
  const Finished finished = campaign.run();
  EXPECT_EQ(finished.exit_code, 2) << finished.out
                                   << finished.err;  // one launch decides nothing about 1 PB/s
  const auto verdicts = campaign.judged();
  const std::string bandwidth = std::string(kTriad) + "#bandwidth";
  EXPECT_EQ(cell_of(verdicts, "r1/n1/minimal", bandwidth).at("verdict"), "pass");
  EXPECT_EQ(cell_of(verdicts, "r1/n1/fault", bandwidth).at("verdict"), "inconclusive")
      << "one launch cannot fail it";
  EXPECT_EQ(cell_of(verdicts, "r1/n1/minimal", kGemm).at("verdict"), "not_applicable");
  EXPECT_EQ(cell_of(verdicts, "r1/n1/fault", kGemm).at("verdict"), "pass");
  const auto shown = campaign.shown();
  EXPECT_NE(value_of(shown, "r1/n1/minimal", bandwidth).at("value"),
            value_of(shown, "r1/n1/fault", bandwidth).at("value"));
}

TEST(HiddenDevice, IsNotJudgedAndNoOtherIsMeasuredInItsName) {
  SiteText text;
  text.options = {"fault=hidden,device=fault-0"};
  std::string site = text.text();
  const std::size_t name = site.find("\"dev0\"");
  ASSERT_NE(name, std::string::npos);
  site.replace(name, 6, "\"dev[0-1]\"");
  const SmallCampaign campaign(plan_of({kTriad}).text(), site,
                               limits_text({{std::string(kTriad) + "#wrong_elements", "exact = 0"}}));
  CommandOptions options = campaign.options();
  options.environment["CUDA_VISIBLE_DEVICES"] = "1";
  const Finished finished = run_command(campaign.run_arguments(), options);
  EXPECT_EQ(finished.exit_code, 2) << finished.out << finished.err;
  const auto hidden = campaign.attempts("r1/n1/dev0", kTriad);
  ASSERT_EQ(hidden.size(), 1u);
  EXPECT_EQ(hidden[0].outcome.status, Status::unsupported);
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "device 1 of backend fault, fault-0, is there but hidden from this process "
                      "(CUDA_VISIBLE_DEVICES=1)",
                      hidden[0].outcome.reason);
  EXPECT_EQ(cell_of(campaign.judged(), "r1/n1/dev0", kTriad).at("verdict"), "not_judged");
  EXPECT_EQ(cell_of(campaign.judged(), "r1/n1/dev1", kTriad).at("verdict"), "pass");
  std::vector<std::string> measured;  // the two steps run at the same time
  for (const auto& record : campaign.records("hello")) {
    for (const auto& device : record.get<Hello>().devices) measured.push_back(device.uuid);
  }
  EXPECT_EQ(measured, std::vector<std::string>{"fault-1"});
}

TEST(DevicesOfANode, AreAllThereOrTheInventoryFails) {
  SiteText text;
  text.options = {""};
  std::string site = text.text();
  site.replace(site.find("\"dev0\""), 6, "\"dev[0-2]\"");
  PlanText plan = plan_of({"interconnect/device/p2p:bytes=1048576"});
  plan.placement = "node";
  const SmallCampaign campaign(
      plan.text(), site,
      limits_text({{"interconnect/device/p2p:bytes=1048576#wrong_elements", "exact = 0", "node"}}));
  EXPECT_EQ(campaign.run().exit_code, 1);  // the backend lists all of its devices
  EXPECT_EQ(cell_of(campaign.judged(), "r1/n1", "interconnect/device/p2p:bytes=1048576").at("reason"),
            "missing: backend fault shows 2 devices; number 3 was promised");
  const auto attempts = campaign.attempts("r1/n1", "interconnect/device/p2p:bytes=1048576");
  ASSERT_EQ(attempts.size(), 1u);
  EXPECT_EQ(attempts[0].outcome.reason, "backend fault shows 2 devices; number 3 was promised");
}

TEST(ListBackends, NamesWhatEachLibraryIsOrWhyItIsRefused) {
  const Finished finished = run_command({rackproof_program(), "list", "backends", "--json"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  const auto described = nlohmann::json::parse(finished.out);
  const auto of = [&](const std::string& file) {
    const auto found = std::ranges::find_if(described, [&](const auto& row) {
      return row.at("library").template get<std::string>().ends_with("/" + file);
    });
    return found == described.end() ? nlohmann::json() : *found;
  };
  const auto cpu = of("librackproof-cpu.so");
  EXPECT_EQ(cpu.value("name", ""), "cpu") << described.dump(2);
  EXPECT_EQ(cpu.value("abi", ""), fmt::format("{}.{}", RP_ABI_MAJOR, RP_ABI_MINOR));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "portable", cpu.value("implementation", ""));
  EXPECT_FALSE(cpu.at("devices").empty());
  EXPECT_EQ(of("librackproof-fault.so").at("devices").size(), 2u);
  EXPECT_TRUE(of("librackproof-minimal.so").at("optional").empty());
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "stream_release is missing",
                      of("librackproof-minimal-partial.so").value("refused", ""));
  // What needs a driver says that it has none, where it has none, and is no error.
  if (const auto cuda = of("librackproof-cuda.so"); !cuda.is_null()) {
    EXPECT_EQ(cuda.value("name", ""), "cuda") << cuda.dump(2);
    EXPECT_EQ(cuda.value("abi", ""), fmt::format("{}.{}", RP_ABI_MAJOR, RP_ABI_MINOR));
    EXPECT_FALSE(cuda.at("optional").empty());
    EXPECT_NE(cuda.at("devices").empty(), cuda.value("reason", "").empty()) << cuda.dump(2);
  }
  const Finished table = run_command({rackproof_program(), "list", "backends"});
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "minimal-0 minimal-device", table.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "refused: ", table.out);
}

TEST(Modules, ShowOneFunctionAndNothingElse) {
  const auto modules =
      std::filesystem::path(rackproof_program()).parent_path().parent_path() / "lib/rackproof";
  int looked_at = 0;
  for (const std::string name : {"cpu", "fault", "cuda", "mpi"}) {
    const auto library = modules / ("librackproof-" + name + ".so");
    if (!std::filesystem::exists(library)) continue;
    ++looked_at;
    const Finished shown =
        run_command({"nm", "-D", "--defined-only", "--format=just-symbols", library.string()});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_EQ(shown.out, name == "mpi" ? "rackproof_message_passing\n" : "rackproof_backend\n") << name;
  }
  EXPECT_GE(looked_at, 2);
}

TEST(Selftest, SaysWhichKernelsAreRight) {
  const std::string worker = rackproof_program() + "-worker";
  const Finished right = run_command({worker, "--selftest", "--backend", "minimal"});
  EXPECT_EQ(right.exit_code, 0) << right.out << right.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "minimal-0 copy f64: passed\n", right.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "minimal-0 triad f64 passes: unsupported: this backend makes one",
                      right.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "minimal-0 gemm f64: unsupported: this backend copies",
                      right.out);
  const Finished wrong = run_command({worker, "--selftest", "--backend", "minimal-wrong", "--device", "0"});
  EXPECT_EQ(wrong.exit_code, 1) << wrong.out << wrong.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "minimal-0 triad f64: wrong: element", wrong.out);
  const Finished lies = run_command({worker, "--selftest", "--backend", "fault", "--options",
                                     "fault=wrong,op=gemm,dtype=f8e4m3", "--device", "fault-1"});
  EXPECT_EQ(lies.exit_code, 1) << lies.out << lies.err;
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "fault-1 gemm f8e4m3 tn: wrong", lies.out);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "fault-1 gemm bf16 tn: passed", lies.out);
  EXPECT_EQ(run_command({worker, "--selftest", "--backend", "minimal", "--device", "7"}).exit_code, 1);
  EXPECT_EQ(run_command({worker, "--selftest", "--backend", "cpu"}).exit_code, 0);
}

}  // namespace

}  // namespace rackproof::e2e
