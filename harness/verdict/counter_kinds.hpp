// Which counters tell of trouble, and which of them are evidence against a node.
#pragma once

#include <string_view>

#include "harness/language/text.hpp"

namespace rackproof {

struct CounterKind {
  Text name;         ///< "uncorrected memory errors"
  bool is_evidence;  ///< a case that crashed, failed or timed out meanwhile did so because of its node
  Text action;
};

/// The kind of a counter that moved (CounterDeltas); nullptr when it tells of no trouble, such as bytes.
const CounterKind* kind_of_counter(std::string_view counter);

}  // namespace rackproof
