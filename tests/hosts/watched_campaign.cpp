#include "tests/hosts/watched_campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "harness/base/error.hpp"

namespace rackproof::hosts {

namespace fs = std::filesystem;

namespace {

/// The pid of a process as its own namespace counts.
std::string number_of(const fs::path& process) {
  std::ifstream status(process / "status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("NSpid:")) return line.substr(line.find_last_of('\t') + 1);
  }
  return "";
}

std::vector<std::string> arguments_of(const fs::path& process) {
  std::vector<std::string> arguments;
  std::ifstream in(process / "cmdline", std::ios::binary);
  for (std::string argument; std::getline(in, argument, '\0');) arguments.push_back(argument);
  return arguments;
}

}  // namespace

bool WatchedCampaign::has_begun(const std::string& target, const std::string& case_id) const {
  return std::ranges::any_of(records("case_begin"), [&](const nlohmann::json& record) {
    return record.at("target") == target && record.at("case") == case_id;
  });
}

bool WatchedCampaign::is_at(const std::string& target, const std::string& case_id) const {
  return e2e::eventually(60, [&] { return has_begun(target, case_id); });
}

std::vector<HostWorker> WatchedCampaign::workers(const std::string& host, const std::string& mode) const {
  std::vector<HostWorker> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::string state, name;
    std::ifstream(entry.path() / "root/etc/rackproof-host") >> state >> name;
    if (state != cluster_.state().string() || (!host.empty() && name != host)) continue;
    const auto arguments = arguments_of(entry.path());
    if (arguments.size() < 2 || fs::path(arguments[0]).filename() != "rackproof-worker") continue;
    if (!mode.empty() && arguments[1] != mode) continue;
    found.push_back({static_cast<pid_t>(std::stol(pid)), number_of(entry.path()), name, arguments[1]});
  }
  return found;
}

HostWorker WatchedCampaign::worker(const std::string& host, const std::string& mode) const {
  const auto found = workers(host, mode);
  if (found.size() != 1) throw Error(fmt::format("{} has {} workers of mode {}", host, found.size(), mode));
  return found.front();
}

bool WatchedCampaign::is_clean_within(double seconds, const std::string& host) const {
  return e2e::eventually(seconds, [&] { return workers(host).empty(); });
}

std::string WatchedCampaign::outcomes(const std::string& target, const std::string& case_id) const {
  std::string all;
  for (const CaseEnd& end : attempts(target, case_id)) {
    if (end.launch < 0) continue;  // a control
    all += (all.empty() ? "" : ", ") + std::string(to_string(end.outcome.status));
  }
  return all;
}

Outcome WatchedCampaign::first_outcome(const std::string& target, const std::string& case_id) const {
  const auto all = attempts(target, case_id);
  if (all.empty()) throw Error(fmt::format("no attempt of {} on {}", case_id, target));
  return all.front().outcome;
}

std::vector<std::string> WatchedCampaign::notices(const std::string& kind) const {
  std::vector<std::string> found;
  for (const auto& notice : records("notice")) {
    if (notice.at("kind") != kind) continue;
    std::string text;
    for (const auto& subject : notice.at("subjects")) {
      text += (text.empty() ? "" : " ") + subject.get<std::string>();
    }
    found.push_back(text + ": " + notice.at("evidence").get<std::string>());
  }
  return found;
}

}  // namespace rackproof::hosts
