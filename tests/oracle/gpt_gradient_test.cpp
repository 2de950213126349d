// Gradients of the kernels, through the ABI, against central differences of the oracle's loss; and f32
// against f64.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "suites/run/gpt_model.hpp"
#include "tests/conformance/optional_backends.hpp"
#include "tests/oracle/gpt_oracle.hpp"
#include "tests/suites/ai/cpu_device.hpp"

namespace rackproof {
namespace {

constexpr double kStep = 1e-5;
constexpr std::size_t kSlopes = 64;  // elements per tensor, or all
constexpr std::uint32_t kBatch = 2;

/// A model with weights large enough that every part of it matters, and its text.
struct Example {
  kernels::GptShape shape;
  oracle::GptSize size;
  GptLayout layout;
  std::vector<double> weights;
  oracle::Tensors tensors;
  std::vector<int> tokens, targets;

  explicit Example(bool tie, std::uint32_t layers = 2)
      : shape{layers, 32, 4, 16, 97, tie},
        size{layers, 32, 4, 16, 97, tie},
        layout(shape),
        weights(layout.count()) {
    std::mt19937_64 random(20240607);
    std::normal_distribution<double> normal;
    std::uniform_int_distribution<int> token(0, 96);
    for (const GptTensor& tensor : layout.tensors()) {
      auto& values = tensors[tensor.name];
      for (std::uint64_t i = 0; i < tensor.count; ++i) {
        values.push_back((tensor.init == GptInit::one ? 1.0 : 0.0) + 0.25 * normal(random));
      }
      std::copy(values.begin(), values.end(), weights.begin() + static_cast<std::ptrdiff_t>(tensor.offset));
    }
    for (std::uint32_t i = 0; i < kBatch * shape.context; ++i) {
      tokens.push_back(token(random));
      targets.push_back(token(random));
    }
  }
};

template <class T>
struct Pass {
  double loss;
  std::vector<double> gradients;
};

template <class T>
Pass<T> run_pass(const Example& example, const Device& device = cpu_device()) {
  GptModel<T> model(device, example.shape, kBatch, GptOptimiser{});
  std::vector<T> weights;
  for (const double weight : example.weights) weights.push_back(static_cast<T>(weight));
  model.weights().write(std::span<const T>(weights));
  model.load(example.tokens, example.targets);
  model.enqueue_gradients();
  model.sync();
  std::vector<T> gradients(model.layout().count());
  model.gradients().read(std::span<T>(gradients));
  Pass<T> pass{model.loss(), {}};
  for (const T gradient : gradients) pass.gradients.push_back(static_cast<double>(gradient));
  return pass;
}

/// Elements to look at: the same for every call.
std::vector<std::size_t> subset(const GptTensor& tensor) {
  std::vector<std::size_t> elements(tensor.count);
  std::iota(elements.begin(), elements.end(), std::size_t{0});
  std::mt19937_64 random(tensor.offset + 1);
  std::shuffle(elements.begin(), elements.end(), random);
  elements.resize(std::min<std::size_t>(elements.size(), kSlopes));
  return elements;
}

/// ‖found − expected‖ / ‖expected‖; NaN when a number is.
double relative(const std::vector<double>& found, const std::vector<double>& expected) {
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference += (found[i] - expected[i]) * (found[i] - expected[i]);
    norm += expected[i] * expected[i];
  }
  return std::sqrt(difference / norm);
}

std::vector<double> part_of(const std::vector<double>& all, const GptTensor& tensor) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(tensor.offset);
  return {begin, begin + static_cast<std::ptrdiff_t>(tensor.count)};
}

/// Error of one tensor's gradient against the oracle, over its subset.
double error_of(Example& example, const std::vector<double>& gradients, const GptTensor& tensor,
                const oracle::Defect& defect = {}) {
  std::vector<double> found, expected;
  for (const std::size_t element : subset(tensor)) {
    found.push_back(gradients[tensor.offset + element]);
    expected.push_back(oracle::gpt_slope(example.size, example.tensors, tensor.name, element, kStep,
                                         example.tokens, example.targets, defect));
  }
  return relative(found, expected);
}

const GptTensor& tensor_named(const Example& example, const std::string& name) {
  return *std::ranges::find(example.layout.tensors(), name, &GptTensor::name);
}

void expect_gradients(Example example) {
  const Pass<double> pass = run_pass<double>(example);
  EXPECT_NEAR(pass.loss, oracle::gpt_loss(example.size, example.tensors, example.tokens, example.targets),
              1e-12 * pass.loss);
  for (const GptTensor& tensor : example.layout.tensors()) {
    const double error = error_of(example, pass.gradients, tensor);
    EXPECT_TRUE(error <= 1e-6) << tensor.name << ": relative error " << error;
  }
}

TEST(GptGradient, TiedHeadInF64) { expect_gradients(Example(true)); }
TEST(GptGradient, UntiedHeadInF64) { expect_gradients(Example(false, 1)); }

