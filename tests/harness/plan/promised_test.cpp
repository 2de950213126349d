// What a site promises, and serials.csv.
#include "harness/plan/promised.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "harness/plan/serials.hpp"
#include "harness/plan/site.hpp"
#include "tests/harness/plan/problems_of.hpp"

namespace rackproof {
namespace {

constexpr std::array<QuantityRow, 4> kRows{
    {{"cores", QuantityKind::exact, "1", Direction::neither, "count"},
     {"bytes", QuantityKind::exact, "B", Direction::neither, "count"},
     {"speed", QuantityKind::exact, "op/s", Direction::neither, "count"},
     {"bios", QuantityKind::text, "1", Direction::neither, "told"}}};

constexpr CaseRow row(std::string_view id, bool is_of_device) {
  return {.id = id,
          .title = "t",
          .definition = "d",
          .check = "c",
          .clock = "host",
          .on_device = is_of_device,
          .on_node = !is_of_device,
          .may_be_unavailable = true,
          .quantities = kRows};
}
constexpr std::array<CaseRow, 3> kCatalogue{row("inventory/host/cpu", false),
                                            row("inventory/device/identity", true),
                                            row("inventory/device/topology", false)};

/// The promises begin in line 12.
std::string promising_site(const std::string& promised, const std::string& of_device = "",
                           const std::string& top = "") {
  return R"(schema = 1
name = "s"
)" + top +
         R"(
[[rack]]
name = "r"
[[node]]
name = "r/n[1-2]"
rack = "r"
address = "{node}"
model = "m"
[node.promised]
)" + promised +
         R"(
[[node.device]]
name = "d[0-1]"
backend = "fault"
model = "d"
[node.device.promised]
)" + of_device;
}

std::vector<PromisedValue> promised(const std::string& text) {
  const Site site = parse_site(promising_site(text), "site.toml");
  std::vector<Diagnostic> problems;
  auto values = promised_values(*site.nodes.at(1).promised, "host", kCatalogue, site.file, problems);
  raise_problems(std::move(problems));
  return values;
}

TEST(PromisedTest, WhatIsFoundOfANodeIsPromisedOfIt) {
  const auto values = promised("\"topology#cores\" = 18");
  ASSERT_EQ(values.size(), 1U);
  EXPECT_EQ(values[0].metric, "inventory/device/topology#cores");
  const Site site = parse_site(promising_site("\"cpu#cores\" = 64", "\"topology#cores\" = 18"), "site.toml");
  std::vector<Diagnostic> problems;
  promised_values(*site.nodes.at(1).devices->at(0).promised, "device", kCatalogue, site.file, problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "nothing of the inventory of a device is called \"topology#cores\"",
                      problems[0].message);
}

TEST(PromisedTest, ValuesAreInTheTermsOfTheCatalogue) {
  const auto values = promised(
      "\"cpu#cores\" = 64\n\"cpu#bytes\" = \"512 GiB\"\n\"cpu#speed\" = \"4800 MT/s\"\n\"cpu#bios\" = "
      "[\"1.2\", \"1.3\"]");
  ASSERT_EQ(values.size(), 4U);
  const auto of = [&](const std::string& metric) {
    for (const PromisedValue& value : values) {
      if (value.metric == "inventory/host/cpu#" + metric) return value.values;
    }
    return std::vector<std::string>{};
  };
  EXPECT_EQ(of("cores"), std::vector<std::string>{"64"});
  EXPECT_EQ(of("bytes"), std::vector<std::string>{"549755813888"});
  EXPECT_EQ(of("speed"), std::vector<std::string>{"4800000000"});
  EXPECT_EQ(of("bios"), (std::vector<std::string>{"1.2", "1.3"}));
}

TEST(PromisedTest, NodesOfOneTableShareIt) {
  const Site site = parse_site(promising_site("\"cpu#cores\" = 64", "\"identity#cores\" = 8"), "site.toml");
  EXPECT_EQ(&*site.nodes[0].promised, &*site.nodes[1].promised);
  EXPECT_EQ(&*site.nodes[0].devices->at(0).promised, &*site.nodes[0].devices->at(1).promised);
  std::vector<Diagnostic> problems;
  check_promises(site, kCatalogue, problems);
  EXPECT_TRUE(problems.empty());
}

