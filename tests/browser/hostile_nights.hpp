// What the pages beside that of a campaign are made of, with a hostile text in every field: nights, events and waivers.
#pragma once

#include <filesystem>

#include "tests/browser/hostile_texts.hpp"
#include "tests/reports/sample_campaign.hpp"

namespace rackproof::browser {

/// The hostile campaign night after night, its nodes slower from one night on, as folders whose names hold the text where a file
/// system takes it; and trend-events.toml, in which the text knows of the finding "000000000000".
void write_hostile_nights(const std::filesystem::path& folder, const HostileText& hostile);

/// waivers.toml: the text takes what fails in `campaign`, for the text as its reason.
void write_hostile_waivers(const std::filesystem::path& folder, const test::Campaign& campaign,
                           const HostileText& hostile);

}  // namespace rackproof::browser
