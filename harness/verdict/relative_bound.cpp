#include "harness/verdict/relative_bound.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "harness/base/closest.hpp"
#include "harness/base/error.hpp"
#include "harness/base/trimmed.hpp"
#include "harness/verdict/rated.hpp"
#include "harness/verdict/verdict_texts.hpp"

namespace rackproof {

namespace {

constexpr std::string_view kRated = "rated.";
constexpr double kLargestShare = 10;
constexpr const char* kExamples =
    "write for example \"90 % of rated.memory_bandwidth\" or \"0.97 x median of peers\"";

std::string_view trimmed(std::string_view text) { return rackproof::trimmed(text, " "); }

bool takes(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text = trimmed(text.substr(word.size()));
  return true;
}

}  // namespace

bool is_relative(std::string_view text) {
  return text.find("rated") != std::string_view::npos || text.find("peers") != std::string_view::npos;
}

RelativeBound parse_relative_bound(std::string_view text) {
  const auto refuse = [&](std::string_view what) -> Error {
    return Error(fmt::format("\"{}\": {}; {}", text, what, kExamples));
  };
  RelativeBound bound;
  const std::string copy(trimmed(text));
  char* end = nullptr;
  bound.share = std::strtod(copy.c_str(), &end);
  if (end == copy.c_str()) throw refuse("no share");
  std::string_view rest =
      trimmed(std::string_view(copy).substr(static_cast<std::size_t>(end - copy.c_str())));
  if (takes(rest, "%")) {
    bound.share /= 100;
    if (!takes(rest, "of ")) throw refuse("\"%\" without \"of\"");
  } else if (!takes(rest, "×") && !takes(rest, "x ")) {
    throw refuse("a share is followed by \"% of\" or \"x\"");
  }
  if (!(bound.share > 0 && bound.share <= kLargestShare)) throw refuse("the share is not between 0 and 10");
  takes(rest, "the ");
  if (rest == "median of peers") {
    bound.to = RelativeBound::To::peers;
    return bound;
  }
  if (!rest.starts_with(kRated)) throw refuse("not a share of a rated value or of the median of peers");
  bound.quantity = std::string(rest.substr(kRated.size()));
  if (find_rated_quantity(bound.quantity) == nullptr) {
    const auto near = closest(bound.quantity, rated_quantity_names());
    throw Error(fmt::format("no rated quantity is called \"{}\"; {}", bound.quantity,
                            near ? fmt::format("did you mean \"rated.{}\"?", *near)
                                 : fmt::format("there are {}", fmt::join(rated_quantity_names(), ", "))));
  }
  return bound;
}

Phrase phrase_of(const RelativeBound& bound) {
  const std::string share = fmt::format("{:.6g}", bound.share * 100);
  if (bound.to == RelativeBound::To::peers) return {verdict_texts::kShareOfPeers, share};
  return {verdict_texts::kShareOfRated, share, bound.quantity};
}

std::string to_string(const RelativeBound& bound) { return phrase_of(bound).en; }

}  // namespace rackproof
