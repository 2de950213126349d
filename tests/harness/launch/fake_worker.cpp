// A worker that does what the backend options of its step say: "ok" or one way of getting it wrong.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "harness/record/durable_file.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/step_ledger.hpp"

namespace rackproof {
namespace {

class Speaker {
 public:
  explicit Speaker(const BundleStep& step) : ledger_(step) {}

  std::string framed(nlohmann::json record) {
    record["step"] = ledger_.step().step;
    ledger_.see(record);
    return frame(record);
  }
  void record(const nlohmann::json& record) { text(framed(record)); }
  void text(const std::string& bytes) { write_all(STDOUT_FILENO, bytes); }
  const StepLedger& ledger() const { return ledger_; }

 private:
  StepLedger ledger_;
};

class Script {
 public:
  explicit Script(const Bundle& bundle)
      : bundle_(bundle), step_(bundle.steps.at(0)), name_(step_.backend_options), speaker_(step_) {}

  int play() {
    if (name_ == "exit_before_hello") {
      std::cerr << "no such device\n";
      return 3;
    }
    if (name_ == "hang_before_hello" || (name_ == "hang_before_hello_first" && step_.attempt == 0)) hang();
    if (name_ == "wrong_before_hello") speaker_.record(end_of(step_.cases.front(), Status::wrong));
    speaker_.record(hello());
    if (name_ == "type_is_a_number") speaker_.text(frame({{"type", 5}, {"step", step_.step}}));
    for (const auto& id : step_.cases) {
      if (const int status = play_case(id); status >= 0) return status;
    }
    if (name_ == "no_end") return 0;
    nlohmann::json end = speaker_.ledger().end();
    if (name_ == "wrong_digest") end["digest"] = std::string(64, '0');
    speaker_.record(end);
    if (name_ == "nonzero_exit") return 7;
    if (name_ == "lingers") {
      ::close(STDOUT_FILENO);
      hang();
    }
    return 0;
  }

 private:
  [[noreturn]] static void hang() {
    while (true) ::pause();
  }

  nlohmann::json hello() const {
    Hello hello;
    hello.protocol = name_ == "other_protocol" ? kProtocolVersion + 1 : kProtocolVersion;
    hello.catalogue_hash = name_ == "other_catalogue" ? std::string(64, 'a') : bundle_.catalogue_hash;
    Identity identity;
    const char* const boot = ::getenv("FAKE_BOOT_ID");
    identity.boot_id = boot != nullptr ? boot : "boot-1";
    hello.utc_ns = utc_now_ns();
    hello.ranks = {identity};
    if (name_ == "two_ranks") hello.ranks.push_back(identity);
    nlohmann::json record = hello;
    if (name_ == "other_protocol") record.erase("ranks");
    return record;
  }

  CaseEnd end_of(const std::string& id, Status status) const {
    CaseEnd end;
    end.case_id = id;
    end.target = step_.target;
    end.launch = step_.launch + (name_ == "other_launch" ? 1 : 0);
    end.attempt = step_.attempt;
    end.outcome = {status, Phase::measure, status == Status::ok ? "" : "as told"};
    if (status == Status::ok) end.values["bandwidth"] = {1e9, 0.9e9, 1.1e9, 10};
    end.outcome.device_lost = name_ == "loses_device" && status == Status::failed;
    if (name_ == "not_a_number") end.values["bandwidth"].hi = std::nan("");
    if (name_ == "unknown_quantity") end.values["latency"] = {1, 1, 1, 1};
    end.iterations = 10;
    return end;
  }

  Status status_of(const std::string& id) {
    if (name_ == "says_wrong") return Status::wrong;
    if (name_ == "unsupported") return Status::unsupported;
    if (name_ == "fails" || name_ == "loses_device") return Status::failed;
    if (name_ == "fails_first") return step_.attempt == 0 ? Status::failed : Status::ok;
    // A sticky error: once it happened, everything that this process does fails.
    if (name_ == "setup")
      return std::string(::getenv("PATH")).starts_with("/opt/setup:") ? Status::ok : Status::failed;
    if (name_ == "sticky" && id.find("copy") != std::string::npos) device_lost_ = true;
    return device_lost_ ? Status::failed : Status::ok;
  }

  /// Returns the exit status to end with, or -1 to go on.
  int play_case(const std::string& id) {
    if (name_ == "unasked") {
      speaker_.text(
          frame(in_step(CaseBegin{"memory/device/other:f64", step_.target, step_.launch, step_.attempt, 1})));
      speaker_.text(frame(in_step(end_of("memory/device/other:f64", Status::ok))));
      return -1;
    }
    if (name_ == "never_begins") {
      speaker_.record(end_of(id, Status::ok));
      return -1;
    }
    speaker_.record(CaseBegin{id, step_.target, step_.launch, step_.attempt, 1});
    if (name_ == "hang" || (name_ == "hang_first" && step_.attempt == 0)) hang();
    if (name_ == "hangs_in_copy" && id.find("copy") != std::string::npos) hang();
    if (name_ == "unusable_first" && step_.attempt == 0) {
      speaker_.record({{"type", "unusable"}, {"evidence", "process 7 survives SIGKILL"}});
      speaker_.record(end_of(id, Status::preempted));
      return -1;
    }
    if (name_ == "hang_deaf") {
      ::signal(SIGTERM, SIG_IGN);
      hang();
    }
    if (name_ == "floods") {
      while (true) speaker_.text("y\n");
    }
    if (name_ == "exits_in_case") {
      std::cerr << "something broke\n";
      return 9;
    }
    if (name_ == "killed_in_case") ::raise(SIGKILL);
    if (name_ == "slow") ::usleep(300'000);
    if (name_.starts_with("samples=")) send_samples(id, std::stoi(name_.substr(8)));
    if (name_ == "garbage") speaker_.text("a library says hello\n@rp 00000000 {}\n");
    speaker_.record(Samples{id, 0, {100, 200}, {}});
    const std::string end = speaker_.framed(end_of(id, status_of(id)));
    if (name_ == "torn_end") {
      speaker_.text(end.substr(0, end.size() / 2));
      return 0;
    }
    if (name_ == "mangled_end") speaker_.text("no newline");
    speaker_.text(end);
    if (name_ == "twice") speaker_.text(end);
    return -1;
  }

  void send_samples(const std::string& id, int count) {
    constexpr int kBlock = 10'000;
    for (int sent = 0; sent < count; sent += kBlock) {
      Samples block{id, sent / kBlock, std::vector<std::int64_t>(kBlock), {}};
      for (std::int64_t& sample : block.host_ns)
        sample = static_cast<std::int64_t>(100'000'000 + noise_() % 100'000'000);
      speaker_.record(block);
    }
  }

  nlohmann::json in_step(nlohmann::json record) const {
    record["step"] = step_.step;
    return record;
  }

  std::minstd_rand noise_{1};  // so that no file can make little of many samples
  const Bundle& bundle_;
  const BundleStep& step_;
  std::string name_;
  Speaker speaker_;
  bool device_lost_ = false;
};

}  // namespace
}  // namespace rackproof

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "telemetry") return 0;  // it reads no sensors
  std::string line;
  std::getline(std::cin, line);
  const auto bundle = nlohmann::json::parse(line).get<rackproof::Bundle>();
  return rackproof::Script(bundle).play();
}
