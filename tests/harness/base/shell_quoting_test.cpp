#include "harness/base/shell_quoting.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace rackproof {
namespace {

TEST(ShellQuoting, QuotesCannotBeLeft) {
  EXPECT_EQ(shell_quoted("a:b,c=1"), "'a:b,c=1'");
  EXPECT_EQ(shell_quoted("x'; rm -rf $HOME '"), "'x'\\''; rm -rf $HOME '\\'''");
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted(std::vector<std::string>{"a b", "-n"}), "'a b' '-n'");
  EXPECT_EQ(shell_quoted(std::vector<std::string>{}), "");
}

TEST(ShellQuoting, AShellReadsEveryWordBack) {
  std::vector<std::string> words{
      "",  "'",   "''",    "it's",        " two  blanks ", "$HOME ${x} $(id) `id`", "a\nb\n", "-n", "--",
      "~", "a=b", "*?[a]", "a;b&c|d>e<f", "\"q\"",         "back\\slash\\",         "#c",     "!"};
  std::string bytes;  // each but zero
  for (int c = 1; c < 256; ++c) bytes += static_cast<char>(c);
  words.push_back(bytes);
  std::vector<std::string> command{"printf", "%s\\0"};
  command.insert(command.end(), words.begin(), words.end());
  std::string expected;
  for (const std::string& word : words) expected += word + '\0';
  const auto file =
      std::filesystem::temp_directory_path() / fmt::format("rackproof quoting's-{}", ::getpid());
  const std::string line = "exec " + shell_quoted(command) + " > " + shell_quoted(file.string());
  ASSERT_EQ(std::system(line.c_str()), 0);
  std::ifstream in(file, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), expected);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace rackproof
