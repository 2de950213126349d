#include "kernels/fault/options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "kernels/edge.h"

namespace rackproof::fault {
namespace {

using kernels::Failure;

struct FaultRow {
  std::string_view name;
  Fault fault;
  std::string_view keys;  ///< those that have a meaning for it, apart from those of every fault
  double factor = 1;      ///< default
};

constexpr std::string_view kKeysOfAll =
    "devices peak compute_mode partition other_processes ecc_pending power_limit implementation links";
constexpr FaultRow kFaults[] = {
    {"none", Fault::none, ""},
    {"slow", Fault::slow, "op dtype device factor", 100},
    {"jitter", Fault::jitter, "op dtype device sigma seed"},
    {"drift", Fault::drift, "op dtype device rate"},
    {"flat", Fault::flat, "op dtype device bandwidth"},
    {"launch_offset", Fault::launch_offset, "op dtype device sigma seed"},
    {"wrong", Fault::wrong, "op dtype device scale"},
    {"flip", Fault::flip, "op dtype device at every element bit"},
    {"nan", Fault::nan, "op dtype device at element"},
    {"stale", Fault::stale, "op dtype device at"},
    {"skip", Fault::skip, "op dtype device at every"},
    {"emulated", Fault::emulated, "device bits operand"},
    {"hang", Fault::hang, "op dtype device at"},
    {"crash", Fault::crash, "op dtype device at signal"},
    {"lost", Fault::lost, "op dtype device at"},
    {"oom", Fault::oom, "device above"},
    {"dtype_missing", Fault::dtype_missing, "op dtype device"},
    {"no_event", Fault::no_event, "device"},
    {"lying_clock", Fault::lying_clock, "device factor", 3},
    {"slow_clock", Fault::slow_clock, "device factor", 1.5},
    {"eager", Fault::eager, "device"},
    {"lying_verify", Fault::lying_verify, "op dtype device scale"},
    {"noise", Fault::noise, "op dtype device shape median sigma seed"},
    {"throttle", Fault::throttle, "op dtype device at every factor", 2},
    {"misplaced", Fault::misplaced, "device"},
    {"ecc", Fault::ecc, "op dtype device at"},
    {"held", Fault::held, "device"},
    {"hidden", Fault::hidden, "device"},
    {"telemetry_hang", Fault::telemetry_hang, "device at"},
    {"telemetry_crash", Fault::telemetry_crash, "device at"},
    {"telemetry_lie", Fault::telemetry_lie, "device at"},
    {"stray_print", Fault::stray_print, "op dtype device"},
};

struct OpName {
  std::string_view name;
  rp_op op;
};
constexpr OpName kOps[] = {{"nothing", RP_OP_NOTHING}, {"copy", RP_OP_COPY},
                           {"scale", RP_OP_SCALE},     {"add", RP_OP_ADD},
                           {"triad", RP_OP_TRIAD},     {"dot", RP_OP_DOT},
                           {"nstream", RP_OP_NSTREAM}, {"read", RP_OP_READ},
                           {"write", RP_OP_WRITE},     {"update", RP_OP_UPDATE},
                           {"gemm", RP_OP_GEMM},       {"fma", RP_OP_FMA},
                           {"chase", RP_OP_CHASE},     {"random_update", RP_OP_RANDOM_UPDATE},
                           {"march", RP_OP_MARCH},     {"h2d", kCopyFromHost},
                           {"d2h", kCopyToHost},       {"d2d", kCopyOnDevices}};

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::string_view first = words.substr(0, words.find(' '));
    if (first == word) return true;
    words.remove_prefix(std::min(words.size(), first.size() + 1));
  }
  return false;
}

[[noreturn]] void refuse(std::string_view key, std::string_view value, std::string_view expected) {
  throw Failure(RP_INVALID,
                std::string(key) + "=" + std::string(value) + ": expected " + std::string(expected));
}

std::uint64_t integer(std::string_view key, std::string_view value) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) refuse(key, value, "a whole number");
  return number;
}

double real(std::string_view key, std::string_view value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || !std::isfinite(number) || number < 0) {
    refuse(key, value, "a number of at least 0");
  }
  return number;
}

rp_op op_of(std::string_view value) {
  std::string names;
  for (const OpName& row : kOps) {
    if (row.name == value) return row.op;
    names.append(" ").append(row.name);
  }
  refuse("op", value, "one of" + names);
}

rp_dtype dtype_of(std::string_view value) {
  constexpr std::pair<std::string_view, rp_dtype> kTypes[] = {
      {"f64", RP_F64},       {"f32", RP_F32},       {"tf32", RP_TF32}, {"bf16", RP_BF16}, {"f16", RP_F16},
      {"f8e4m3", RP_F8E4M3}, {"f8e5m2", RP_F8E5M2}, {"i8", RP_I8},     {"u64", RP_U64}};
  for (const auto& [name, dtype] : kTypes) {
    if (name == value) return dtype;
  }
  refuse("dtype", value, "f64, f32, tf32, bf16, f16, f8e4m3, f8e5m2, i8 or u64");
}

Shape shape_of(std::string_view value) {
  constexpr std::pair<std::string_view, Shape> kShapes[] = {
      {"normal", Shape::normal}, {"lognormal", Shape::lognormal}, {"bimodal", Shape::bimodal}};
  for (const auto& [name, shape] : kShapes) {
    if (name == value) return shape;
  }
  refuse("shape", value, "normal, lognormal or bimodal");
}

