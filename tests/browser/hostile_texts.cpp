#include "tests/browser/hostile_texts.hpp"

namespace rackproof::browser {

namespace {

using namespace std::string_literals;

HostileText as_it_is(const char* name, const std::string& text) { return {name, text, text}; }

std::vector<HostileText> markup() {
  return {
      as_it_is("script-end", "</script><script>window.__xss=1</script>"),
      as_it_is("script-upper", "</SCRIPT ><SCRIPT>window.__xss=1</SCRIPT>"),
      as_it_is("comment", "<!--<script>window.__xss=1"),
      as_it_is("comment-end", "--><script>window.__xss=1</script>"),
      as_it_is("double-quote", "\"><svg onload=window.__xss=1>"),
      as_it_is("single-quote", "'><img src=x onerror=window.__xss=1>"),
      as_it_is("handler", "\" autofocus tabindex=\"0\" onfocus=\"window.__xss=1"),
      as_it_is("block-end", "</title></pre></textarea></style><script>window.__xss=1</script>"),
      as_it_is("style", "</style><style>body{background:url(https://x.example/)}</style>"),
      as_it_is("base",
               "<base href=\"https://x.example/\"><meta http-equiv=\"refresh\" "
               "content=\"0;url=https://x.example/\">"),
      as_it_is("frame", "<iframe srcdoc=\"<script>parent.__xss=1</script>\"></iframe>"),
      as_it_is("unfinished", "<a href='https://x.example/?"),
      as_it_is("mutation",
               "<math><mtext></table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x "
               "onerror=window.__xss=1&gt;\">"),
      as_it_is("cdata", "]]><![CDATA["),
      as_it_is("entities", "&lt;script&gt;window.__xss=1&lt;/script&gt;&amp;&#x3c;"),
      as_it_is("utf7", "+ADw-script+AD4-window.__xss=1+ADw-/script+AD4-"),
  };
}

std::vector<HostileText> formats() {
  return {
      as_it_is("address", "javascript:window.__xss=1//"),
      as_it_is("template", "{{constructor.constructor('window.__xss=1')()}}${window.__xss=1}"),
      as_it_is("placeholder", "{0} {} {:d} %s %n"),
      as_it_is("replacement", "$& $` $' $1 $$ \\1 \\u003c"),
      as_it_is("property", "__proto__"),
      as_it_is("formula", "=cmd|' /C calc'!A0"),
  };
}

std::vector<HostileText> characters() {
  return {
      {"reversed", "\u202Egnp.exe", "\\u202egnp.exe"},
      {"isolated", "\u2066a\u2069\u061C", "\\u2066a\\u2069\\u061c"},
      {"unseen", "a\u200Bb\uFEFFc\u2060d\u00ADe", "a\\u200bb\\ufeffc\\u2060d\\u00ade"},
      {"tagged", "a\U000E0041", "a\\u{e0041}"},
      {"separators", "a\u2028b\u2029c", "a\\u2028b\\u2029c"},
      {"nul", "a\0b"s, "a\\u0000b"},
      {"controls", "\x1B[31mred\x07\x7F", "\\u001b[31mred\\u0007\\u007f"},
      {"not-utf8", "\xFF\xC0\x80\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD", false},
      as_it_is("chinese", "七号机柜·不予验收"),
      {"emoji", "🧯👩\u200D🚒", "🧯👩\\u200d🚒"},
      as_it_is("right-to-left", "ארון العربية"),
      {"million", std::string(1'000'000, 'A'), "… (cut: 1000", false},
  };
}

}  // namespace

std::vector<HostileText> hostile_texts() {
  std::vector<HostileText> all{as_it_is("harmless", "harmless")};
  for (const auto& more : {markup(), formats(), characters()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace rackproof::browser
