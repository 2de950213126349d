// Findings of the kind "peer": who and what stands out among its peers, over all series of a placement.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "harness/verdict/findings.hpp"
#include "harness/verdict/peers/peer_racks.hpp"
#include "harness/verdict/peers/peer_subjects.hpp"
#include "harness/verdict/peers/peers.hpp"

namespace rackproof {

/// Gathers series after series, then reports a row for each cause (a level of a rack, label or fact that the outliers of a series
/// have in common), each rack, each subject left over, each cohort at another level, and each cohort in which nobody can be
/// told apart; whatever the number of metrics that show it. A row's id is that of the cause, rack or subject, not of its members.
class PeerFindings {
 public:
  /// `subjects` must outlive this. `name`: of a subject.
  PeerFindings(const PeerSubjects& subjects, std::function<std::string(std::uint32_t)> name);

  /// What those who stand out in a series have in common.
  struct Causes {
    std::vector<CommonCause> of_subjects, of_racks;
  };
  /// `cohorts` is what compare_peers() makes of `values`. Any thread may call it: it is what takes time.
  Causes causes(std::span<const float> values, const std::vector<CohortPeers>& cohorts) const;

  /// `rule`: that of `cohorts`.
  void add(const std::string& metric, const PeerRule& rule, const std::vector<CohortPeers>& cohorts,
           const Causes& causes);
  void report(Findings& findings) const;

 private:
  struct Remark {
    Phrase text;
    double extent = 0;  ///< the larger ones are named first
  };
  using Remarks = std::map<std::string, std::vector<Remark>>;  // by what they are about

  /// With a number, in a cohort that was judged.
  std::vector<std::uint32_t> measured(std::span<const float> values,
                                      const std::vector<CohortPeers>& cohorts) const;
  void add_subjects(const std::string& metric, const PeerRule& rule, const std::vector<CohortPeers>& cohorts,
                    const std::vector<CommonCause>& causes);
  void add_racks(const std::string& metric, const PeerRule& rule, const std::vector<CohortPeers>& cohorts,
                 const std::vector<CommonCause>& causes);
  Remark level_remark(const std::string& metric, const PeerRule& rule, const CohortPeers& cohort,
                      const PeerLevel& level) const;
  void add_levels(const std::string& metric, const PeerRule& rule, const std::vector<CohortPeers>& cohorts);
  void add_hidden(const std::string& metric, const std::vector<CohortPeers>& cohorts);
  /// `members`: name and effect, the largest first.
  void add_cause(const std::string& metric, const CommonCause& cause,
                 std::vector<std::pair<std::string, double>> members, const Text& what,
                 const Phrase& honesty);
  std::string cohort_name(const CohortPeers& cohort) const;
  std::string level_name(const CommonCause::Level& level) const;

  const PeerSubjects& subjects_;
  PeerRacks peer_racks_;
  std::function<std::string(std::uint32_t)> name_;
  Remarks causes_, racks_, alone_, levels_, hidden_;
};

}  // namespace rackproof