/// What a flag-like key chooses: true for `yes`, false for `no`.
bool choice(std::string_view key, std::string_view value, std::string_view yes, std::string_view no) {
  if (value != yes && value != no) refuse(key, value, std::string(yes) + " or " + std::string(no));
  return value == yes;
}

void set(Options& options, std::string_view key, std::string_view value) {
  if (key == "op") {
    options.op = op_of(value);
  } else if (key == "dtype") {
    options.dtype = dtype_of(value);
  } else if (key == "device") {
    options.device = choice(key, value, "fault-0", "fault-1") ? "fault-0" : "fault-1";
  } else if (key == "factor") {
    options.factor = real(key, value);
    if (options.factor < 1) refuse(key, value, "at least 1");
  } else if (key == "sigma") {
    options.sigma = real(key, value);
  } else if (key == "shape") {
    options.shape = shape_of(value);
  } else if (key == "median") {
    options.median_ns = static_cast<double>(integer(key, value));
    if (options.median_ns < 1) refuse(key, value, "at least 1 ns");
  } else if (key == "rate") {
    options.rate = real(key, value);
  } else if (key == "bandwidth") {
    options.bandwidth = real(key, value);
    if (options.bandwidth < 1) refuse(key, value, "at least 1 B/s");
  } else if (key == "scale") {
    options.scale = real(key, value);
  } else if (key == "at") {
    options.at = integer(key, value);
  } else if (key == "every") {
    options.every = integer(key, value);
  } else if (key == "element") {
    options.element = integer(key, value);
  } else if (key == "bit") {
    options.bit = static_cast<std::uint32_t>(std::min<std::uint64_t>(integer(key, value), 64));
    if (*options.bit > 63) refuse(key, value, "0 to 63");
  } else if (key == "bits") {
    options.bits = static_cast<std::uint32_t>(std::min<std::uint64_t>(integer(key, value), 1001));
    if (options.bits < 1 || options.bits > 1000) refuse(key, value, "1 to 1000");
  } else if (key == "operand") {
    if (value != "a" && value != "b" && value != "ab") refuse(key, value, "a, b or ab");
    options.cuts_a = value != "b";
    options.cuts_b = value != "a";
  } else if (key == "above") {
    options.above = integer(key, value);
  } else if (key == "seed") {
    options.seed = integer(key, value);
    options.seed_given = true;
  } else if (key == "signal") {
    options.abort = choice(key, value, "abrt", "segv");
  } else if (key == "implementation") {
    if (value != "portable" && value != "tuned") refuse(key, value, "portable or tuned");
    options.tuned = value == "tuned";
  } else if (key == "compute_mode") {
    if (value != "default" && value != "exclusive" && value != "prohibited")
      refuse(key, value, "default, exclusive or prohibited");
    options.compute_mode = value;
  } else if (key == "partition") {
    options.partition = value;
  } else if (key == "other_processes") {
    options.other_processes =
        static_cast<std::int32_t>(std::min<std::uint64_t>(integer(key, value), 1 << 20));
  } else if (key == "ecc_pending") {
    options.ecc_pending = integer(key, value);
  } else if (key == "links") {
    options.links = static_cast<std::uint32_t>(std::min<std::uint64_t>(integer(key, value), 1 << 20));
  } else if (key == "power_limit") {
    options.power_limit = real(key, value);
  } else if (key == "devices") {
    options.devices = choice(key, value, "1", "2") ? 1 : 2;
  } else {
    options.peak_bandwidth = real(key, value);  // peak: the caller has checked the name
  }
}

const FaultRow& row_of(std::string_view name) {
  std::string names;
  for (const FaultRow& row : kFaults) {
    if (row.name == name) return row;
    names.append(" ").append(row.name);
  }
  refuse("fault", name, "one of" + names);
}

}  // namespace

Options parse_options(std::string_view text) {
  Options options;
  if (text.empty()) return options;
  const FaultRow* row = nullptr;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    const std::string_view key = pair.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    if (row == nullptr) {
      if (key != "fault")
        throw Failure(RP_INVALID, "options begin with fault=NAME, not \"" + std::string(pair) + "\"");
      row = &row_of(value);
      options.fault = row->fault;
      options.factor = row->factor;
      continue;
    }
    if (key.empty() || (!has_word(row->keys, key) && !has_word(kKeysOfAll, key))) {
      throw Failure(RP_INVALID, "fault=" + std::string(row->name) + " has no option \"" + std::string(key) +
                                    "\"; it has: " + std::string(row->keys) + " " + std::string(kKeysOfAll));
    }
    set(options, key, value);
  }
  const bool of_f64_products = options.fault == Fault::emulated ||
                               (options.fault == Fault::dtype_missing && !options.op && !options.dtype);
  if (of_f64_products) {
    options.op = RP_OP_GEMM;
    options.dtype = RP_F64;
  }
  if (options.fault == Fault::hidden && options.device.empty()) options.device = "fault-0";
  if (options.fault == Fault::noise && options.sigma > 1)
    throw Failure(RP_INVALID, "sigma of fault=noise: expected at most 1");
  return options;
}

bool Options::hits(rp_op operation, rp_dtype type, std::string_view uuid) const {
  if (fault == Fault::none || (!device.empty() && device != uuid)) return false;
  if (op ? *op != operation : operation == RP_OP_NOTHING) return false;
  return !dtype || *dtype == type;
}

}  // namespace rackproof::fault
