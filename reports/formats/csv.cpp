#include "reports/formats/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <vector>

#include "harness/verdict/roll_up.hpp"
#include "reports/escape.hpp"
#include "reports/formats/limit_bounds.hpp"
#include "reports/formats/plain_ascii.hpp"
#include "reports/place.hpp"

namespace rackproof {

namespace {

constexpr std::string_view kHead =
    "rack,target,scope,model,serial,hosts,case,metric,severity,verdict,failure,reason,value_si,lo_si,hi_si,"
    "si_unit,launches,found,limit,lower_si,upper_si,clause,provenance,waived_by,waived_because,waived_until"
    "\r\n";

// Full-width signs count, too: spreadsheets in East Asian languages take them for the plain ones.
constexpr auto kBeginAFormula =
    std::to_array<std::string_view>({"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"});

bool begins_a_formula(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));  // some trim it first
  if (std::ranges::none_of(kBeginAFormula, [text](std::string_view sign) { return text.starts_with(sign); }))
    return false;
  double number = 0;
  const std::string_view digits = text.substr(text.front() == '+' ? 1 : 0);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(number);
}

void append_text(std::string& out, std::string_view text) {
  if (text.size() <= kLongestText && is_plain_ascii(text, "\",=+-@")) {
    out += text;
  } else {
    out += csv_field(text);
  }
  out += ',';
}

void append_number(std::string& out, double value) {
  if (std::isfinite(value)) fmt::format_to(std::back_inserter(out), "{}", value);
  out += ',';
}

std::string target_columns(const Results& results, std::uint32_t row) {
  const TargetRow& target = results.targets[row];
  std::string out;
  append_text(out, rack_of(results, target));
  for (const std::string* text : {&target.name, &target.scope, &target.model, &target.serial})
    append_text(out, *text);
  append_text(out, place_of(results, row).hosts);
  return out;
}

std::string limit_columns(const Limit& limit) {
  const LimitBounds bounds = bounds_of(limit.bound);
  std::string out;
  append_text(out, to_string(limit));
  append_number(out, bounds.lower);
  append_number(out, bounds.upper);
  append_text(out, limit.clause);
  append_text(out, limit.provenance);
  return out;
}

}  // namespace

std::string csv_field(std::string_view text) {
  std::string out = begins_a_formula(text) ? "'" : "";
  out += text.size() <= kLongestText && is_plain_ascii(text, {}) ? std::string(text) : visible_text(text);
  if (out.find_first_of("\",") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

void write_csv(const ReportInput& input, const TextSink& sink) {
  const auto& targets = input.results.targets;
  std::vector<std::string> of_target;
  for (std::uint32_t i = 0; i < targets.size(); ++i) of_target.push_back(target_columns(input.results, i));
  std::vector<std::string> of_limit;
  for (const Limit& limit : input.limits.limits) of_limit.push_back(limit_columns(limit));
  TextBlock block(sink);
  std::string& out = block.text();
  out += kHead;
  for (std::size_t i = 0; i < input.verdicts.cells.size(); ++i) {
    const VerdictCell& cell = input.verdicts.cells[i];
    const Limit* limit =
        cell.limit < 0 ? nullptr : &input.limits.limits.at(static_cast<std::size_t>(cell.limit));
    out += of_target.at(cell.target);
    append_text(out, cell.case_id);
    append_text(out, cell.completion() ? std::string() : metric_of(cell));
    append_text(out, to_string(cell.severity));
    append_text(out, to_string(cell.verdict));
    append_text(out, cell.failure);
    append_text(out, cell.reason);
    append_number(out, cell.value);
    append_number(out, cell.lo);
    append_number(out, cell.hi);
    append_text(out, limit == nullptr ? std::string() : si_unit(limit->dimension));
    fmt::format_to(std::back_inserter(out), "{},", cell.launches);
    append_text(out, cell.found);
    out += limit == nullptr ? std::string(",,,,,") : of_limit[static_cast<std::size_t>(cell.limit)];
    const Waiver* waiver = input.reservations.of(i);
    if (waiver == nullptr) {
      out += ",,,";
    } else {
      for (const std::string* text : {&waiver->who, &waiver->reason, &waiver->until}) append_text(out, *text);
    }
    out.back() = '\r';  // in place of the last comma
    out += '\n';
    block.record_ends();
  }
  block.finish();
}

}  // namespace rackproof
