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
#include "suites/catalogue/catalogue.hpp"
#include "suites/run/case_context.hpp"
#include "suites/step_devices.hpp"

namespace rackproof {

namespace {

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
                 bool with_topology) {
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

/// Runs one case; everything that goes wrong becomes its Outcome.
void run_case(const CaseContext& context, const Group& group, SettleRule& settle, CaseEnd& end) {
  const RunCase run = find_runner(context.row.id);
  const Device* first = first_of(context.devices);
  try {
    if (run == nullptr)
      throw AgreedStop(Status::unsupported, Phase::load, "this worker has no code for the case");
    end.before = settle.wait();
    run(context, end);
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
  end.stop = Stop::error;
}

CaseEnd measure(const Bundle& bundle, const BundleStep& step, const std::string& case_id,
                const StepDevices& devices, const Group& group, SettleRule& settle, Recorder& recorder) {
  CaseEnd end;
  end.case_id = case_id;
  end.target = step.target;
  end.launch = step.launch;
  end.attempt = step.attempt;
  end.begin_utc_ns = utc_now_ns();
  end.implementation = devices.backend().table().implementation;
  end.division = "closed";
  recorder.write(CaseBegin{case_id, step.target, step.launch, step.attempt, end.begin_utc_ns});
  const CaseRow* row = find_case(all_cases(), case_id);
  if (row == nullptr) {
    end.outcome = {Status::unsupported, Phase::load, "this worker does not know the case"};
  } else {
    SampleSettings settings;
    settings.sample_time_s = bundle.sample_time_s;
    settings.precision = bundle.precision;
    settings.read_state = [&] { return read_machine_state(first_of(devices.devices())); };
    const CaseContext context{*row,     bundle.seed,
                              settings, devices.devices(),
                              group,    [&](const Samples& samples) { recorder.write(samples); }};
    run_case(context, group, settle, end);
  }
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
  std::unique_ptr<StepDevices> devices;
  Outcome unloadable;
  try {
    together(group, [&] {
      if (!environment.failure.empty()) throw CaseStopped(Status::failed, Phase::launch, environment.failure);
      try {
        devices = std::make_unique<StepDevices>(step, installation, group.rank());
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
  recorder.write(make_hello(group, environment, devices.get(), step.launch == 0 && step.attempt == 0));
  SettleRule settle = settle_rule(devices ? devices->devices() : std::span<const Device>());
  for (const auto& case_id : step.cases) {
    if (devices) {
      recorder.write(measure(bundle, step, case_id, *devices, group, settle, recorder));
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
  const StepDevices devices(step, installation, group.rank());
  const CaseRow* row = find_case(all_cases(), step.cases.front());
  if (row == nullptr) throw Error(fmt::format("no case {}", step.cases.front()));
  SampleSettings settings;
  settings.sample_time_s = sample_time_s;
  settings.standalone = group.size() == 1;
  const CaseContext context{*row, 1, settings, devices.devices(), group, {}};
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
  fmt::print(stderr, "{}\n", line);
  return end.outcome.status == Status::ok ? 0 : 1;
}

}  // namespace rackproof
