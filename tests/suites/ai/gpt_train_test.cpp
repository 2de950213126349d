// The training case as a campaign runs it: in fresh processes, alone and with two ranks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "suites/catalogue/catalogue.hpp"
#include "suites/run/gpt_checks.hpp"
#include "suites/run/gpt_train.hpp"
#include "tests/suites/ai/cpu_device.hpp"
#include "tests/suites/ai/two_processes.hpp"

namespace rackproof {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

constexpr std::string_view kOnHost = "ai/gpt/train:f32", kOverDevices = "ai/device/train:f32";

enum class DeviceFault { none, lost, scaled, unsupported, no_communicator };

/// The C interface has no place for state; one per process.
struct Devices {
  const rp_message_passing* messages = nullptr;
  DeviceFault fault = DeviceFault::none;
  int sums = 0;
};
Devices& devices() {
  static Devices state;
  return state;
}

/// An allreduce of the memory of the CPU backend, in place, by the messages of the test; the one that is tried first is right.
rp_result allreduce(rp_communicator*, rp_stream* stream, rp_collective collective, rp_dtype dtype,
                    rp_memory send, rp_memory receive, std::uint64_t count, std::uint32_t) {
  const bool is_in_place = send.handle == receive.handle && send.offset == receive.offset;
  if (collective != RP_ALLREDUCE || dtype != RP_F32 || !is_in_place) return RP_INVALID;
  if (devices().fault == DeviceFault::unsupported) return RP_UNSUPPORTED;
  const bool is_wrong = devices().sums++ > 0;
  if (is_wrong && devices().fault == DeviceFault::lost) return RP_OK;
  const rp_backend& table = cpu_device().table();
  std::vector<float> values(count);
  const std::uint64_t bytes = count * sizeof(float);
  if (table.stream_sync(stream) != RP_OK ||
      table.memory_read(cpu_device().get(), values.data(), send, bytes) != RP_OK ||
      devices().messages->sum_f32(values.data(), count) != RP_OK)
    return RP_FAILED;
  if (is_wrong && devices().fault == DeviceFault::scaled) {
    for (float& value : values) value *= 1.0001f;
  }
  return table.memory_write(cpu_device().get(), receive, values.data(), bytes);
}

/// Collectives for the CPU backend of this process, which has none.
void give_collectives(const rp_message_passing* messages, DeviceFault fault) {
  devices() = {messages, fault, 0};
  auto& table = const_cast<rp_backend&>(cpu_device().table());
  table.communicator_id = [](unsigned char*) { return RP_OK; };
  table.communicator_create = [](rp_device*, const unsigned char*, std::uint32_t, std::uint32_t rank,
                                 rp_communicator**) {
    return devices().fault == DeviceFault::no_communicator && rank == 1 ? RP_FAILED : RP_OK;
  };
  table.communicator_destroy = [](rp_communicator*) {};
  table.communicator_enqueue = allreduce;
}

/// One rank of the case: its case_end as JSON.
std::string run_rank(const rp_message_passing* messages, std::string_view id, DeviceFault fault) {
  if (id == kOverDevices) give_collectives(messages, fault);
  const Group group(messages);
  SampleSettings settings;
  settings.sample_time_s = 0.1;
  const SystemRoot system;
  CaseContext context{*find_case(ai_cases(), id), 42, settings, {&cpu_device(), 1}, group, {}, system};
  CaseEnd end;
  end.case_id = context.row.id;
  try {
    run_gpt_train(context, end);
    end.outcome = {Status::ok, Phase::finish, ""};
    if (id == kOverDevices) end.exact["sums"] = devices().sums;
  } catch (const CaseStopped& stopped) {
    end.outcome = stopped.outcome();
  }
  return nlohmann::json(end).dump();
}

std::vector<CaseEnd> run_case(int ranks, SumFault fault = SumFault::none) {
  std::vector<CaseEnd> ends;
  const auto run = [](const rp_message_passing* messages) {
    return run_rank(messages, kOnHost, DeviceFault::none);
  };
  for (const std::string& report : in_processes(ranks, fault, run))
    ends.push_back(nlohmann::json::parse(report).get<CaseEnd>());
  return ends;
}

/// The sum of the host is right.
std::vector<CaseEnd> run_over_devices(int ranks, DeviceFault fault) {
  std::vector<CaseEnd> ends;
  const auto run = [=](const rp_message_passing* messages) {
    return run_rank(messages, kOverDevices, fault);
  };
  for (const std::string& report : in_processes(ranks, SumFault::none, run))
    ends.push_back(nlohmann::json::parse(report).get<CaseEnd>());
  return ends;
}

void expect_complete(const CaseEnd& end) {
  ASSERT_EQ(end.outcome.status, Status::ok) << end.outcome.reason;
  for (const QuantityRow& quantity : find_case(ai_cases(), end.case_id)->quantities) {
    const std::string name(quantity.name);
    EXPECT_TRUE(quantity.kind == QuantityKind::real ? end.values.contains(name) : end.exact.contains(name))
        << name;
  }
  EXPECT_GT(end.values.at("throughput").value, 0);
  EXPECT_GT(end.values.at("gemm_fraction").value, 0);
  EXPECT_NEAR(end.values.at("first_loss").value, std::log(127.0), 0.02 * std::log(127.0));
  EXPECT_LT(end.values.at("last_loss").value, 0.75 * end.values.at("first_loss").value);
  EXPECT_GT(end.values.at("last_loss").value, kernels::MarkovSource::entropy());
  EXPECT_EQ(end.exact.at("loss_steps_checked"), 40);
  EXPECT_EQ(end.exact.at("wrong_checks"), 0);
  EXPECT_GE(end.iterations, 6);
  EXPECT_GE(end.elements_checked, end.iterations) << "every timed step is checked";
}

TEST(GptTrain, OneProcess) { expect_complete(run_case(1).at(0)); }

TEST(GptTrain, SeedDecidesTheResultNotTheRun) {
  const auto first = run_case(1).at(0).values;
  const auto second = run_case(1).at(0).values;
  EXPECT_EQ(first.at("first_loss").value, second.at("first_loss").value);
  EXPECT_EQ(first.at("last_loss").value, second.at("last_loss").value);
}

TEST(GptTrain, TwoRanks) {
  const auto ends = run_case(2);
  for (const CaseEnd& end : ends) expect_complete(end);
  EXPECT_EQ(ends.at(0).values.at("last_loss").value, ends.at(1).values.at("last_loss").value);
}

TEST(GptTrain, LostSumIsWrongOnBothRanks) {
  for (const CaseEnd& end : run_case(2, SumFault::lost)) {
    EXPECT_EQ(end.outcome.status, Status::wrong);
    EXPECT_EQ(end.outcome.phase, Phase::check);
    EXPECT_TRUE(end.values.empty());
    EXPECT_NE(end.outcome.reason.find("rank"), std::string::npos) << end.outcome.reason;
  }
}

TEST(GptTrain, SumOffByOneInTenThousandIsWrong) {
  for (const CaseEnd& end : run_case(2, SumFault::scaled)) {
    EXPECT_EQ(end.outcome.status, Status::wrong);
    EXPECT_NE(end.outcome.reason.find("gradients of step 1"), std::string::npos) << end.outcome.reason;
  }
}

TEST(GptTrainOverDevices, EachStepIsSummedByThem) {
  const auto ends = run_over_devices(2, DeviceFault::none);
  for (const CaseEnd& end : ends) {
    expect_complete(end);
    EXPECT_EQ(end.implementation, "vendor library");
    EXPECT_GE(end.exact.at("sums"), 1 + 40 + end.iterations) << "one tried, 40 checked, all that were timed";
  }
  EXPECT_EQ(ends.at(0).values.at("last_loss").value, ends.at(1).values.at("last_loss").value);
}

TEST(GptTrainOverDevices, ALostOrScaledSumIsWrongOnBothRanks) {
  for (const DeviceFault fault : {DeviceFault::lost, DeviceFault::scaled}) {
    for (const CaseEnd& end : run_over_devices(2, fault)) {
      EXPECT_EQ(end.outcome.status, Status::wrong);
      EXPECT_TRUE(end.values.empty());
      EXPECT_NE(end.outcome.reason.find("summed by the devices against the host"), std::string::npos)
          << end.outcome.reason;
    }
  }
}

TEST(GptTrainOverDevices, WhatTheBackendLacksIsSaidOnBothRanks) {
  for (const CaseEnd& end : run_over_devices(2, DeviceFault::unsupported))
    EXPECT_EQ(end.outcome.status, Status::unsupported) << end.outcome.reason;
  for (const CaseEnd& end : run_over_devices(2, DeviceFault::no_communicator))
    EXPECT_EQ(end.outcome.status, Status::failed) << end.outcome.reason;
  EXPECT_EQ(run_over_devices(1, DeviceFault::none).at(0).outcome.status, Status::unsupported);
}

TEST(GptChecks, TheSumOfManyRanksInBf16) {
  EXPECT_LT(sum_tolerance<kernels::Bf16>(2), 0.006) << "below what a sum in 8 bits is off by";
  EXPECT_LT(sum_tolerance<kernels::Bf16>(8), 0.01);
  EXPECT_GT(sum_tolerance<kernels::Bf16>(64), 0.03) << "above what one after the other is off by";
  EXPECT_EQ(sum_tolerance<float>(4096), 1e-5);
}

TEST(GptChecks, FirstLoss) {
  const double right = std::log(127.0);
  EXPECT_NO_THROW(check_first_loss(1.019 * right, 127));
  for (const double loss : {1.021 * right, 0.979 * right, kNan, 0.0}) {
    EXPECT_THROW(check_first_loss(loss, 127), CaseStopped) << loss;
  }
}

TEST(GptChecks, NoModelBeatsTheSource) {
  EXPECT_NO_THROW(check_against_source(1, 1.2, 1.2, 256));
  EXPECT_NO_THROW(check_against_source(1, 1.2 - 0.99 * std::log(1e9) / 256, 1.2, 256));
  EXPECT_THROW(check_against_source(1, 1.2 - 1.01 * std::log(1e9) / 256, 1.2, 256), CaseStopped);
  EXPECT_THROW(check_against_source(1, kNan, 1.2, 256), CaseStopped);
}

TEST(GptChecks, Fall) {
  const double start = std::log(127.0);
  const double needed = 0.25 * (start - 1.75 * std::log(2.0));
  const auto losses = [&](double last) {
    std::vector<double> values(12, start);
    std::fill(values.end() - 4, values.end(), last);
    return values;
  };
  EXPECT_DOUBLE_EQ(check_fall(losses(start - 1.01 * needed), 127), start - 1.01 * needed);
  EXPECT_THROW(check_fall(losses(start - 0.99 * needed), 127), CaseStopped);
  EXPECT_THROW(check_fall(losses(kNan), 127), CaseStopped);
  EXPECT_THROW(check_fall(std::vector<double>{4.8, 1.0}, 127), CaseStopped);
}

TEST(GptChecks, Close) {
  const std::vector<float> expected{3, 4};
  EXPECT_NO_THROW(check_close(std::vector<float>{3, 4.00004f}, expected, 1e-5, "x"));
  EXPECT_THROW(check_close(std::vector<float>{3, 4.0001f}, expected, 1e-5, "x"), CaseStopped);
  EXPECT_THROW(check_close(std::vector<float>{3, std::nanf("")}, expected, 1e-5, "x"), CaseStopped);
  EXPECT_THROW(check_close(std::vector<float>{3}, expected, 1e-5, "x"), CaseStopped);
  EXPECT_THROW(check_close(std::vector<float>{0, 0}, std::vector<float>{0, 0}, 1e-5, "x"), CaseStopped)
      << "nothing to compare with";
}

TEST(GptChecks, GroupAgainstAlone) {
  const GptAlone alone{{4.8, 4.5}, {1, 2}};
  EXPECT_NO_THROW(
      check_group_against_alone(alone, std::vector<double>{4.8, 4.5, 9}, std::vector<float>{1, 2}, 1e-5));
  EXPECT_THROW(
      check_group_against_alone(alone, std::vector<double>{4.8, 4.5001}, std::vector<float>{1, 2}, 1e-5),
      CaseStopped);
  EXPECT_THROW(
      check_group_against_alone(alone, std::vector<double>{4.8, kNan}, std::vector<float>{1, 2}, 1e-5),
      CaseStopped);
  EXPECT_THROW(check_group_against_alone(alone, std::vector<double>{4.8}, std::vector<float>{1, 2}, 1e-5),
               CaseStopped);
  EXPECT_THROW(
      check_group_against_alone(alone, std::vector<double>{4.8, 4.5}, std::vector<float>{1, 2.1f}, 1e-5),
      CaseStopped);
}

}  // namespace
}  // namespace rackproof
