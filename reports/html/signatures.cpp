#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"

namespace rackproof::html {

std::string signatures(const Words& words) {
  std::string out = fmt::format("<section class=\"sign\">\n<h2>{}</h2>\n<ul>\n", words(texts::kSignatures));
  for (const Text& party : {texts::kBuyer, texts::kVendor, texts::kWitness})
    put(out, "<li><b>{}</b><small>{}</small></li>\n", words(party), words(texts::kNameAndDate));
  return out + "</ul>\n</section>\n";
}

}  // namespace rackproof::html
