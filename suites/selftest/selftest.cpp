#include "suites/selftest/selftest.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "kernels/march.h"
#include "kernels/stream.h"
#include "suites/selftest/gpt_check.hpp"
#include "suites/selftest/kernel_check.hpp"
#include "suites/selftest/memory_check.hpp"

namespace rackproof::conformance {
namespace {

/// One kernel in several sizes; each returns "" or what is wrong.
struct Kernel {
  std::string name;
  std::vector<std::function<std::string(const TestedDevice&, std::int64_t)>> checks;
};

constexpr std::pair<rp_op, const char*> kStreams[]{
    {RP_OP_COPY, "copy"},   {RP_OP_SCALE, "scale"}, {RP_OP_ADD, "add"},
    {RP_OP_TRIAD, "triad"}, {RP_OP_DOT, "dot"},     {RP_OP_NSTREAM, "nstream"},
    {RP_OP_READ, "read"},   {RP_OP_WRITE, "write"}, {RP_OP_UPDATE, "update"}};
constexpr std::pair<rp_dtype, const char*> kProducts[]{
    {RP_F64, "f64"}, {RP_F32, "f32"},       {RP_TF32, "tf32"},     {RP_BF16, "bf16"},
    {RP_F16, "f16"}, {RP_F8E4M3, "f8e4m3"}, {RP_F8E5M2, "f8e5m2"}, {RP_I8, "i8"}};

void add_streams(std::vector<Kernel>& kernels) {
  for (const auto& [op, name] : kStreams) {
    for (const auto& [dtype, type] :
         {std::pair{RP_F64, "f64"}, std::pair{RP_F32, "f32"}, std::pair{RP_U64, "u64"}}) {
      if ((dtype == RP_U64) != (op == RP_OP_READ)) continue;
      for (const rp_stores stores : {RP_STORES_REGULAR, RP_STORES_STREAMING}) {
        if (stores == RP_STORES_STREAMING && !kernels::stream_shape(op).streaming) continue;
        Kernel kernel{std::string(name) + ' ' + type + (stores == RP_STORES_STREAMING ? " streaming" : ""),
                      {}};
        // One element, an odd number, and more than one block of sums; off the natural alignment, and on it, where a
        // device may take other paths: those that are measured.
        for (const auto& [count, shift] : {std::pair{1u, 0u}, {1025u, 1u}, {12289u, 3u}, {12289u, 0u}}) {
          kernel.checks.emplace_back([=, which = StreamCase{op, dtype, count, shift, stores}](
                                         const TestedDevice& device, std::int64_t iteration) {
            return check_stream(device, which, iteration);
          });
        }
        kernels.push_back(std::move(kernel));
      }
    }
  }
}

void add_passes(std::vector<Kernel>& kernels) {
  for (const auto& [op, dtype, name] : {std::tuple{RP_OP_COPY, RP_F64, "copy f64 passes"},
                                        {RP_OP_COPY, RP_F32, "copy f32 passes"},
                                        {RP_OP_TRIAD, RP_F64, "triad f64 passes"},
                                        {RP_OP_TRIAD, RP_F32, "triad f32 passes"},
                                        {RP_OP_READ, RP_U64, "read u64 passes"}}) {
    Kernel kernel{name, {}};
    for (const auto& [count, more, shift] : {std::tuple{1025u, 1u, 1u}, {12289u, 4u, 1u}, {12289u, 4u, 0u}}) {
      kernel.checks.emplace_back(
          [more, which = StreamCase{op, dtype, count, shift, RP_STORES_REGULAR}](
              const TestedDevice& device, std::int64_t) { return check_stream_passes(device, which, more); });
    }
    kernels.push_back(std::move(kernel));
  }
}

void add_products(std::vector<Kernel>& kernels) {
  for (const auto& [dtype, type] : kProducts) {
    for (const bool transposed : {false, true}) {
      Kernel kernel{std::string("gemm ") + type + (transposed ? " tn" : ""), {}};
      for (const auto& [m, n, k, batch] : std::initializer_list<std::array<std::uint32_t, 4>>{
               {64, 48, 80, 1},
               {128, 160, 32, 1},
               {32, 16, 48, 3}}) {  // multiples of 16, as products of 8-bit types need them
        // Integers as well: the error bound of 8-bit floating-point types hides an answer that is off by 0.1 %.
        for (const bool integers : {false, true}) {
          kernel.checks.emplace_back([which = GemmCase{dtype, m, n, k, 0, batch, transposed, integers}](
                                         const TestedDevice& device, std::int64_t iteration) {
            return check_gemm(device, which, iteration);
          });
        }
      }
      kernels.push_back(std::move(kernel));
    }
  }
}

void add_fma(std::vector<Kernel>& kernels) {
  for (const auto& [dtype, type] : {std::pair{RP_F64, "f64"}, std::pair{RP_F32, "f32"}}) {
    Kernel kernel{std::string("fma ") + type, {}};
    // 2048 chains are what is measured (suites/run/fma.cpp); a device may treat 256 more, or those alone, otherwise.
    for (const auto& [chains, rounds] : {std::pair{256u, 1u}, {256u, 101u}, {2304u, 37u}}) {
      kernel.checks.emplace_back(
          [which = FmaCase{dtype, 1, chains, rounds, 0}](const TestedDevice& device, std::int64_t iteration) {
            return check_fma(device, which, iteration);
          });
    }
    kernels.push_back(std::move(kernel));
  }
}

void add_memory(std::vector<Kernel>& kernels) {
  kernels.push_back({"chase", {[](const TestedDevice& device, std::int64_t iteration) {
                       return check_chase(device, {1000, 1234, 1}, iteration);
                     }}});
  kernels.push_back({"random_update", {[](const TestedDevice& device, std::int64_t iteration) {
                       return check_random_update(device, {1024, 4096, 4, 1}, iteration);
                     }}});
  Kernel march{"march", {}};
  for (const bool descending : {false, true}) {
    // Few words, and enough for several units of a device, with bad ones in the ranges of more than one.
    for (const std::uint64_t words : {1025u, 20'001u}) {
      march.checks.emplace_back([=](const TestedDevice& device, std::int64_t iteration) {
        std::vector<BadWord> bad{{3, 1}, {1000, 1ull << 63}};
        for (std::uint64_t i = 2500; i < words; i += 2501) bad.push_back({i, i});
        return check_march(device,
                           {words, RP_MARCH_RANDOM, RP_MARCH_INVERSE, descending, 16, 0, std::move(bad), 1},
                           iteration);
      });
    }
  }
  kernels.push_back(std::move(march));
  Kernel copies{"copies on a stream", {}};
  for (const auto& [bytes, shift] : {std::pair{1u, 0u}, std::pair{65537u, 3u}}) {
    copies.checks.emplace_back([=](const TestedDevice& device, std::int64_t iteration) {
      return check_copies(device, bytes, shift, iteration);
    });
  }
  kernels.push_back(std::move(copies));
}

void add_training(std::vector<Kernel>& kernels) {
  for (const auto& [dtype, type] : {std::pair{RP_F64, "f64"}, {RP_F32, "f32"}, {RP_BF16, "bf16"}}) {
    for (const auto& [op, name] : gpt_operations()) {
      Kernel kernel{std::string(name) + ' ' + type, {}};
      for (const bool wide : {false, true}) {
        kernel.checks.emplace_back(
            [which = GptCase{op, dtype, wide}](const TestedDevice& device, std::int64_t iteration) {
              return check_gpt(device, which, iteration);
            });
      }
      kernels.push_back(std::move(kernel));
    }
  }
}

/// `iteration`: of the first check.
KernelResult run(const TestedDevice& device, const Kernel& kernel, std::int64_t iteration) {
  KernelResult result{kernel.name, KernelState::passed, ""};
  for (const auto& check : kernel.checks) {
    try {
      const std::string problem = check(device, iteration++);
      if (!problem.empty()) return {kernel.name, KernelState::wrong, problem};
    } catch (const Unsupported& missing) {
      // Of this shape; what the others give may be wrong all the same.
      if (result.state == KernelState::passed)
        result = {kernel.name, KernelState::unsupported, missing.what()};
    } catch (const std::exception& error) {
      return {kernel.name, KernelState::failed, error.what()};
    }
  }
  return result;
}

}  // namespace

std::vector<KernelResult> run_selftest(const TestedDevice& device,
                                       const std::function<void(const KernelResult&)>& report) {
  std::vector<Kernel> kernels;
  add_streams(kernels);
  add_passes(kernels);
  add_products(kernels);
  add_fma(kernels);
  add_memory(kernels);
  add_training(kernels);
  std::vector<KernelResult> results;
  std::int64_t iteration = 0;  // the same inputs for a kernel, whatever else the backend has
  for (const Kernel& kernel : kernels) {
    results.push_back(run(device, kernel, iteration));
    iteration += static_cast<std::int64_t>(kernel.checks.size());
    if (report) report(results.back());
  }
  return results;
}

std::string first_in(KernelState state, const std::vector<KernelResult>& results) {
  const auto found = std::ranges::find(results, state, &KernelResult::state);
  return found == results.end() ? "" : found->kernel + ": " + found->reason;
}

const char* to_string(KernelState state) {
  switch (state) {
    case KernelState::passed:
      return "passed";
    case KernelState::wrong:
      return "wrong";
    case KernelState::failed:
      return "failed";
    default:
      return "unsupported";
  }
}

}  // namespace rackproof::conformance
