// Runs something that must find configuration problems, and looks for one among them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/base/error.hpp"

namespace rackproof {

/// The problems that `action` reports; none when it succeeds.
template <class Action>
std::vector<Diagnostic> problems_of(Action&& action) {
  try {
    action();
  } catch (const ConfigurationError& error) {
    return error.diagnostics();
  }
  return {};
}

/// Succeeds when one of the problems has this file and line, and these texts in its message and hint.
inline testing::AssertionResult has_problem(const std::vector<Diagnostic>& problems, const std::string& file,
                                            int line, const std::string& message, const std::string& hint) {
  std::string all;
  for (const Diagnostic& problem : problems) {
    if (problem.file == file && problem.line == line && problem.message.find(message) != std::string::npos &&
        !problem.hint.empty() && problem.hint.find(hint) != std::string::npos) {
      return testing::AssertionSuccess();
    }
    all += "\n  " + to_string(problem);
  }
  return testing::AssertionFailure() << "no problem " << file << ":" << line << ": " << message << "; "
                                     << hint << "\namong" << (all.empty() ? " none" : all);
}

}  // namespace rackproof
