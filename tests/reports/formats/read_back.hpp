// A report in another format, read by Python's standard library and told again as JSON that a test compares with the verdicts.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/formats/report_format.hpp"
#include "tests/reports/sample_campaign.hpp"

namespace rackproof::test {

struct JudgedCampaign {
  Campaign campaign;
  Waivers waivers;
  Reservations reservations;
  ReportInput input() const { return {campaign.results, campaign.limits, campaign.verdicts, reservations}; }
  std::string report(ReportFormat format, Language language = Language::en) const {
    return report_in(format, input(), Words(language));
  }
};

/// The sample campaign that is rejected, with a score; rack2/node2's failing gate is waived.
JudgedCampaign judged_campaign();
/// The same with text that breaks formats in every field, and verdicts by chance.
JudgedCampaign hostile_campaign(std::uint64_t seed);

/// What breaks formats: markup, formulas, separators, control characters, what is not UTF-8, a very long text.
const std::vector<std::string>& hostile_texts();

/// What a Python script prints as JSON; `f` is an open file with the report, binary. Fails the test when Python does.
nlohmann::json read_back(const std::string& report, const std::string& script);

/// The text as JSON can hold it: what is not UTF-8 is replaced.
std::string replaced(const std::string& text);

}  // namespace rackproof::test