TEST(PromisedTest, WhatCannotBeFoundIsRefused) {
  const auto refused = [&](const std::string& line, const std::string& message, const std::string& hint) {
    return has_problem(problems_of([&] { promised(line); }), "site.toml", 12, message, hint);
  };
  EXPECT_TRUE(refused("\"cpu#core\" = 1", "is called \"cpu#core\"", "did you mean \"cpu#cores\"?"));
  EXPECT_TRUE(refused("\"cpu#cores\" = \"64\"", "it is a count, not a text", "without quotes"));
  EXPECT_TRUE(refused("\"cpu#bytes\" = 64", "it has no unit; it is in B", "write for example"));
  EXPECT_TRUE(refused("\"cpu#bytes\" = \"64 s\"", "is in s, not in B", "write for example"));
  EXPECT_TRUE(refused("\"cpu#bytes\" = \"0.3 B\"", "is not a whole number of B", "write for example"));
  EXPECT_TRUE(refused("\"cpu#bytes\" = \"much\"", "is not a quantity", "write for example"));
  EXPECT_TRUE(refused("\"cpu#bios\" = 2", "it is a text, not a number", "write \"2\""));
  for (const char* nothing : {"[]", "\"\"", "[1]", "true", "1.5", "[\"\"]", "{ a = 1 }"})
    EXPECT_TRUE(refused(std::string("\"cpu#cores\" = ") + nothing, "promises nothing that can be found",
                        "a whole number"))
        << nothing;
  const Site site = parse_site(promising_site("", "\"identity#nothing\" = 1"), "site.toml");
  std::vector<Diagnostic> problems;
  check_promises(site, kCatalogue, problems);
  EXPECT_EQ(problems.size(), 1U);
}

class SerialsTest : public ::testing::Test {
 protected:
  Site site = parse_site(promising_site(""), "site.toml");
  std::vector<Diagnostic> problems;
  void apply(const std::string& text) { apply_serials(site, text, "serials.csv", problems); }
  testing::AssertionResult refused(const std::string& rows, int line, const std::string& message,
                                   const std::string& hint) {
    problems.clear();
    apply("target,serial,uuid,part\n" + rows);
    return has_problem(problems, "serials.csv", line, message, hint);
  }
};

TEST_F(SerialsTest, AreGivenToNodesDevicesAndModules) {
  apply(
      "\xef\xbb\xbfserial,target,part,uuid\r\nN1,r/n1,,U1\r\n\r\nD10,r/n1/d0,,G10\r\nM2,r/n1,memory,\r\nM1,r/"
      "n1,memory,\r\n");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(site.nodes[0].serial, "N1");
  EXPECT_EQ(site.nodes[0].uuid, "U1");
  EXPECT_EQ(*site.nodes[0].memory_serials, (std::vector<std::string>{"M2", "M1"}));
  EXPECT_EQ(site.nodes[0].devices->at(0).serial, "D10");
  EXPECT_EQ(site.nodes[0].devices->at(0).uuid, "G10");
  EXPECT_EQ(site.nodes[1].devices->at(0).serial, "");  // its neighbour's are its own
}

TEST_F(SerialsTest, WhatIsWrongHasALine) {
  EXPECT_TRUE(refused("r/n1,A,,\nr/n2,A,,\n", 3, "\"A\" is there twice, first in line 2", "one place"));
  EXPECT_TRUE(refused("r/n3,A,,\n", 2, "no node or device \"r/n3\"", "did you mean \"r/n"));
  EXPECT_TRUE(refused("r/n1,A,\n", 2, "3 fields, but 4 columns", "write a comma"));
  EXPECT_TRUE(refused("r/n1,,,\n", 2, "no serial", "no quotes"));
  EXPECT_TRUE(refused("r/n1,\"A\",,\n", 2, "no serial", "no quotes"));
  EXPECT_TRUE(refused("r/n1,A,,fan\n", 2, "\"fan\" is no part", "write memory"));
  EXPECT_TRUE(refused("r/n1/d0,A,,memory\n", 2, "\"memory\" is no part", "write memory"));
  EXPECT_TRUE(refused("r/n2,B,,\nr/n2,C,,\n", 3, "r/n2 has another serial", "one serial"));
  problems.clear();
  apply("target,serail\n");
  EXPECT_TRUE(
      has_problem(problems, "serials.csv", 1, "unknown column \"serail\"", "did you mean \"serial\"?"));
  problems.clear();
  apply("serial\n");
  EXPECT_TRUE(
      has_problem(problems, "serials.csv", 1, "the column target is not there once", "target,serial"));
  problems.clear();
  apply("");
  EXPECT_TRUE(has_problem(problems, "serials.csv", 1, "the file is empty", "target,serial"));
}

TEST(SerialsFile, LiesBesideTheSite) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("serials-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string text = promising_site("", "", "serials = \"serials.csv\"");
  const std::string file = folder / "site.toml";
  EXPECT_TRUE(has_problem(problems_of([&] { parse_site(text, file); }), file, 3, "cannot be read",
                          "beside the site file"));
  std::ofstream(folder / "serials.csv") << "target,serial\nr/n2,S2\n";
  const Site site = parse_site(text, file);
  EXPECT_EQ(site.nodes[1].serial, "S2");
  EXPECT_EQ(site.serials_text, "target,serial\nr/n2,S2\n");
  EXPECT_TRUE(has_problem(
      problems_of([&] { parse_site(promising_site("", "", "serials = \"../serials.csv\""), file); }), file, 3,
      "is not the name of a file beside", "serials.csv"));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace rackproof
