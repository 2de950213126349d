#include "harness/record/utc_time.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace rackproof {

namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kEarliest = 946'684'800, kLatest = 4'102'444'800;  // 2000, 2100

/// The number that so many digits make, taken off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  const std::string_view digits = text.substr(0, count);
  if (digits.size() != count || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  int value = 0;
  std::from_chars(digits.data(), digits.data() + count, value);
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// ns of ".25"; 0 when there is no fraction; nothing for one without digits.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
  if (!take(text, ".")) return 0;
  const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  if (size == 0) return std::nullopt;
  std::int64_t ns = 0;
  std::int64_t unit = kNanoseconds;
  for (const char digit : text.substr(0, size)) ns += (digit - '0') * (unit /= 10);
  text.remove_prefix(size);
  return ns;
}

/// Seconds that a zone is ahead of UTC.
std::optional<int> take_zone(std::string_view& text) {
  if (take(text, "Zz")) return 0;
  const bool is_behind = !text.empty() && text.front() == '-';
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  take(text, ":");
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  const int seconds = (*hours * 60 + *minutes) * 60;
  return is_behind ? -seconds : seconds;
}

std::optional<std::int64_t> within_range(std::int64_t seconds, std::int64_t ns) {
  if (seconds < kEarliest || seconds >= kLatest) return std::nullopt;
  return seconds * kNanoseconds + ns;
}

std::optional<std::int64_t> since_1970(std::string_view text) {
  const std::size_t size = std::min(text.find('.'), text.size());
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + size, seconds);
  if (error != std::errc() || end != text.data() + size) return std::nullopt;
  text.remove_prefix(size);
  const auto ns = take_fraction(text);
  return ns && text.empty() ? within_range(seconds, *ns) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_utc(std::string_view text) {
  if (text.find_first_not_of("0123456789.") == std::string_view::npos) return since_1970(text);
  const auto year = take_digits(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !take(text, "Tt ")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ":")) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  const auto ns = take_fraction(text);
  if (!ns) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t midnight = std::int64_t{86'400} * std::chrono::sys_days(date).time_since_epoch().count();
  return within_range(midnight + (*hour * 60 + *minute) * 60 + *second - *zone, *ns);
}

}  // namespace rackproof
