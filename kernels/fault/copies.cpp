#include "kernels/fault/copies.hpp"

#include <functional>
#include <new>
#include <span>
#include <utility>

#include "kernels/fault/entry.hpp"

namespace rackproof::fault {

namespace {

constexpr std::align_val_t kPage{4096};

rp_result host_allocate(rp_device* device, std::uint64_t bytes, void** host) {
  return entry([&] {
    require(device != nullptr && host != nullptr && bytes != 0, "an argument is NULL, or 0 bytes");
    if (device->faulty.has(Fault::oom) && bytes > device->faulty.options().above)
      throw kernels::Failure(RP_OUT_OF_MEMORY, "out of memory on demand");
    *host = ::operator new(bytes, kPage);
  });
}

void host_release(rp_device*, void* host) { ::operator delete(host, kPage); }

/// With the fault eager a copy on a held stream happens at once.
void put(rp_stream* stream, std::function<void()> copy) {
  if (stream->held && stream->device->faulty.has(Fault::eager)) {
    copy();
  } else {
    stream->pending.push_back(std::move(copy));
  }
}

/// What is to be copied is read when the stream gets there, not before.
rp_result enqueue_write(rp_stream* stream, rp_memory to, const void* from, std::uint64_t bytes) {
  return entry([&] {
    require(stream != nullptr && (from != nullptr || bytes == 0), "an argument is NULL");
    FaultyDevice* const device = &stream->device->faulty;
    device->memory().check(to, bytes);
    put(stream, [=] {
      device->copy(kCopyFromHost, device->memory().open(to, bytes).bytes(),
                   {static_cast<const std::byte*>(from), bytes});
    });
  });
}

rp_result enqueue_read(rp_stream* stream, void* to, rp_memory from, std::uint64_t bytes) {
  return entry([&] {
    require(stream != nullptr && (to != nullptr || bytes == 0), "an argument is NULL");
    FaultyDevice* const device = &stream->device->faulty;
    device->memory().check(from, bytes);
    put(stream, [=] {
      device->copy(kCopyToHost, {static_cast<std::byte*>(to), bytes},
                   device->memory().open(from, bytes).bytes());
    });
  });
}

rp_result enqueue_copy(rp_stream* stream, rp_memory to, rp_memory from, std::uint64_t bytes) {
  return entry([&] {
    require(stream != nullptr, "stream is NULL");
    FaultyDevice* const device = &stream->device->faulty;
    device->memory().check(to, bytes);
    device->memory().check(from, bytes);
    put(stream, [=] {
      device->copy(kCopyOnDevices, device->memory().open(to, bytes).bytes(),
                   device->memory().open(from, bytes).bytes());
    });
  });
}

}  // namespace

void add_copies(rp_backend& entries) {
  entries.host_allocate = host_allocate;
  entries.host_release = host_release;
  entries.enqueue_write = enqueue_write;
  entries.enqueue_read = enqueue_read;
  entries.enqueue_copy = enqueue_copy;
}

}  // namespace rackproof::fault
