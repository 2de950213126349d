#include "harness/plan/toml_table.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "tests/harness/plan/problems_of.hpp"

namespace rackproof {
namespace {

constexpr double kHuge = 1e300;

class TomlTableTest : public testing::Test {
 protected:
  TomlTable& read(std::string_view text) {
    root_ = parse_toml(text, "a.toml");
    return table_.emplace(root_, "a.toml", problems_);
  }
  testing::AssertionResult found(int line, const std::string& message, const std::string& hint) const {
    return has_problem(problems_, "a.toml", line, message, hint);
  }
  std::vector<Diagnostic> problems_;
  toml::table root_;
  std::optional<TomlTable> table_;
};

TEST_F(TomlTableTest, ReadsEveryType) {
  TomlTable& table = read(
      "schema = 1\nname = \"x\"\nn = 7\nr = 2\nf = true\nt = \"5 ms\"\nl = [\"a\", \"b\"]\nm = { k = \"v\" "
      "}\n"
      "[[sub]]\nq = 1\n[[sub]]\n");
  require_schema(table);
  EXPECT_EQ(table.text("name"), "x");
  EXPECT_EQ(table.text("other", "fallback"), "fallback");
  EXPECT_EQ(table.integer("n", 0, 0, 10), 7);
  EXPECT_EQ(table.integer("absent", 3, 0, 10), 3);
  EXPECT_DOUBLE_EQ(table.real("r", 0, 0, 10), 2);
  EXPECT_TRUE(table.flag("f", false));
  EXPECT_DOUBLE_EQ(table.quantity("t", 0, kSecond), 0.005);
  EXPECT_EQ(table.texts("l"), (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(table.text_map("m").size(), 1u);
  EXPECT_EQ(table.text_map("m")[0].second, "v");
  ASSERT_EQ(table.tables("sub").size(), 2u);
  EXPECT_EQ(table.line("n"), 3);
  table.finish();
  EXPECT_TRUE(problems_.empty()) << to_string(problems_.front());
  TomlTable sub(*table.tables("sub")[1], "a.toml", problems_);
  EXPECT_EQ(sub.line(), 11);
}

TEST_F(TomlTableTest, WrongTypes) {
  TomlTable& table = read(
      "a = 5\nb = \"5\"\nc = 1.5\nd = \"x\"\ne = 1\nf = 30\ng = \"x\"\nh = [\"a\",\n 2]\ni = [1]\n"
      "j = { k = 1 }\n[k]\n");
  EXPECT_EQ(table.text("a", "other"), "other");
  EXPECT_EQ(table.integer("b", 4, 0, 9), 4);
  EXPECT_EQ(table.integer("c", 4, 0, 9), 4);
  EXPECT_DOUBLE_EQ(table.real("d", 0.5, 0, 1), 0.5);
  EXPECT_FALSE(table.flag("e", false));
  EXPECT_DOUBLE_EQ(table.quantity("f", 2, kSecond), 2);
  EXPECT_TRUE(table.texts("g").empty());
  EXPECT_EQ(table.texts("h").size(), 1u);
  EXPECT_TRUE(table.text_map("i").empty());
  EXPECT_TRUE(table.text_map("j").empty());
  EXPECT_TRUE(table.tables("k").empty());
  EXPECT_TRUE(found(1, "a must be a text, not an integer", "a = \"5\""));
  EXPECT_TRUE(found(2, "b must be an integer, not a text", "b = 4"));
  EXPECT_TRUE(found(3, "c must be an integer, not a number with a fraction", "c = 4"));
  EXPECT_TRUE(found(4, "d must be a number", "d = 0.5"));
  EXPECT_TRUE(found(5, "e must be true or false, not an integer", "e = false"));
  EXPECT_TRUE(found(6, "f must be a quantity with its unit", "f = \"30 s\""));
  EXPECT_TRUE(found(7, "g must be a list of texts, not a text", "g = ["));
  EXPECT_TRUE(found(9, "h must be a list of texts, not an integer", "h = ["));
  EXPECT_TRUE(found(10, "i must be a table of texts", "i = {"));
  EXPECT_TRUE(found(11, "j.k must be a text", "j.k = "));
  EXPECT_TRUE(found(12, "k must be a list of tables, not a table", "[[k]]"));
  EXPECT_EQ(problems_.size(), 11u);
}

TEST_F(TomlTableTest, Ranges) {
  TomlTable& table = read("a = 0\nb = 11\nc = nan\nd = inf\ne = -0.1\n");
  EXPECT_EQ(table.integer("a", 2, 1, 10), 2);
  EXPECT_EQ(table.integer("b", 2, 1, 10), 2);
  EXPECT_DOUBLE_EQ(table.real("c", 2, -kHuge, kHuge), 2);
  EXPECT_DOUBLE_EQ(table.real("d", 2, -kHuge, kHuge), 2);
  EXPECT_DOUBLE_EQ(table.real("e", 2, 0, 1), 2);
  EXPECT_TRUE(found(1, "a = 0 is out of range", "from 1 to 10"));
  EXPECT_TRUE(found(2, "b = 11 is out of range", "from 1 to 10"));
  EXPECT_TRUE(found(3, "c = nan is out of range", "write a number"));
  EXPECT_TRUE(found(4, "d = inf is out of range", "write a number"));
  EXPECT_TRUE(found(5, "e = -0.1 is out of range", "from 0 to 1"));
}

TEST_F(TomlTableTest, Quantities) {
  TomlTable& table = read("a = \"5 GB\"\nb = \"5 parsecs\"\nc = \"long\"\nd = \"3 GB/s\"\n");
  EXPECT_DOUBLE_EQ(table.quantity("a", 2, kSecond), 2);
  EXPECT_DOUBLE_EQ(table.quantity("b", 2, kSecond), 2);
  EXPECT_DOUBLE_EQ(table.quantity("c", 2, kSecond), 2);
  EXPECT_DOUBLE_EQ(table.quantity("d", 2, kBytePerSecond), 3e9);
  EXPECT_TRUE(found(1, "a = \"5 GB\" is in B, not in s", "a = \"30 s\""));
  EXPECT_TRUE(found(2, "unknown unit \"parsecs\"", "a quantity in s"));
  EXPECT_TRUE(found(3, "\"long\" is not a quantity", "c = \"30 s\""));
  EXPECT_EQ(problems_.size(), 3u);
}

TEST_F(TomlTableTest, RequiredTexts) {
  TomlTable& table = read("\n\na = \"\"\n[[sub]]\nx = 1\n");
  table.text("a", {}, true);
  EXPECT_TRUE(found(3, "a is empty", "a = \"...\""));
  TomlTable sub(*table.tables("sub")[0], "a.toml", problems_);
  sub.text("name", {}, true);
  EXPECT_TRUE(found(4, "name is missing", "name = \"...\""));
}

TEST_F(TomlTableTest, UnknownKeys) {
  TomlTable& table = read("name = \"x\"\n\nlauches = 2\nzzzzzzzzzzzz = 3\n[[nod]]\n");
  table.text("name");
  table.integer("launches", 1, 1, 3);
  table.tables("node");
  table.finish();
  EXPECT_TRUE(found(3, "unknown key \"lauches\"", "did you mean \"launches\"?"));
  EXPECT_TRUE(found(4, "unknown key \"zzzzzzzzzzzz\"", "known here: name, launches, node"));
  EXPECT_TRUE(found(5, "unknown key \"nod\"", "did you mean \"node\"?"));
}

TEST_F(TomlTableTest, Schema) {
  require_schema(read("a = 1\n"));
  EXPECT_TRUE(found(1, "schema is missing", "schema = 1"));
  problems_.clear();
  require_schema(read("\nschema = 2\n"));
  EXPECT_TRUE(found(2, "not known", "schema = 1"));
  problems_.clear();
  require_schema(read("schema = \"1\"\n"));
  EXPECT_TRUE(found(1, "not known", "schema = 1"));
}

TEST(Toml, SyntaxErrorHasItsLine) {
  const auto problems = problems_of([] { parse_toml("a = 1\nb = [1,\nc = 2\n", "bad.toml"); });
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].file, "bad.toml");
  EXPECT_GE(problems[0].line, 2);
  EXPECT_FALSE(problems[0].message.empty());
  EXPECT_TRUE(
      has_problem(problems_of([] { parse_toml("a = 1\na = 2\n", "bad.toml"); }), "bad.toml", 2, "", "TOML"));
  EXPECT_EQ(problems_of([] { parse_toml("a = \"\xff\xfe\"\n", "bad.toml"); }).size(), 1u);
}

TEST(Toml, UnreadableFileIsAProblem) {
  const auto missing = problems_of([] { read_configuration("/nonexistent/plan.toml"); });
  EXPECT_TRUE(has_problem(missing, "/nonexistent/plan.toml", 0, "cannot be read", "path"));
  const std::string folder = testing::TempDir();
  EXPECT_TRUE(
      has_problem(problems_of([&] { read_configuration(folder); }), folder, 0, "cannot be read", "path"));
  const std::filesystem::path file = std::filesystem::path(folder) / "rackproof_read_configuration.toml";
  std::ofstream(file) << "a = 1\n";
  EXPECT_EQ(read_configuration(file), "a = 1\n");
  std::ofstream(file, std::ios::trunc).close();
  EXPECT_EQ(read_configuration(file), "");
  std::filesystem::remove(file);
}

TEST(Toml, ProblemsAreRaisedInTheOrderOfTheirLines) {
  EXPECT_NO_THROW(raise_problems({}));
  const auto problems = problems_of([] {
    raise_problems({{"f", 9, "c", ""}, {"f", 2, "a", ""}, {"f", 2, "b", ""}});
  });
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].message + problems[1].message + problems[2].message, "abc");
}

}  // namespace
}  // namespace rackproof
