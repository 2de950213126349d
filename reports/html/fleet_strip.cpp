#include <algorithm>
#include <cmath>

#include "reports/escape.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_words.hpp"

namespace rackproof::html {

namespace {

constexpr double kWidth = 128, kHeight = 24;

// Heights are square roots, so that one bad target beside thousands of good ones is seen.
std::string bars(const std::vector<std::uint32_t>& counts) {
  const double tallest = std::sqrt(static_cast<double>(std::ranges::max(counts)));
  const double width = kWidth / static_cast<double>(counts.size());
  std::string path;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const double height = std::max(1.5, kHeight * std::sqrt(static_cast<double>(counts[i])) / tallest);
    put(path, "M{:g} {:g}v{:.3g}h{:.3g}V{:g}z", width * static_cast<double>(i), kHeight, -height, width * 0.9,
        kHeight);
  }
  return path;
}

}  // namespace

std::string fleet_strip_svg(const CertificateRow& row, const Words& words) {
  const FleetStrip& strip = row.strip;
  if (strip.counts.empty() || !(strip.low < strip.high) || std::ranges::max(strip.counts) == 0) return {};
  std::size_t targets = 0;
  for (const auto n : strip.counts) targets += n;
  const Phrase title{texts::kStripTitle, targets, view_word(row.limit)};
  std::string out = fmt::format(
      "<svg class=\"strip-svg\" role=\"img\" viewBox=\"0 0 {:g} {:g}\"><title>{}</title><path d=\"{}\"/>",
      kWidth, kHeight, escape_html(words.plain_either(title.en, title.zh)), bars(strip.counts));
  for (const double bound : strip.bounds) {
    const double x = std::clamp((bound - strip.low) / (strip.high - strip.low), 0.0, 1.0) * (kWidth - 2) + 1;
    put(out, "<path stroke-dasharray=\"3 2\" d=\"M{:.4g} 0V{:g}\"/>", x, kHeight);
  }
  return out + "</svg>";
}

}  // namespace rackproof::html
