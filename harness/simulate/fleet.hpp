// The simulated site: racks of nodes of devices, all alike, with the labels that common causes follow.
//
// Racks are R00001, …; nodes R00001/n1, …; devices R00001/n1/dev0, …; all are counted in this order, from 0.
// Labels of a node: leaf = 32 nodes in a row, pdu = 2 racks, row = 20 racks, hall = 2,000 racks.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace rackproof {

/// How much is simulated. All are at least 1.
struct SimulationSize {
  std::uint32_t racks = 0;
  std::uint32_t nodes = 0;    ///< of a rack
  std::uint32_t devices = 0;  ///< of a node
  int metrics = 0;            ///< of a device
  int nights = 0;
  int launches = 2;  ///< of a case in a night
};

/// First and behind the last of a run of devices, nodes, ….
struct Range {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};

class Fleet {
 public:
  static constexpr std::uint32_t kNodesPerLeaf = 32;
  static constexpr std::uint32_t kRacksPerPdu = 2;
  static constexpr std::uint32_t kRacksPerRow = 20;
  static constexpr std::uint32_t kRacksPerHall = 2000;

  explicit Fleet(const SimulationSize& size) : size_(size) {}

  std::uint32_t racks() const { return size_.racks; }
  std::uint32_t nodes() const { return size_.racks * size_.nodes; }
  std::uint32_t devices() const { return nodes() * size_.devices; }
  std::uint32_t leaves() const { return (nodes() + kNodesPerLeaf - 1) / kNodesPerLeaf; }

  std::uint32_t rack_of(std::uint32_t node) const { return node / size_.nodes; }
  std::uint32_t node_of(std::uint32_t device) const { return device / size_.devices; }
  static std::uint32_t leaf_of(std::uint32_t node) { return node / kNodesPerLeaf; }
  Range devices_of_node(std::uint32_t node) const;
  Range devices_of_rack(std::uint32_t rack) const;
  Range devices_of_leaf(std::uint32_t leaf) const;

  static std::string rack_name(std::uint32_t rack);
  std::string node_name(std::uint32_t node) const;
  std::string device_name(std::uint32_t device) const;
  static std::string leaf_name(std::uint32_t leaf);
  /// hall, row, pdu, leaf.
  std::map<std::string, std::string> labels(std::uint32_t node) const;
  static std::string node_serial(std::uint32_t node);
  /// Of a part: part i < devices() was delivered in device i; later ones are spares.
  static std::string part_serial(std::uint32_t part);

 private:
  SimulationSize size_;
};

/// What no one can mistake for hardware.
inline constexpr const char* kSimulatedHost = "simulated-host";
inline constexpr const char* kSimulatedDevice = "simulated-device";
inline constexpr const char* kFirmware = "1.0.0";
inline constexpr const char* kDriver = "1.0.0";
inline constexpr const char* kNextDriver = "1.1.0";  ///< of those that took a driver step

}  // namespace rackproof
