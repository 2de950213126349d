#include "harness/plan/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "harness/base/error.hpp"
#include "harness/base/split.hpp"

namespace rackproof {

namespace {

constexpr std::size_t kMostNames = 1'000'000;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// A word of a case id: lower case, digits and the signs that separate nothing.
bool is_word(std::string_view text) {
  const auto allowed = [](char c) {
    return is_lower(c) || is_digit(c) || c == '_' || c == '.' || c == '+' || c == '-';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool is_param(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return is_word(text);
  return is_word(text.substr(0, equals)) && is_word(text.substr(equals + 1));
}

// "/iterations:12" and the like: `text` is what stands behind the last '/'.
bool is_benchmark_suffix(std::string_view text) {
  constexpr auto kPlain = std::to_array<std::string_view>({"manual_time", "real_time", "process_time"});
  constexpr auto kNumbered = std::to_array<std::string_view>(
      {"iterations:", "repeats:", "threads:", "min_time:", "min_warmup_time:"});
  if (std::find(kPlain.begin(), kPlain.end(), text) != kPlain.end()) return true;
  for (const std::string_view key : kNumbered) {
    if (!text.starts_with(key)) continue;
    const std::string_view number = text.substr(key.size());
    return !number.empty() && is_digit(number.front()) &&
           std::all_of(number.begin(), number.end(),
                       [](char c) { return is_digit(c) || c == '.' || c == 's'; });
  }
  return false;
}

struct NumberRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::size_t width = 0;
};

std::uint64_t range_number(std::string_view digits, std::string_view pattern) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (code != std::errc{} || end != digits.data() + digits.size()) {
    throw Error(fmt::format("\"{}\": a range is written [1-8] or [001-512]", pattern));
  }
  return number;
}

NumberRange range_of(std::string_view inside, std::string_view pattern) {
  const std::size_t dash = inside.find('-');
  if (dash == std::string_view::npos) {
    throw Error(fmt::format("\"{}\": a range is written [1-8] or [001-512]", pattern));
  }
  NumberRange range{range_number(inside.substr(0, dash), pattern),
                    range_number(inside.substr(dash + 1), pattern), dash};
  if (range.first > range.last) {
    throw Error(
        fmt::format("\"{}\": [{}] runs backwards; write [{}-{}]", pattern, inside, range.last, range.first));
  }
  return range;
}

}  // namespace

std::optional<CaseId> parse_case_id(std::string_view id) {
  const std::size_t colon = id.find(':');
  const auto parts = split_at(id.substr(0, colon), '/');
  if (parts.size() != 3 || !std::all_of(parts.begin(), parts.end(), is_word)) return std::nullopt;
  CaseId out{std::string(parts[0]), std::string(parts[1]), std::string(parts[2]), {}};
  if (colon != std::string_view::npos) {
    for (const std::string_view param : split_at(id.substr(colon + 1), ',')) {
      if (!is_param(param)) return std::nullopt;
      out.params.emplace_back(param);
    }
  }
  return out;
}

bool is_device_case(std::string_view case_id) {
  const auto id = parse_case_id(case_id);
  return id && id->subject == "device";
}

std::optional<MetricId> parse_metric_id(std::string_view id) {
  const std::size_t hash = id.find('#');
  if (hash == std::string_view::npos) return std::nullopt;
  const std::string_view case_id = id.substr(0, hash);
  const std::string_view quantity = id.substr(hash + 1);
  if (!parse_case_id(case_id) || !is_word(quantity)) return std::nullopt;
  return MetricId{std::string(case_id), std::string(quantity)};
}

bool is_target_name(std::string_view name) {
  const auto allowed = [](char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '.' || c == '-';
  };
  const auto parts = split_at(name, '/');
  return std::all_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return !part.empty() && part != "." && part != ".." && std::all_of(part.begin(), part.end(), allowed);
  });
}

std::string strip_benchmark_suffix(std::string_view run_name) {
  while (true) {
    const std::size_t slash = run_name.rfind('/');
    if (slash == std::string_view::npos || !is_benchmark_suffix(run_name.substr(slash + 1))) {
      return std::string(run_name);
    }
    run_name = run_name.substr(0, slash);
  }
}

std::vector<std::string> expand_range(std::string_view pattern) {
  std::vector<std::string> names{std::string()};
  std::string_view rest = pattern;
  while (!rest.empty()) {
    const std::size_t open = rest.find_first_of("[]");
    for (std::string& name : names) name += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find_first_of("[]", open + 1);
    if (rest[open] == ']' || close == std::string_view::npos || rest[close] == '[') {
      throw Error(fmt::format("\"{}\": brackets do not match; a range is written [1-8]", pattern));
    }
    const NumberRange range = range_of(rest.substr(open + 1, close - open - 1), pattern);
    if (range.last - range.first >= kMostNames / names.size()) {
      throw Error(fmt::format("\"{}\" gives more than {} names", pattern, kMostNames));
    }
    std::vector<std::string> longer;
    longer.reserve(names.size() * static_cast<std::size_t>(range.last - range.first + 1));
    for (const std::string& name : names) {
      for (std::uint64_t number = range.first; number <= range.last; ++number) {
        longer.push_back(fmt::format("{}{:0{}}", name, number, range.width));
      }
    }
    names = std::move(longer);
    rest.remove_prefix(close + 1);
  }
  return names;
}

}  // namespace rackproof
