#include "reports/escape.hpp"

#include <gtest/gtest.h>

namespace rackproof {
namespace {

TEST(Escape, MarkupBecomesEntities) {
  EXPECT_EQ(escape_html("<b a=\"1\" c='2'>&"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
}

TEST(Escape, InvisibleCharactersAreShown) {
  EXPECT_EQ(visible_text("exe\xE2\x80\xAEgnp"), "exe\\u202egnp");
  EXPECT_EQ(visible_text(std::string_view("a\0b\n\x1b[31m", 9)), "a\\u0000b\\u000a\\u001b[31m");
  EXPECT_EQ(visible_text("a\xE2\x80\x8B"
                         "b\xEF\xBB\xBF\xC2\x85"),
            "a\\u200bb\\ufeff\\u0085");
  EXPECT_EQ(visible_text("\xF3\xA0\x81\x81"), "\\u{e0041}");
}

TEST(Escape, OrdinaryTextOfAnyScriptIsKept) {
  const std::string text = "机架 ≥ 9 GB/s µ é 🙂";
  EXPECT_EQ(visible_text(text), text);
  EXPECT_EQ(escape_html(text), text);
}

TEST(Escape, InvalidUtf8IsReplaced) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(visible_text("a\xFFz"), "a" + replacement + "z");
  EXPECT_EQ(visible_text("a\xC0\xBC"
                         "b"),
            "a" + replacement + replacement + "b");                                  // overlong '<'
  EXPECT_EQ(visible_text("\xED\xA0\x80"), replacement + replacement + replacement);  // surrogate
  EXPECT_EQ(visible_text("\xE2\x80"), replacement + replacement);                    // torn at the end
  EXPECT_EQ(visible_text("\xEF\xBF\xBE\xEF\xBF\xBF"), "\\ufffe\\uffff")
      << "characters that XML does not have";
  EXPECT_EQ(escape_html("\xE2<b>"), replacement + "&lt;b&gt;");  // swallows no markup
}

TEST(Escape, LongTextIsCutWithItsLengthNamed) {
  const std::string text(5000, 'x');
  EXPECT_EQ(visible_text(text), std::string(kLongestText, 'x') + "… (cut: 5000 characters in all)");
  EXPECT_EQ(visible_text(std::string(kLongestText, 'x')), std::string(kLongestText, 'x'));
  EXPECT_EQ(visible_text("éééé", 2), "éé… (cut: 4 characters in all)");
}

TEST(Escape, LinesAreKeptOnlyForDocuments) {
  EXPECT_EQ(escape_html_lines("a\n\t<b>\r"), "a\n\t&lt;b&gt;\\u000d");
  EXPECT_EQ(escape_html("a\nb"), "a\\u000ab");
}

}  // namespace
}  // namespace rackproof
