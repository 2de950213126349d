#include "harness/measure/host_buffer.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace rackproof {

namespace {

constexpr std::size_t kPage = 4096;

}  // namespace

HostBuffer::HostBuffer(const Device& device, HostMemory kind, std::uint64_t bytes)
    : device_(device), kind_(kind), bytes_(bytes) {
  if (kind == HostMemory::pageable) {
    data_ = static_cast<std::byte*>(std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage));
    if (data_ == nullptr)
      throw CaseStopped(Status::failed, Phase::prepare,
                        fmt::format("{} B of host memory: out of memory", bytes));
    return;
  }
  const rp_backend& table = device.table();
  if (table.host_allocate == nullptr)
    throw CaseStopped(Status::unsupported, Phase::prepare,
                      fmt::format("backend {} pins no host memory", table.name));
  void* pinned = nullptr;
  device.backend().expect(table.host_allocate(device.get(), bytes, &pinned), Phase::prepare,
                          "pinned host memory");
  data_ = static_cast<std::byte*>(pinned);
}

HostBuffer::~HostBuffer() {
  if (kind_ == HostMemory::pageable) {
    std::free(data_);
  } else {
    device_.table().host_release(device_.get(), data_);
  }
}

}  // namespace rackproof
