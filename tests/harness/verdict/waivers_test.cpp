// Files of waivers: what is read, every refusal with its line, and on which days a waiver holds.
#include "harness/verdict/waivers.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "tests/harness/plan/problems_of.hpp"

namespace rackproof {
namespace {

constexpr std::string_view kHead = "schema = 1\n";

std::string waiver(const std::string& target, const std::string& until, const std::string& more = {}) {
  return "[[waiver]]\ntarget = \"" + target +
         "\"\nmetric = \"memory/host/triad:f64,cold#bandwidth\"\nwho = \"A. Buyer\"\n"
         "reason = \"replaced in January\"\nuntil = " +
         until + "\n" + more;
}

std::vector<Diagnostic> problems(const std::string& text) {
  try {
    parse_waivers(text, "waivers.toml");
  } catch (const ConfigurationError& error) {
    return error.diagnostics();
  }
  ADD_FAILURE() << "accepted:\n" << text;
  return {};
}

void expect_problem(const std::string& text, int line, const std::string& message, const std::string& hint) {
  EXPECT_TRUE(has_problem(problems(text), "waivers.toml", line, message, hint));
}

TEST(Waivers, AreRead) {
  const std::string text =
      std::string(kHead) + waiver("rack1/node1", "2027-01-31") + waiver("rack1/node2", "\"2028-02-29\"");
  const Waivers waivers = parse_waivers(text, "/some/where/waivers.toml");
  EXPECT_EQ(waivers.name, "waivers.toml");
  EXPECT_EQ(waivers.sha256, sha256(text));
  ASSERT_EQ(waivers.rows.size(), 2U);
  EXPECT_EQ(waivers.rows[0].target, "rack1/node1");
  EXPECT_EQ(waivers.rows[0].metric, "memory/host/triad:f64,cold#bandwidth");
  EXPECT_EQ(waivers.rows[0].who, "A. Buyer");
  EXPECT_EQ(waivers.rows[0].reason, "replaced in January");
  EXPECT_EQ(waivers.rows[0].until, "2027-01-31");
  EXPECT_EQ(waivers.rows[1].until, "2028-02-29") << "a leap day, in quotes";
  EXPECT_TRUE(parse_waivers(kHead.data(), "waivers.toml").rows.empty());
}

TEST(Waivers, EveryRefusal) {
  expect_problem(waiver("r1/n1", "2027-01-31"), 1, "schema is missing", "schema = 1");
  const std::string head(kHead);
  expect_problem(head + waiver("r1/n1", "2027-01-31", "untill = \"x\"\n"), 8, "unknown key \"untill\"",
                 "did you mean \"until\"?");
  expect_problem(head + "[[waivers]]\n", 2, "unknown key \"waivers\"", "did you mean \"waiver\"?");
  expect_problem(head + "[waiver]\n", 2, "must be a list of tables", "[[waiver]]");
  for (const char* const day :
       {"\"2027-02-29\"", "\"2027-13-01\"", "\"2027-1-1\"", "\"next year\"", "\"2027-01-31T00:00:00Z\""})
    expect_problem(head + waiver("r1/n1", day), 7, "no day of any calendar", "until = 2027-01-31");
  expect_problem(head + waiver("r1/n1", "20270131"), 7, "until must be a text", "");
  expect_problem(head + waiver("", "2027-01-31"), 3, "target is empty", "target");
  expect_problem(head + "[[waiver]]\ntarget = \"a\"\n", 2, "metric is missing", "metric");
  expect_problem(head + "[[waiver]]\ntarget = \"a\"\n", 2, "who is missing", "who");
  expect_problem(head + "[[waiver]]\ntarget = \"a\"\n", 2, "reason is missing", "reason");
  expect_problem(head + "[[waiver]]\ntarget = \"a\"\n", 2, "until is missing", "until");
  expect_problem(head + "[[waiver]]\nreason = \"  \"\n", 3, "reason is blank", "reason");
  expect_problem(head + waiver("r1/n1", "2027-01-31") + waiver("r1/n1", "2027-02-28"), 8, "a second waiver",
                 "line 2");
  expect_problem("schema = 1\n[[waiver]\n", 2, "", "this is not TOML");
}

TEST(Waivers, ProblemsAreShownTogether) {
  const auto found = problems(std::string(kHead) + "[[waiver]]\ntarget = \"a\"\n" +
                              waiver("r1/n1", "\"2027-02-30\"", "by = \"x\"\n"));
  EXPECT_EQ(found.size(), 6U) << "four missing keys, a date, an unknown key";
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end(),
                             [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; }));
}

TEST(Waivers, HoldThroughTheirLastDay) {
  const Waivers waivers = parse_waivers(std::string(kHead) + waiver("r1/n1", "2027-01-31"), "waivers.toml");
  const auto found = [&](std::string_view date) {
    return waivers.find("r1/n1", "memory/host/triad:f64,cold#bandwidth", date) != nullptr;
  };
  EXPECT_TRUE(found("2026-11-29"));
  EXPECT_TRUE(found("2027-01-31"));
  EXPECT_TRUE(found("2027-01-31T23:59:59.999Z"));
  EXPECT_FALSE(found("2027-02-01"));
  EXPECT_FALSE(found("2027-02-01T00:00:00Z"));
  EXPECT_FALSE(found("")) << "no date";
  EXPECT_FALSE(found("2026-11-31")) << "no day of any calendar";
  EXPECT_FALSE(found("yesterday"));
  EXPECT_EQ(waivers.find("r1/n2", "memory/host/triad:f64,cold#bandwidth", "2026-11-29"), nullptr);
  EXPECT_EQ(waivers.find("r1/n1", "memory/host/triad:f64,cold", "2026-11-29"), nullptr);
}

}  // namespace
}  // namespace rackproof
