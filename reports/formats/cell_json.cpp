#include "reports/formats/cell_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/verdict/roll_up.hpp"
#include "reports/ascii_json.hpp"
#include "reports/formats/limit_bounds.hpp"
#include "reports/formats/plain_ascii.hpp"

namespace rackproof {

namespace {

void append_text(std::string& out, std::string_view key, std::string_view text) {
  out += key;
  if (text.empty()) {
    out += "null";
  } else {
    append_json_text(out, text);
  }
}

void append_number(std::string& out, std::string_view key, double value) {
  out += key;
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out), "{}", value);
  } else {
    out += "null";
  }
}

std::string target_fields(const Results& results, const TargetRow& target) {
  std::string out;
  append_text(out, "\"rack\":", rack_of(results, target));
  append_text(out, ",\"target\":", target.name);
  append_text(out, ",\"scope\":", target.scope);
  return out;
}

std::string limit_fields(const Limit& limit) {
  const LimitBounds bounds = bounds_of(limit.bound);
  std::string out;
  append_text(out, ",\"unit\":", si_unit(limit.dimension));
  append_text(out, ",\"limit\":", to_string(limit));
  append_number(out, ",\"lower\":", bounds.lower);
  append_number(out, ",\"upper\":", bounds.upper);
  append_text(out, ",\"clause\":", limit.clause);
  append_text(out, ",\"provenance\":", limit.provenance);
  return out;
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  if (is_plain_ascii(text, "\"\\")) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += ascii_json(text);
  }
}

CellJson::CellJson(const ReportInput& input)
    : input_(input),
      no_limit_(
          ",\"unit\":null,\"limit\":null,\"lower\":null,\"upper\":null,\"clause\":null,\"provenance\":null") {
  for (const TargetRow& target : input.results.targets)
    targets_.push_back(target_fields(input.results, target));
  for (const Limit& limit : input.limits.limits) limits_.push_back(limit_fields(limit));
}

void CellJson::append(std::string& out, std::size_t row) const {
  const VerdictCell& cell = input_.verdicts.cells.at(row);
  out += targets_.at(cell.target);
  append_text(out, ",\"case\":", cell.case_id);
  append_text(out, ",\"metric\":", cell.completion() ? std::string() : metric_of(cell));
  append_text(out, ",\"severity\":", to_string(cell.severity));
  append_text(out, ",\"verdict\":", to_string(cell.verdict));
  append_text(out, ",\"failure\":", cell.failure);
  append_text(out, ",\"reason\":", cell.reason);
  append_number(out, ",\"value\":", cell.value);
  append_number(out, ",\"lo\":", cell.lo);
  append_number(out, ",\"hi\":", cell.hi);
  fmt::format_to(std::back_inserter(out), ",\"launches\":{}", cell.launches);
  append_text(out, ",\"found\":", cell.found);
  out += cell.limit < 0 ? no_limit_ : limits_.at(static_cast<std::size_t>(cell.limit));
  const Waiver* waiver = input_.reservations.of(row);
  if (waiver == nullptr) {
    out += ",\"waived\":null";
    return;
  }
  append_text(out, ",\"waived\":{\"who\":", waiver->who);
  append_text(out, ",\"reason\":", waiver->reason);
  append_text(out, ",\"until\":", waiver->until);
  out += '}';
}

}  // namespace rackproof
