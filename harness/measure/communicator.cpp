#include "harness/measure/communicator.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <string>

namespace rackproof {

namespace {

using Id = std::array<unsigned char, RP_COMMUNICATOR_ID_BYTES>;

/// Of rank 0 on all ranks; one byte in front tells whether rank 0 has one.
Id common_id(const Device& device, const Group& group) {
  Id id{};
  rp_result result = RP_OK;
  if (group.rank() == 0) result = device.table().communicator_id(id.data());
  std::string text(1 + id.size(), '\0');
  text[0] = result == RP_OK ? 'y' : 'n';
  std::memcpy(text.data() + 1, id.data(), id.size());
  text = group.text_from_root(std::move(text));
  if (group.rank() == 0) device.backend().expect(result, Phase::prepare, "id of a communicator");
  if (text.size() != 1 + id.size() || text[0] != 'y')
    throw CaseStopped(Status::failed, Phase::prepare, "rank 0 has no id of a communicator");
  std::memcpy(id.data(), text.data() + 1, id.size());
  return id;
}

}  // namespace

Communicator::Communicator(const Device& device, const Group& group) : device_(device) {
  const rp_backend& table = device.table();
  if (table.communicator_create == nullptr)
    throw CaseStopped(Status::unsupported, Phase::prepare,
                      fmt::format("backend {} has no collectives", table.name));
  const Id id = common_id(device, group);
  device.backend().expect(
      table.communicator_create(device.get(), id.data(), static_cast<std::uint32_t>(group.size()),
                                static_cast<std::uint32_t>(group.rank()), &communicator_),
      Phase::prepare, "communicator");
}

Communicator::~Communicator() { device_.table().communicator_destroy(communicator_); }

void Communicator::enqueue(const Stream& stream, rp_collective collective, rp_dtype dtype, rp_memory send,
                           rp_memory receive, std::uint64_t count, std::uint32_t root) const {
  device_.backend().expect(device_.table().communicator_enqueue(communicator_, stream.get(), collective,
                                                                dtype, send, receive, count, root),
                           Phase::measure, "collective");
}

}  // namespace rackproof
