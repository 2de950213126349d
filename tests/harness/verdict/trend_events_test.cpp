#include "harness/verdict/trend/trend_events.hpp"

#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/verdict/trend/calendar.hpp"

namespace rackproof {

namespace {

constexpr const char* kEvents = R"(schema = 1
[[accepted_level]]
metric = "memory/host/triad:f64,cold#bandwidth"
subject = "rack1/node2"
date = 2026-11-20
who = "E. Example"
note = "new firmware"
[[part_swap]]
subject = "rack1/node3/dev0"
date = "2026-11-21"
who = "E. Example"
[[acknowledged]]
id = "0123456789ab"
who = "E. Example"
ticket = "OPS-1"
until = 2026-12-24
[[acknowledged]]
id = "0123456789ab"
who = "E. Example"
ticket = "OPS-2"
until = 2026-12-25
)";

std::vector<Diagnostic> problems_of(const std::string& text) {
  try {
    parse_trend_events(text, "trend-events.toml");
  } catch (const ConfigurationError& error) {
    return error.diagnostics();
  }
  return {};
}

TEST(TrendEvents, AreRead) {
  const TrendEvents events = parse_trend_events(kEvents, "trend-events.toml");
  ASSERT_EQ(events.cuts.size(), 2u);
  EXPECT_EQ(date_text(events.cuts[0].day), "2026-11-20");
  EXPECT_EQ(events.cuts[0].note, "new firmware");
  EXPECT_EQ(events.cuts[1].metric, "*");
  EXPECT_TRUE(events.cuts[1].is_swap);
  EXPECT_EQ(events.acknowledgement("0123456789ab")->ticket, "OPS-2");
  EXPECT_EQ(events.acknowledgement("0123456789ac"), nullptr);
}

TEST(TrendEvents, ACutCoversASubjectAndItsParts) {
  LevelCut cut;
  cut.metric = "a#b";
  cut.subject = "rack1";
  EXPECT_TRUE(cut.covers("a#b", "rack1"));
  EXPECT_TRUE(cut.covers("a#b", "rack1/node2"));
  EXPECT_FALSE(cut.covers("a#b", "rack10/node2"));
  EXPECT_FALSE(cut.covers("a#c", "rack1"));
  cut.metric = "*";
  EXPECT_TRUE(cut.covers("a#c", "rack1"));
  cut.subject = "site";
  EXPECT_TRUE(cut.covers("a#c", "rack10/node2"));
}

TEST(TrendEvents, EveryMistakeIsNamedWithItsLine) {
  struct Mistake {
    const char* text;
    int line;
    const char* message;
  };
  const Mistake mistakes[] = {
      {"", 1, "schema is missing"},
      {"schema = 1\n[[accepted]]\n", 2, "unknown key \"accepted\""},
      {"schema = 1\n[part_swap]\nsubject = \"a\"\n", 2, "part_swap must be a list of tables"},
      {"schema = 1\n[[part_swap]]\nsubject = \"a\"\ndate = 2026-11-20\n", 2, "who is missing"},
      {"schema = 1\n[[part_swap]]\nsubject = \"a\"\nwho = \"b\"\ndate = \"20.11.2026\"\n", 5,
       "date is not a day"},
      {"schema = 1\n[[part_swap]]\nsubject = \"a\"\nwho = \"b\"\ndate = \"2026-02-30\"\n", 5,
       "date is not a day"},
      {"schema = 1\n[[part_swap]]\nsubject = \"a\"\nwho = \"b\"\ndat = 2026-11-20\n", 5,
       "unknown key \"dat\""},
      {"schema = 1\n[[accepted_level]]\nmetric = \"triad\"\nsubject = \"a\"\nwho = \"b\"\ndate = "
       "2026-11-20\n",
       3, "\"triad\" is no metric"},
      {"schema = 1\n[[acknowledged]]\nid = \"XYZ\"\nwho = \"b\"\nticket = \"c\"\nuntil = 2026-11-20\n", 3,
       "\"XYZ\" is no id of a finding"},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.text);
    bool named = false;
    for (const Diagnostic& problem : problems_of(mistake.text)) {
      named = named || (problem.message.find(mistake.message) != std::string::npos &&
                        (problem.line == mistake.line || mistake.text[0] == '\0'));
      EXPECT_FALSE(problem.hint.empty());
    }
    EXPECT_TRUE(named);
  }
  EXPECT_THROW(read_trend_events("/nowhere/trend-events.toml"), ConfigurationError);
}

TEST(Calendar, KnowsItsDays) {
  EXPECT_EQ(day_of("1970-01-02"), 1);
  EXPECT_EQ(day_of("2026-11-23T01:02:03.456Z"), day_of("2026-11-23"));
  EXPECT_EQ(date_text(*day_of("2024-02-29")), "2024-02-29");
  for (const char* bad :
       {"", "2026", "2026-13-01", "2025-02-29", "2026/11/23", "2026-11-23x", "-026-11-23", "2026-1-023"})
    EXPECT_FALSE(day_of(bad)) << bad;
}

}  // namespace

}  // namespace rackproof
