#include <omp.h>

#include <array>
#include <cstring>
#include <limits>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>

#include "kernels/cpu/gemm.hpp"
#include "kernels/cpu/omp_team.hpp"
#include "kernels/gemm.h"
#include "kernels/regions.h"

namespace rackproof::cpu {
namespace {

using dnnl::memory;
using kernels::Failure;

/// Everything that a primitive is made for: type, batch, m, n, k, whether B is stored transposed, threads.
using Shape = std::array<std::int64_t, 7>;

memory::desc matrices(std::int64_t batch, std::int64_t rows, std::int64_t columns, memory::data_type type,
                      bool transposed = false) {
  using Tag = memory::format_tag;
  if (batch == 1) return {{rows, columns}, type, transposed ? Tag::ba : Tag::ab};
  return {{batch, rows, columns}, type, transposed ? Tag::acb : Tag::abc};
}

/// A product that is ready to run.
class Product {
 public:
  Product(const dnnl::engine& engine, const Shape& shape) {
    const auto [dtype, batch, m, n, k, transpose_b, threads] = shape;
    const auto input = dtype == RP_I8 ? memory::data_type::s8 : memory::data_type::bf16;
    const auto output = dtype == RP_I8 ? memory::data_type::s32 : memory::data_type::f32;
    const auto a = matrices(batch, m, k, input);
    const auto b = matrices(batch, k, n, input, transpose_b == 1);
    const auto c = matrices(batch, m, n, output);
    primitive_ = dnnl::matmul({{a, b, c}, engine});
    arguments_ = {{DNNL_ARG_SRC, memory(a, engine, nullptr)},
                  {DNNL_ARG_WEIGHTS, memory(b, engine, nullptr)},
                  {DNNL_ARG_DST, memory(c, engine, nullptr)}};
  }

  void run(const dnnl::stream& stream, std::byte* a, std::byte* b, std::byte* c) {
    arguments_.at(DNNL_ARG_SRC).set_data_handle(a, stream);
    arguments_.at(DNNL_ARG_WEIGHTS).set_data_handle(b, stream);
    arguments_.at(DNNL_ARG_DST).set_data_handle(c, stream);
    primitive_.execute(stream, arguments_);
  }

 private:
  dnnl::matmul primitive_;
  std::unordered_map<int, memory> arguments_;
};

/// The primitives of one executor's thread: making one takes milliseconds.
class Products {
 public:
  void run(const Shape& shape, std::byte* a, std::byte* b, std::byte* c) {
    try {
      auto found = products_.find(shape);
      if (found == products_.end()) found = products_.try_emplace(shape, engine_, shape).first;
      found->second.run(stream_, a, b, c);
      stream_.wait();
    } catch (const dnnl::error& error) {
      throw Failure(error.status == dnnl_unimplemented ? RP_UNSUPPORTED : RP_FAILED,
                    std::string("oneDNN: ") + error.what());
    }
  }

 private:
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::map<Shape, Product> products_;
};

bool cpu_has(dnnl::cpu_isa wanted) {
  const auto has = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto bits = static_cast<unsigned>(wanted);
  return (has & bits) == bits;
}

void require_instructions(rp_dtype type) {
  if (type == RP_F16) throw Failure(RP_UNSUPPORTED, "oneDNN 2.6 has no f16 product for CPUs");
  if (type == RP_BF16 && !cpu_has(dnnl::cpu_isa::avx512_core_bf16))
    throw Failure(RP_UNSUPPORTED,
                  "the CPU has no bf16 instructions (AVX512_BF16 or AMX); oneDNN would emulate them in f32");
  if (type == RP_I8 && !cpu_has(dnnl::cpu_isa::avx512_core_vnni) && !cpu_has(dnnl::cpu_isa::avx2_vnni))
    throw Failure(RP_UNSUPPORTED, "the CPU has no int8 dot-product instructions (VNNI)");
}

}  // namespace

template <rp_dtype Type>
void check_gemm_onednn(const void* bytes, InstructionSet) {
  rp_gemm_params params;
  std::memcpy(&params, bytes, sizeof params);
  require_instructions(Type);
  constexpr std::uint32_t kWide = Type == RP_I8 ? RP_I32 : RP_F32;
  if (params.accumulate != kWide || params.output != kWide) {
    throw Failure(RP_UNSUPPORTED, Type == RP_I8
                                      ? "the CPU backend multiplies i8 with sums and output in i32"
                                      : "the CPU backend multiplies bf16 with sums and output in f32");
  }
}

template <rp_dtype Type>
Job prepare_gemm_onednn(const DeviceMemory& device_memory, const void* bytes) {
  check_gemm_onednn<Type>(bytes, InstructionSet{});
  rp_gemm_params params;
  std::memcpy(&params, bytes, sizeof params);
  const auto regions = kernels::gemm_regions(kernels::element_bytes(Type), params);
  std::array<std::byte*, 3> operands{};
  for (std::size_t i = 0; i < operands.size(); ++i)
    operands[i] = device_memory.translate(regions[i].memory, regions[i].bytes);
  return [params, operands, bytes_c = regions[0].bytes](ThreadPool& pool) {
    if (bytes_c == 0) return;
    if (params.k == 0) {
      std::memset(operands[0], 0, bytes_c);
      return;
    }
    // The pool sleeps now. oneDNN divides a product among as many threads as OpenMP offers when the primitive is made.
    const int threads = static_cast<int>(pool.size());
    omp_set_num_threads(threads);
    pin_omp_team(pool, threads);
    thread_local Products products;
    products.run({Type, params.batch, params.m, params.n, params.k, params.transpose_b, threads}, operands[1],
                 operands[2], operands[0]);
  };
}

template void check_gemm_onednn<RP_BF16>(const void*, InstructionSet);
template void check_gemm_onednn<RP_F16>(const void*, InstructionSet);
template void check_gemm_onednn<RP_I8>(const void*, InstructionSet);
template Job prepare_gemm_onednn<RP_BF16>(const DeviceMemory&, const void*);
template Job prepare_gemm_onednn<RP_F16>(const DeviceMemory&, const void*);
template Job prepare_gemm_onednn<RP_I8>(const DeviceMemory&, const void*);

}  // namespace rackproof::cpu
