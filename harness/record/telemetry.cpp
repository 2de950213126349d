#include "harness/record/telemetry.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/record/finite_json.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestTelemetryText = 256;
constexpr int kLeastExponent = -30, kMostExponent = 30;
constexpr std::int64_t kMostUnits = 10'000'000;
constexpr std::int64_t kMostTime = std::int64_t{1} << 60;  // ns, 36 years

void require(bool good, const char* what) {
  if (!good) throw Error(what);
}

double to_micro(double seconds) { return std::round(seconds * 1e6) / 1e6; }

/// 10^exponent in which the largest value has five digits, or up to seven where the smallest would be left with fewer than three.
int exponent_of(const std::vector<double>& values) {
  double largest = 0, smallest = std::numeric_limits<double>::infinity();
  for (const double value : values) {
    if (!std::isfinite(value) || value == 0) continue;
    largest = std::max(largest, std::abs(value));
    smallest = std::min(smallest, std::abs(value));
  }
  if (!(largest > 0)) return 0;
  int exponent = static_cast<int>(std::floor(std::log10(largest))) - 4;
  const int least = exponent - 2;
  while (exponent > least && smallest < 100 * std::pow(10.0, exponent)) --exponent;
  return std::clamp(exponent, kLeastExponent, kMostExponent);
}

/// What is too small beside the others is left out: a 0 would be a reading that nobody made.
double in_units(double value, double unit) {
  const double units = std::round(value / unit);
  return std::isfinite(value) && (units != 0 || value == 0) ? units : std::nan("");
}

json series(const std::vector<double>& values) {
  const int exponent = exponent_of(values);
  const double unit = std::pow(10.0, exponent);
  json out = json::array({exponent});
  std::vector<double> units;
  units.reserve(values.size());
  for (const double value : values) units.push_back(in_units(value, unit));
  const auto same = [&](double one) {
    return one == units.front() || (std::isnan(one) && std::isnan(units.front()));
  };
  if (!units.empty() && std::ranges::all_of(units, same)) units.resize(1);
  double last = 0;
  for (const double here : units) {
    if (std::isnan(here)) {
      out.push_back(nullptr);
      continue;
    }
    out.push_back(static_cast<std::int64_t>(here - last));
    last = here;
  }
  return out;
}

std::vector<double> series_from(const json& in, std::size_t times) {
  const int exponent = in.at(0).get<int>();
  require(exponent >= kLeastExponent && exponent <= kMostExponent, "a series of telemetry has no sound unit");
  const std::size_t count = in.size() - 1;
  require(count == times || count == 1, "a series of telemetry has another length than its times");
  // A power of ten is exact as a divisor where it is not as a factor.
  const double unit = std::pow(10.0, std::abs(exponent));
  std::vector<double> values;
  values.reserve(times);
  std::int64_t last = 0;
  for (std::size_t i = 1; i < in.size(); ++i) {
    if (in[i].is_null()) {
      values.push_back(std::nan(""));
      continue;
    }
    const auto difference = in[i].get<std::int64_t>();
    require(difference >= -kMostUnits && difference <= kMostUnits, "a series of telemetry jumps");
    last += difference;
    require(last >= -kMostUnits && last <= kMostUnits, "a series of telemetry jumps");
    const auto here = static_cast<double>(last);
    values.push_back(exponent < 0 ? here / unit : here * unit);
  }
  if (count == 1) values.resize(times, values.front());
  return values;
}

json times(const std::vector<std::int64_t>& ns) {
  json out = json::array();
  std::int64_t last = 0;
  for (const std::int64_t here : ns) {
    out.push_back(here - last);
    last = here;
  }
  return out;
}

std::vector<std::int64_t> times_from(const json& in) {
  require(in.is_array() && !in.empty() && in.size() <= kMostTelemetryTimes,
          "a group of telemetry has no times, or too many");
  std::vector<std::int64_t> ns;
  ns.reserve(in.size());
  std::int64_t last = 0;
  for (const json& difference : in) {
    const auto step = difference.get<std::int64_t>();
    require(step >= (ns.empty() ? 0 : 1) && step <= kMostTime - last, "times of telemetry do not grow");
    ns.push_back(last += step);
  }
  return ns;
}

std::string text(const json& in) {
  std::string text = in.get<std::string>();
  require(text.size() <= kLongestTelemetryText, "a text of telemetry is too long");
  return printable(text);
}

json source_json(const TelemetrySource& source) {
  return {{"name", source.name},     {"quantity", source.quantity},
          {"unit", source.unit},     {"scope", source.scope},
          {"level", source.level},   {"origin", source.origin},
          {"device", source.device}, {"limit", finite_json(source.limit)},
          {"slow", source.slow}};
}

