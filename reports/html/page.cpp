#include "reports/html/page.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "reports/escape.hpp"
#include "reports/html/style.hpp"

namespace rackproof {

namespace {

// "'sha256-<base64>'" as a Content-Security-Policy names the bytes between the tags.
std::string csp_hash(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)>
      text{};
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
  return fmt::format("'sha256-{}'", text.data());
}

std::string policy_of(const FrontEnd& front) {
  std::string policy = "default-src 'none'; ";
  if (!front.script.empty()) policy += fmt::format("script-src {}; ", csp_hash(front.script));
  policy += fmt::format("style-src {}", csp_hash(kPageStyle));
  if (!front.style.empty()) policy += " " + csp_hash(front.style);
  return policy + "; base-uri 'none'; form-action 'none'";
}

// A page in both languages names the first; the root says that there are two, and what shows them follows it.
std::string_view root_attributes(Language language) {
  if (language == Language::en) return "lang=\"en\"";
  if (language == Language::zh) return "lang=\"zh-CN\"";
  return "lang=\"en\" data-language=\"both\"";
}

}  // namespace

std::string html_page(const Page& page, bool with_scripts) {
  return html_page(page, with_scripts ? front_end() : FrontEnd{});
}

std::string html_page(const Page& page, const FrontEnd& front) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html {}>\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{}</style>\n",
      root_attributes(page.language), policy_of(front), escape_html(page.title), kPageStyle);
  if (!front.style.empty()) out.append("<style>").append(front.style).append("</style>\n");
  out.append("</head>\n<body>\n").append(page.body);
  if (!front.script.empty()) {
    for (const auto& block : page.data) {
      out += fmt::format("<script type=\"{}\" id=\"{}\">", block.json ? "application/json" : "text/plain",
                         block.id);
      out.append(block.content).append("</script>\n");
    }
    out.append("<script>").append(front.script).append("</script>\n");
  }
  return out.append("</body>\n</html>\n");
}

}  // namespace rackproof
