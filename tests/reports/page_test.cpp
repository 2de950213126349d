#include "reports/html/page.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>

#include "reports/html/acceptance_page.hpp"
#include "tests/reports/page_text.hpp"
#include "tests/reports/sample_campaign.hpp"

namespace rackproof {
namespace {

using test::between;

constexpr FrontEnd kFront{.style = ".map{width:9px}", .script = "document.title='1'"};

std::string hash_of(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::array<char, 64> text{};
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
  return std::string("'sha256-") + text.data() + "'";
}

Page sample_page(Language language) {
  const auto c = test::rejected_campaign();
  Page page = acceptance_page(make_report_view(c.results, c.limits, c.verdicts), language);
  page.data = {{.id = "rp-data", .json = true, .content = "{\"schema\":1}"},
               {.id = "rp-racks", .content = "aGk="}};
  return page;
}

TEST(Page, PolicyNamesStylesAndScriptByTheirBytes) {
  const std::string page = html_page(sample_page(Language::both), kFront);
  const std::string policy = between(page, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_NE(policy.find("script-src " + hash_of(kFront.script) + ";"), std::string::npos) << policy;
  EXPECT_NE(policy.find(hash_of(between(page, "<style>", "</style>")) + " " + hash_of(kFront.style)),
            std::string::npos)
      << policy;
  EXPECT_TRUE(policy.starts_with("default-src 'none';"));
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
}

TEST(Page, DataStandsAfterTheBodyAndBeforeTheScript) {
  const std::string page = html_page(sample_page(Language::en), kFront);
  const auto main_end = page.find("</main>");
  const auto data = page.find("<script type=\"application/json\" id=\"rp-data\">{\"schema\":1}</script>");
  const auto column = page.find("<script type=\"text/plain\" id=\"rp-racks\">aGk=</script>");
  const auto script = page.find("<script>document.title='1'</script>");
  ASSERT_NE(script, std::string::npos);
  EXPECT_LT(main_end, data);
  EXPECT_LT(data, column);
  EXPECT_LT(column, script);
}

TEST(Page, TheStaticPartIsTheSameWithAndWithoutScripts) {
  const Page page = sample_page(Language::both);
  const std::string with = html_page(page, kFront);
  const std::string without = html_page(page, false);
  EXPECT_EQ(without.find("<script"), std::string::npos);
  EXPECT_EQ(without.find("script-src"), std::string::npos);
  EXPECT_NE(with.find("<script"), std::string::npos);
  EXPECT_EQ(between(with, "<body>", "</main>"), between(without, "<body>", "</main>"));
  EXPECT_NE(between(without, "<body>", "</main>").find("id=\"certificate\""), std::string::npos);
}

TEST(Page, TheTitleIsEscaped) {
  Page page = sample_page(Language::en);
  page.title = "</title><script>";
  EXPECT_EQ(between(html_page(page, false), "<title>", "</title>"), "&lt;/title&gt;&lt;script&gt;");
}

TEST(Page, TheRootNamesItsLanguages) {
  EXPECT_NE(html_page(sample_page(Language::en), false).find("<html lang=\"en\">"), std::string::npos);
  EXPECT_NE(html_page(sample_page(Language::zh), false).find("<html lang=\"zh-CN\">"), std::string::npos);
  EXPECT_NE(html_page(sample_page(Language::both), false).find("<html lang=\"en\" data-language=\"both\">"),
            std::string::npos);
}

}  // namespace
}  // namespace rackproof