TEST(GptGradient, F32AgainstF64) {
  const Example example(true);
  const Pass<double> exact = run_pass<double>(example);
  const Pass<float> single = run_pass<float>(example);
  EXPECT_NEAR(single.loss, exact.loss, 1e-5 * exact.loss);
  for (const GptTensor& tensor : example.layout.tensors()) {
    const double error = relative(part_of(single.gradients, tensor), part_of(exact.gradients, tensor));
    EXPECT_TRUE(error <= 1e-4) << tensor.name << ": relative error " << error;
    EXPECT_TRUE(error > 0) << tensor.name << ": f32 has every bit of f64";
  }
}

// The same pass by the kernels of every other backend of this build.
TEST(GptGradient, OfOtherBackendsIsThatOfTheCpu) {
  const Example example(true);
  const Pass<double> exact = run_pass<double>(example);
  for (const char* const name : conformance::optional_backends()) {
    const Backend backend(std::string(RACKPROOF_BINARY_DIR "/lib/rackproof/librackproof-") + name + ".so",
                          "");
    const Device device(backend, backend.devices().at(0).uuid);
    const auto expect_near = [&](double loss, const std::vector<double>& gradients, double loss_error,
                                 double error) {
      EXPECT_NEAR(loss, exact.loss, loss_error * exact.loss) << name;
      for (const GptTensor& tensor : example.layout.tensors()) {
        const double found = relative(part_of(gradients, tensor), part_of(exact.gradients, tensor));
        EXPECT_TRUE(found <= error) << name << ", " << tensor.name << ": relative error " << found;
      }
    };
    const Pass<double> pass = run_pass<double>(example, device);
    expect_near(pass.loss, pass.gradients, 1e-12, 1e-10);
    const Pass<float> single = run_pass<float>(example, device);
    expect_near(single.loss, single.gradients, 1e-5, 1e-4);
  }
}

// bf16, which the CPU has no operations for: from the same rounded weights, by the backends that have them.
TEST(GptGradient, Bf16AgainstF64) {
  Example example(true);
  for (double& weight : example.weights) weight = static_cast<double>(kernels::Bf16(weight));
  const Pass<double> exact = run_pass<double>(example);
  EXPECT_THROW(run_pass<kernels::Bf16>(example), CaseStopped) << "no emulated product under this name";
  if (conformance::optional_backends().empty()) GTEST_SKIP() << "no backend with bf16 was built";
  for (const char* const name : conformance::optional_backends()) {
    const Backend backend(std::string(RACKPROOF_BINARY_DIR "/lib/rackproof/librackproof-") + name + ".so",
                          "");
    const Device device(backend, backend.devices().at(0).uuid);
    const Pass<kernels::Bf16> pass = run_pass<kernels::Bf16>(example, device);
    EXPECT_NEAR(pass.loss, exact.loss, 0.01 * exact.loss);
    for (const GptTensor& tensor : example.layout.tensors()) {
      const double error = relative(part_of(pass.gradients, tensor), part_of(exact.gradients, tensor));
      EXPECT_TRUE(error <= 0.03) << tensor.name << ": relative error " << error;
      EXPECT_TRUE(error > 1e-5) << tensor.name << ": bf16 has the bits of f32";
    }
    EXPECT_EQ(run_pass<kernels::Bf16>(example, device).gradients, pass.gradients);
  }
}

// Master weights keep what their roundings lose: many steps that are each too small for bf16.
TEST(GptOptimiser, OfBf16UpdatesMasterWeights) {
  if (conformance::optional_backends().empty()) GTEST_SKIP() << "no backend with bf16 was built";
  for (const char* const name : conformance::optional_backends()) {
    const Backend backend(std::string(RACKPROOF_BINARY_DIR "/lib/rackproof/librackproof-") + name + ".so",
                          "");
    const Device device(backend, backend.devices().at(0).uuid);
    const Example example(true, 1);
    GptOptimiser settings;
    settings.rate = 1e-5;
    GptModel<kernels::Bf16> model(device, example.shape, kBatch, settings);
    model.initialise(7);
    const std::vector<float> before = model.trained();
    for (int step = 0; step < 3; ++step) {
      model.load(example.tokens, example.targets);
      model.enqueue_gradients();
      model.enqueue_update(1);
      model.sync();
    }
    const std::vector<float> after = model.trained();
    std::vector<kernels::Bf16> rounded(after.size());
    model.weights().read(std::span<kernels::Bf16>(rounded));
    std::size_t moved = 0, unmoved = 0;
    for (std::size_t i = 0; i < after.size(); ++i) {
      moved += after[i] != before[i] ? 1 : 0;
      unmoved += rounded[i].bits == kernels::Bf16(before[i]).bits ? 1 : 0;
      ASSERT_EQ(rounded[i].bits, kernels::Bf16(after[i]).bits) << i;
    }
    EXPECT_GT(moved, after.size() * 9 / 10);
    EXPECT_GT(unmoved, after.size() / 4) << "the steps were not small";
  }
}

