#include "harness/launch/campaign_journal.hpp"

#include <map>
#include <nlohmann/json.hpp>

namespace rackproof {

using nlohmann::json;

std::vector<json> open_steps(const JournalContent& content) {
  std::map<std::string, json> open;
  for (const auto& entry : content.entries) {
    const json& record = entry.record;
    if (record.at("type") == "step_begin") open.emplace(record.at("step"), record);
    if (record.at("type") == "step_end") open.erase(record.at("step").get<std::string>());
  }
  std::vector<json> records;
  for (auto& [id, record] : open) records.push_back(std::move(record));
  return records;
}

void CampaignJournal::step_begin(const BundleStep& step, const std::vector<std::uint32_t>& ranks) {
  append({{"type", "step_begin"},
          {"step", step.step},
          {"target", step.target},
          {"launch", step.launch},
          {"attempt", step.attempt},
          {"cases", step.cases},
          {"ranks", ranks},
          {"utc_ns", utc_now_ns()}});
}

void CampaignJournal::on_behalf(StepLedger& ledger, const Outcome& outcome) {
  json record = ledger.on_behalf(outcome);
  record["step"] = ledger.step().step;
  ledger.see(record);
  append(record);
}

void CampaignJournal::step_end(const StepLedger& ledger, const Outcome& outcome,
                               const std::string& incomplete, const std::string& collected) {
  json record{{"type", "step_end"}, {"step", ledger.step().step}, {"complete", incomplete.empty()},
              {"outcome", outcome}, {"reason", incomplete},       {"utc_ns", utc_now_ns()}};
  if (!collected.empty()) record["collected"] = collected;
  append(record);
}

bool CampaignJournal::close_lost_steps(const JournalContent& content) {
  std::map<std::string, StepLedger> lost;
  for (const auto& entry : content.entries) {
    const json& record = entry.record;
    const std::string type = record.at("type");
    const std::string id = record.value("step", std::string());
    if (type == "step_begin") {
      BundleStep step;
      step.step = id;
      record.at("target").get_to(step.target);
      record.at("launch").get_to(step.launch);
      record.at("attempt").get_to(step.attempt);
      record.at("cases").get_to(step.cases);
      lost.emplace(id, StepLedger(step));
    } else if (type == "step_end") {
      lost.erase(id);
    } else if (const auto ledger = lost.find(id); ledger != lost.end()) {
      ledger->second.see(record);
    }
  }
  const Outcome outcome{Status::preempted, Phase::measure, "the harness ended before the case did"};
  for (auto& [id, ledger] : lost) {
    if (ledger.open()) on_behalf(ledger, outcome);
    step_end(ledger, outcome, outcome.reason);
  }
  return !lost.empty();
}

void CampaignJournal::notice(const Notice& notice) {
  append({{"type", "notice"},
          {"kind", notice.kind},
          {"subjects", notice.subjects},
          {"evidence", notice.evidence}});
}

void CampaignJournal::end(bool interrupted) {
  append({{"type", "campaign_end"}, {"ended", interrupted ? 1 : 0}, {"utc_ns", utc_now_ns()}});
  journal_.sync();
}

void CampaignJournal::commit() {
  holds_ = false;
  journal_.append_together(std::exchange(held_, {}));
}

void CampaignJournal::discard() {
  holds_ = false;
  held_.clear();
}

void CampaignJournal::append(const json& record) {
  holds_ ? held_.push_back(record) : journal_.append(record);
}

}  // namespace rackproof
