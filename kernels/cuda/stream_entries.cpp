#include "kernels/cuda/stream_entries.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "kernels/cuda/copies.hpp"
#include "kernels/cuda/entry.hpp"
#include "kernels/cuda/operations.hpp"

namespace rackproof::cuda {
namespace {

/// Makes an object that the device owns.
template <class T, class Allowed>
rp_result create(rp_device* device, std::vector<std::unique_ptr<T>> rp_device::*all, T** made,
                 Allowed&& allowed) {
  return entry([&] {
    require(device != nullptr && made != nullptr, "an argument is NULL");
    allowed();
    device->make_current();
    (device->*all).push_back(std::unique_ptr<T>(new T{device}));
    *made = (device->*all).back().get();
  });
}

rp_result stream_create(rp_device* device, rp_stream** stream) {
  return create(device, &rp_device::streams, stream, [] { backend().require_none_held("stream_create"); });
}

void stream_destroy(rp_stream* stream) {
  if (stream == nullptr) return;
  entry([&] {
    stream->stream.gates().open();
    auto& streams = stream->device->streams;
    const auto found = std::ranges::find_if(streams, [&](const auto& own) { return own.get() == stream; });
    auto ended = std::move(*found);
    streams.erase(found);
    backend().end(std::move(ended));
  });
}

rp_result event_create(rp_device* device, rp_event** event) {
  return create(device, &rp_device::events, event, [] {});
}

void event_destroy(rp_event* event) {
  if (event == nullptr) return;
  entry([&] {
    rp_device& device = *event->device;
    device.try_current();
    std::erase_if(device.events, [&](const auto& own) { return own.get() == event; });
  });
}

/// Runs the body with the stream's device as the current one.
template <class Body>
rp_result on(rp_stream* stream, bool arguments, Body&& body) {
  return entry([&] {
    require(stream != nullptr && arguments, "an argument is NULL");
    stream->device->make_current();
    body(*stream->device, stream->stream);
  });
}

rp_result stream_sync(rp_stream* stream) {
  return on(stream, true, [](rp_device&, Stream& own) { own.sync(); });
}

rp_result stream_hold(rp_stream* stream) {
  return on(stream, true, [](rp_device&, Stream& own) { own.gates().close(own.get()); });
}

rp_result stream_release(rp_stream* stream) {
  return on(stream, true, [](rp_device&, Stream& own) {
    require(own.gates().closed(), "the stream is not held");
    own.gates().open();
    backend().free_ended();
  });
}

rp_result event_record(rp_event* event, rp_stream* stream) {
  return on(stream, event != nullptr, [&](rp_device& device, Stream& own) {
    require(event->device == &device, "the event and the stream are of different devices");
    own.gates().admit();
    event->event.record(own.get());
  });
}

rp_result event_elapsed_ns(rp_event* begin, rp_event* end, std::int64_t* elapsed_ns,
                           std::int64_t* resolution_ns) {
  return entry([&] {
    require(begin != nullptr && end != nullptr && elapsed_ns != nullptr, "an argument is NULL");
    begin->device->make_current();
    const Elapsed time = elapsed(begin->event, end->event);
    *elapsed_ns = time.ns;
    if (resolution_ns != nullptr) *resolution_ns = time.resolution_ns;
  });
}

rp_result enqueue_write(rp_stream* stream, rp_memory to, const void* from, std::uint64_t bytes) {
  return on(stream, from != nullptr || bytes == 0,
            [&](rp_device& device, Stream& own) { write(device, own, to, from, bytes); });
}

rp_result enqueue_read(rp_stream* stream, void* to, rp_memory from, std::uint64_t bytes) {
  return on(stream, to != nullptr || bytes == 0,
            [&](rp_device& device, Stream& own) { read(device, own, to, from, bytes); });
}

rp_result enqueue_copy(rp_stream* stream, rp_memory to, rp_memory from, std::uint64_t bytes) {
  return on(stream, true, [&](rp_device& device, Stream& own) { copy(device, own, to, from, bytes); });
}

rp_result op_query(rp_device* device, rp_op op, rp_dtype dtype, const void* params, std::size_t params_size,
                   rp_op_facts* facts) {
  return entry([&] {
    require(device != nullptr, "device is NULL");
    device->make_current();
    query(*device, op, dtype, params, params_size, facts);
  });
}

rp_result op_enqueue(rp_stream* stream, rp_op op, rp_dtype dtype, const void* params,
                     std::size_t params_size) {
  return entry([&] {
    require(stream != nullptr, "stream is NULL");
    stream->device->make_current();
    enqueue(*stream, op, dtype, params, params_size);
  });
}

}  // namespace

void add_streams(rp_backend& entries) {
  entries.stream_create = stream_create;
  entries.stream_destroy = stream_destroy;
  entries.stream_sync = stream_sync;
  entries.stream_hold = stream_hold;
  entries.stream_release = stream_release;
  entries.event_create = event_create;
  entries.event_destroy = event_destroy;
  entries.event_record = event_record;
  entries.event_elapsed_ns = event_elapsed_ns;
  entries.enqueue_write = enqueue_write;
  entries.enqueue_read = enqueue_read;
  entries.enqueue_copy = enqueue_copy;
  entries.op_query = op_query;
  entries.op_enqueue = op_enqueue;
}

}  // namespace rackproof::cuda
