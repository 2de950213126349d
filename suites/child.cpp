#include "suites/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>

#include "harness/base/units.hpp"
#include "harness/base/version.hpp"
#include "harness/measure/backend.hpp"
#include "harness/measure/machine_state.hpp"
#include "harness/measure/settle.hpp"
#include "harness/measure/topology.hpp"
#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/step_ledger.hpp"
#include "suites/case_window.hpp"
#include "suites/catalogue/catalogue.hpp"
#include "suites/preflight.hpp"
#include "suites/run/case_context.hpp"
#include "suites/step_devices.hpp"
#include "suites/step_system.hpp"

namespace rackproof {

namespace {

/// The library whose devices are parts of the host itself.
constexpr std::string_view kHostBackend = "cpu";

/// Writes the records of one step, and keeps the ledger that its end record needs. Silent on ranks other than
/// 0.
class Recorder {
 public:
  Recorder(const BundleStep& step, int descriptor, bool active)
      : ledger_(step), descriptor_(descriptor), active_(active) {}

  void write(nlohmann::json record) {
    if (!active_) return;
    record["step"] = ledger_.step().step;
    ledger_.see(record);
    write_all(descriptor_, frame(record));
  }
  void end() { write(ledger_.end()); }

 private:
  StepLedger ledger_;
  int descriptor_;
  bool active_;
};

Hello make_hello(const Group& group, const PreparedEnvironment& environment, const StepDevices* devices,
                 const std::string& missing, bool with_topology) {
  Hello hello;
  hello.version = kProgramVersion;
  hello.catalogue_hash = catalogue_hash(all_cases());
  for (const auto& text : group.gather_texts(nlohmann::json(read_identity(group.rank())).dump())) {
    hello.ranks.push_back(nlohmann::json::parse(text).get<Identity>());
  }
  if (devices != nullptr) hello.backends.push_back(devices->backend().identity());
  const std::vector<DeviceIdentity> own =
      devices != nullptr ? devices->identities() : std::vector<DeviceIdentity>();
  for (const auto& text : group.gather_texts(nlohmann::json(own).dump())) {
    for (const auto& device : nlohmann::json::parse(text))
      hello.devices.push_back(device.get<DeviceIdentity>());
  }
  int rank = 0;
  for (const auto& evidence : group.gather_texts(missing)) {
    if (!evidence.empty()) hello.missing.push_back({rank, evidence});
    ++rank;
  }
  if (group.messages() != nullptr) {
    hello.backends.push_back({group.messages()->name, printable(group.messages()->version), "", ""});
  }
  hello.removed_environment = environment.removed;
  hello.setup_environment = environment.setup;
  if (with_topology) hello.hwloc_xml = topology_xml();
  hello.utc_ns = utc_now_ns();
  return hello;
}

const Device* first_of(std::span<const Device> devices) {
  return devices.empty() ? nullptr : &devices.front();
}

SettleRule settle_rule(std::span<const Device> devices) {
  return SettleRule(
      [devices] { return read_machine_state(first_of(devices)); },
      [](double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); });
}

/// Runs one case; everything that goes wrong becomes its Outcome. `prove` asks whether its messages took their path.
void run_case(const CaseContext& context, const Group& group, SettleRule& settle, CaseEnd& end,
              const std::function<void()>& prove = {}) {
  const RunCase run = find_runner(context.row.id);
  const Device* first = first_of(context.devices);
  try {
    if (run == nullptr)
      throw AgreedStop(Status::unsupported, Phase::load, "this worker has no code for the case");
    end.before = settle.wait();
    run(context, end);
    if (prove) prove();
    const MachineState last = read_machine_state(first);
    fold_extremes(end.after, last);
    end.after.insert(last.begin(), last.end());  // the run itself noted its part, the throttle bits too
    std::int64_t throttled = is_throttled(end.before) || is_throttled(end.after) ? 1 : 0;
    group.maximum({&throttled, 1});  // one slow rank slows them all
    end.throttled = throttled != 0;
    end.outcome = {Status::ok, Phase::finish, ""};
    return;
  } catch (const AgreedStop& stop) {
    end.outcome = stop.outcome();
  } catch (const CaseStopped& stop) {
    // This rank left alone; the others wait for it in a collective, and there is no way to tell them.
    if (group.size() > 1) throw;
    end.outcome = stop.outcome();
  } catch (const std::exception& error) {
    if (group.size() > 1) throw;
    end.outcome = {Status::failed, Phase::measure, printable(error.what())};
  }
  end.values.clear();
  end.exact.clear();
  end.text.clear();
  end.unavailable.clear();
  end.stop = Stop::error;
}

/// Looks at this rank's node; what all ranks found is recorded. Returns why the step may not be measured, on all ranks.
std::string preflight(const Bundle& bundle, const BundleStep& step, const SystemRoot& system,
                      const StepDevices& devices, const Group& group, const Hello& hello,
                      Recorder& recorder) {
  constexpr std::chrono::milliseconds kLoadWindow{50};
  const auto rank = static_cast<std::size_t>(group.rank());
  const auto& needs = step.requirements;
  const bool has_devices = step.backend != kHostBackend;
  const PreflightPlace place{system, has_devices ? devices.devices() : std::span<const Device>(),
                             has_devices ? devices.identities() : std::span<const DeviceIdentity>(),
                             [&] { std::this_thread::sleep_for(kLoadWindow); }};
  const Requirements required = needs.empty() ? Requirements() : needs.at(needs.size() == 1 ? 0 : rank);
  Preflight own{group.rank(), look(place, required, bundle.preflight)};
  // The step before has ended just now: its heat and its last processes go.
  const double patience_s = std::min(30.0, bundle.case_time_limit_s / 4);
  for (double waited_s = 0; is_blocked_for_now(own) && waited_s < patience_s; waited_s += 1) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    own.items = look(place, required, bundle.preflight);
  }
  std::vector<Preflight> of_ranks;
  // What a machine says of itself may be no UTF-8.
  for (const auto& text : group.gather_texts(
           nlohmann::json(own).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))) {
    of_ranks.push_back(nlohmann::json::parse(text).get<Preflight>());
    recorder.write(of_ranks.back());
  }
  std::vector<std::string> hosts;
  for (const Identity& identity : hello.ranks) hosts.push_back(identity.hostname);
  return group.text_from_root(why_blocked(of_ranks, hosts));
}

