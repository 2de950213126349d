#include "harness/record/bundle.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/record/record.hpp"

namespace rackproof {

using nlohmann::json;

void to_json(json& out, const BundleStep& step) {
  out = {{"step", step.step},
         {"target", step.target},
         {"launch", step.launch},
         {"attempt", step.attempt},
         {"cases", step.cases},
         {"backend", step.backend},
         {"backend_options", step.backend_options},
         {"device_uuid", step.device_uuid},
         {"device_position", step.device_position},
         {"rank_positions", step.rank_positions},
         {"device_count", step.device_count},
         {"system_roots", step.system_roots},
         {"requires", step.requirements},
         {"ranks", step.ranks}};
}

void from_json(const json& in, BundleStep& step) {
  in.at("step").get_to(step.step);
  in.at("target").get_to(step.target);
  in.at("launch").get_to(step.launch);
  in.at("attempt").get_to(step.attempt);
  in.at("cases").get_to(step.cases);
  in.at("backend").get_to(step.backend);
  in.at("backend_options").get_to(step.backend_options);
  in.at("device_uuid").get_to(step.device_uuid);
  in.at("device_position").get_to(step.device_position);
  in.at("rank_positions").get_to(step.rank_positions);
  in.at("device_count").get_to(step.device_count);
  in.at("system_roots").get_to(step.system_roots);
  in.at("requires").get_to(step.requirements);
  in.at("ranks").get_to(step.ranks);
}

void to_json(json& out, const Bundle& bundle) {
  out = {{"protocol", kProtocolVersion},
         {"catalogue_hash", bundle.catalogue_hash},
         {"seed", bundle.seed},
         {"sample_time_s", bundle.sample_time_s},
         {"precision", bundle.precision},
         {"case_time_limit_s", bundle.case_time_limit_s},
         {"steps", bundle.steps},
         {"preflight", bundle.preflight},
         {"path_interface", bundle.path_interface},
         {"path_share", bundle.path_share},
         {"path_between_machines", bundle.path_between_machines},
         {"campaign", bundle.campaign},
         {"step_time_limit_s", bundle.step_time_limit_s},
         {"telemetry_period_s", bundle.telemetry_period_s},
         {"setup", bundle.setup}};
}

void from_json(const json& in, Bundle& bundle) {
  if (in.at("protocol") != kProtocolVersion) {
    throw Error(fmt::format("the bundle has protocol {}, this worker {}", in.at("protocol").dump(),
                            kProtocolVersion));
  }
  in.at("catalogue_hash").get_to(bundle.catalogue_hash);
  in.at("seed").get_to(bundle.seed);
  in.at("sample_time_s").get_to(bundle.sample_time_s);
  in.at("precision").get_to(bundle.precision);
  in.at("case_time_limit_s").get_to(bundle.case_time_limit_s);
  in.at("steps").get_to(bundle.steps);
  in.at("setup").get_to(bundle.setup);
  in.at("preflight").get_to(bundle.preflight);
  in.at("path_interface").get_to(bundle.path_interface);
  in.at("path_share").get_to(bundle.path_share);
  in.at("path_between_machines").get_to(bundle.path_between_machines);
  in.at("campaign").get_to(bundle.campaign);
  in.at("step_time_limit_s").get_to(bundle.step_time_limit_s);
  in.at("telemetry_period_s").get_to(bundle.telemetry_period_s);
}

}  // namespace rackproof
