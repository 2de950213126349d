#include "suites/run/gemm_matrices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "kernels/bf16.h"
#include "kernels/f16.h"
#include "kernels/f8.h"
#include "kernels/regions.h"
#include "kernels/tf32.h"
#include "suites/run/last_level_cache.hpp"
#include "suites/run/parallel.hpp"
#include "suites/run/placement.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kGrain = std::uint64_t{1} << 16;  // elements worth a thread

/// Calls f with a value of the type.
template <class F>
auto with_type(rp_dtype type, F&& f) {
  switch (type) {
    case RP_F64:
      return f(double{});
    case RP_F32:
      return f(float{});
    case RP_BF16:
      return f(kernels::Bf16{});
    case RP_F16:
      return f(kernels::F16{});
    case RP_TF32:
      return f(kernels::Tf32{});
    case RP_F8E4M3:
      return f(kernels::F8E4M3{});
    case RP_F8E5M2:
      return f(kernels::F8E5M2{});
    case RP_I8:
      return f(std::int8_t{});
    default:
      throw CaseStopped(Status::unsupported, Phase::prepare,
                        "this suite has no data of the type for a product");
  }
}

std::uint64_t copies_of(const GemmShape& shape, const rp_device_info& info) {
  if (!shape.cold) return 1;
  const std::uint64_t cache = last_level_cache(info);
  const std::uint64_t bytes = shape.b_count() * kernels::element_bytes(shape.input);
  const std::uint64_t copies = (4 * cache + bytes - 1) / bytes;
  if (static_cast<double>(copies * bytes) > 0.5 * static_cast<double>(info.memory_bytes)) {
    throw CaseStopped(Status::failed, Phase::prepare,
                      fmt::format("cold needs {} B for B, more than half of the device's memory of {} B",
                                  copies * bytes, info.memory_bytes));
  }
  if (copies > shape.size.n) {
    throw CaseStopped(
        Status::failed, Phase::prepare,
        fmt::format("cold needs {} different copies of B, which has {} columns", copies, shape.size.n));
  }
  return copies;
}

}  // namespace

std::vector<double> matrix_values(rp_dtype type, std::uint64_t key, std::uint64_t array,
                                  std::uint64_t count) {
  std::vector<double> values(count);
  with_type(type, [&]<class T>(T) {
    in_parallel(count, kGrain, [&](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t i = begin; i < end; ++i)
        values[i] = static_cast<double>(kernels::gemm_value<T>(key, array, i));
    });
  });
  return values;
}

std::vector<double> integer_values(std::uint64_t key, std::uint64_t array, std::uint64_t count,
                                   double largest) {
  std::vector<double> values(count);
  const auto span = static_cast<std::uint64_t>(2 * largest + 1);
  in_parallel(count, kGrain, [&](std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t i = begin; i < end; ++i) {
      const std::uint64_t word = kernels::philox4x32(key, i / 4, array)[i % 4];
      values[i] = static_cast<double>(word * span >> 32) - largest;
    }
  });
  return values;
}

std::vector<std::byte> encoded(rp_dtype type, std::span<const double> values) {
  std::vector<std::byte> bytes(values.size() * kernels::element_bytes(type));
  with_type(type, [&]<class T>(T) {
    in_parallel(values.size(), kGrain, [&](std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t i = begin; i < end; ++i) {
        const T element = static_cast<T>(values[i]);
        std::memcpy(bytes.data() + i * sizeof(T), &element, sizeof(T));
      }
    });
  });
  return bytes;
}

GemmMatrices::GemmMatrices(const Device& device, const GemmShape& shape)
    : device_(device),
      shape_(shape),
      copies_(copies_of(shape, device.info())),
      a_(device, shape.a_count() * kernels::element_bytes(shape.input)),
      b_(device, copies_ * shape.b_count() * kernels::element_bytes(shape.input)),
      stream_(device) {
  set_outputs(1);
  facts();  // whether there is such a product
}

rp_op_facts GemmMatrices::facts() const {
  return device_.require(RP_OP_GEMM, shape_.input, params(a_.at(), b_.at(), 0));
}

void GemmMatrices::write(std::span<const std::byte> a, std::span<const std::byte> b) const {
  a_.write(a);
  write_b(b, 0);
}

