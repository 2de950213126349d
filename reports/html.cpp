#include "reports/html.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "reports/escape.hpp"
#include "reports/html_sections.hpp"
#include "reports/html_style.hpp"

namespace rackproof {

namespace {

// "sha256-<base64>" as a Content-Security-Policy names the bytes between the style tags.
std::string csp_hash(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)>
      text{};
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
  return fmt::format("sha256-{}", text.data());
}

}  // namespace

std::string html_report(const ReportView& view) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; base-uri "
      "'none'; "
      "form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>{}: {} on {} – rackproof</title>\n<style>",
      csp_hash(kHtmlStyle), escape_html(view.mark().word), escape_html(view.plan_name),
      escape_html(view.site_name));
  page += kHtmlStyle;
  page += fmt::format(
      "</style>\n</head>\n<body>\n<header>\n<h1>Acceptance report <small>rackproof</small></h1>\n"
      "<p>plan <b><bdi>{}</bdi></b> · site <b><bdi>{}</bdi></b> · limits <b><bdi>{}</bdi></b> · {} to {} "
      "(UTC)</p>\n</header>\n<main>\n",
      escape_html(view.plan_name), escape_html(view.site_name), escape_html(view.limits_name),
      escape_html(view.started_utc), escape_html(view.finished_utc));
  page += html::verdict_strip(view);
  page += html::coverage_section(view);
  page += html::certificate_section(view);
  page += html::punch_list_section(view);
  page += html::racks_section(view);
  page += html::findings_section(view);
  page += html::incidents_section(view);
  page += html::provenance_section(view);
  page += "</main>\n</body>\n</html>\n";
  return page;
}

std::string html_report(const Results& results, const Limits& limits, const Verdicts& verdicts) {
  return html_report(make_report_view(results, limits, verdicts));
}

}  // namespace rackproof
