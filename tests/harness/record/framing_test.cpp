#include "harness/record/framing.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace rackproof {

using nlohmann::json;

TEST(Framing, WhatIsFramedIsUnframed) {
  const json record{{"type", "case_end"}, {"text", "line\nbreak, \"quotes\", 中文"}};
  const std::string line = frame(record);
  EXPECT_EQ(line.back(), '\n');
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(unframe(std::string_view(line).substr(0, line.size() - 1)), record);
}

TEST(Framing, OneFlippedBitAnywhereIsNoFrame) {
  const std::string line = frame({{"type", "hello"}, {"n", 1}});
  for (std::size_t at = 0; at + 1 < line.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = line.substr(0, line.size() - 1);
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      // Upper-case digits of the checksum are the same number; nothing else may pass.
      if (const auto record = unframe(damaged)) {
        EXPECT_EQ(*record, (json{{"type", "hello"}, {"n", 1}})) << at << ":" << bit;
        EXPECT_TRUE(at >= 4 && at < 12) << at;
      }
    }
  }
}

TEST(Framing, NoiseIsNoFrame) {
  for (const char* line :
       {"", "@rp ", "@rp 00000000 {}", "hello", "@rp zzzzzzzz {\"a\":1}", "@rp 12345678"}) {
    EXPECT_FALSE(unframe(line)) << line;
  }
  const std::string array = frame(json::array({1, 2}));
  EXPECT_FALSE(unframe(std::string_view(array).substr(0, array.size() - 1)));
}

TEST(Framing, InvalidUtf8IsReplaced) {
  const std::string line = frame({{"reason", "\xff\xfe"}});
  const auto record = unframe(std::string_view(line).substr(0, line.size() - 1));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->at("reason"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Framing, LinesAreSplitAtAnyByte) {
  const std::string text = "one\ntwo\n\nrest";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    LineSplitter lines;
    lines.add(std::string_view(text).substr(0, cut));
    std::vector<std::string> got;
    while (const auto line = lines.next()) got.push_back(*line);
    lines.add(std::string_view(text).substr(cut));
    while (const auto line = lines.next()) got.push_back(*line);
    EXPECT_EQ(got, (std::vector<std::string>{"one", "two", ""})) << cut;
    EXPECT_EQ(lines.rest(), "rest");
  }
}

}  // namespace rackproof
