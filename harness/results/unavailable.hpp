// How the table of facts says that something could not be read.
#pragma once

#include <string>
#include <string_view>

#include "harness/results/results.hpp"

namespace rackproof {

/// Stands before the reason in the source of a fact without a finding.
inline constexpr std::string_view kUnavailable = "unavailable: ";
/// Key of the fact that a promised device is not there.
inline constexpr std::string_view kMissingDevice = "inventory/missing";

/// The reason; empty when the fact says something else.
inline std::string_view reason_of_unavailable(const FactRow& fact) {
  const std::string_view source = fact.source;
  return fact.found.empty() && source.starts_with(kUnavailable) ? source.substr(kUnavailable.size())
                                                                : std::string_view();
}

}  // namespace rackproof
