#include "suites/case_window.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "harness/measure/sampler.hpp"

namespace rackproof {

namespace {

constexpr const char* kPath = "path";

/// Names and reasons come from the machine and may be no UTF-8.
std::string text_of(const CounterDeltas& deltas) {
  return counter_deltas_json(deltas).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// What a rank's text cannot say because it was cut, or because it is no record, is not known.
CounterDeltas from_text(const std::string& text) {
  try {
    return counter_deltas_from(nlohmann::json::parse(text));
  } catch (const std::exception&) {
    return {{"counters", {"1", std::nullopt, "more than one rank can tell at once"}}};
  }
}

}  // namespace

RankPlace find_place(const Group& group, const std::string& machine) {
  if (group.size() == 1) return {};
  std::string first;
  std::set<std::string> seen;
  for (const std::string& text : group.gather_texts(machine)) first += seen.insert(text).second ? '1' : '0';
  first = group.text_from_root(first);
  const auto machines = static_cast<std::size_t>(std::ranges::count(first, '1'));
  return {first.at(static_cast<std::size_t>(group.rank())) == '1', machines, machines == first.size()};
}

StatedPath stated_path(const Bundle& bundle, const RankPlace& place) {
  if (bundle.path_interface.empty() || (bundle.path_between_machines && !place.are_apart)) return {};
  return {bundle.path_interface, bundle.path_share};
}

CaseWindow::CaseWindow(const SystemRoot& system, std::span<const Device> devices, const RankPlace& place,
                       const StatedPath& path)
    : counters_(system, devices, place.is_first),
      system_(system),
      place_(place),
      path_(path),
      interfaces_(path.interface.empty() ? Reading<std::vector<std::string>>::unavailable("no path is stated")
                                         : interfaces_of(path.interface)),
      bytes_before_(bytes_over(system, interfaces_)) {}

Reading<double> CaseWindow::bytes_over_path() const {
  if (!bytes_before_) return bytes_before_;
  const Reading<double> now = bytes_over(system_, interfaces_);
  return now ? Reading<double>(*now - *bytes_before_) : now;
}

bool CaseWindow::may_bypass_kernel() const {
  return interfaces_ && std::ranges::any_of(*interfaces_, [&](const std::string& interface) {
           return system_.exists("/sys/class/net/" + interface + "/device/infiniband");
         });
}

void CaseWindow::prove(const Group& group) {
  if (path_.interface.empty()) return;
  PathVerdict verdict{PathState::proved, ""};
  if (message_bytes_ != 0) {
    Reading<double> over = bytes_over_path();
    const auto proof = [&] {
      return prove_path(static_cast<double>(message_bytes_), over, path_.interface, path_.share);
    };
    verdict = proof();
    // Drivers bring their counts up to date once a second or so.
    constexpr std::chrono::milliseconds kPatience{2500}, kPause{100};
    for (std::chrono::milliseconds waited{0}; verdict.state == PathState::wrong && waited < kPatience;
         waited += kPause) {
      std::this_thread::sleep_for(kPause);
      over = bytes_over_path();
      verdict = proof();
    }
    if (verdict.state == PathState::wrong && may_bypass_kernel())
      verdict = {PathState::unproved,
                 path_.interface + " can be used past the kernel, which counts what it sees only"};
    of_path_[kPath] = verdict.state == PathState::unproved ? CounterDelta{"B", std::nullopt, verdict.reason}
                                                           : CounterDelta{"B", *over, ""};
  }
  together(group, [&] {
    if (verdict.state == PathState::wrong) throw CaseStopped(Status::wrong, Phase::check, verdict.reason);
  });
}

CounterDeltas CaseWindow::close(const Group& group) const {
  CounterDeltas own = counters_.close();
  own.insert(of_path_.begin(), of_path_.end());
  std::vector<CounterDeltas> of_ranks;
  for (const std::string& text : group.gather_texts(text_of(own))) of_ranks.push_back(from_text(text));
  return of_ranks.empty() ? CounterDeltas{} : united_counters(of_ranks, place_.machines);
}

}  // namespace rackproof
