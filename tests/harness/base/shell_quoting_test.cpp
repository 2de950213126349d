#include "harness/launch/shell_quoting.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness/record/durable_file.hpp"
#include "tests/harness/launch/small_campaign.hpp"

namespace rackproof {
namespace {

TEST(ShellQuoting, HarmlessWordsStayReadable) {
  EXPECT_EQ(shell_quoted(Command{"/opt/rackproof/bin/rackproof-worker", "attached"}),
            "/opt/rackproof/bin/rackproof-worker attached");
  EXPECT_EQ(shell_quoted(std::string_view("a:1,b:2@c+d-e_f.g")), "a:1,b:2@c+d-e_f.g");
}

TEST(ShellQuoting, EverythingElseIsQuoted) {
  EXPECT_EQ(shell_quoted(std::string_view("")), "''");
  EXPECT_EQ(shell_quoted(std::string_view("it's")), "'it'\\''s'");
  EXPECT_EQ(shell_quoted(std::string_view("$HOME")), "'$HOME'");
  for (const char* word :
       {"a b", "~", "a=b", "#", "!", "*", "a;b", "a\nb", "`x`", "\\", "\"", "(", "{a}", "\xc3\xbc"})
    EXPECT_TRUE(shell_quoted(std::string_view(word)).starts_with("'")) << word;
}

TEST(ShellQuoting, AShellReadsEveryWordBack) {
  const auto folder = new_folder();
  const Command words{"",
                      "'",
                      "''",
                      "it's",
                      " two  blanks ",
                      "$HOME ${x} $(id) `id`",
                      "line\nbreak\n",
                      "-n",
                      "--",
                      "~",
                      "a=b",
                      "*",
                      "?[a]",
                      "a;b&c|d>e<f",
                      "\"q\"",
                      "back\\slash\\",
                      "#c",
                      "!",
                      "\t\r\x01\x7f",
                      "\xc3\xbc"};
  // Each byte but zero, too.
  std::string bytes;
  for (int c = 1; c < 256; ++c) bytes += static_cast<char>(c);
  Command expected = words;
  expected.push_back(bytes);
  Command command{"printf", "%s\\0"};
  command.insert(command.end(), expected.begin(), expected.end());
  std::string text;
  for (const std::string& word : expected) text += word + '\0';
  Process shell({"/bin/sh", "-c", "exec " + shell_quoted(command) + " > \"$0\"", folder / "out"},
                folder / "log");
  ASSERT_EQ(shell.finish(20), 0);
  EXPECT_EQ(read_file(folder / "out"), text);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace rackproof
