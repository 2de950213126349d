// Calibrated limits as a limits file.
#include <fmt/format.h>

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/plan/toml_table.hpp"
#include "harness/verdict/calibrate/calibration.hpp"

namespace rackproof {

namespace {

/// "1.2345e+11 B/s", no digit lost.
std::string quantity(double value, const std::string& unit) {
  return unit == "1" ? fmt::format("{:.5g}", value) : fmt::format("{:.5g} {}", value, unit);
}

std::string provenance(const CalibratedLimit& limit, const CalibrationText& text,
                       const CalibrationSettings& settings) {
  const CalibrationCohort& cohort = limit.cohort;
  std::string out = fmt::format("measured: n = {}, {}, {:g} quantile, {:g} % {} bound", limit.devices,
                                text.date, limit.is_upper ? 1 - settings.quantile : settings.quantile,
                                100 * settings.confidence, limit.is_upper ? "upper" : "lower");
  if (limit.launch.degrees > 0) {
    out +=
        fmt::format(", launch-to-launch sd {:.2g} % (95 % upper bound {:.2g} %, {} launches of {} devices)",
                    100 * limit.launch.sd, 100 * limit.launch.upper,
                    limit.launch.degrees + limit.launch.devices, limit.launch.devices);
  } else {
    out += ", launch-to-launch sd not known: no device has two launches";
  }
  if (cohort.not_measured > 0) out += fmt::format(", {} targets without a value", cohort.not_measured);
  return out;
}

std::string place(const CalibrationCohort& cohort) {
  return fmt::format("{} on {}{}", cohort.metric, cohort.scope,
                     cohort.model.empty() ? "" : ", " + cohort.model);
}

}  // namespace

std::string limits_toml(const Calibration& calibration, const CalibrationText& text) {
  const CalibrationSettings& settings = calibration.settings;
  if (settings.severity == Severity::gate && text.serials.empty())
    throw Error(
        "no target has a serial: nothing would keep a device from passing the gate that it made itself; "
        "write serials into the site, or calibrate scores");
  std::string out = fmt::format("schema = 1\nname = {}\n", toml_string(text.name));
  if (!text.serials.empty()) {
    out += fmt::format(
        "\n# None of these is judged by a gate of this file.\n[calibration]\nname = {}\ndate = {}\n"
        "calibrated_on = \"{}\"\nserials = [\n",
        toml_string(text.name), toml_string(text.date), hash_of_serials(text.serials));
    for (const std::string& serial : text.serials) out += fmt::format("  {},\n", toml_string(serial));
    out += "]\n";
  }
  for (const CalibratedLimit& limit : calibration.limits) {
    if (!limit.why_none.empty()) {
      out += fmt::format("\n# no limit on {}: {}\n", printable(place(limit.cohort)), limit.why_none);
      continue;
    }
    out += fmt::format("\n[[limit]]\nmetric = {}\nplacement = {}\n", toml_string(limit.cohort.metric),
                       toml_string(limit.cohort.scope));
    if (!limit.cohort.model.empty()) out += fmt::format("model = {}\n", toml_string(limit.cohort.model));
    out += fmt::format("{} = \"{}\"\nseverity = \"{}\"\nprovenance = {}\n",
                       limit.is_upper ? "upper" : "lower", quantity(limit.bound, limit.cohort.unit),
                       to_string(settings.severity), toml_string(provenance(limit, text, settings)));
  }
  return out;
}

}  // namespace rackproof
