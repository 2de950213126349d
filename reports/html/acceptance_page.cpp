#include "reports/html/acceptance_page.hpp"

#include <algorithm>

#include "reports/escape.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"

namespace rackproof {

namespace {

using html::put;

// One rack fits into mail, whatever is wrong with it.
constexpr html::PageRoom kRoomOfOneRack{.full = 8, .rows = 24, .findings = 30, .incidents = 60};

constexpr html::PageRoom kSheetAlone{.full = 0, .rows = 0, .racks = false};

// Names in a title are plain; the page escapes it.
std::string title_of(const ReportView& view, const Words& words) {
  const StatusMark mark = view.mark();
  const std::string& subject = view.only_rack.empty() ? view.site_name : view.only_rack;
  const Phrase title{texts::kPageTitle, words.plain_either(mark.word, mark.zh), view.plan_name, subject};
  return fmt::format("{} – rackproof", words.language() == Language::zh ? title.zh : title.en);
}

/// "2026-11-23 08:00" of "2026-11-23T08:00:00.000Z", which stands in the provenance; of anything else, itself.
std::string to_the_minute(const std::string& utc) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00.000Z";
  const auto is_as = [](char c, char shape) { return shape == '0' ? c >= '0' && c <= '9' : c == shape; };
  if (!std::ranges::equal(utc, kShape, is_as)) return utc;
  return utc.substr(0, 10) + ' ' + utc.substr(11, 5);
}

std::string header(const ReportView& view, const std::string& heading, const Words& words) {
  const auto bold = [](const std::string& text) {
    return fmt::format("<b><bdi>{}</bdi></b>", html::name(text));
  };
  return fmt::format(
      "<header>\n<h1>{} <small>rackproof</small></h1>\n<p>{}</p>\n<div "
      "id=\"rp-tools\"></div>\n</header>\n<main>\n",
      heading,
      words(texts::kHeaderLine, bold(view.plan_name), bold(view.site_name), bold(view.limits_name),
            html::name(to_the_minute(view.started_utc)), html::name(to_the_minute(view.finished_utc))));
}

}  // namespace

Page acceptance_page(const ReportView& view, Language language) {
  const Words words(language);
  const bool one_rack = !view.only_rack.empty();
  const html::PageRoom room = one_rack ? kRoomOfOneRack : html::PageRoom{};
  const html::PageLinks links(view, room);
  Page page{.language = language, .title = title_of(view, words), .body = {}, .data = {}};
  page.body = header(
      view,
      one_rack ? words(texts::kRackCertificate, html::name(view.only_rack)) : words(texts::kAcceptanceReport),
      words);
  page.body += html::verdict_strip(view, links, words);
  page.body += html::coverage_section(view.coverage, words);
  page.body += html::certificate_section(view.certificate, links, words);
  page.body += "<div id=\"rp-map\"></div>\n";
  if (view.racks.size() > kMostRacksWithoutSheet) page.body += html::wave_sheet(view, links, words);
  page.body += "<div id=\"rp-rack-table\"></div>\n";
  page.body += html::punch_list_section(view.punch_list, room, words);
  page.body += "<div id=\"rp-rack\"></div>\n";
  page.body += html::racks_section(view, words);
  page.body += html::pairs_section(view.pairs, words);
  page.body += html::findings_section(view.findings, room, words);
  page.body += html::incidents_section(view.incidents, room, words);
  page.body += html::provenance_section(view, words);
  page.body += html::signatures(words);
  page.body += "</main>\n";
  return page;
}

Page wave_sheet_page(const ReportView& view, Language language) {
  const Words words(language);
  const html::PageLinks links(view, kSheetAlone);
  Page page{.language = language, .title = title_of(view, words), .body = {}, .data = {}};
  page.body = header(view, words(texts::kWaveSheetTitle), words);
  page.body += html::verdict_strip(view, links, words);
  page.body += "<div id=\"rp-map\"></div>\n";
  page.body += html::wave_sheet(view, links, words);
  page.body += "<div id=\"rp-rack-table\"></div>\n<div id=\"rp-rack\"></div>\n";
  page.body += html::certificate_section(view.certificate, links, words);
  page.body += html::coverage_section(view.coverage, words);
  page.body += html::provenance_section(view, words);
  page.body += html::signatures(words);
  page.body += "</main>\n";
  return page;
}

}  // namespace rackproof
