#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/record/finite_json.hpp"
#include "reports/ascii_json.hpp"
#include "reports/fleet_data.hpp"
#include "reports/packed_column.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "columns are little endian");

std::string_view direction_name(Direction direction) {
  if (direction == Direction::neither) return "neither";
  return direction == Direction::higher_is_better ? "higher" : "lower";
}

json fleet_json(const FleetData& fleet) {
  json labels = json::array();
  for (const FleetLabel& label : fleet.labels)
    labels.push_back({{"name", label.name}, {"values", label.values}});
  json metrics = json::array();
  for (const FleetMetric& metric : fleet.metrics) {
    metrics.push_back({{"metric", metric.metric},
                       {"title", metric.title.en},
                       {"title_zh", metric.title.zh},
                       {"scope", metric.scope},
                       {"unit", metric.unit},
                       {"direction", direction_name(metric.direction)},
                       {"limit", metric.limit},
                       {"model", metric.model},
                       {"score", metric.score},
                       {"lower", finite_json(metric.lower)},
                       {"upper", finite_json(metric.upper)},
                       {"p1", finite_json(metric.p1)},
                       {"p50", finite_json(metric.p50)},
                       {"p99", finite_json(metric.p99)},
                       {"failing", metric.failing}});
  }
  return {{"racks", fleet.racks.size()}, {"labels", std::move(labels)}, {"metrics", std::move(metrics)}};
}

template <class T>
std::vector<std::uint8_t> bytes_of(const std::vector<T>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// Every NaN with the same bits, wherever it came from.
std::vector<std::uint8_t> bytes_of_figures(std::vector<float> values) {
  for (float& value : values) {
    if (std::isnan(value)) value = std::numeric_limits<float>::quiet_NaN();
  }
  return bytes_of(values);
}

json parts_json(const RackLaunches& rack) {
  json ends = json::array();
  for (const auto& two : rack.ends) ends.push_back(two ? json{two->first, two->second} : json(nullptr));
  json metrics = json::array();
  for (const RackLaunches::Metric& metric : rack.metrics) {
    json targets = json::array(), verdicts = json::array(), launches = json::array(), more = json::array();
    for (const RackLaunches::Part& part : metric.parts) {
      targets.push_back(part.target);
      verdicts.push_back(part.verdict);
      launches.push_back(part.launches.size());
      more.push_back(part.more);
    }
    metrics.push_back({{"metric", metric.metric},
                       {"targets", std::move(targets)},
                       {"verdicts", std::move(verdicts)},
                       {"launches", std::move(launches)},
                       {"more", std::move(more)}});
  }
  return {{"targets", rack.targets},   {"ends", std::move(ends)},       {"nodes", rack.nodes},
          {"suspects", rack.suspects}, {"metrics", std::move(metrics)}, {"leftOut", rack.left_out}};
}

std::vector<float> figures_of(const RackLaunches& rack) {
  std::vector<float> figures;
  for (const RackLaunches::Metric& metric : rack.metrics) {
    for (const RackLaunches::Part& part : metric.parts) {
      figures.push_back(part.value);
      figures.insert(figures.end(), part.launches.begin(), part.launches.end());
    }
  }
  return figures;
}

std::vector<std::uint8_t> bytes_of_text(const std::string& text) { return {text.begin(), text.end()}; }

void check_lengths(const FleetData& fleet) {
  const std::size_t racks = fleet.racks.size();
  bool right = fleet.standing.size() == racks && (fleet.launches.empty() || fleet.launches.size() == racks);
  for (const RackLaunches& rack : fleet.launches) right = right && rack.ends.size() == rack.targets.size();
  for (const FleetLabel& label : fleet.labels) right = right && label.of.size() == racks;
  for (const FleetMetric& metric : fleet.metrics)
    right = right && metric.value.size() == racks && metric.verdict.size() == racks;
  if (!right) throw Error("a column of the fleet's data has another length than its racks");
}

}  // namespace

std::vector<DataBlock> fleet_blocks(const FleetData& fleet, std::string_view shape, unsigned threads) {
  check_lengths(fleet);
  const bool is_there = !fleet.racks.empty();
  std::vector<DataBlock> blocks;
  blocks.push_back({"rp-data", true,
                    json_block(ascii_json({{"schema", 1},
                                           {"shape", std::string(shape)},
                                           {"fleet", is_there ? fleet_json(fleet) : json(nullptr)}}))});
  if (!is_there) return blocks;
  std::vector<std::function<std::vector<std::uint8_t>()>> columns;
  const auto add = [&](std::string id, std::function<std::vector<std::uint8_t>()> column) {
    blocks.push_back({std::move(id), false, {}});
    columns.push_back(std::move(column));
  };
  add("rp-racks", [&] { return bytes_of_text(ascii_json(fleet.racks)); });
  add("rp-standing", [&] { return bytes_of(fleet.standing); });
  for (std::size_t i = 0; i < fleet.labels.size(); ++i)
    add("rp-label-" + std::to_string(i), [&, i] { return bytes_of(fleet.labels[i].of); });
  for (std::size_t i = 0; i < fleet.metrics.size(); ++i) {
    add("rp-value-" + std::to_string(i), [&, i] { return bytes_of_figures(fleet.metrics[i].value); });
    add("rp-verdict-" + std::to_string(i), [&, i] { return bytes_of(fleet.metrics[i].verdict); });
  }
  for (std::size_t i = 0; i < fleet.launches.size(); ++i) {
    add("rp-parts-" + std::to_string(i),
        [&, i] { return bytes_of_text(ascii_json(parts_json(fleet.launches[i]))); });
    add("rp-launches-" + std::to_string(i),
        [&, i] { return bytes_of_figures(figures_of(fleet.launches[i])); });
  }
  for_each_index(columns.size(), threads,
                 [&](std::size_t i) { blocks[i + 1].content = packed_column(columns[i]()); });
  return blocks;
}

}  // namespace rackproof
