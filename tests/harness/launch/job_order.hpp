// Two racks of nodes, and what a queue gives out for them.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/launch/job_queue.hpp"
#include "tests/harness/launch/job_ends.hpp"

namespace rackproof {

inline constexpr std::array<QuantityRow, 1> kBandwidth{
    {{"bandwidth", QuantityKind::real, "B/s", Direction::higher_is_better, "n / t"}}};
inline constexpr std::array<CaseRow, 3> kThreeCases{{{.id = "memory/host/copy:f64",
                                                      .title = "copy",
                                                      .definition = "a = b",
                                                      .check = "all",
                                                      .clock = "host",
                                                      .on_node = true,
                                                      .quantities = kBandwidth},
                                                     {.id = "memory/host/scale:f64",
                                                      .title = "scale",
                                                      .definition = "a = q b",
                                                      .check = "all",
                                                      .clock = "host",
                                                      .on_node = true,
                                                      .quantities = kBandwidth},
                                                     {.id = "interconnect/host/allreduce",
                                                      .title = "allreduce",
                                                      .definition = "sum",
                                                      .check = "all",
                                                      .clock = "host",
                                                      .on_pair = true,
                                                      .on_group = true,
                                                      .quantities = kBandwidth}}};
inline const std::string kHostCopy = "memory/host/copy:f64";

class JobOrder : public ::testing::Test {
 protected:
  /// Two racks of three nodes. `plan`: settings; `group`: keys of the run of the racks.
  void make(const std::string& plan, const std::string& group = "", bool ask = false, int nodes = 3) {
    plan_ = parse_plan(fmt::format("schema = 1\nname = \"p\"\n{}\n"
                                   "[[run]]\ncases = [\"memory/host/copy:f64\"]\nplacement = \"node\"\n"
                                   "[[run]]\ncases = [\"interconnect/*\"]\nplacement = \"group:rack\"\n{}\n",
                                   plan, group),
                       "plan.toml", kThreeCases);
    site_ = parse_site(fmt::format("schema = 1\nname = \"s\"\n[[rack]]\nname = \"r[1-2]\"\n"
                                   "[[node]]\nname = \"{{rack}}/n[1-{}]\"\nrack = \"r[1-2]\"\n"
                                   "address = \"{{node}}\"\nmodel = \"m\"\n",
                                   nodes),
                       "site.toml");
    queue_.emplace(plan_, site_, kThreeCases, ask);
  }
  /// All that may start now.
  std::vector<Job> started() {
    std::vector<Job> jobs;
    while (auto job = queue_->next()) jobs.push_back(*job);
    return jobs;
  }
  void finish(const Job& job, Status status, Phase phase = Phase::measure, bool lost = false) {
    queue_->finished(job, ends_of(job, job.without_worker.value_or(Outcome{status, phase, "", lost})), true);
  }
  static std::vector<std::string> names(const std::vector<Job>& jobs) {
    std::vector<std::string> all;
    for (const Job& job : jobs) all.push_back(job.step.target.name);
    return all;
  }
  static const Job& of(const std::vector<Job>& jobs, const std::string& target) {
    for (const Job& job : jobs) {
      if (job.step.target.name == target) return job;
    }
    throw std::runtime_error("no job on " + target);
  }

  Plan plan_;
  Site site_;
  std::optional<JobQueue> queue_;
};

}  // namespace rackproof
