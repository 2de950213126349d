#include "harness/base/error.hpp"

#include <gtest/gtest.h>

namespace rackproof {

TEST(Errors, ContextIsPutBeforeTheTextAndTheLocationStays) {
  const Error inner("line 12: no unit");
  const Error outer = inner.within("while reading limits.toml");
  EXPECT_STREQ(outer.what(), "while reading limits.toml: line 12: no unit");
  EXPECT_EQ(outer.where().line(), inner.where().line());
}

TEST(Errors, ADiagnosticIsOneLineWithFileLineAndHint) {
  EXPECT_EQ(to_string(Diagnostic{"a.toml", 3, "unknown key \"lauches\"", "did you mean \"launches\"?"}),
            "a.toml:3: unknown key \"lauches\"; did you mean \"launches\"?");
  EXPECT_EQ(to_string(Diagnostic{"a.toml", 0, "two\nlines", ""}), "a.toml: two\\x0alines");
}

TEST(Errors, AConfigurationErrorKeepsAllProblems) {
  const ConfigurationError error({{"a", 1, "x", ""}, {"a", 2, "y", "z"}});
  EXPECT_EQ(error.diagnostics().size(), 2u);
  EXPECT_STREQ(error.what(), "a:1: x\na:2: y; z");
}

}  // namespace rackproof
