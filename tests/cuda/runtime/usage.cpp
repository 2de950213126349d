#include "tests/cuda/runtime/usage.hpp"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "kernels/gemm.h"
#include "kernels/gpt.h"
#include "kernels/stream.h"
#include "tests/cuda/runtime/fake.hpp"

namespace rackproof::fake {
namespace {

/// Ends a use at the first entry that fails.
struct Stop {};

class Use {
 public:
  Use() : b_(*rackproof_backend()) {}
  ~Use() {
    // In the order in which a careful caller does it.
    if (communicator_ != nullptr) b_.communicator_destroy(communicator_);
    for (rp_event* const event : {begin_, end_}) b_.event_destroy(event);
    for (rp_stream* const stream : {stream_, other_stream_}) b_.stream_destroy(stream);
    if (host_ != nullptr) b_.host_release(device_, host_);
    for (const auto& [device, memory] : memory_) b_.memory_release(device, memory);
    for (rp_device* const device : {device_, other_}) b_.device_close(device);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  const Outcome& outcome() const { return outcome_; }

  void all() {
    devices();
    memory();
    peers();
    stream();
    products();
    state();
    collectives();
  }

 private:
  static constexpr std::uint64_t kCount = 256;
  static constexpr std::uint64_t kBytes = kCount * 8;

  void ok(const char* entry, rp_result result) {
    const bool hit = std::exchange(hits_, faults_hit()) != faults_hit();
    if (result == RP_OK && !hit) return;
    if (result == RP_OK) {
      // Only the end of something can fail without a word.
      outcome_.wrong = std::string(entry) + " did not tell";
      return;
    }
    outcome_.entry = entry;
    outcome_.result = result;
    outcome_.text = b_.last_error();
    outcome_.wrong.clear();
    throw Stop{};
  }

  void expect(bool right, const char* what) {
    if (!right && outcome_.wrong.empty()) outcome_.wrong = what;
  }

  void note(const std::string& what, const std::string& text) {
    if (!text.empty()) outcome_.read[what] = text;
  }
  void note(const std::string& what, double value) {
    if (!std::isnan(value)) outcome_.read[what] = std::to_string(value);
  }
  void note_device(const std::string& what, const rp_device_info& info) {
    note(what + " uuid", info.uuid);
    note(what + " address", info.pci_address);
    note(what + " model", info.model);
    note(what + " serial", info.serial);
    note(what + " memory", info.memory_bytes == 0 ? "" : std::to_string(info.memory_bytes));
  }

  rp_memory allocate(rp_device* device) {
    rp_memory memory{};
    ok("memory_allocate", b_.memory_allocate(device, kBytes, &memory));
    memory_.emplace_back(device, memory);
    return memory;
  }

  void devices() {
    ok("open", b_.open(""));
    std::uint32_t count = 0;
    ok("device_count", b_.device_count(&count));
    expect(count == 2, "two devices");
    std::array<rp_device_info, 2> info{};
    for (std::uint32_t i = 0; i < 2; ++i) {
      info[i].struct_size = sizeof info[i];
      ok("device_info", b_.device_info(i, &info[i]));
      note_device("device " + std::to_string(i), info[i]);
    }
    ok("device_open", b_.device_open(info[0].uuid, &device_));
    ok("device_open", b_.device_open(info[1].uuid, &other_));
  }

  void memory() {
    for (rp_memory& memory : regions_) memory = allocate(device_);
    const std::vector<double> ones(kCount, 1.0);
    std::vector<double> found(kCount);
    ok("memory_write", b_.memory_write(device_, regions_[1], ones.data(), kBytes));
    ok("memory_fill", b_.memory_fill(device_, regions_[2], 0, kBytes));
    ok("memory_read", b_.memory_read(device_, found.data(), regions_[1], kBytes));
    expect(found == ones, "what was written is read");
    ok("host_allocate", b_.host_allocate(device_, kBytes, &host_));
  }

  void peers() {
    remote_ = allocate(other_);
    ok("peer_open", b_.peer_open(device_, other_));
    rp_link link{};
    link.struct_size = sizeof link;
    ok("link", b_.link(device_, other_, &link));
    expect(link.peer_access == 1, "peer access");
    note("link", link.kind);
    note("links", link.links == 0 ? "" : std::to_string(link.links));
  }

  void stream() {
    ok("stream_create", b_.stream_create(device_, &stream_));
    ok("stream_create", b_.stream_create(other_, &other_stream_));
    ok("event_create", b_.event_create(device_, &begin_));
    ok("event_create", b_.event_create(device_, &end_));
    auto* const host = static_cast<double*>(host_);
    for (std::uint64_t i = 0; i < kCount; ++i) host[i] = 2.0;
    const rp_stream_params triad{regions_[0], regions_[1], regions_[2], kCount, 0.5, RP_STORES_REGULAR, 0};
    ok("stream_hold", b_.stream_hold(stream_));
    ok("event_record", b_.event_record(begin_, stream_));
    ok("enqueue_write", b_.enqueue_write(stream_, regions_[2], host, kBytes));
    ok("op_enqueue", b_.op_enqueue(stream_, RP_OP_TRIAD, RP_F64, &triad, sizeof triad));
    ok("enqueue_copy", b_.enqueue_copy(stream_, regions_[3], regions_[0], kBytes));
    ok("enqueue_copy", b_.enqueue_copy(stream_, remote_, regions_[3], kBytes));
    ok("enqueue_read", b_.enqueue_read(stream_, host, remote_, kBytes));
    ok("event_record", b_.event_record(end_, stream_));
    expect(host[0] == 2.0, "nothing happens before the sync");
    ok("stream_release", b_.stream_release(stream_));
    ok("stream_sync", b_.stream_sync(stream_));
    expect(host[0] == 2.0 && host[kCount - 1] == 2.0, "1 + 0.5 * 2");
    std::int64_t ns = -1, resolution = 0;
    ok("event_elapsed_ns", b_.event_elapsed_ns(begin_, end_, &ns, &resolution));
    expect(ns >= 0 && resolution >= 500, "the time between two events");
  }

  void products() {
    const rp_gemm_params gemm = kernels::gemm_params(regions_[1], regions_[1], regions_[0], 4, 4, 4, RP_F64);
    rp_op_facts facts{};
    facts.struct_size = sizeof facts;
    ok("op_query", b_.op_query(device_, RP_OP_GEMM, RP_F64, &gemm, sizeof gemm, &facts));
    ok("op_enqueue", b_.op_enqueue(stream_, RP_OP_GEMM, RP_F64, &gemm, sizeof gemm));
    const rp_gpt_matmul_params matmul{regions_[1], regions_[1], regions_[2], regions_[1], 4, 4, 4, 1, 1};
    ok("op_enqueue", b_.op_enqueue(stream_, RP_OP_GPT_MATMUL, RP_F64, &matmul, sizeof matmul));
    const rp_gemm_params empty = kernels::gemm_params(regions_[1], regions_[1], regions_[3], 4, 4, 0, RP_F64);
    ok("op_enqueue", b_.op_enqueue(stream_, RP_OP_GEMM, RP_F64, &empty, sizeof empty));
    ok("stream_sync", b_.stream_sync(stream_));
    double found[3];
    for (std::size_t i = 0; i < 3; ++i)
      ok("memory_read", b_.memory_read(device_, found + i, regions_[i == 0 ? 0 : i + 1], 8));
    expect(found[0] == 4 && found[1] == 5 && found[2] == 0, "products of ones");
  }

  void state() {
    rp_telemetry telemetry{};
    telemetry.struct_size = sizeof telemetry;
    ok("telemetry", b_.telemetry(device_, &telemetry));
    note("clock", telemetry.clock_hz);
    note("power", telemetry.power_w);
    note("temperature", telemetry.temperature_k);
    note("throttle", telemetry.throttle_readable == 0 ? "" : std::to_string(telemetry.throttle));
    ok("present_telemetry", b_.present_telemetry(0, &telemetry));
    note("power of the first", telemetry.power_w);
    std::array<rp_counter, 100> counters{};
    std::uint32_t count = 0;
    ok("counters", b_.counters(device_, counters.data(), 100, &count));
    expect(count > 10 && count < 100, "counters");
    for (std::uint32_t i = 0; i < count; ++i) note(counters[i].name, counters[i].value);
    ok("present_count", b_.present_count(&count));
    rp_device_info info{};
    info.struct_size = sizeof info;
    ok("present_info", b_.present_info(0, &info));
    note_device("present device", info);
    rp_device_facts facts{};
    facts.struct_size = sizeof facts;
    ok("device_facts", b_.device_facts(0, &facts));
    const std::string driver = facts.driver;  // "580.00, CUDA 13.0", or without the first
    note("driver", driver.substr(0, driver.find("CUDA")));
    note("driver's CUDA", driver.substr(driver.find("CUDA")));
    note("firmware", facts.firmware);
    note("mode", facts.compute_mode);
    note("partition", facts.partition);
    note("ecc", facts.ecc == -1 ? "" : std::to_string(facts.ecc));
    note("processes", facts.other_processes == -1 ? "" : std::to_string(facts.other_processes));
  }

  void collectives() {
    if (b_.communicator_id == nullptr) return;
    unsigned char id[RP_COMMUNICATOR_ID_BYTES];
    ok("communicator_id", b_.communicator_id(id));
    ok("communicator_create", b_.communicator_create(device_, id, 1, 0, &communicator_));
    for (const rp_collective which :
         {RP_ALLREDUCE, RP_ALLGATHER, RP_REDUCE_SCATTER, RP_ALL_TO_ALL, RP_BROADCAST})
      ok("communicator_enqueue",
         b_.communicator_enqueue(communicator_, stream_, which, RP_F64, regions_[1], regions_[0], kCount, 0));
    ok("stream_sync", b_.stream_sync(stream_));
    double found = 0;
    ok("memory_read", b_.memory_read(device_, &found, regions_[0], 8));
    expect(found == 1, "a collective of one rank");
  }

  const rp_backend& b_;
  Outcome outcome_;
  std::uint64_t hits_ = faults_hit();
  rp_device* device_ = nullptr;
  rp_device* other_ = nullptr;
  rp_stream* stream_ = nullptr;
  rp_stream* other_stream_ = nullptr;
  rp_event* begin_ = nullptr;
  rp_event* end_ = nullptr;
  rp_communicator* communicator_ = nullptr;
  void* host_ = nullptr;
  std::array<rp_memory, 4> regions_{};
  rp_memory remote_{};
  std::vector<std::pair<rp_device*, rp_memory>> memory_;
};

}  // namespace

Outcome use_everything() {
  Outcome outcome;
  std::uint64_t hits = 0;
  {
    Use use;
    try {
      use.all();
    } catch (const Stop&) {
    }
    outcome = use.outcome();
    hits = faults_hit();
  }
  outcome.at_the_end = faults_hit() != hits;
  return outcome;
}

}  // namespace rackproof::fake
