#include <algorithm>

#include "harness/base/parallel.hpp"
#include "harness/results/cells.hpp"
#include "harness/results/cells_writer.hpp"
#include "harness/simulate/generator.hpp"
#include "harness/simulate/night_files.hpp"

namespace rackproof {

namespace {

using Attributes = std::map<std::string, std::vector<std::uint32_t>>;

constexpr Placement kPlacementsInOrder[]{Placement::node, Placement::device, Placement::pair,
                                         Placement::group};

class NightOfCells {
 public:
  NightOfCells(const Simulation& simulation, int night, const std::filesystem::path& file, unsigned threads)
      : simulation_(simulation), night_(night), threads_(threads), writer_(file, head(simulation, night)) {}

  void write() {
    node_subjects();
    device_subjects();
    pair_subjects();
    Subjects groups;
    groups.placement = Placement::group;
    writer_.subjects(groups, {});
    for (const Placement placement : kPlacementsInOrder) {
      if (simulation_.columns(placement) == 0) continue;
      write_series(placement);
      write_cases(placement);
    }
    writer_.finish();
  }

 private:
  static CellsHead head(const Simulation& simulation, int night) {
    CellsHead head;
    Part part{simulation.provenance(night), Ended::complete, ""};
    head.campaign_id = part.campaign_id;
    head.program_version = part.program_version;
    for (const SimulatedMetric& metric : simulation.metrics) head.series.push_back(metric.series);
    head.parts.push_back(std::move(part));
    return head;
  }

  Subjects empty_subjects(Placement placement) {
    Subjects out;
    out.placement = placement;
    const std::size_t columns = simulation_.columns(placement);
    for (auto* column : {&out.target, &out.name, &out.rack, &out.key, &out.node}) column->reserve(columns);
    out.scope.assign(columns, writer_.text(std::string(to_string(placement))));
    out.model.assign(columns,
                     writer_.text(placement == Placement::device ? kSimulatedDevice : kSimulatedHost));
    out.second.assign(columns, kNoText);
    out.part.assign(columns, 0);
    return out;
  }

  void add(Subjects& to, const std::string& name, std::uint32_t rack, const std::string& key,
           std::uint32_t node) {
    to.target.push_back(static_cast<std::uint32_t>(to.target.size()));
    to.name.push_back(writer_.text(name));
    to.rack.push_back(rack);
    to.key.push_back(writer_.text(key));
    to.node.push_back(node);
  }

  void node_subjects() {
    const Fleet& fleet = simulation_.fleet;
    Subjects nodes = empty_subjects(Placement::node);
    Attributes attributes;
    for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
      const std::uint32_t rack = fleet.rack_of(node);
      if (rack_.size() <= rack) rack_.push_back(writer_.text(Fleet::rack_name(rack)));
      add(nodes, fleet.node_name(node), rack_[rack], Fleet::node_serial(node), node);
      for (const auto& [label, value] : fleet.labels(node))
        attributes["label/" + label].push_back(writer_.text(value));
      attributes["identity/virtual"].push_back(writer_.text("simulated"));
    }
    writer_.subjects(nodes, attributes);
  }

  void device_subjects() {
    const Fleet& fleet = simulation_.fleet;
    Subjects devices = empty_subjects(Placement::device);
    const auto drivers = simulation_.drivers(night_);
    const auto swapped = swapped_parts(simulation_.planted, night_);
    auto swap = swapped.begin();
    std::vector<std::uint32_t> driver;
    for (std::uint32_t device = 0; device < fleet.devices(); ++device) {
      const std::uint32_t node = fleet.node_of(device);
      const bool is_swapped = swap != swapped.end() && swap->first == device;
      add(devices, fleet.device_name(device), rack_[fleet.rack_of(node)],
          Fleet::part_serial(is_swapped ? (swap++)->second : device), node);
      driver.push_back(writer_.text(drivers[node]));
    }
    const auto all = [&](const char* text) {
      return std::vector<std::uint32_t>(fleet.devices(), writer_.text(text));
    };
    writer_.subjects(devices, {{"device/driver", std::move(driver)},
                               {"device/emulated", all("yes")},
                               {"device/firmware", all(kFirmware)},
                               {"device/model", all(kSimulatedDevice)},
                               {"device/serial", devices.key}});
  }

  void pair_subjects() {
    Subjects pairs = empty_subjects(Placement::pair);
    for (std::size_t i = 0; i < simulation_.pairs.size(); ++i) {
      const std::string name = simulation_.pair_name(i);
      const auto [first, second] = simulation_.pairs[i];
      const std::uint32_t rack = simulation_.fleet.rack_of(first);
      add(pairs, name, rack == simulation_.fleet.rack_of(second) ? rack_[rack] : kNoText, name, first);
      pairs.second[i] = second;
    }
    writer_.subjects(pairs, {});
  }

  void write_series(Placement placement) {
    std::vector<std::size_t> own;
    CellsWriter::Packed none = writer_.pack(0, placement, empty_row(simulation_.columns(placement)));
    for (std::size_t series = 0; series < simulation_.metrics.size(); ++series) {
      if (simulation_.metrics[series].placement == placement) {
        own.push_back(series);
      } else {
        none.row = series;
        writer_.put(none);
      }
    }
    for_each_in_order(
        own.size(), threads_,
        [&](std::size_t i) {
          return writer_.pack(own[i], placement, MetricNight(simulation_, own[i], night_).cells());
        },
        [&](const CellsWriter::Packed& packed) { writer_.put(packed); });
  }

  static CellRow empty_row(std::size_t columns) {
    const CellValue empty = empty_cell();
    CellRow row;
    for (auto* field : {&row.value, &row.lo, &row.hi, &row.least, &row.most})
      field->assign(columns, empty.value);
    row.n.assign(columns, empty.n);
    row.status.assign(columns, empty.status);
    row.stop.assign(columns, empty.stop);
    return row;
  }

  /// A case of the simulation has one quantity: its row is that of the series.
  void write_cases(Placement placement) {
    const std::size_t columns = simulation_.columns(placement);
    const auto row = [&](CaseOutcome outcome) {
      return writer_.pack(
          0, placement,
          CaseColumn{std::vector<CaseOutcome>(columns, outcome), std::vector<std::uint8_t>(columns, 0)},
          std::vector<Division>(columns,
                                outcome == CaseOutcome::complete ? Division::closed : Division::unknown));
    };
    CellsWriter::Packed complete = row(CaseOutcome::complete), not_planned = row(CaseOutcome::not_planned);
    for (std::size_t i = 0; i < simulation_.metrics.size(); ++i) {
      CellsWriter::Packed& packed = simulation_.metrics[i].placement == placement ? complete : not_planned;
      packed.row = i;
      writer_.put(packed);
    }
  }

  const Simulation& simulation_;
  int night_;
  unsigned threads_;
  CellsWriter writer_;
  std::vector<std::uint32_t> rack_;  // texts of their names
};

}  // namespace

std::uint64_t measured_cells(const Simulation& simulation) {
  return static_cast<std::uint64_t>(simulation.size.metrics) * simulation.fleet.devices() +
         simulation.pairs.size();
}

void write_night_of_cells(const Simulation& simulation, int night, const std::filesystem::path& file,
                          unsigned threads) {
  NightOfCells(simulation, night, file, threads).write();
}

}  // namespace rackproof
