// Who is compared with whom: the subjects of one placement by cohort, and inside a cohort by what its members share.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rackproof {

/// Number of no cohort, node or level.
inline constexpr std::uint32_t kNoGroup = 0xffffffff;

/// What may shift all who share it: the rack, or a label.
struct PeerFactor {
  std::string name;                  ///< "rack", "pdu"
  std::vector<std::uint32_t> level;  ///< of each subject, kNoGroup: none
};

/// Subjects of a placement, entry i of each column belongs to subject i.
struct PeerColumns {
  std::vector<std::uint32_t>
      cohort;  ///< same model, firmware, driver and configuration; kNoGroup: has no peers
  std::vector<std::uint32_t>
      node;  ///< devices of one node are no peers without others; empty, kNoGroup: one node each
  PeerFactor rack;
  std::vector<PeerFactor> labels;
  std::size_t size() const { return cohort.size(); }
};

/// The members of a cohort by the levels of one factor.
struct PeerPartition {
  std::vector<std::uint32_t> level;   ///< ascending; members without one are in none
  std::vector<std::uint32_t> offset;  ///< level i has member[offset[i]] up to member[offset[i + 1]]
  std::vector<std::uint32_t> member;  ///< places in PeerCohort::members
  std::span<const std::uint32_t> of(std::size_t i) const {
    return std::span(member).subspan(offset[i], offset[i + 1] - offset[i]);
  }
};

struct PeerCohort {
  std::uint32_t cohort = 0;
  std::vector<std::uint32_t> members;     ///< subjects, ascending
  std::vector<PeerPartition> partitions;  ///< by rack, then by each label
  std::vector<bool> of_whole_racks;       ///< of each partition: every rack lies in one of its levels
};

/// Built once for a placement and used for each of its series, by any number of threads.
class PeerGroups {
 public:
  /// Throws Error when columns differ in length.
  explicit PeerGroups(PeerColumns columns);

  const PeerColumns& columns() const { return columns_; }
  const std::vector<PeerCohort>& cohorts() const { return cohorts_; }  ///< by number
  /// Some members of a cohort as a cohort of their own.
  PeerCohort cohort_of(std::uint32_t cohort, std::vector<std::uint32_t> members) const;

 private:
  PeerColumns columns_;
  std::vector<PeerCohort> cohorts_;
};

}  // namespace rackproof