// The comparison must notice what can go wrong in a kernel. A kernel with a defect against the right oracle
// and the right kernel against an oracle with the defect are the same difference.
TEST(GptGradient, NoticesDefects) {
  Example example(true, 1);
  const Pass<double> pass = run_pass<double>(example);
  const GptTensor& qkv = tensor_named(example, "block0.qkv.weight");
  const GptTensor& fc = tensor_named(example, "block0.fc.weight");
  ASSERT_TRUE(error_of(example, pass.gradients, qkv) <= 1e-6);
  EXPECT_GT(error_of(example, pass.gradients, qkv, {.no_causal_mask = true}), 1e-2);
  EXPECT_GT(error_of(example, pass.gradients, qkv, {.unscaled_scores = true}), 1e-2);
  EXPECT_GT(error_of(example, pass.gradients, qkv, {.no_attention_residual = true}), 1e-2);
  EXPECT_GT(error_of(example, pass.gradients, fc, {.exact_gelu = true}), 1e-5);
}

TEST(GptGradient, NoticesWrongOutputs) {
  Example example(true, 1);
  const Pass<double> pass = run_pass<double>(example);
  const GptTensor& tensor = tensor_named(example, "block0.norm1.weight");
  ASSERT_TRUE(error_of(example, pass.gradients, tensor) <= 1e-6);
  std::vector<double> changed = pass.gradients;
  changed[tensor.offset + 3] *= -1;
  EXPECT_FALSE(error_of(example, changed, tensor) <= 1e-6) << "wrong sign of one element";
  changed = pass.gradients;
  for (double& value : changed) value *= 1 + 1e-5;
  EXPECT_FALSE(error_of(example, changed, tensor) <= 1e-6) << "a factor of 1.00001";
  changed = pass.gradients;
  changed[tensor.offset] = std::nan("");
  EXPECT_FALSE(error_of(example, changed, tensor) <= 1e-6) << "NaN";
}

TEST(GptGradient, AddsUpOverTheRowsOfABatch) {
  // The mean over a batch of two equal sequences is the gradient of one of them.
  Example example(true, 1);
  const std::size_t half = example.tokens.size() / 2;
  std::copy_n(example.tokens.begin(), half, example.tokens.begin() + static_cast<std::ptrdiff_t>(half));
  std::copy_n(example.targets.begin(), half, example.targets.begin() + static_cast<std::ptrdiff_t>(half));
  const Pass<double> twice = run_pass<double>(example);
  std::vector<int> once_tokens(example.tokens.begin(),
                               example.tokens.begin() + static_cast<std::ptrdiff_t>(half));
  std::vector<int> once_targets(example.targets.begin(),
                                example.targets.begin() + static_cast<std::ptrdiff_t>(half));
  EXPECT_NEAR(twice.loss, oracle::gpt_loss(example.size, example.tensors, once_tokens, once_targets),
              1e-12 * twice.loss);
}

TEST(GptGradient, SecondRunHasTheSameBits) {
  const Example example(true);
  EXPECT_EQ(run_pass<float>(example).gradients, run_pass<float>(example).gradients);
}

TEST(GptGradient, TokenOutsideTheVocabularyIsNan) {
  Example example(true, 1);
  example.tokens[5] = 97;
  EXPECT_TRUE(std::isnan(run_pass<float>(example).loss));
  example = Example(true, 1);
  example.targets[5] = -1;
  EXPECT_TRUE(std::isnan(run_pass<float>(example).loss));
}

TEST(GptGradient, BatchOfAnotherSizeIsRefused) {
  const Example example(true, 1);
  GptModel<float> model(cpu_device(), example.shape, kBatch + 1, GptOptimiser{});
  EXPECT_THROW(model.load(example.tokens, example.targets), Error);
}

TEST(GptOptimiser, FollowsTheOracle) {
  const Example example(true, 1);
  const GptOptimiser settings;
  GptModel<double> model(cpu_device(), example.shape, kBatch, settings);
  model.initialise(7);
  std::vector<double> weights(model.layout().count());
  model.weights().read(std::span<double>(weights));
  std::vector<oracle::AdamW> numbers;
  for (std::uint64_t i = 0; i < weights.size(); ++i) {
    const double decay = i < model.layout().matrices() ? settings.decay : 0;
    numbers.push_back({settings.rate, settings.beta1, settings.beta2, settings.epsilon, decay});
  }
  for (int step = 1; step <= 3; ++step) {
    model.load(example.tokens, example.targets);
    model.enqueue_gradients();
    model.enqueue_update(0.5);
    model.sync();
    std::vector<double> gradients(weights.size()), found(weights.size());
    model.gradients().read(std::span<double>(gradients));
    model.weights().read(std::span<double>(found));
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights[i] = numbers[i].next(weights[i], 0.5 * gradients[i], step);
    EXPECT_TRUE(relative(found, weights) <= 1e-13) << "step " << step;
  }
}

}  // namespace
}  // namespace rackproof
