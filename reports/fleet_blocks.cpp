#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/record/finite_json.hpp"
#include "reports/fleet_data.hpp"
#include "reports/packed_column.hpp"

namespace rackproof {

namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "columns are little endian");

std::string dumped(const json& value) { return value.dump(-1, ' ', true, json::error_handler_t::replace); }

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
                       {"title", metric.title},
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

void check_lengths(const FleetData& fleet) {
  const std::size_t racks = fleet.racks.size();
  bool right = fleet.standing.size() == racks;
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
                    json_block(dumped({{"schema", 1},
                                       {"shape", std::string(shape)},
                                       {"fleet", is_there ? fleet_json(fleet) : json(nullptr)}}))});
  if (!is_there) return blocks;
  std::vector<std::function<std::vector<std::uint8_t>()>> columns;
  const auto add = [&](std::string id, std::function<std::vector<std::uint8_t>()> column) {
    blocks.push_back({std::move(id), false, {}});
    columns.push_back(std::move(column));
  };
  add("rp-racks", [&] {
    const std::string names = dumped(fleet.racks);
    return std::vector<std::uint8_t>(names.begin(), names.end());
  });
  add("rp-standing", [&] { return bytes_of(fleet.standing); });
  for (std::size_t i = 0; i < fleet.labels.size(); ++i)
    add("rp-label-" + std::to_string(i), [&, i] { return bytes_of(fleet.labels[i].of); });
  for (std::size_t i = 0; i < fleet.metrics.size(); ++i) {
    add("rp-value-" + std::to_string(i), [&, i] { return bytes_of_figures(fleet.metrics[i].value); });
    add("rp-verdict-" + std::to_string(i), [&, i] { return bytes_of(fleet.metrics[i].verdict); });
  }
  for_each_index(columns.size(), threads,
                 [&](std::size_t i) { blocks[i + 1].content = packed_column(columns[i]()); });
  return blocks;
}

}  // namespace rackproof
