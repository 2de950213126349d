// rackproof-worker: the program that runs on a node.
//
//   attached                         bundle on the first line of stdin, then heartbeats; records on stdout
//   detached --bundle F --journal F  bundle from a file, records to a journal; the same command again goes on.
//                                    Exit status: 0 all steps ended, 1 told to end before, 3 error
//   rank --module F                  one rank of an MPI job; rank 0 reads the bundle and writes the records, from and
//                                    to the same places as attached, or with --bundle F --journal F: one step a job,
//                                    status 1 while there are more
//   case ID [options]                one case here and now, without a harness
//   child                            the measuring process, started by the supervisor
//   telemetry                        reads sensors beside it, started by the supervisor or by the first rank of a node
//   --selftest --backend NAME        every kernel of a backend against the host's oracle
//   --describe-backend FILE          what a library is
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "harness/base/exit_code.hpp"
#include "harness/base/version.hpp"
#include "harness/measure/backend.hpp"
#include "harness/record/durable_file.hpp"
#include "suites/backend_description.hpp"
#include "suites/catalogue/catalogue.hpp"
#include "suites/child.hpp"
#include "suites/detached.hpp"
#include "suites/device_selftest.hpp"
#include "suites/environment.hpp"
#include "suites/rank_telemetry.hpp"
#include "suites/supervisor.hpp"

