// What workers say before they measure: who their nodes are, which devices are there, what preflight found.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <tuple>

#include "harness/record/preflight.hpp"
#include "harness/record/record.hpp"
#include "harness/results/results.hpp"

namespace rackproof {

/// Makes facts, notices and provenance of it. Models and serials that the site promises are facts from the start.
class WorkerAnswers {
 public:
  explicit WorkerAnswers(Results& results);

  /// Of a step: `target` is its row of /targets, `ranks` are the rows of its ranks' nodes.
  void greet(std::uint32_t target, std::span<const std::uint32_t> ranks, const Hello& hello);
  void take(std::uint32_t target, std::span<const std::uint32_t> ranks, const Preflight& preflight);
  /// Each fact once; a second finding that differs is a second row.
  void add_fact(FactRow fact);

 private:
  void greet(std::uint32_t row, const DeviceIdentity& device);
  void note_missing(std::uint32_t row, const MissingDevice& device);
  void note_environment(const Hello& hello);
  void identify(std::uint32_t row, const Identity& identity);
  void promise_fact(std::uint32_t target, const char* key, const std::string& promised);

  Results& results_;
  std::set<std::tuple<std::uint32_t, std::string, std::string>> known_facts_;
  std::set<std::tuple<std::string, std::string, std::string>> known_notices_;  ///< kind, target, evidence
};

}  // namespace rackproof
