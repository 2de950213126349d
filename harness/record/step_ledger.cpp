#include "harness/record/step_ledger.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/digest.hpp"
#include "harness/record/preflight.hpp"
#include "harness/record/telemetry.hpp"

namespace rackproof {

StepLedger::StepLedger(BundleStep step) : step_(std::move(step)) {}

bool StepLedger::see(const nlohmann::json& record) try {
  if (ended_ || record.value("step", std::string()) != step_.step) return false;
  const std::string type = record.at("type");
  if (type == "hello") {
    record.get<Hello>();
    greeted_ = true;  // again after a restart of the child
    return true;
  }
  if (type == "unusable") {
    unusable_ = record.at("evidence").get<std::string>();
    return true;
  }
  // The supervisor may close a case whose process never greeted.
  if (!greeted_ && type != "case_end" && type != "end") return false;
  if (type == "preflight") {
    record.get<Preflight>();
    return !open_;
  }
  if (type == "case_begin") {
    const auto begin = record.get<CaseBegin>();
    const auto waiting = left();
    if (open_ || std::ranges::find(waiting, begin.case_id) == waiting.end()) return false;
    open_ = begin;
    return true;
  }
  if (type == "telemetry") {
    record.get<Telemetry>();
    return true;
  }
  if (type == "samples") return open_ && record.get<Samples>().case_id == open_->case_id;
  if (type == "case_end") {
    const auto end = record.get<CaseEnd>();
    const auto waiting = left();
    if (std::ranges::find(waiting, end.case_id) == waiting.end() || end.target != step_.target) return false;
    if (open_ && open_->case_id != end.case_id) return false;
    if (!open_ && end.outcome.status == Status::ok) return false;
    open_.reset();
    ended_cases_.push_back(end);
    digested_ += record.dump();
    return true;
  }
  if (type == "end") {
    const auto stated = record.get<End>();
    const End seen = end();
    ended_ = stated.count == seen.count && stated.digest == seen.digest && left().empty();
    return ended_;
  }
  return false;
} catch (const std::exception&) {
  return false;  // a record that lacks a field or has another type in it
}

std::vector<std::string> StepLedger::left() const {
  std::vector<std::string> cases;
  for (const auto& id : step_.cases) {
    if (std::ranges::find(ended_cases_, id, &CaseEnd::case_id) == ended_cases_.end()) cases.push_back(id);
  }
  return cases;
}

CaseEnd StepLedger::on_behalf(const Outcome& outcome) const {
  CaseEnd end;
  end.case_id = open_ ? open_->case_id : left().front();
  end.target = step_.target;
  end.launch = step_.launch;
  end.attempt = step_.attempt;
  end.end_utc_ns = utc_now_ns();
  end.begin_utc_ns = open_ ? open_->utc_ns : end.end_utc_ns;
  end.outcome = outcome;
  end.stop = Stop::error;
  return end;
}

End StepLedger::end() const { return {static_cast<std::int64_t>(ended_cases_.size()), sha256(digested_)}; }

}  // namespace rackproof
