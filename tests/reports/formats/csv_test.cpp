// CSV as Python's csv module reads it: cell by cell what the verdicts say, and no formula.
#include <gtest/gtest.h>

#include <charconv>
#include <cmath>

#include "harness/verdict/roll_up.hpp"
#include "reports/escape.hpp"
#include "reports/formats/csv.hpp"
#include "tests/reports/formats/read_back.hpp"

namespace rackproof {
namespace {

using nlohmann::json;

json read_csv(const std::string& report) {
  return test::read_back(report,
                         "import csv\n"
                         "rows = csv.DictReader(io.TextIOWrapper(f, 'utf-8', newline=''), strict=True)\n"
                         "print(json.dumps(list(rows)))\n");
}

/// What a reader sees of a text from data, without the apostrophe before a formula.
void expect_text(const json& field, const std::string& text) {
  const auto seen = field.get<std::string>();
  const std::string visible = visible_text(text);
  EXPECT_TRUE(seen == visible || seen == "'" + visible) << seen.substr(0, 300) << "\nis not\n"
                                                        << visible.substr(0, 300);
}

void expect_number(const json& field, double value) {
  const auto text = field.get<std::string>();
  if (!std::isfinite(value)) {
    EXPECT_EQ(text, "");
    return;
  }
  double read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  EXPECT_TRUE(error == std::errc() && end == text.data() + text.size()) << text;
  EXPECT_EQ(read, value);
}

void expect_csv_rows(const test::JudgedCampaign& judged) {
  const auto& [results, limits, verdicts] = judged.campaign;
  const json rows = read_csv(judged.report(ReportFormat::csv));
  ASSERT_EQ(rows.size(), verdicts.cells.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const json& row = rows[i];
    const VerdictCell& cell = verdicts.cells[i];
    const TargetRow& target = results.targets[cell.target];
    ASSERT_EQ(row.size(), 26U) << row;
    expect_text(row["rack"], rack_of(results, target));
    expect_text(row["target"], target.name);
    expect_text(row["scope"], target.scope);
    expect_text(row["model"], target.model);
    expect_text(row["serial"], target.serial);
    expect_text(row["case"], cell.case_id);
    expect_text(row["metric"], cell.completion() ? "" : metric_of(cell));
    EXPECT_EQ(row["severity"], to_string(cell.severity));
    EXPECT_EQ(row["verdict"], to_string(cell.verdict));
    EXPECT_EQ(row["failure"], cell.failure);
    expect_text(row["reason"], cell.reason.en);
    expect_number(row["value_si"], cell.value);
    expect_number(row["lo_si"], cell.lo);
    expect_number(row["hi_si"], cell.hi);
    EXPECT_EQ(row["launches"], std::to_string(cell.launches));
    expect_text(row["found"], cell.found);
    const Limit* limit = cell.limit < 0 ? nullptr : &limits.limits[static_cast<std::size_t>(cell.limit)];
    expect_text(row["limit"], limit == nullptr ? "" : to_string(*limit));
    expect_text(row["si_unit"], limit == nullptr ? "" : si_unit(limit->dimension));
    expect_text(row["clause"], limit == nullptr ? "" : limit->clause);
    expect_text(row["provenance"], limit == nullptr ? "" : limit->provenance.en);
    const Waiver* waiver = judged.reservations.of(i);
    expect_text(row["waived_by"], waiver == nullptr ? "" : waiver->who);
    expect_text(row["waived_because"], waiver == nullptr ? "" : waiver->reason);
    EXPECT_EQ(row["waived_until"], waiver == nullptr ? "" : waiver->until);
    for (const auto& [name, field] : row.items()) {
      const auto text = field.get<std::string>();
      if (text.empty() || std::string_view("=+-@\t\r").find(text.front()) == std::string_view::npos) continue;
      char* end = nullptr;
      std::strtod(text.c_str(), &end);
      EXPECT_EQ(*end, '\0') << name << " would be run as a formula: " << text;
    }
  }
}

TEST(Csv, CellByCellAsJudged) { expect_csv_rows(test::judged_campaign()); }

TEST(Csv, HostileTextsAndRandomVerdicts) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) expect_csv_rows(test::hostile_campaign(seed));
}

TEST(Csv, Fields) {
  EXPECT_EQ(csv_field(""), "");
  EXPECT_EQ(csv_field("plain text"), "plain text");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "two\\u000alines");
  EXPECT_EQ(csv_field("=1+1"), "'=1+1");
  EXPECT_EQ(csv_field("+1+1"), "'+1+1");
  EXPECT_EQ(csv_field("-1+1"), "'-1+1");
  EXPECT_EQ(csv_field("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(csv_field(" =1+1"), "' =1+1");
  EXPECT_EQ(csv_field("＝1+1"), "'＝1+1");
  EXPECT_EQ(csv_field("\t=1"), "'\\u0009=1");
  EXPECT_EQ(csv_field("\r=1"), "'\\u000d=1");
  EXPECT_EQ(csv_field("-17"), "-17") << "a number is none";
  EXPECT_EQ(csv_field("-1.5e-3"), "-1.5e-3");
  EXPECT_EQ(csv_field("-inf"), "'-inf");
  EXPECT_EQ(csv_field("a-b=c"), "a-b=c");
  EXPECT_LT(csv_field(std::string(1'000'000, 'x')).size(), 5000U);
}

TEST(Csv, EachLineEndsAsTheRfcSays) {
  const std::string report = test::judged_campaign().report(ReportFormat::csv);
  EXPECT_TRUE(report.ends_with("\r\n"));
  for (std::size_t i = 0; i < report.size(); ++i) {
    EXPECT_TRUE(report[i] != '\n' || report[i - 1] == '\r') << i;
  }
}

}  // namespace
}  // namespace rackproof
