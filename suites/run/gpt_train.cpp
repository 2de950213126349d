#include "suites/run/gpt_train.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "harness/plan/identifier.hpp"
#include "kernels/gpt.h"
#include "kernels/philox.h"
#include "suites/run/gpt_checks.hpp"
#include "suites/run/gpt_gemm_rate.hpp"
#include "suites/run/gpt_trainer.hpp"
#include "suites/run/message_workload.hpp"

namespace rackproof {

namespace {

constexpr kernels::GptShape kShape{};  // the catalogue's definition states it
constexpr std::uint32_t kRowsPerRank = 8;
constexpr std::size_t kCheckedSteps = 40;
constexpr std::size_t kComparedSteps = 10;
/// One rank holds the whole batch for the comparison; in bf16, sums over more ranks say nothing.
template <class T>
constexpr int kMostRanks = std::is_same_v<T, kernels::Bf16> ? 64 : 4096;

/// One sample is one step on fresh text, going on from the weights of the steps before.
template <class T>
class TrainingSteps : public Workload {
 public:
  TrainingSteps(GptTrainer<T>& trainer, double first_loss) : trainer_(trainer), first_loss_(first_loss) {}

  void before(std::int64_t iteration) override { prepare(iteration); }
  /// A rank that stopped goes on taking part without before(): on new text, or the others' losses would tell of its fault.
  void timed(std::int64_t iteration) override {
    if (prepared_ != iteration) prepare(iteration);
    trainer_.train();
  }
  void after(std::int64_t) override {
    check_against_source(trainer_.steps(), trainer_.loss(), trainer_.ideal(), trainer_.tokens());
    if (!(trainer_.loss() < first_loss_)) {
      throw CaseStopped(Status::wrong, Phase::check,
                        fmt::format("loss {:.6g} of step {} is not below the first, {:.6g}", trainer_.loss(),
                                    trainer_.steps(), first_loss_));
    }
    ++checked_;
  }
  /// Losses: a step has one over all tokens.
  std::int64_t verify() override { return std::exchange(checked_, 0); }

 private:
  void prepare(std::int64_t iteration) {
    trainer_.load();
    prepared_ = iteration;
  }

  GptTrainer<T>& trainer_;
  std::optional<std::int64_t> prepared_;
  double first_loss_;
  std::int64_t checked_ = 0;
};

/// The first steps, untimed: enough to see that the model learns, and in a group that the ranks act as one.
template <class T>
std::vector<double> checked_steps(GptTrainer<T>& trainer, const CaseContext& context, std::uint64_t key) {
  const Group& group = context.group;
  together(group, [&] { check_rerun(trainer); });
  const std::vector<float> own = trainer.gradients();  // of step 1, before anybody summed
  trainer.restart();
  std::vector<double> losses;
  std::vector<float> first_gradients;
  for (std::size_t step = 0; step < kCheckedSteps; ++step) {
    trainer.load();
    trainer.train();
    if (step == 0) first_gradients = trainer.gradients();
    if (step == 0 && trainer.sums_on_devices())
      check_device_sum(group, own, first_gradients, sum_tolerance<T>(group.size()));
    losses.push_back(trainer.loss());
    together(group, [&] {
      if (step == 0) check_first_loss(losses.front(), kShape.vocabulary);
      check_against_source(step + 1, losses.back(), trainer.ideal(), trainer.tokens());
    });
  }
  check_replicas(group, [&] { return trainer.weights(); });
  together(group, [&] {
    if (group.size() == 1 || group.rank() != 0) return;
    const auto whole = kRowsPerRank * static_cast<std::uint32_t>(group.size());
    check_group_against_alone(
        train_whole_batch<T>(context.devices.front(), kShape, key, whole, kComparedSteps), losses,
        first_gradients, group_tolerance<T>(group.size()));
  });
  return losses;
}

Value exactly(double value) { return {value, value, value, 1}; }

template <class T>
void train(const CaseContext& context, CaseEnd& end) {
  const Group& group = context.group;
  const Device& device = context.devices.front();
  const std::uint64_t key = kernels::data_key(context.seed, context.row.id);
  const bool sums_on_devices = is_device_case(context.row.id);
  if (sums_on_devices) messages_between(group, 2, kMostRanks<T>);

  std::unique_ptr<GptTrainer<T>> trainer;
  together(group, [&] {
    const auto first_row = static_cast<std::uint64_t>(group.rank()) * kRowsPerRank;
    trainer = std::make_unique<GptTrainer<T>>(device, kShape, key, first_row, kRowsPerRank, group);
  });
  if (sums_on_devices) {
    together(group, [&] { trainer->connect(); });
    together(group, [&] { trainer->try_sum(); });
  }
  const std::vector<double> losses = checked_steps(*trainer, context, key);
  double last_loss = 0;
  together(group, [&] { last_loss = check_fall(losses, kShape.vocabulary); });

  const double product_rate = gemm_rate<T>(device, key, group);
  TrainingSteps<T> steps(*trainer, losses.front());
  const Sampled sampled =
      sample(std::string(context.row.id), steps, context.settings, group, context.record_block);
  check_replicas(group, [&] { return trainer->weights(); });

  note_sampling(end, sampled);
  const double tokens = trainer->tokens();
  end.values["throughput"] = rate(sampled.host_ns, tokens, sampled.coverage);
  end.values["gemm_fraction"] = rate(
      sampled.host_ns, tokens * kernels::gpt_train_flops_per_token(kShape) / product_rate, sampled.coverage);
  end.values["first_loss"] = exactly(losses.front());
  end.values["last_loss"] = exactly(last_loss);
  end.exact["loss_steps_checked"] = static_cast<std::int64_t>(losses.size());
  end.exact["wrong_checks"] = 0;
  if (sums_on_devices) note_vendor_library(end);
}

}  // namespace

void run_gpt_train(const CaseContext& context, CaseEnd& end) {
  context.row.id.ends_with(":bf16") ? train<kernels::Bf16>(context, end) : train<float>(context, end);
}

}  // namespace rackproof
