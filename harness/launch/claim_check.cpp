#include "harness/launch/claim_check.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace rackproof {

namespace {

bool is_of(const BundleStep& step, const std::string& target, int launch, int attempt) {
  return target == step.target && launch == step.launch && attempt == step.attempt;
}

bool is_number(const Value& value) {
  return std::isfinite(value.value) && value.lo <= value.value && value.value <= value.hi && value.n > 0;
}

bool defines(const CaseRow& row, const std::string& quantity, QuantityKind kind) {
  const QuantityRow* found = find_quantity(row, quantity);
  return found != nullptr && found->kind == kind;
}

/// Whether the worker says, of a case that may say so, that it could not read the quantity.
bool may_lack(const CaseRow& row, const QuantityRow& quantity, const CaseEnd& end) {
  const auto why = end.unavailable.find(std::string(quantity.name));
  return row.may_be_unavailable && quantity.kind != QuantityKind::real && why != end.unavailable.end() &&
         !why->second.empty();
}

bool is_as_defined(const CaseEnd& end, Catalogue catalogue) {
  const CaseRow* row = find_case(catalogue, end.case_id);
  if (row == nullptr) return false;
  const auto defined = [row](QuantityKind kind) {
    return [row, kind](const auto& entry) { return defines(*row, entry.first, kind); };
  };
  const auto reported = [row, &end](const QuantityRow& quantity) {
    const std::string name(quantity.name);
    const bool is_there = quantity.kind == QuantityKind::real    ? end.values.contains(name)
                          : quantity.kind == QuantityKind::exact ? end.exact.contains(name)
                                                                 : end.text.contains(name);
    return is_there != may_lack(*row, quantity, end);
  };
  return std::ranges::all_of(row->quantities, reported) &&
         std::ranges::all_of(end.values, defined(QuantityKind::real)) &&
         std::ranges::all_of(end.exact, defined(QuantityKind::exact)) &&
         std::ranges::all_of(end.text, defined(QuantityKind::text)) &&
         std::ranges::all_of(end.unavailable,
                             [row](const auto& entry) {
                               const QuantityRow* quantity = find_quantity(*row, entry.first);
                               return row->may_be_unavailable && quantity != nullptr &&
                                      quantity->kind != QuantityKind::real;
                             }) &&
         std::ranges::all_of(end.values, [](const auto& entry) { return is_number(entry.second); });
}

bool may_end(const CaseEnd& end, const StepLedger& ledger, Catalogue catalogue) {
  const Status status = end.outcome.status;
  const bool answered = status == Status::ok || status == Status::wrong;
  if (!is_of(ledger.step(), end.target, end.launch, end.attempt) || (answered && !ledger.open()))
    return false;
  const bool not_run = is_machinery(status) || status == Status::skipped || status == Status::preempted;
  if (!ledger.greeted() && !not_run) return false;
  return status != Status::ok || is_as_defined(end, catalogue);
}

}  // namespace

std::string record_type(const nlohmann::json& record) {
  const auto type = record.find("type");
  return type != record.end() && type->is_string() ? type->get<std::string>() : std::string();
}

bool may_claim(const nlohmann::json& record, const StepLedger& ledger, Catalogue catalogue) try {
  const std::string type = record_type(record);
  if (type == "case_end") return may_end(record.get<CaseEnd>(), ledger, catalogue);
  if (type != "case_begin") return true;
  const auto begin = record.get<CaseBegin>();
  return is_of(ledger.step(), begin.target, begin.launch, begin.attempt);
} catch (const std::exception&) {
  return false;  // a field is missing or of another type
}

}  // namespace rackproof
