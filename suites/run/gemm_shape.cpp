#include "suites/run/gemm_shape.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/plan/identifier.hpp"

namespace rackproof {

namespace {

constexpr std::uint64_t kOldSquare = 1024;  // of the ids without a size

rp_dtype type_of(std::string_view name) {
  constexpr std::pair<std::string_view, rp_dtype> kTypes[]{
      {"f64", RP_F64},       {"f32", RP_F32},       {"tf32", RP_TF32}, {"bf16", RP_BF16}, {"f16", RP_F16},
      {"f8e4m3", RP_F8E4M3}, {"f8e5m2", RP_F8E5M2}, {"i8", RP_I8},     {"i32", RP_I32}};
  for (const auto& [known, dtype] : kTypes) {
    if (known == name) return dtype;
  }
  throw Error(fmt::format("no type {} for a matrix product", name));
}

std::uint32_t number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0)
    throw Error(fmt::format("{} is no size of a matrix product", text));
  return number;
}

}  // namespace

GemmShape gemm_shape(std::string_view case_id) {
  const auto id = parse_case_id(case_id);
  if (!id || id->params.empty()) throw Error(fmt::format("{} does not say what is multiplied", case_id));
  GemmShape shape;
  shape.input = shape.accumulate = shape.output = type_of(id->params.front());
  for (std::size_t i = 1; i < id->params.size(); ++i) {
    const std::string_view param = id->params[i];
    const std::size_t equals = param.find('=');
    const std::string_view key = param.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? "" : param.substr(equals + 1);
    if (param == "sustained") {
      shape.window = SampleWindow::sustained;
    } else if (param == "burst") {
      shape.window = SampleWindow::burst;
    } else if (param == "cold") {
      shape.cold = true;
    } else if (param == "layout=tn") {
      shape.transpose_b = true;
    } else if (key == "acc") {
      shape.accumulate = type_of(value);
    } else if (key == "out") {
      shape.output = type_of(value);
    } else if (key == "m") {
      shape.size.m = number_of(value);
    } else if (key == "n") {
      shape.size.n = number_of(value);
    } else if (key == "k") {
      shape.size.k = number_of(value);
    } else if (key == "batch") {
      shape.batch = number_of(value);
    } else {
      throw Error(fmt::format("{}: a matrix product has no {}", case_id, param));
    }
  }
  if (shape.size.n == 0) shape.size.n = kOldSquare;
  if (shape.size.m == 0) shape.size.m = shape.size.n;
  if (shape.size.k == 0) shape.size.k = shape.size.n;
  return shape;
}

}  // namespace rackproof
