// The front end as it is built in: what may stand in a page under its policy, and how much of it.
#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "reports/html/page.hpp"

namespace rackproof {

namespace {

TEST(FrontEnd, HasStyleAndScriptOrNeither) {
  const FrontEnd made = front_end();
  EXPECT_EQ(made.style.empty(), made.script.empty());
}

TEST(FrontEnd, IsSmall) {
  const FrontEnd made = front_end();
  EXPECT_LE(made.style.size() + made.script.size(), 64U * 1024U);
}

// Its hashes are of the exact bytes between the tags: nothing in them may end the element or be changed by a browser on reading.
TEST(FrontEnd, StandsInItsElementsAsItIs) {
  constexpr std::array<std::string_view, 5> kEnding{"</style", "</script", "<!--", "\r", "]]>"};
  const FrontEnd made = front_end();
  for (const std::string_view text : {made.style, made.script}) {
    for (const std::string_view ending : kEnding)
      EXPECT_EQ(text.find(ending), std::string_view::npos) << ending;
    EXPECT_EQ(text.find('\0'), std::string_view::npos);
  }
}

TEST(FrontEnd, RequestsStoresAndInjectsNothing) {
  constexpr std::array<std::string_view, 10> kRefused{
      "innerHTML",    "insertAdjacentHTML", "document.write", "eval(",          "new Function",
      "localStorage", "sessionStorage",     "fetch(",         "XMLHttpRequest", "url("};
  const FrontEnd made = front_end();
  for (const std::string_view text : {made.style, made.script}) {
    for (const std::string_view refused : kRefused)
      EXPECT_EQ(text.find(refused), std::string_view::npos) << refused;
  }
}

}  // namespace

}  // namespace rackproof
