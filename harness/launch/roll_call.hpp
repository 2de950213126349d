// Who answers: before its first step, and again when a node that answered is in doubt.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/launch/job.hpp"
#include "harness/launch/notice.hpp"

namespace rackproof {

class RollCall {
 public:
  /// Nodes that are asked at a time.
  static constexpr std::size_t kAskedAtOnce = 64;
  /// Times that a node which has fallen silent is asked later, before a step of it or of a group with it, each time
  /// when as many steps have ended on others as the site has nodes.
  static constexpr int kLaterAsks = 3;

  /// `asks`: false where workers are started without asking first. The site must outlive it.
  RollCall(const Site& site, int retries, bool asks);

  /// The questions to all nodes that the site has not as absent; none where nobody is asked.
  std::vector<Job> first();
  /// The questions to those of the nodes of a step that are in doubt, because it went wrong before its worker answered
  /// or, of a group, at all. None where one waits already.
  std::vector<Job> doubt(const std::vector<std::uint32_t>& nodes);
  /// The questions to silent nodes whose turn has come to be asked again.
  std::vector<Job> later(const std::vector<std::uint32_t>& nodes);

  bool is_full() const { return running_ >= kAskedAtOnce; }
  void started() { ++running_; }
  /// What became of a question: empty when the node answered, else why not. Returns whether it is asked again at once.
  bool answered(std::uint32_t node, const std::string& trouble, bool retry);
  /// A step with a worker has ended.
  void step_ended() { ++steps_; }
  /// No more steps are started on a node.
  void give_up(std::uint32_t node, const std::string& reason);

  /// Why no step is started on a node now; null when one may be.
  const std::string* why_not(std::uint32_t node) const;
  /// Nodes that never answered or cannot be used, with the reason.
  const std::map<std::uint32_t, std::string>& unusable() const { return unusable_; }
  /// Nodes that do not answer any more.
  std::size_t silent() const { return silent_.size(); }
  /// Since the last call.
  std::vector<Notice> take_notices();

 private:
  struct Silence {
    std::string reason;
    int asked = 0;            // since it fell silent
    std::uint64_t since = 0;  // steps that had ended when it was asked last
  };
  Job question(std::uint32_t node);

  const Site& site_;
  int retries_;
  bool asks_;
  std::uint64_t steps_ = 0;
  std::size_t running_ = 0;
  std::set<std::uint32_t> waiting_;     // nodes with a question that waits or runs
  std::map<std::uint32_t, int> tries_;  // nodes that did not answer → times in a row
  std::set<std::uint32_t> known_;       // that answered once
  std::map<std::uint32_t, Silence> silent_;
  std::map<std::uint32_t, std::string> unusable_;
  std::vector<Notice> notices_;
};

}  // namespace rackproof