namespace rackproof {

namespace {

/// First line of a descriptor, byte by byte: what follows belongs to others.
std::string read_line(int descriptor) {
  std::string line;
  for (char c = 0; ::read(descriptor, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

Bundle parse_bundle(const std::string& text) {
  try {
    return nlohmann::json::parse(text).get<Bundle>();
  } catch (const nlohmann::json::exception&) {
    throw Error("no bundle: the first line of standard input is not one");
  }
}

int attached(const Installation& installation, const PreparedEnvironment& environment) {
  const int records = claim_record_stream();
  const Bundle bundle = parse_bundle(read_line(STDIN_FILENO));
  return supervise(bundle, installation, environment, {records, STDIN_FILENO}) ? 0 : 1;
}

int child(const Installation& installation) {
  const int records = claim_record_stream();
  const auto input = nlohmann::json::parse(read_line(STDIN_FILENO));
  const auto bundle = input.get<Bundle>();
  const auto environment = input.at("environment").get<PreparedEnvironment>();
  change_environment(environment.setup);
  run_step(bundle, bundle.steps.at(0), Group(), installation, environment, records);
  return 0;
}

/// Ends this rank, and so the whole job, when the harness closes the pipe or says nothing for the lease.
void watch_control_pipe() {
  std::thread([] {
    while (true) {
      pollfd control{STDIN_FILENO, POLLIN, 0};
      char buffer[256];
      const int ready = ::poll(&control, 1, static_cast<int>(kLeaseSeconds * 1000));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0 || ::read(STDIN_FILENO, buffer, sizeof buffer) <= 0) {
        ::_exit(static_cast<int>(ExitCode::error));
      }
    }
  }).detach();
}

const rp_message_passing& load_messages(const std::string& module) {
  const auto entry =
      reinterpret_cast<rp_message_passing_entry>(open_library(module, RP_MESSAGE_PASSING_SYMBOL));
  const rp_message_passing* messages = entry();
  if (messages == nullptr || messages->major != RP_MESSAGE_PASSING_MAJOR) {
    throw Error(fmt::format("{} is of another version", module));
  }
  if (messages->open() != RP_OK)
    throw Error(fmt::format("{}: {}", module, printable(messages->last_error())));
  return *messages;
}

int rank(const Installation& installation, const PreparedEnvironment& environment, const std::string& module,
         const DetachedFiles& files) {
  const int records = claim_record_stream();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_IGN);
  std::optional<RankTelemetry> telemetry;
  try {
    if (is_first_rank_of_node()) telemetry.emplace(installation);
  } catch (const Error& error) {
    fmt::print(stderr, "no telemetry: {}\n", printable(error.what()));
  }
  const rp_message_passing& messages = load_messages(module);
  const Group group(&messages);
  std::optional<RankJournal> journal;
  try {
    std::string text;
    int to = records;
    if (group.rank() == 0 && files.bundle.empty()) {
      text = read_line(STDIN_FILENO);
      watch_control_pipe();
    } else if (group.rank() == 0) {
      text = nlohmann::json(journal.emplace(files, group.size()).next()).dump();
      to = journal->start();
    }
    const Bundle bundle = parse_bundle(group.text_from_root(text));
    PreparedEnvironment prepared = environment;
    prepared.set_up(bundle.setup, bundle.case_time_limit_s);
    if (group.rank() == 0 && prepared.setup.contains("LD_LIBRARY_PATH"))
      fmt::print(stderr,
                 "LD_LIBRARY_PATH of the setup script comes too late for ranks, which are loaded already\n");
    MoreRecords more;
    if (bundle.telemetry_period_s > 0 && !bundle.steps.empty()) {
      if (telemetry)
        telemetry->order({bundle.steps.front(), bundle.telemetry_period_s, group.rank(), 0, {}, prepared});
      more = [&](bool last) { return gather_telemetry(group, telemetry ? &*telemetry : nullptr, last); };
    }
    for (const auto& step : bundle.steps) run_step(bundle, step, group, installation, prepared, to, more);
    if (journal) journal->finish();
  } catch (const std::exception& error) {
    fmt::print(stderr, "rank {}: {}\n", group.rank(), printable(error.what()));
    if (journal) journal->finish(printable(error.what()));
    messages.abort(static_cast<int>(ExitCode::error));
    throw;
  }
  messages.close();
  if (!journal || journal->steps_left() == 0) return 0;
  fmt::print(stderr, "{} of the bundle's steps left: start the same command again\n", journal->steps_left());
  return 1;
}

int one_case(const Installation& installation, BundleStep step, double sample_time_s,
             const std::string& module, std::vector<std::string> benchmark_arguments) {
  benchmark_arguments.insert(benchmark_arguments.begin(), "rackproof-worker");
  std::vector<char*> argv;
  for (auto& argument : benchmark_arguments) argv.push_back(argument.data());
  int argc = static_cast<int>(argv.size());
  argv.push_back(nullptr);
  benchmark::Initialize(&argc, argv.data());
  if (benchmark::ReportUnrecognizedArguments(argc, argv.data())) return static_cast<int>(ExitCode::error);
  if (::getenv("OMPI_COMM_WORLD_SIZE") == nullptr && ::getenv("PMIX_RANK") == nullptr) {
    return run_standalone(step, Group(), installation, sample_time_s);
  }
  const rp_message_passing& messages = load_messages(module);
  const int status = run_standalone(step, Group(&messages), installation, sample_time_s);
  messages.close();
  return status;
}

int describe(const std::string& library) {
  const int answer = claim_record_stream();
  write_all(answer, describe_backend(library).dump() + "\n");
  return 0;
}

/// One line per kernel on every device, or on the one with this UUID or position. Exit status 0: no kernel is wrong on any
/// of at least one device.
int selftest(const Installation& installation, const BundleStep& step) {
  const int lines = claim_record_stream();
  const Backend backend(installation.modules / fmt::format("librackproof-{}.so", step.backend),
                        step.backend_options);
  int tested = 0;
  bool is_right = true;
  const auto devices = backend.devices();
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const std::string uuid = devices[i].uuid;
    if (!step.device_uuid.empty() && step.device_uuid != uuid && step.device_uuid != std::to_string(i))
      continue;
    ++tested;
    try {
      const Device device(backend, uuid);
      require_selftest(device, [&](const conformance::KernelResult& result) {
        write_all(lines, fmt::format("{} {}: {}{}\n", printable(uuid), result.kernel, to_string(result.state),
                                     result.reason.empty() ? "" : ": " + printable(result.reason)));
      });
    } catch (const CaseStopped& stop) {
      is_right = false;
      write_all(lines, fmt::format("{}: {}\n", printable(uuid), stop.outcome().reason));
    }
  }
  if (tested == 0) fmt::print(stderr, "no such device of backend {}: nothing was tested\n", step.backend);
  return is_right && tested > 0 ? 0 : 1;
}

int run(int argc, char** argv) {
  const PreparedEnvironment environment{clean_environment(), {}, {}};
  const Installation installation = find_installation();
  CLI::App app{"rackproof worker: measures on one node", "rackproof-worker"};
  app.set_version_flag("--version", std::string(kProgramVersion));
  app.require_subcommand(0, 1);
  app.add_subcommand("attached", "bundle and heartbeats on stdin, records on stdout");
  app.add_subcommand("child", "measuring process")->group("");
  app.add_subcommand("telemetry", "process that reads sensors")->group("");
  auto* from_file = app.add_subcommand("detached", "bundle from a file, records to a journal");
  from_file->footer(
      "The same command again goes on where it was. Exit status: 0 all steps ended, 1 told to end before, 3 "
      "error.");
  DetachedFiles files;
  from_file->add_option("--bundle", files.bundle, "bundle")->required();
  from_file->add_option("--journal", files.journal, "journal; is taken up when it is there")->required();
  auto* as_rank = app.add_subcommand("rank", "one rank of an MPI job");
  std::string module = (installation.modules / "librackproof-mpi.so").string();
  as_rank->add_option("--module", module, "message-passing module");
  auto* const ranks_bundle = as_rank->add_option("--bundle", files.bundle, "without a harness: bundle");
  auto* const ranks_journal = as_rank->add_option("--journal", files.journal, "without a harness: journal");
  ranks_bundle->needs(ranks_journal);
  ranks_journal->needs(ranks_bundle);
  auto* single =
      app.add_subcommand("case", "one case here and now, without a harness; Google Benchmark's flags work");
  BundleStep step;
  double sample_time_s = 0.5;
  step.cases.resize(1);
  single->add_option("id", step.cases[0], "case id")->required();
  single->add_option("--backend", step.backend, "backend library");
  single->add_option("--options", step.backend_options, "options for the backend");
  single->add_option("--device", step.device_uuid, "device UUID");
  single->add_option("--position", step.device_position, "device by position, when it has no UUID");
  single->add_option("--module", module, "message-passing module");
  single->add_option("--sample-time", sample_time_s, "budget for sampling, s");
  single->allow_extras();
  bool is_selftest = false;
  std::string library;
  auto* const tested =
      app.add_flag("--selftest", is_selftest, "holds every kernel against the host's oracle");
  app.add_option("--backend", step.backend, "backend library of the selftest")->needs(tested);
  app.add_option("--options", step.backend_options, "its options")->needs(tested);
  app.add_option("--device", step.device_uuid, "UUID or position; otherwise all devices")->needs(tested);
  app.add_option("--describe-backend", library, "one JSON line about a library")->excludes(tested);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty() && !is_selftest && library.empty())
      throw CLI::RequiredError::Subcommand(1);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::error);
  }
  if (is_selftest) return selftest(installation, step);
  if (!library.empty()) return describe(library);
  if (app.got_subcommand("attached")) return attached(installation, environment);
  if (app.got_subcommand("child")) return child(installation);
  if (app.got_subcommand("telemetry")) {
    run_telemetry(installation, claim_record_stream());
    return 0;
  }
  if (app.got_subcommand("detached")) return run_detached(files, installation, environment) ? 0 : 1;
  if (app.got_subcommand("rank")) return rank(installation, environment, module, files);
  return one_case(installation, step, sample_time_s, module, single->remaining());
}

}  // namespace

}  // namespace rackproof

int main(int argc, char** argv) {
  try {
    return rackproof::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "rackproof-worker: {}\n", rackproof::printable(error.what()));
    return static_cast<int>(rackproof::ExitCode::error);
  }
}
