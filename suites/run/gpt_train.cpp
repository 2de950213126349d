#include "suites/run/gpt_train.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "kernels/gpt.h"
#include "kernels/philox.h"
#include "suites/run/gpt_checks.hpp"
#include "suites/run/gpt_gemm_rate.hpp"
#include "suites/run/gpt_trainer.hpp"

namespace rackproof {

namespace {

constexpr kernels::GptShape kShape{};  // the catalogue's definition states it
constexpr std::uint32_t kRowsPerRank = 8;
constexpr std::size_t kCheckedSteps = 40;
constexpr std::size_t kComparedSteps = 10;

/// One sample is one step on fresh text, going on from the weights of the steps before.
class TrainingSteps : public Workload {
 public:
  TrainingSteps(GptTrainer& trainer, double first_loss) : trainer_(trainer), first_loss_(first_loss) {}

  void before(std::int64_t) override { trainer_.load(); }
  void timed(std::int64_t) override { trainer_.train(); }
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
  GptTrainer& trainer_;
  double first_loss_;
  std::int64_t checked_ = 0;
};

/// The first steps, untimed: enough to see that the model learns, and in a group that the ranks act as one.
std::vector<double> checked_steps(GptTrainer& trainer, const CaseContext& context, std::uint64_t key) {
  const Group& group = context.group;
  together(group, [&] { check_rerun(trainer); });
  trainer.restart();
  std::vector<double> losses;
  std::vector<float> first_gradients;
  for (std::size_t step = 0; step < kCheckedSteps; ++step) {
    trainer.load();
    trainer.train();
    if (step == 0) first_gradients = trainer.gradients();
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
    check_group_against_alone(train_whole_batch(context.devices.front(), kShape, key, whole, kComparedSteps),
                              losses, first_gradients);
  });
  return losses;
}

Value exactly(double value) { return {value, value, value, 1}; }

}  // namespace

void run_gpt_train_f32(const CaseContext& context, CaseEnd& end) {
  const Group& group = context.group;
  const Device& device = context.devices.front();
  const std::uint64_t key = kernels::data_key(context.seed, context.row.id);

  std::unique_ptr<GptTrainer> trainer;
  together(group, [&] {
    const auto first_row = static_cast<std::uint64_t>(group.rank()) * kRowsPerRank;
    trainer = std::make_unique<GptTrainer>(device, kShape, key, first_row, kRowsPerRank, group);
  });
  const std::vector<double> losses = checked_steps(*trainer, context, key);
  double last_loss = 0;
  together(group, [&] { last_loss = check_fall(losses, kShape.vocabulary); });

  const double gemm_rate = gemm_rate_f32(device, key, group);
  TrainingSteps steps(*trainer, losses.front());
  const Sampled sampled =
      sample(std::string(context.row.id), steps, context.settings, group, context.record_block);
  check_replicas(group, [&] { return trainer->weights(); });

  note_sampling(end, sampled);
  const double tokens = trainer->tokens();
  end.values["throughput"] = rate(sampled.host_ns, tokens, sampled.coverage);
  end.values["gemm_fraction"] = rate(
      sampled.host_ns, tokens * kernels::gpt_train_flops_per_token(kShape) / gemm_rate, sampled.coverage);
  end.values["first_loss"] = exactly(losses.front());
  end.values["last_loss"] = exactly(last_loss);
  end.exact["loss_steps_checked"] = static_cast<std::int64_t>(losses.size());
  end.exact["wrong_checks"] = 0;
}

}  // namespace rackproof
