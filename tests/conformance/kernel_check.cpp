#include "tests/conformance/kernel_check.hpp"

#include <cmath>
#include <span>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "kernels/gemm.h"
#include "kernels/philox.h"
#include "kernels/stream.h"

namespace rackproof::conformance {
namespace {

using kernels::data_key;

template <class T>
std::string at(std::uint64_t element, T found, double expected) {
  std::ostringstream text;
  text.precision(17);
  text << "element " << element << ": found " << found << ", expected " << expected;
  return text.str();
}

std::string first_of(std::initializer_list<std::string> problems) {
  for (const std::string& problem : problems) {
    if (!problem.empty()) return problem;
  }
  return "";
}

template <class T>
std::string stream_problem(const Device& device, const StreamCase& which, std::int64_t iteration) {
  const std::uint64_t key = data_key(static_cast<std::uint64_t>(iteration) + 1, "conformance/stream");
  std::vector<T> a(which.count), b(which.count), c(which.count);
  for (std::uint64_t i = 0; i < which.count; ++i) {
    b[i] = kernels::uniform_1_2<T>(key, 1, i);
    c[i] = kernels::uniform_1_2<T>(key, 2, i);
  }
  const std::uint64_t bytes = which.count * sizeof(T);
  const GuardedBuffer out(device, bytes, which.shift * sizeof(T));
  const GuardedBuffer in(device, bytes, 2 * which.shift * sizeof(T));
  const GuardedBuffer more(device, bytes, 0);
  in.write(b.data());
  more.write(c.data());
  out.poison();
  const rp_stream_params params{out.memory(),
                                in.memory(),
                                more.memory(),
                                which.count,
                                kernels::stream_factor(iteration),
                                RP_STORES_REGULAR,
                                0};
  device.run(which.op, which.dtype, &params, sizeof params);
  out.read(a.data());
  const T q = static_cast<T>(params.q);
  for (std::uint64_t i = 0; i < which.count; ++i) {
    const T expected = kernels::stream_expected<T>(which.op, T{}, b[i], c[i], q);
    if (!kernels::stream_right<T>(which.op, a[i], expected))
      return at(i, a[i], static_cast<double>(expected));
  }
  std::vector<T> again(which.count);
  in.read(again.data());
  if (again != b) return "the first input was changed";
  more.read(again.data());
  if (again != c) return "the second input was changed";
  return first_of({out.guards(), in.guards(), more.guards()});
}

template <class T>
std::string gemm_problem(const Device& device, const GemmCase& which, std::int64_t iteration) {
  const std::uint64_t key = data_key(static_cast<std::uint64_t>(iteration) + 1, "conformance/gemm");
  const auto size = [](std::uint32_t x, std::uint32_t y) { return std::size_t{x} * y; };
  std::vector<T> a(size(which.m, which.k)), b(size(which.k, which.n)), c(size(which.m, which.n));
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = kernels::normal<T>(key, 1, i);
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = kernels::normal<T>(key, 2, i);
  const GuardedBuffer left(device, a.size() * sizeof(T), 0);
  const GuardedBuffer right(device, b.size() * sizeof(T), which.shift * sizeof(T));
  const GuardedBuffer out(device, c.size() * sizeof(T), 2 * which.shift * sizeof(T));
  left.write(a.data());
  right.write(b.data());
  out.poison();
  const rp_gemm_params params = kernels::gemm_params(left.memory(), right.memory(), out.memory(), which.m,
                                                     which.n, which.k, which.dtype);
  device.run(RP_OP_GEMM, which.dtype, &params, sizeof params);
  out.read(c.data());
  std::vector<double> expected(c.size()), magnitude(c.size());
  kernels::gemm_reference<T>(a, b, which.n, which.k, 0, which.m, expected, magnitude);
  for (std::size_t i = 0; i < c.size(); ++i) {
    const double error = std::abs(static_cast<double>(c[i]) - expected[i]);
    if (!(error <= kernels::gemm_tolerance<T>(which.k, magnitude[i]))) return at(i, c[i], expected[i]);
  }
  return first_of({out.guards(), left.guards(), right.guards()});
}

}  // namespace

std::string check_stream(const Device& device, const StreamCase& which, std::int64_t iteration) {
  if (which.dtype == RP_F64) return stream_problem<double>(device, which, iteration);
  if (which.dtype == RP_F32) return stream_problem<float>(device, which, iteration);
  throw std::logic_error("no oracle for this type");
}

std::string check_gemm(const Device& device, const GemmCase& which, std::int64_t iteration) {
  if (which.dtype == RP_F64) return gemm_problem<double>(device, which, iteration);
  if (which.dtype == RP_F32) return gemm_problem<float>(device, which, iteration);
  throw std::logic_error("no oracle for this type");
}

}  // namespace rackproof::conformance
