// Collectives of devices over the ranks of this job, on the emulated CUDA backend, and on one that lies.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <functional>

#include "kernels/collective.h"
#include "suites/catalogue/catalogue.hpp"
#include "suites/run/gpt_checks.hpp"
#include "suites/run/interconnect.hpp"
#include "tests/suites/interconnect/rank_main.hpp"

namespace rackproof::test {

namespace {

const Backend& emulated() {
  static const Backend backend(RACKPROOF_BINARY_DIR "/lib/rackproof/librackproof-cuda-emulated.so", "");
  return backend;
}

/// The device of this rank: there are two on this node, which have one or several ranks each. It stays open: at the exit of the
/// process, what the emulated libraries keep of it is gone before it is.
const Device& own_device() {
  static const Device& device =
      *new Device(emulated(), emulated().devices().at(static_cast<std::size_t>(messages().rank()) % 2).uuid);
  return device;
}

std::vector<std::string> collective_ids() {
  std::vector<std::string> ids;
  for (const CaseRow& row : interconnect_cases()) {
    if (row.rank_per_device && row.id.find("67108864") == std::string_view::npos &&
        row.id.find("1073741824") == std::string_view::npos)
      ids.emplace_back(row.id);
  }
  return ids;
}

Outcome run_case(const std::string& id, CaseEnd& end) {
  const Group group(&messages());
  SampleSettings settings;
  settings.sample_time_s = 0.05;
  const std::span<const Device> devices(&own_device(), 1);
  try {
    run_device_collective(
        {*find_case(interconnect_cases(), id), 42, settings, devices, group, {}, SystemRoot()}, end);
  } catch (const AgreedStop& stop) {
    return stop.outcome();
  }
  return {Status::ok, Phase::finish, ""};
}

TEST(DeviceCollective, EveryCaseReportsItsQuantities) {
  ASSERT_EQ(collective_ids().size(), 6u);
  for (const std::string& id : collective_ids()) {
    CaseEnd end;
    const Outcome outcome = run_case(id, end);
    ASSERT_EQ(outcome.status, Status::ok) << id << ": " << outcome.reason;
    for (const QuantityRow& quantity : find_case(interconnect_cases(), id)->quantities) {
      const std::string name(quantity.name);
      EXPECT_EQ(end.values.contains(name), quantity.kind == QuantityKind::real) << id << '#' << name;
      EXPECT_EQ(end.exact.contains(name), quantity.kind == QuantityKind::exact) << id << '#' << name;
    }
    EXPECT_GT(end.elements_checked, 0) << id;
  }
}

using Enqueue = decltype(rp_backend::communicator_enqueue);
Enqueue honest = nullptr;

/// Leaves out the call on rank 1, whose peers do not wait for it: everybody moves nothing.
rp_result does_nothing(rp_communicator*, rp_stream*, rp_collective, rp_dtype, rp_memory, rp_memory,
                       std::uint64_t, std::uint32_t) {
  return RP_OK;
}

/// The last element is left out.
rp_result leaves_one_out(rp_communicator* communicator, rp_stream* stream, rp_collective collective,
                         rp_dtype dtype, rp_memory send, rp_memory receive, std::uint64_t count,
                         std::uint32_t root) {
  return honest(communicator, stream, collective, dtype, send, receive, count - 1, root);
}

/// Each call is that of the rank's own memory: what it sends comes back.
rp_result echoes(rp_communicator*, rp_stream* stream, rp_collective, rp_dtype dtype, rp_memory send,
                 rp_memory receive, std::uint64_t count, std::uint32_t) {
  return emulated().table().enqueue_copy(stream, receive, send, count * (dtype == RP_F32 ? 4 : 8));
}

TEST(DeviceCollective, ALieIsFoundOnAllRanks) {
  rp_backend& table = const_cast<rp_backend&>(emulated().table());
  honest = table.communicator_enqueue;
  for (const Enqueue lie : {&does_nothing, &leaves_one_out, &echoes}) {
    table.communicator_enqueue = lie;
    for (const std::string& id : collective_ids()) {
      CaseEnd end;
      const Outcome outcome = run_case(id, end);
      EXPECT_EQ(outcome.status, Status::wrong) << id << ": " << outcome.reason;
      EXPECT_PRED_FORMAT2(testing::IsSubstring, "element ", outcome.reason);
      EXPECT_TRUE(end.values.empty()) << id;
    }
  }
  table.communicator_enqueue = honest;
}

TEST(DeviceCollective, OneRankAloneIsUnsupported) {
  const Group alone;
  const std::string id = collective_ids().front();
  CaseEnd end;
  const std::span<const Device> devices(&own_device(), 1);
  try {
    run_device_collective({*find_case(interconnect_cases(), id), 42, {}, devices, alone, {}, SystemRoot()},
                          end);
    ADD_FAILURE() << "measured";
  } catch (const AgreedStop& stop) {
    EXPECT_EQ(stop.outcome().status, Status::unsupported);
  }
}

/// A few sequences on each rank; the devices sum.
template <class T>
void expect_sums_over_devices() {
  const Group group(&messages());
  constexpr std::uint32_t kRows = 2;
  const kernels::GptShape shape{1, 16, 2, 8, 37, true};
  GptTrainer<T> trainer(own_device(), shape, 7, static_cast<std::uint64_t>(group.rank()) * kRows, kRows,
                        group);
  trainer.load();
  trainer.train_alone();
  const std::vector<float> own = trainer.gradients();
  trainer.restart();
  together(group, [&] { trainer.connect(); });
  together(group, [&] { trainer.try_sum(); });
  trainer.load();
  trainer.train();
  std::vector<float> average = trainer.gradients();
  const double tolerance = sum_tolerance<T>(group.size());
  EXPECT_NO_THROW(check_device_sum(group, own, average, tolerance));
  check_replicas(group, [&] { return trainer.weights(); });
  for (float& value : average) value *= 1 + 1.5f * static_cast<float>(tolerance);
  EXPECT_THROW(check_device_sum(group, own, average, tolerance), AgreedStop);
}

TEST(DeviceTraining, GradientsAreSummedByTheDevices) {
  expect_sums_over_devices<float>();
  expect_sums_over_devices<kernels::Bf16>();
}

TEST(DeviceTraining, ASumThatIsNoneIsFoundBeforeTheFirstStep) {
  rp_backend& table = const_cast<rp_backend&>(emulated().table());
  honest = table.communicator_enqueue;
  const Group group(&messages());
  GptTrainer<kernels::Bf16> trainer(own_device(), {1, 16, 2, 8, 37, true}, 7, 0, 2, group);
  together(group, [&] { trainer.connect(); });
  for (const Enqueue lie : {&does_nothing, &leaves_one_out}) {
    table.communicator_enqueue = lie;
    EXPECT_THROW(together(group, [&] { trainer.try_sum(); }), AgreedStop);
  }
  table.communicator_enqueue = honest;
}

}  // namespace

}  // namespace rackproof::test
