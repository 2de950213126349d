// What every bundle of a campaign says, whatever its steps.
#pragma once

#include "harness/plan/catalogue.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plan/site.hpp"
#include "harness/record/bundle.hpp"

namespace rackproof {

/// A bundle without steps, and without what only a bundle file has.
Bundle campaign_bundle(const Plan& plan, const Site& site, Catalogue catalogue);

}  // namespace rackproof