void GemmMatrices::write_b(std::span<const std::byte> b, std::uint64_t copy) const {
  if (!shape_.transpose_b) return b_.write(b, copy * b.size());
  const std::uint64_t element = kernels::element_bytes(shape_.input);
  const auto [m, n, k] = shape_.size;
  std::vector<std::byte> stored(b.size());
  constexpr std::uint64_t kTile = 32;  // rows and columns at a time, so that both sides stay in the cache
  const std::uint64_t bands = (k + kTile - 1) / kTile;
  in_parallel(shape_.batch * bands, 1 + kGrain / (kTile * n), [&](std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t band = begin; band < end; ++band) {
      const std::uint64_t first = band / bands * k * n;
      const std::uint64_t top = band % bands * kTile;
      for (std::uint64_t left = 0; left < n; left += kTile) {
        for (std::uint64_t p = top; p < std::min(top + kTile, k); ++p) {
          for (std::uint64_t j = left; j < std::min(left + kTile, n); ++j) {
            std::memcpy(stored.data() + (first + j * k + p) * element,
                        b.data() + (first + p * n + j) * element, element);
          }
        }
      }
    }
  });
  b_.write(std::span<const std::byte>(stored), copy * b.size());
}

void GemmMatrices::write_a(std::span<const std::byte> a) const { a_.write(a); }

void GemmMatrices::write_copies(std::span<const std::byte> b) const {
  const std::uint64_t element = kernels::element_bytes(shape_.input);
  const std::uint64_t row = shape_.size.n * element;
  std::vector<std::byte> rotated(b.size());
  for (std::uint64_t copy = 1; copy < copies_; ++copy) {
    const std::uint64_t moved = copy * element;
    for (std::uint64_t at = 0; at < b.size(); at += row) {
      std::memcpy(rotated.data() + at, b.data() + at + moved, row - moved);
      std::memcpy(rotated.data() + at + row - moved, b.data() + at, moved);
    }
    write_b(rotated, copy);
  }
}

void GemmMatrices::note_pages(MachineState& state) const {
  note_placement(a_, state);
  note_placement(b_, state);
  note_placement(*c_, state);
}

void GemmMatrices::make_zeros() {
  const auto zeros = [this](std::uint64_t count) {
    const std::vector<std::byte> bytes(count * kernels::element_bytes(shape_.input));
    auto buffer = std::make_unique<Buffer>(device_, bytes.size());
    buffer->write(std::span<const std::byte>(bytes));
    return buffer;
  };
  zero_a_ = zeros(shape_.a_count());
  zero_b_ = zeros(shape_.b_count());
}

void GemmMatrices::set_outputs(std::uint64_t outputs) {
  c_.reset();  // first, so that both need not fit
  c_ = std::make_unique<Buffer>(device_, outputs * shape_.c_count() * kernels::element_bytes(shape_.output));
}

void GemmMatrices::read_output(std::uint64_t output, std::span<std::byte> into) const {
  c_->read(into, output * into.size());
}

void GemmMatrices::enqueue(std::uint64_t copy, std::uint64_t output) const {
  const std::uint64_t bytes = shape_.b_count() * kernels::element_bytes(shape_.input);
  stream_.enqueue(RP_OP_GEMM, shape_.input, params(a_.at(), b_.at(copy * bytes), output));
}

void GemmMatrices::enqueue_zeros(std::uint64_t output) const {
  stream_.enqueue(RP_OP_GEMM, shape_.input, params(zero_a_->at(), zero_b_->at(), output));
}

rp_gemm_params GemmMatrices::params(rp_memory a, rp_memory b, std::uint64_t output) const {
  const std::uint64_t bytes = shape_.c_count() * kernels::element_bytes(shape_.output);
  return {a,
          b,
          c_->at(output * bytes),
          static_cast<std::uint32_t>(shape_.size.m),
          static_cast<std::uint32_t>(shape_.size.n),
          static_cast<std::uint32_t>(shape_.size.k),
          shape_.batch,
          static_cast<std::uint32_t>(shape_.accumulate),
          static_cast<std::uint32_t>(shape_.output),
          shape_.transpose_b ? 1u : 0u,
          0};
}

}  // namespace rackproof
