// rackproof init -o FOLDER [HOST…] [--hosts FILE] [--slurm] [--partition NAME] [--launcher NAME] [--launch FILE] [--racks REGEX]
#include <fmt/format.h>

#include <filesystem>
#include <regex>

#include "harness/base/error.hpp"
#include "harness/cli/found_site.hpp"
#include "harness/cli/host_list.hpp"
#include "harness/cli/starter_files.hpp"
#include "harness/cli/verb.hpp"
#include "harness/cli/worker_files.hpp"
#include "harness/plan/toml_table.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/verdict/limits.hpp"
#include "suites/catalogue/catalogue.hpp"

namespace rackproof {

namespace {

namespace fs = std::filesystem;

struct InitOptions {
  fs::path folder;
  std::vector<std::string> hosts;
  std::string hosts_file;
  bool slurm = false;
  std::string partition;
  std::string launcher;  ///< empty: slurm or ssh for hosts, local for this machine
  std::string launch_file;
  std::string racks;
  std::vector<std::string> devices;
};

struct Hosts {
  std::vector<std::string> addresses;
  const char* launcher;
};

Hosts hosts_of(const InitOptions& options) {
  if (options.slurm || !options.partition.empty()) return {slurm_hosts(options.partition), "slurm"};
  if (!options.hosts_file.empty()) return {read_host_list(options.hosts_file), "ssh"};
  if (!options.hosts.empty()) return {expand_hosts(options.hosts), "ssh"};
  return {{"localhost"}, "local"};
}

/// The first group of the expression where it fits a part of the address, "rack1" where it does not.
std::string rack_of(const std::string& address, const std::optional<std::regex>& racks) {
  std::smatch match;
  if (racks && std::regex_search(address, match, *racks) && match.size() > 1 && match[1].length() > 0)
    return match[1];
  return "rack1";
}

std::optional<std::regex> expression(const std::string& text) try {
  if (text.empty()) return std::nullopt;
  std::regex racks(text);
  if (racks.mark_count() == 0)
    throw Error(fmt::format("--racks \"{}\" has no group; write for example '^([a-z]+[0-9]+)-'", text));
  return racks;
} catch (const std::regex_error&) {
  throw Error(
      fmt::format("--racks \"{}\" is no regular expression; write for example '^([a-z]+[0-9]+)-'", text));
}

/// "fault:2": devices that no node can be asked for, as they are on no PCI bus.
void add_devices(const std::vector<std::string>& wanted, FoundNode& node) {
  for (const std::string& one : wanted) {
    const auto colon = one.find(':');
    const std::string count = colon == std::string::npos ? "" : one.substr(colon + 1);
    if (count.empty() || count.size() > 3 || count.find_first_not_of("0123456789") != std::string::npos ||
        std::stoi(count) == 0)
      throw Error(fmt::format("--device \"{}\": write BACKEND:COUNT, such as cpu:1", printable(one)));
    const std::string library = fmt::format("librackproof-{}.so", one.substr(0, colon));
    if (!fs::exists(find_worker().module.parent_path() / library))
      throw Error(fmt::format("--device \"{}\": no {} here; rackproof list backends shows what is",
                              printable(one), printable(library)));
    for (int i = std::stoi(count); i > 0; --i)
      node.devices.push_back({fmt::format("dev{}", node.devices.size()), one.substr(0, colon), {}, {}});
  }
}

FoundSite unasked_site(const InitOptions& options) {
  const Hosts hosts = hosts_of(options);
  const auto racks = expression(options.racks);
  FoundSite site;
  site.name = fs::absolute(options.folder).lexically_normal().filename();
  if (site.name.empty() || site.name == ".") site.name = "site";
  site.launcher = options.launcher.empty() ? hosts.launcher : options.launcher;
  if (!options.launch_file.empty()) site.launch_table = read_configuration(options.launch_file);
  for (const std::string& address : hosts.addresses) {
    const std::string rack = rack_of(address, racks);
    FoundNode node;
    node.rack = rack;
    node.address = address;
    node.name = rack + "/" + (address == "localhost" ? "node1" : address);
    add_devices(options.devices, node);
    site.nodes.push_back(std::move(node));
  }
  return site;
}

/// A folder beside the one to make; gone with this object unless it became that one.
class DraftFolder {
 public:
  explicit DraftFolder(const fs::path& of) : folder_(of.string() + ".tmp") {
    if (fs::exists(folder_))
      throw Error(
          fmt::format("{} is there, from an init that was ended; take it away first", folder_.string()));
    fs::create_directories(folder_);
  }
  ~DraftFolder() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  DraftFolder(const DraftFolder&) = delete;
  DraftFolder& operator=(const DraftFolder&) = delete;
  const fs::path& folder() const { return folder_; }
  void become(const fs::path& folder) const { fs::rename(folder_, folder); }