TelemetrySource source_from(const json& in) {
  TelemetrySource source;
  source.name = text(in.at("name"));
  source.quantity = text(in.at("quantity"));
  source.unit = text(in.at("unit"));
  source.scope = text(in.at("scope"));
  source.level = in.at("level").get<int>();
  require(source.level >= 0 && source.level <= 3, "a source of telemetry has a level of 0 to 3");
  source.origin = text(in.at("origin"));
  source.device = text(in.at("device"));
  if (!in.at("limit").is_null()) source.limit = in.at("limit").get<double>();
  source.slow = in.at("slow").get<bool>();
  return source;
}

TelemetryGroup group_from(const json& in) {
  TelemetryGroup group;
  in.at("sources").get_to(group.sources);
  require(!group.sources.empty() && group.sources.size() <= kMostTelemetrySources &&
              std::ranges::all_of(group.sources, [](auto at) { return at < kMostTelemetrySources; }),
          "a group of telemetry has no sources, or too many");
  group.times_ns = times_from(in.at("times"));
  require(in.at("values").size() == group.sources.size(), "a group of telemetry lacks a series");
  for (const json& one : in.at("values")) group.values.push_back(series_from(one, group.times_ns.size()));
  return group;
}

TelemetryCost cost_from(const json& in) {
  TelemetryCost cost{in.at(0).get<double>(), in.at(1).get<double>(), in.at(2).get<double>(),
                     in.at(3).get<std::int64_t>(), in.at(4).get<std::int64_t>()};
  require(cost.cpu_s >= 0 && cost.setup_cpu_s >= 0 && cost.wall_s >= 0 && cost.opens >= 0 && cost.reads >= 0,
          "telemetry has a cost below nothing");
  return cost;
}

}  // namespace

void to_json(json& out, const Telemetry& telemetry) {
  out = {{"type", "telemetry"},
         {"rank", telemetry.rank},
         {"start", telemetry.start},
         {"begin_utc_ns", telemetry.begin_utc_ns},
         {"period_ns", telemetry.period_ns},
         {"cost",
          {to_micro(telemetry.cost.cpu_s), to_micro(telemetry.cost.setup_cpu_s),
           to_micro(telemetry.cost.wall_s), telemetry.cost.opens, telemetry.cost.reads}}};
  for (const auto& source : telemetry.sources) out["sources"].push_back(source_json(source));
  for (const auto& group : telemetry.groups) {
    json values = json::array();
    for (const auto& one : group.values) values.push_back(series(one));
    out["groups"].push_back(
        {{"sources", group.sources}, {"times", times(group.times_ns)}, {"values", std::move(values)}});
  }
  for (const auto& [source, why] : telemetry.reasons) out["reasons"][std::to_string(source)] = why;
  if (!telemetry.unavailable.empty()) out["unavailable"] = telemetry.unavailable;
}

void from_json(const json& in, Telemetry& telemetry) {
  require(in.at("type") == "telemetry", "a telemetry record was expected");
  telemetry = {};
  in.at("rank").get_to(telemetry.rank);
  in.at("start").get_to(telemetry.start);
  in.at("begin_utc_ns").get_to(telemetry.begin_utc_ns);
  in.at("period_ns").get_to(telemetry.period_ns);
  require(telemetry.rank >= 0 && telemetry.start >= 0 && telemetry.period_ns >= 0 &&
              telemetry.begin_utc_ns >= 0 &&
              telemetry.begin_utc_ns <= std::numeric_limits<std::int64_t>::max() / 2,
          "telemetry has a number below nothing");
  telemetry.cost = cost_from(in.at("cost"));
  const json none = json::array();
  for (const json& one : in.value("sources", none)) telemetry.sources.push_back(source_from(one));
  require(telemetry.sources.size() <= kMostTelemetrySources, "telemetry has too many sources");
  std::size_t values = 0;  // series that stand still are short in the record and long in memory
  for (const json& one : in.value("groups", none)) {
    const TelemetryGroup& group = telemetry.groups.emplace_back(group_from(one));
    values += group.sources.size() * group.times_ns.size();
    require(values <= kMostTelemetrySources * kMostTelemetryTimes, "telemetry has too many values");
  }
  if (const auto reasons = in.find("reasons"); reasons != in.end()) {
    for (const auto& [key, why] : reasons->items()) {
      require(!key.empty() && key.size() <= 3 && key.find_first_not_of("0123456789") == std::string::npos,
              "telemetry has a reason for no source");
      telemetry.reasons.emplace(static_cast<std::uint32_t>(std::stoul(key)), text(why));
    }
  }
  if (const auto why = in.find("unavailable"); why != in.end()) telemetry.unavailable = text(*why);
}

}  // namespace rackproof
