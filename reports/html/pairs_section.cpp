// Of each metric between two nodes, the pairs that are worst.
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/language/section_texts.hpp"
#include "reports/language/view_words.hpp"

namespace rackproof::html {

namespace {

std::string heading(const WorstPairs& pairs, const Words& words) {
  std::string out = fmt::format("<h3>{}</h3>\n<p class=\"note\">{}", id(pairs.metric),
                                words(texts::kPairsOf, pairs.measured, pairs.missing, name(pairs.median)));
  if (!pairs.limit.empty()) put(out, " {}", words(texts::kWithLimit, name(pairs.limit)));
  return out + "</p>\n";
}

void row(std::string& out, const WorstPair& pair, const Words& words) {
  put(out,
      "<tr><th scope=\"row\" class=\"id\">{}{}</th><td class=\"n\">{}</td><td "
      "class=\"n\">{}</td><td>{}</td></tr>\n",
      id(pair.target), pair.suspected ? small(words(texts::kSuspected)) : "",
      shown(words, view_word(pair.value)), pair.against_median,
      pair.verdict ? badge(words, mark_of(*pair.verdict)) : "");
}

}  // namespace

std::string pairs_section(const std::vector<WorstPairs>& metrics, const Words& words) {
  if (metrics.empty()) return {};
  std::string out = fmt::format("<section>\n<h2 id=\"pairs\">{}</h2>\n<p class=\"note\">{}</p>\n",
                                words(texts::kPairs), words(texts::kPairsNote));
  for (const WorstPairs& pairs : metrics) {
    out += heading(pairs, words);
    put(out, "{}<thead><tr>{}{}{}{}</tr></thead><tbody>\n",
        table_start("pairs", words.plain(texts::kTableOf, pairs.metric, words.plain(texts::kPairs))),
        column(words, texts::kPair), column(words, texts::kValue, true),
        column(words, texts::kAgainstMedian, true), column(words, texts::kVerdictColumn));
    for (const WorstPair& pair : pairs.worst) row(out, pair, words);
    out += kTableEnd;
    out += more(words, pairs.measured + pairs.missing - pairs.worst.size(), texts::kMorePairs);
  }
  return out + "</section>\n";
}

}  // namespace rackproof::html