 private:
  fs::path folder_;
};

void write_files(const FoundSite& site, const fs::path& folder) {
  if (const std::string serials = serials_text(site); !serials.empty())
    write_durably(folder / "serials.csv", serials);
  write_durably(folder / "site.toml", site_text(site, true));
  write_durably(folder / "plan.toml", plan_text(site));
  write_durably(folder / "limits.toml", limits_text(site));
  // As `run` will read them.
  read_site(folder / "site.toml");
  read_limits(folder / "limits.toml", measurable(read_plan(folder / "plan.toml", all_cases()), all_cases()));
}

void tell_silent(const FoundSite& site) {
  constexpr std::size_t kMost = 20;
  std::size_t told = 0;
  for (const FoundNode& node : site.nodes) {
    if (node.trouble.empty()) continue;
    if (++told <= kMost) fmt::print(stderr, "{}: {}\n", node.address, printable(node.trouble));
  }
  if (told > kMost) fmt::print(stderr, "and {} more\n", told - kMost);
}

ExitCode init(const InitOptions& options) {
  if (fs::exists(options.folder))
    throw Error(fmt::format("{} is there already; give a folder that is not", options.folder.string()));
  const FoundSite unasked = unasked_site(options);
  const DraftFolder draft(options.folder);
  const fs::path campaigns = draft.folder() / "campaigns";
  const auto site = ask_site(unasked, campaigns);
  if (!site) {
    fmt::print(stderr, "interrupted; nothing was written\n");
    return ExitCode::interrupted;
  }
  tell_silent(*site);
  if (site->answered() == 0) {
    fmt::print(stderr, "none of {} nodes answered; nothing was written\n", site->nodes.size());
    return ExitCode::error;
  }
  fs::remove_all(campaigns);
  write_files(*site, draft.folder());
  draft.become(options.folder);
  const std::string folder = options.folder.string();
  fmt::print(
      "{} of {} nodes answered. Read {}/site.toml, fill in what is marked FILL IN, then\n"
      "  rackproof run {}/plan.toml --site {}/site.toml -o FOLDER\n",
      site->answered(), site->nodes.size(), folder, folder, folder);
  return ExitCode::accepted;
}

}  // namespace

void declare_init(CLI::App& verb, std::function<ExitCode()>& action) {
  auto options = std::make_shared<InitOptions>();
  verb.add_option("-o,--output", options->folder,
                  "folder for site.toml, plan.toml, limits.toml; must not exist")
      ->required();
  auto* const hosts =
      verb.add_option("host", options->hosts, "addresses or ranges; without any, this machine");
  auto* const file = verb.add_option("--hosts", options->hosts_file, "file with an address or range a line");
  auto* const slurm = verb.add_flag("--slurm", options->slurm, "the nodes that Slurm knows");
  verb.add_option("--partition", options->partition, "the nodes of one partition of Slurm")
      ->excludes(hosts)
      ->excludes(file);
  hosts->excludes(file)->excludes(slurm);
  file->excludes(slurm);
  verb.add_option("--launcher", options->launcher,
                  "as in a site file; otherwise ssh, slurm, or local for this machine");
  verb.add_option("--launch", options->launch_file,
                  "file with the table [launch] of the site, which is taken over");
  verb.add_option("--racks", options->racks, "regular expression; its first group in an address is the rack");
  verb.add_option("--device", options->devices, "BACKEND:COUNT, devices of each node that are on no PCI bus");
  action = [options] { return init(*options); };
}

}  // namespace rackproof
