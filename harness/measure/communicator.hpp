// The devices of several ranks, which work together.
#pragma once

#include "harness/measure/backend.hpp"
#include "harness/measure/group.hpp"

namespace rackproof {

class Communicator {
 public:
  /// Of this rank's device with those of all other ranks of the group, which call it too. Throws CaseStopped, on this rank
  /// only: unsupported when the backend has no collectives, failed when the others cannot be reached.
  Communicator(const Device& device, const Group& group);
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;
  ~Communicator();

  /// count and regions as rp_collective says.
  void enqueue(const Stream& stream, rp_collective collective, rp_dtype dtype, rp_memory send,
               rp_memory receive, std::uint64_t count, std::uint32_t root) const;

 private:
  const Device& device_;
  rp_communicator* communicator_ = nullptr;
};

}  // namespace rackproof
