#include "harness/launch/emit.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>
#include <utility>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/base/shell_quoting.hpp"
#include "harness/launch/campaign_bundle.hpp"
#include "harness/launch/job_queue.hpp"
#include "harness/launch/mpirun.hpp"
#include "harness/record/bundle_file.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGroupEnding = ".group";
constexpr const char* kReadMe = "README.txt";

/// Moves what people put beside the bundles, journals above all, to the folder that takes their place.
void keep_others(const fs::path& folder, const fs::path& by) {
  if (!fs::exists(folder)) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".json" && path.filename() != kReadMe) {
      fs::create_directories(by);
      fs::rename(path, by / path.filename());
    }
  }
}

/// The bundles of a folder while they are written. Steps of one node follow each other: its file stays open meanwhile.
class BundleFolder {
 public:
  BundleFolder(fs::path folder, const Bundle& bundle)
      : folder_(std::move(folder)), head_(bundle_head(bundle)) {
    keep_others(folder_, folder_.parent_path() / "bundles");  // of an emission that died
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  void add(const Job& job, BundleStep step, const Site& site) {
    const Target& target = job.step.target;
    const std::string& place = job.ranks.empty() ? site.nodes[target.nodes.front()].name : target.name;
    const std::string name = bundle_name(place, target.nodes, job.ranks);
    const auto [at, added] = places_.emplace(name, bundles_.size());
    if (added) bundles_.push_back({name, place, target.nodes, job.ranks, 0, 0, {}});
    EmittedBundle& bundle = bundles_[at->second];
    step.ranks = static_cast<int>(job.ranks.size());
    write(name, (added ? head_ : "") + bundle_line(step));
    ++bundle.steps;
    bundle.estimate_s += job.step.estimate_s * static_cast<double>(job.cases.size()) /
                         static_cast<double>(job.step.cases->size());
  }

  /// Writes the last line of every file.
  std::vector<EmittedBundle> end() {
    for (auto& bundle : bundles_) {
      const std::string text = read_file(file(bundle.name));
      bundle.digest = sha256(text);
      write(bundle.name, bundle_end(text, bundle.digest));
    }
    open_.reset();
    return std::move(bundles_);
  }

 private:
  fs::path file(const std::string& name) const { return folder_ / (name + ".json"); }

  void write(const std::string& name, const std::string& text) {
    if (name != open_name_) {
      open_ = FileDescriptor(::open(file(name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
      if (!open_) throw Error(fmt::format("cannot write {}: {}", file(name).string(), ::strerror(errno)));
      open_name_ = name;
    }
    write_all(open_.get(), text);
  }

  fs::path folder_;
  std::string head_;
  std::vector<EmittedBundle> bundles_;
  std::unordered_map<std::string, std::size_t> places_;  // of bundles, by name
  std::string open_name_;
  FileDescriptor open_;
};

/// A command as it is typed into a shell.
std::string typed(const Command& command) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  std::string text;
  for (const auto& argument : command) {
    if (!text.empty()) text += ' ';
    const bool is_plain = !argument.empty() && argument.find_first_not_of(kPlain) == std::string::npos;
    text += is_plain ? argument : shell_quoted(argument);
  }
  return text;
}

/// mpirun's host list: entries of one node stand together in rank order.
std::string hosts_of(const std::vector<std::uint32_t>& ranks, const Site& site) {
  std::string hosts;
  for (std::size_t i = 0; i < ranks.size();) {
    std::size_t next = i;
    while (next < ranks.size() && ranks[next] == ranks[i]) ++next;
    hosts += fmt::format("{}{}:{}", hosts.empty() ? "" : ",", site.nodes[ranks[i]].address, next - i);
    i = next;
  }
  return hosts;
}

/// `local` brings up nodes that are this machine, where this installation lies; null: others, where the site says where
/// the worker is, or it is on the PATH.
Command command_of(const EmittedBundle& bundle, const Plan& plan, const Site& site, const Launcher* local) {
  const std::string worker = site.launch.worker.empty() ? "rackproof-worker" : site.launch.worker;
  std::vector<const SiteNode*> nodes;
  for (const auto node : bundle.ranks.empty() ? bundle.nodes : bundle.ranks)
    nodes.push_back(&site.nodes[node]);
  Command command;
  if (bundle.ranks.empty()) {
    command = {local != nullptr ? local->on_node(*nodes.front()).front() : worker, "detached"};
  } else if (local != nullptr) {
    command = local->on_group(nodes, plan.step_time_limit_s);  // a job does one step
  } else {
    command = site.launch.mpirun;
    command.insert(command.end(),
                   {"-n", std::to_string(nodes.size()), "--host", hosts_of(bundle.ranks, site)});
    const Command networks = network_parameters(site.launch, 0);  // a node takes one bundle at a time
    command.insert(command.end(), networks.begin(), networks.end());
    command.insert(command.end(), {worker, "rank"});
  }
  // The name of the journal changes with the bundle: one that is left behind is not taken up for another.
  const std::string journal = fmt::format("{}-{}.jsonl", bundle.name, bundle.digest.substr(0, 8));
  command.insert(command.end(), {"--bundle", bundle.name + ".json", "--journal", journal});
  return command;
}

std::string read_me(const std::vector<EmittedBundle>& bundles, const Plan& plan, const Site& site,
                    const WorkerFiles& files, const fs::path& folder) {
  const bool is_here = site.launcher == "local" && (!site.virtual_on.empty() || site.nodes.size() == 1);
  const auto local = is_here ? make_launcher(site, files, folder) : nullptr;
  std::string text = fmt::format(
      "Bundles of plan {} on site {}: what is left to do, without a connection.\n\n"
      "Bring a bundle to its node by any means, and run its command there, in the folder of the bundle.\n"
      "A node takes one bundle at a time. Exit status: 0 all steps ended; 1 the same command goes on; 3 an\n"
      "error, which a line on stderr names. After a kill, a reboot or a full disk the same command goes on, "
      "too.\n"
      "What mpirun starts is run on the first node of its list, and does one step at a start.\n\n"
      "Bring the journals (*.jsonl) back by any means, in any order:  rackproof collect {} JOURNAL...\n",
      plan.name, site.name, typed({folder.string()}));
  for (const auto& bundle : bundles) {
    text += fmt::format("\n{} ({} step{}, about {:.0f} s)\n  {}\n", bundle.target, bundle.steps,
                        bundle.steps == 1 ? "" : "s", bundle.estimate_s,
                        typed(command_of(bundle, plan, site, local.get())));
  }
  return text;
}

/// Puts one folder in the place of another, at once where the file system can do that.
void replace(const fs::path& by, const fs::path& folder) {
  const FileDescriptor parent(::open(folder.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent || ::syncfs(parent.get()) != 0)
    throw Error(fmt::format("cannot write {}: {}", by.string(), ::strerror(errno)));
  const bool exchanged = ::renameat2(AT_FDCWD, by.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0;
  const fs::path old = exchanged ? by : fs::path(folder.string() + ".old");
  if (!exchanged) {
    fs::remove_all(old);
    if (fs::exists(folder)) fs::rename(folder, old);
    fs::rename(by, folder);
  }
  ::fsync(parent.get());
  fs::remove_all(old);
}

}  // namespace

std::string bundle_name(const std::string& target, const std::vector<std::uint32_t>& nodes,
                        const std::vector<std::uint32_t>& ranks) {
  std::string name;
  for (const char c : target) name += c == '/' ? "%2F" : std::string(1, c);
  if (!ranks.empty()) return name + (ranks == nodes ? "" : "@devices") + kGroupEnding.data();
  if (name.ends_with(kGroupEnding)) name.replace(name.size() - kGroupEnding.size(), 1, "%2E");
  return name;
}

std::vector<EmittedBundle> emit_bundles(const Plan& plan, const Site& site, Catalogue catalogue,
                                        const JournalContent& journal, const fs::path& folder,
                                        const WorkerFiles& files) {
  Bundle head = campaign_bundle(plan, site, catalogue);
  head.step_time_limit_s = plan.step_time_limit_s;
  journal.entries.at(0).record.at("id").get_to(head.campaign);
  const fs::path temporary = folder / "bundles.tmp";
  BundleFolder bundles(temporary, head);
  JobQueue queue(plan, site, catalogue);
  queue.take_up(journal);
  while (const auto job = queue.next()) {
    if (!job->without_worker) bundles.add(*job, queue.bundle_step(*job), site);
    queue.finished(*job, {}, false);  // nothing runs here: its machines are free for the next one
  }
  std::vector<EmittedBundle> emitted = bundles.end();
  write_durably(temporary / kReadMe, read_me(emitted, plan, site, files, folder));
  keep_others(folder / "bundles", temporary);
  replace(temporary, folder / "bundles");
  return emitted;
}

}  // namespace rackproof
