// May this worker say this? A confused worker must not claim what it was not asked or did not measure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/plan/catalogue.hpp"
#include "harness/record/step_ledger.hpp"

namespace rackproof {

/// "type" of a record; empty when it has none or it is not a text.
std::string record_type(const nlohmann::json& record);

/// True unless a case_begin or case_end
/// - is of another target, launch or attempt than the step: it would stand under a launch that was never
/// made;
/// - says ok or wrong of a case that it did not begin: only what was begun can have an answer;
/// - says before hello anything but that the case was not or could not be run: who speaks is not known;
/// - says ok with other quantities than those that the catalogue defines for the case, or with a number that
/// is none; one is lacking only where the catalogue lets it be unavailable and the worker says why. Order and completeness of the records are the ledger's business.
bool may_claim(const nlohmann::json& record, const StepLedger& ledger, Catalogue catalogue);

}  // namespace rackproof
