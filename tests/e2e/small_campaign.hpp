// A small campaign of its own: plan, site and limits as text, the folder they lie in, and what came of
// running it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/record/journal.hpp"
#include "harness/record/record.hpp"
#include "tests/e2e/command.hpp"

namespace rackproof::e2e {

inline constexpr const char* kTriad = "memory/device/triad:f64,cold";
inline constexpr const char* kEventTriad = "memory/device/triad:f64,cold,event";
inline constexpr const char* kGemm = "compute/device/gemm:f64,n=256,sustained";
inline constexpr const char* kGemmF32 = "compute/device/gemm:f32,n=256,sustained";

struct PlanText {
  std::vector<std::string> cases{kTriad, kGemm, kEventTriad};
  std::string placement = "device";
  int launches = 2;
  int retries = 0;
  std::string sample_time = "0.05 s";
  std::string precision = "0.01";
  std::string case_time_limit = "30 s";
  std::string settings{};  ///< lines of more keys of the plan
  std::string more;        ///< appended: [[run]], [[exempt]]
  std::string text() const;
};

/// One rack "r1" with a node "r1/n1", "r1/n2", … per entry of `options`, each with a device "dev0" of the
/// fault backend that gets the entry as its options. All virtual, on this host.
struct SiteText {
  std::vector<std::string> options{"fault=none", "fault=none"};
  int slots = 2;
  bool attribute_virtual = false;
  std::string text() const;
};

struct LimitText {
  std::string metric;
  std::string bound;  ///< "lower = \"1 GB/s\"", "exact = 0"
  std::string placement = "device";
};
std::string limits_text(const std::vector<LimitText>& limits);

class SmallCampaign {
 public:
  SmallCampaign(const std::string& plan, const std::string& site, const std::string& limits);

  std::filesystem::path folder() const { return folder_.path(); }
  std::filesystem::path plan() const { return folder() / "plan.toml"; }
  std::filesystem::path site() const { return folder() / "site.toml"; }
  std::filesystem::path limits() const { return folder() / "limits.toml"; }
  std::filesystem::path output() const { return folder() / "out"; }
  /// TMPDIR of everything that is run here: the mark by which its processes are found.
  std::filesystem::path temporary() const { return folder() / "tmp"; }

  /// rackproof run, with `more` after the arguments that it needs.
  std::vector<std::string> run_arguments(const std::vector<std::string>& more = {}) const;
  CommandOptions options(double time_limit_s = 120) const;
  Finished run(const std::vector<std::string>& more = {}) const;

  /// judge --json with the campaign's limits. Throws Error when it prints no JSON.
  nlohmann::json judged() const;
  /// show --json.
  nlohmann::json shown() const;
  std::vector<nlohmann::json> records(const std::string& type) const;
  /// case_end records of one target and case, in order.
  std::vector<CaseEnd> attempts(const std::string& target, const std::string& case_id) const;

 private:
  TemporaryFolder folder_;
};

/// Cell of judge's JSON for a metric, or for a case's completion when `metric_or_case` is a case id. Throws
/// Error when absent.
nlohmann::json cell_of(const nlohmann::json& judged, const std::string& target,
                       const std::string& metric_or_case);

/// Cell of show's JSON. Throws Error when absent.
nlohmann::json value_of(const nlohmann::json& shown, const std::string& target, const std::string& metric);

/// The JSON that a command printed on stdout. Throws Error with what it said instead.
nlohmann::json json_of(const Finished& finished);

}  // namespace rackproof::e2e
