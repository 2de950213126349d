#include "harness/machine/smbios.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "harness/base/trimmed.hpp"

namespace rackproof {

namespace {

constexpr unsigned kMemoryDevice = 17;
constexpr unsigned kEndOfTable = 127;
constexpr std::size_t kHeader = 4;  // type, length, handle
constexpr std::int64_t kLargestModule = std::int64_t{1} << 44;
constexpr std::int64_t kMostTransfers = 1'000'000;  // per microsecond
constexpr std::string_view kPadding = " \t";        // of texts

// Offsets of the structure.
constexpr std::size_t kSize = 0x0c, kLocator = 0x10, kSpeed = 0x15, kManufacturer = 0x17, kSerial = 0x18,
                      kPartNumber = 0x1a, kExtendedSize = 0x1c, kConfiguredSpeed = 0x20,
                      kExtendedSpeed = 0x54, kExtendedConfiguredSpeed = 0x58;

/// One structure: its fixed fields, and the texts behind them.
class Structure {
 public:
  Structure(std::string_view fields, std::vector<std::string_view> texts)
      : fields_(fields), texts_(std::move(texts)) {}

  unsigned type() const { return byte(0).value_or(0); }
  /// Little-endian; nothing where an older structure is shorter.
  std::optional<std::uint32_t> number(std::size_t at, std::size_t bytes) const {
    if (at + bytes > fields_.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | byte(at + i).value_or(0);
    return value;
  }
  /// Printable text with the number that stands at `at`; empty when there is none.
  std::string text(std::size_t at) const {
    const auto index = byte(at).value_or(0);
    if (index == 0 || index > texts_.size()) return {};
    const std::string_view text = trimmed(texts_[index - 1], kPadding);
    const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    return printable && text.size() <= 256 && !is_placeholder(text) ? std::string(text) : std::string();
  }

 private:
  std::optional<unsigned> byte(std::size_t at) const {
    if (at >= fields_.size()) return std::nullopt;
    return static_cast<unsigned char>(fields_[at]);
  }

  std::string_view fields_;
  std::vector<std::string_view> texts_;
};

/// Cuts the structure at `at` and moves behind it; nothing when it is cut short.
std::optional<Structure> next_structure(std::string_view table, std::size_t& at) {
  if (table.size() - at < kHeader) return std::nullopt;
  const std::size_t length = static_cast<unsigned char>(table[at + 1]);
  if (length < kHeader || length > table.size() - at) return std::nullopt;
  const std::string_view fields = table.substr(at, length);
  std::vector<std::string_view> texts;
  std::size_t begin = at + length;
  if (begin < table.size() && table[begin] == '\0') ++begin;  // no texts: two zeros
  while (true) {
    if (begin >= table.size()) return std::nullopt;
    const std::size_t end = table.find('\0', begin);
    if (end == std::string_view::npos) return std::nullopt;
    if (end == begin) break;
    texts.push_back(table.substr(begin, end - begin));
    begin = end + 1;
  }
  at = begin + 1;
  return Structure(fields, std::move(texts));
}

/// Nothing: not told. 0: an empty slot.
std::optional<std::int64_t> size_of(const Structure& structure) {
  const auto size = structure.number(kSize, 2);
  if (!size || *size == 0xffff) return std::nullopt;
  if (*size == 0) return 0;
  if (*size == 0x7fff) {
    const auto extended = structure.number(kExtendedSize, 4);
    if (!extended || (*extended & 0x7fffffffU) == 0) return std::nullopt;
    return std::int64_t{*extended & 0x7fffffffU} << 20;
  }
  return (*size & 0x8000U) != 0 ? std::int64_t{*size & 0x7fffU} << 10 : std::int64_t{*size} << 20;
}

std::int64_t speed_of(const Structure& structure) {
  const auto told = [&](std::size_t at, std::size_t extended_at) -> std::int64_t {
    const auto speed = structure.number(at, 2);
    if (!speed || *speed == 0) return 0;
    if (*speed != 0xffff) return *speed;
    return std::int64_t{structure.number(extended_at, 4).value_or(0) & 0x7fffffffU};
  };
  std::int64_t per_us = told(kConfiguredSpeed, kExtendedConfiguredSpeed);
  if (per_us == 0) per_us = told(kSpeed, kExtendedSpeed);
  return per_us <= kMostTransfers ? per_us * 1'000'000 : 0;
}

}  // namespace

bool is_placeholder(std::string_view text) {
  constexpr std::array<std::string_view, 16> kPlaceholders{"",
                                                           "none",
                                                           "n/a",
                                                           "na",
                                                           "unknown",
                                                           "not specified",
                                                           "not available",
                                                           "default string",
                                                           "to be filled by o.e.m.",
                                                           "system serial number",
                                                           "system product name",
                                                           "no dimm",
                                                           "empty",
                                                           "invalid",
                                                           "0123456789",
                                                           "undefined"};
  std::string lower(trimmed(text, kPadding));
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool blank = lower.find_first_not_of("0.-x ") == std::string::npos;  // "00000000"
  return blank || std::ranges::find(kPlaceholders, lower) != kPlaceholders.end();
}

Reading<MemoryModules> parse_memory_modules(std::string_view table) {
  using Result = Reading<MemoryModules>;
  MemoryModules found;
  for (std::size_t at = 0; at < table.size();) {
    const std::size_t begin = at;
    const auto structure = next_structure(table, at);
    if (!structure) return Result::unavailable(fmt::format("the SMBIOS table is broken at byte {}", begin));
    if (structure->type() == kEndOfTable) break;
    if (structure->type() != kMemoryDevice) continue;
    const auto bytes = size_of(*structure);
    if (!bytes || *bytes > kLargestModule)
      return Result::unavailable(
          fmt::format("the SMBIOS table does not tell the size of the memory module at byte {}", begin));
    ++found.slots;
    if (*bytes == 0) continue;
    found.modules.push_back({.slot = structure->text(kLocator),
                             .bytes = *bytes,
                             .transfers_per_s = speed_of(*structure),
                             .manufacturer = structure->text(kManufacturer),
                             .serial = structure->text(kSerial),
                             .part_number = structure->text(kPartNumber)});
  }
  if (found.slots == 0) return Result::unavailable("the SMBIOS table names no memory slot");
  return found;
}

}  // namespace rackproof
