// What holds for every page: elements nest, ids are unique, links inside the page lead somewhere, and nothing is executed or styled inline.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace rackproof::test {

/// Problems of the elements of `html`, one a line; empty: none.
inline std::string problems_of(const std::string& html) {
  static const std::set<std::string> kVoid{"br", "wbr", "meta", "hr"};
  static const std::regex tag(R"re(<(/?)([a-zA-Z0-9]+)((?:\s+[a-zA-Z0-9:-]+(?:="[^"<>]*")?)*)\s*(/?)>)re");
  static const std::regex attribute(R"re(([a-zA-Z0-9:-]+)="([^"]*)")re");
  std::string out, rest;
  std::vector<std::string> open;
  std::set<std::string> ids;
  std::vector<std::string> links;
  auto last = html.cbegin();
  for (std::sregex_iterator at(html.begin(), html.end(), tag), end; at != end; ++at) {
    rest.append(last, html.cbegin() + at->position());
    last = html.cbegin() + at->position() + at->length();
    const std::string name = (*at)[2];
    if ((*at)[1].length() > 0) {
      if (open.empty() || open.back() != name) out += "</" + name + "> closes nothing\n";
      if (!open.empty()) open.pop_back();
      continue;
    }
    if (name == "script" || name == "style" || name == "iframe" || name == "img") out += "<" + name + ">\n";
    const std::string attributes = (*at)[3];
    for (std::sregex_iterator one(attributes.begin(), attributes.end(), attribute); one != end; ++one) {
      const std::string key = (*one)[1], value = (*one)[2];
      if (key == "style" || key.starts_with("on")) out += name + " has " + key + "\n";
      if (key == "id" && !ids.insert(value).second) out += "two elements are " + value + "\n";
      if (key == "href") links.push_back(value);
    }
    if ((*at)[4].length() == 0 && !kVoid.contains(name)) open.push_back(name);
  }
  rest.append(last, html.cend());
  for (const std::string& name : open) out += "<" + name + "> is not closed\n";
  for (const std::string& link : links) {
    if (!link.starts_with("#") || !ids.contains(link.substr(1))) out += "a link leads to " + link + "\n";
  }
  if (rest.find_first_of("<>") != std::string::npos) out += "a < or > stands in a text\n";
  return out;
}

inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Numbers of an attribute, in order of the page.
inline std::vector<double> numbers_of(const std::string& html, const std::string& attribute) {
  std::vector<double> out;
  const std::regex number(" " + attribute + "=\"(-?[0-9.]+)\"");
  for (std::sregex_iterator at(html.begin(), html.end(), number), end; at != end; ++at)
    out.push_back(std::stod((*at)[1]));
  return out;
}

inline const std::string kHostile = "</title><script>alert(1)</script>\"'& style=\"x\" \xE2\x80\xAE gnp.exe";

}  // namespace rackproof::test
