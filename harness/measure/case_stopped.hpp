// How a case ends early: the exception that carries its Outcome to the child's case loop.
#pragma once

#include <utility>

#include "harness/base/error.hpp"
#include "harness/record/outcome.hpp"

namespace rackproof {

class CaseStopped : public Error {
 public:
  CaseStopped(Status status, Phase phase, const std::string& reason,
              std::source_location where = std::source_location::current())
      : Error(reason, where), outcome_{status, phase, reason} {}
  explicit CaseStopped(Outcome outcome, std::source_location where = std::source_location::current())
      : Error(outcome.reason, where), outcome_(std::move(outcome)) {}
  const Outcome& outcome() const { return outcome_; }

 private:
  Outcome outcome_;
};

/// Thrown on every rank of the group at the same place: the group can go on with the next case.
class AgreedStop : public CaseStopped {
 public:
  using CaseStopped::CaseStopped;
};

}  // namespace rackproof