/// What is there does not depend on how a node is set or how busy it is.
bool is_inventory(const std::string& case_id) {
  const CaseRow* const row = find_case(all_cases(), case_id);
  return row != nullptr && row->may_be_unavailable;
}

/// What the cases of a step share.
struct StepPlace {
  const SystemRoot& system;
  RankPlace ranks;
  StatedPath path;
};

CaseEnd measure(const Bundle& bundle, const BundleStep& step, const std::string& case_id,
                const StepDevices& devices, const StepPlace& place, const Group& group, SettleRule& settle,
                Recorder& recorder) {
  CaseEnd end;
  end.case_id = case_id;
  end.target = step.target;
  end.launch = step.launch;
  end.attempt = step.attempt;
  end.begin_utc_ns = utc_now_ns();
  end.implementation = devices.backend().table().implementation;
  recorder.write(CaseBegin{case_id, step.target, step.launch, step.attempt, end.begin_utc_ns});
  const CaseRow* row = find_case(all_cases(), case_id);
  if (row == nullptr) {
    end.outcome = {Status::unsupported, Phase::load, "this worker does not know the case"};
  } else {
    SampleSettings settings;
    settings.sample_time_s = bundle.sample_time_s;
    settings.precision = bundle.precision;
    settings.read_state = [&] { return read_machine_state(first_of(devices.devices())); };
    CaseWindow window(place.system, devices.devices(), place.ranks, place.path);
    const CaseContext context{*row,         bundle.seed,
                              settings,     devices.devices(),
                              group,        [&](const Samples& samples) { recorder.write(samples); },
                              place.system, window.message_bytes()};
    run_case(context, group, settle, end, [&] { window.prove(group); });
    end.counters = window.close(group);
  }
  end.division = division_of(end.implementation);
  end.end_utc_ns = utc_now_ns();
  return end;
}

}  // namespace

Installation find_installation() {
  const auto worker = std::filesystem::canonical("/proc/self/exe");
  return {worker, worker.parent_path().parent_path() / "lib" / "rackproof"};
}

