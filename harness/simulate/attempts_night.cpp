#include <array>

#include "harness/results/cells.hpp"
#include "harness/results/row_order.hpp"
#include "harness/simulate/generator.hpp"
#include "harness/simulate/night_files.hpp"

namespace rackproof {

namespace {

constexpr std::int64_t kAttempt = 1'000'000'000;  // ns from one attempt of a target to its next

class NightWithAttempts {
 public:
  NightWithAttempts(const Simulation& simulation, int night) : simulation_(simulation), night_(night) {
    out_.provenance = simulation.provenance(night);
    for (const SimulatedMetric& metric : simulation.metrics) out_.series.push_back(metric.series);
    add_nodes();
    add_devices();
    add_pairs();
    for (std::size_t metric = 0; metric < simulation.metrics.size(); ++metric) measure(metric);
    order_rows(out_);
    for (std::size_t i = 0; i < out_.attempts.size(); ++i)
      out_.attempts[i].log_offset = static_cast<std::int64_t>(i);
    fill_cells(out_);
  }

  Results take() { return std::move(out_); }

 private:
  TargetRow& add(std::string name, Placement placement, std::vector<std::uint32_t> members) {
    TargetRow row;
    row.name = std::move(name);
    row.placement = placement;
    row.scope = to_string(placement);
    row.members = std::move(members);
    row.is_virtual = true;
    out_.targets.push_back(std::move(row));
    return out_.targets.back();
  }

  void fact(std::string key, std::string found) {
    out_.facts.push_back({static_cast<std::uint32_t>(out_.targets.size() - 1), std::move(key), "",
                          std::move(found), "simulated"});
  }

  void add_nodes() {
    for (std::uint32_t node = 0; node < simulation_.fleet.nodes(); ++node) {
      const std::string serial = Fleet::node_serial(node);
      TargetRow& row = add(simulation_.fleet.node_name(node), Placement::node, {node});
      row.rack = Fleet::rack_name(simulation_.fleet.rack_of(node));
      row.model = kSimulatedHost;
      row.serial = serial;
      row.labels = simulation_.fleet.labels(node);
      row.hostname = "simulated-" + serial;
      row.boot_id = row.machine_id = row.hostname;
      fact("identity/hostname", out_.targets.back().hostname);
    }
  }

  void add_devices() {
    first_[static_cast<std::size_t>(Placement::device)] = out_.targets.size();
    const auto drivers = simulation_.drivers(night_);
    const auto swapped = swapped_parts(simulation_.planted, night_);
    auto swap = swapped.begin();
    for (std::uint32_t device = 0; device < simulation_.fleet.devices(); ++device) {
      const std::uint32_t node = simulation_.fleet.node_of(device);
      const bool is_swapped = swap != swapped.end() && swap->first == device;
      const std::string serial = Fleet::part_serial(is_swapped ? (swap++)->second : device);
      TargetRow& row = add(simulation_.fleet.device_name(device), Placement::device, {node});
      row.rack = out_.targets[node].rack;
      row.model = kSimulatedDevice;
      fact("device/driver", drivers[node]);
      fact("device/emulated", "yes");
      fact("device/firmware", kFirmware);
      fact("device/model", kSimulatedDevice);
      fact("device/serial", serial);
    }
  }

  void add_pairs() {
    first_[static_cast<std::size_t>(Placement::pair)] = out_.targets.size();
    for (std::size_t i = 0; i < simulation_.pairs.size(); ++i) {
      const NodePair& pair = simulation_.pairs[i];
      add(simulation_.pair_name(i), Placement::pair, {pair.first, pair.second}).model = kSimulatedHost;
    }
  }

  void measure(std::size_t metric) {
    const MetricNight numbers(simulation_, metric, night_);
    const auto launches = static_cast<std::size_t>(simulation_.size.launches);
    const auto placement = static_cast<std::size_t>(simulation_.metrics[metric].placement);
    std::vector<LaunchValue> values;
    numbers.launches(0, numbers.subjects(), values);
    const std::int64_t start = simulation_.night_start_ns(night_);
    for (std::size_t i = 0; i < values.size(); ++i) {
      AttemptRow row;
      row.target = static_cast<std::uint32_t>(first_[placement] + i / launches);
      row.case_id = out_.series[metric].case_id;
      row.launch = static_cast<std::int32_t>(i % launches);
      row.outcome = {Status::ok, Phase::finish, "", false};
      row.stop = Stop::precise;
      row.begin_utc_ns = start + static_cast<std::int64_t>(metric * launches + i % launches) * kAttempt;
      row.end_utc_ns = row.begin_utc_ns + kAttempt / 2;
      row.iterations = values[i].n;
      row.resolution_s = 1e-9;
      row.implementation = "simulated";
      row.division = "closed";
      row.boot_id = out_.targets[out_.targets[row.target].members.front()].boot_id;
      if (row.launch == 0) out_.promises.push_back({row.target, row.case_id, ""});
      values[i].attempt = static_cast<std::uint32_t>(out_.attempts.size());
      values[i].series = static_cast<std::uint32_t>(metric);
      out_.attempts.push_back(std::move(row));
      out_.launch_values.push_back(values[i]);
    }
  }

  const Simulation& simulation_;
  int night_;
  Results out_;
  std::array<std::size_t, kPlacementCount> first_{};  // row of the first target
};

}  // namespace

Results night_with_attempts(const Simulation& simulation, int night) {
  return NightWithAttempts(simulation, night).take();
}

}  // namespace rackproof
