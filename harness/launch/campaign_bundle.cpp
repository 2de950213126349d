#include "harness/launch/campaign_bundle.hpp"

namespace rackproof {

Bundle campaign_bundle(const Plan& plan, const Site& site, Catalogue catalogue) {
  Bundle bundle;
  bundle.catalogue_hash = catalogue_hash(catalogue);
  bundle.seed = plan.seed;
  bundle.sample_time_s = plan.sample_time_s;
  bundle.precision = plan.precision;
  bundle.case_time_limit_s = plan.case_time_limit_s;
  bundle.telemetry_period_s = plan.telemetry_period_s;
  bundle.setup = site.launch.setup_text;
  bundle.preflight = plan.preflight;
  const LaunchSettings& launch = site.launch;
  bundle.path_between_machines = launch.path_interface.empty();
  bundle.path_interface = bundle.path_between_machines ? launch.data_net : launch.path_interface;
  bundle.path_share = launch.path_share;
  return bundle;
}

}  // namespace rackproof
