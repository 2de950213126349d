#include "suites/run/interconnect.hpp"

#include <fmt/format.h>

#include <charconv>

#include "harness/base/error.hpp"
#include "harness/plan/identifier.hpp"

namespace rackproof {

std::uint64_t bytes_of(std::string_view case_id) {
  constexpr std::string_view kKey = "bytes=";
  const CaseId id = parse_case_id(case_id).value();
  for (const std::string& param : id.params) {
    if (!param.starts_with(kKey)) continue;
    std::uint64_t bytes = 0;
    const char* const end = param.data() + param.size();
    if (std::from_chars(param.data() + kKey.size(), end, bytes).ptr == end && bytes != 0) return bytes;
  }
  throw Error(fmt::format("{} names no number of bytes", case_id));
}

}  // namespace rackproof