int claim_record_stream() {
  const int records = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (records < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    throw Error("no standard output for the records");
  return records;
}

void run_step(const Bundle& bundle, const BundleStep& step, const Group& group,
              const Installation& installation, const PreparedEnvironment& environment, int records,
              const MoreRecords& more) {
  Recorder recorder(step, records, group.rank() == 0);
  const SystemRoot system = system_root_of(step, group.rank());
  std::unique_ptr<StepDevices> devices;
  std::string missing;  // evidence that a promised device of this rank is not there
  Outcome unloadable;
  try {
    together(group, [&] {
      if (!environment.failure.empty()) throw CaseStopped(Status::failed, Phase::launch, environment.failure);
      try {
        devices = std::make_unique<StepDevices>(step, installation, group.rank(), system);
      } catch (const DeviceMissing& gone) {
        missing = gone.evidence();
        throw;
      } catch (const CaseStopped&) {
        throw;
      } catch (const Error& error) {
        throw CaseStopped(Status::failed, Phase::load, error.what());
      }
    });
  } catch (const AgreedStop& stop) {
    devices.reset();
    unloadable = stop.outcome();
  }
  const Hello hello =
      make_hello(group, environment, devices.get(), missing, step.launch == 0 && step.attempt == 0);
  recorder.write(hello);
  StepPlace place{system, {}, {}};
  std::string blocked;
  if (devices && !step.cases.empty()) {
    blocked = preflight(bundle, step, system, *devices, group, hello, recorder);
    if (!blocked.empty()) unloadable = {Status::skipped, Phase::launch, blocked};
    place.ranks = find_place(group, read_identity(group.rank()).boot_id + system.at("/").string());
    place.path = stated_path(bundle, place.ranks);
  }
  SettleRule settle = settle_rule(devices ? devices->devices() : std::span<const Device>());
  for (const auto& case_id : step.cases) {
    if (devices && (blocked.empty() || is_inventory(case_id))) {
      recorder.write(measure(bundle, step, case_id, *devices, place, group, settle, recorder));
      if (!more) continue;
      for (auto& record : more(&case_id == &step.cases.back())) recorder.write(std::move(record));
      continue;
    }
    CaseEnd end;
    end.case_id = case_id;
    end.target = step.target;
    end.launch = step.launch;
    end.attempt = step.attempt;
    end.begin_utc_ns = end.end_utc_ns = utc_now_ns();
    end.outcome = unloadable;
    // A wrong answer is believed of a case that was begun only.
    recorder.write(CaseBegin{case_id, step.target, step.launch, step.attempt, end.begin_utc_ns});
    recorder.write(end);
  }
  recorder.end();
}

int run_standalone(const BundleStep& step, const Group& group, const Installation& installation,
                   double sample_time_s) {
  const SystemRoot system = system_root_of(step, group.rank());
  const StepDevices devices(step, installation, group.rank(), system);
  const CaseRow* row = find_case(all_cases(), step.cases.front());
  if (row == nullptr) throw Error(fmt::format("no case {}", step.cases.front()));
  SampleSettings settings;
  settings.sample_time_s = sample_time_s;
  settings.standalone = group.size() == 1;
  const CaseContext context{*row, 1, settings, devices.devices(), group, {}, system};
  CaseEnd end;
  SettleRule settle = settle_rule(devices.devices());
  run_case(context, group, settle, end);
  if (group.rank() != 0) return 0;
  std::string line = fmt::format("{}: {}", row->id, to_string(end.outcome.status));
  if (!end.outcome.reason.empty())
    line += " in " + std::string(to_string(end.outcome.phase)) + ": " + end.outcome.reason;
  for (const auto& [quantity, value] : end.values) {
    const QuantityRow* definition = find_quantity(*row, quantity);
    const std::string_view unit = definition != nullptr ? definition->unit : "1";
    line += fmt::format("; {} {} [{}, {}]", quantity, format_quantity(value.value, unit),
                        format_quantity(value.lo, unit), format_quantity(value.hi, unit));
  }
  for (const auto& [quantity, count] : end.exact) line += fmt::format("; {} {}", quantity, count);
  for (const auto& [quantity, text] : end.text) line += fmt::format("; {} \"{}\"", quantity, text);
  for (const auto& [quantity, why] : end.unavailable)
    line += fmt::format("; {} unavailable: {}", quantity, why);
  fmt::print(stderr, "{}\n", line);
  return end.outcome.status == Status::ok ? 0 : 1;
}

}  // namespace rackproof
