/* The smallest backend that measures something: the ten required entries, copy and triad in f64, memory of the host,
 * everything done when the call returns. WRONG_ANSWERS and PARTIAL_GROUP make the same library unfit, each in its way. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/abi.h"
#include "kernels/stream.h"

#define MOST_ALLOCATIONS 4096 /* nothing is given back: memory_release is missing */
#define CAPACITY ((uint64_t)1 << 30)

struct rp_device {
  int is_open;
};
struct rp_stream {
  int is_open;
};

static struct rp_device the_device;
static struct rp_stream streams[MOST_ALLOCATIONS];
static uint32_t stream_count;
static struct {
  unsigned char* bytes;
  uint64_t size;
} allocations[MOST_ALLOCATIONS];
static uint64_t allocation_count; /* a handle is its number, from 1 on */
static uint64_t used;
static char error_text[160] = "";

static rp_result fail(rp_result result, const char* text) {
  snprintf(error_text, sizeof error_text, "%s", text);
  return result;
}

static rp_result device_count(uint32_t* count) {
  *count = 1;
  return RP_OK;
}

static rp_result device_info(uint32_t index, rp_device_info* info) {
  if (index != 0) return fail(RP_INVALID, "there is one device");
  if (info == NULL || info->struct_size < sizeof *info)
    return fail(RP_INVALID, "info is of an older version");
  memset(info, 0, sizeof *info);
  info->struct_size = sizeof *info;
  snprintf(info->uuid, sizeof info->uuid, "minimal-0");
  snprintf(info->model, sizeof info->model, "minimal-device");
  info->memory_bytes = CAPACITY;
  info->cache_bytes = (uint64_t)1 << 20;
  info->peak_bandwidth = 1e15; /* above any host's: a busy one may be no faster in its caches, which is not the matter here */
  info->compute_units = 1;
  return RP_OK;
}

static rp_result device_open(const char* uuid, rp_device** device) {
  if (strcmp(uuid, "minimal-0") != 0) {
    snprintf(error_text, sizeof error_text, "no device %s", uuid);
    return RP_INVALID;
  }
  *device = &the_device;
  return RP_OK;
}

static rp_result memory_allocate(rp_device* device, uint64_t bytes, rp_memory* memory) {
  (void)device;
  memory->handle = memory->offset = 0;
  if (bytes == 0) return fail(RP_INVALID, "0 bytes");
  if (bytes > CAPACITY || used + bytes > CAPACITY || allocation_count == MOST_ALLOCATIONS)
    return fail(RP_OUT_OF_MEMORY, "no memory is left");
  unsigned char* const pages = malloc(bytes);
  if (pages == NULL) return fail(RP_OUT_OF_MEMORY, "no memory is left");
  allocations[allocation_count].bytes = pages;
  allocations[allocation_count].size = bytes;
  memory->handle = ++allocation_count;
  used += bytes;
  return RP_OK;
}

/* The host address of a region, NULL when it does not lie in one allocation. */
static unsigned char* region(rp_memory memory, uint64_t bytes) {
  if (memory.handle == 0 || memory.handle > allocation_count) return NULL;
  const uint64_t size = allocations[memory.handle - 1].size;
  if (memory.offset > size || bytes > size - memory.offset) return NULL;
  return allocations[memory.handle - 1].bytes + memory.offset;
}

static rp_result memory_write(rp_device* device, rp_memory to, const void* from, uint64_t bytes) {
  (void)device;
  unsigned char* const place = region(to, bytes);
  if (place == NULL) return fail(RP_INVALID, "the region lies outside of its allocation");
  if (bytes > 0) memcpy(place, from, bytes);
  return RP_OK;
}

static rp_result memory_read(rp_device* device, void* to, rp_memory from, uint64_t bytes) {
  (void)device;
  const unsigned char* const place = region(from, bytes);
  if (place == NULL) return fail(RP_INVALID, "the region lies outside of its allocation");
  if (bytes > 0) memcpy(to, place, bytes);
  return RP_OK;
}

static rp_result stream_create(rp_device* device, rp_stream** stream) {
  (void)device;
  if (stream_count == MOST_ALLOCATIONS) return fail(RP_OUT_OF_MEMORY, "no stream is left");
  *stream = &streams[stream_count++];
  return RP_OK;
}

static rp_result stream_sync(rp_stream* stream) {
  (void)stream;
  return RP_OK;
}

static int apart(rp_memory a, rp_memory b, uint64_t bytes) {
  if (a.handle != b.handle || bytes == 0) return 1;
  return a.offset < b.offset ? b.offset - a.offset >= bytes : a.offset - b.offset >= bytes;
}

/* One value at a time by memcpy: an offset need not suit a double when the library is built for such a machine. */
static double element(const unsigned char* bytes, uint64_t i) {
  double value;
  memcpy(&value, bytes + 8 * i, sizeof value);
  return value;
}

static rp_result op_enqueue(rp_stream* stream, rp_op op, rp_dtype dtype, const void* params,
                            size_t params_size) {
  (void)stream;
  if (op == RP_OP_NOTHING)
    return params == NULL && params_size == 0 ? RP_OK : fail(RP_INVALID, "nothing takes no params");
  if (op != RP_OP_COPY && op != RP_OP_TRIAD)
    return fail(RP_UNSUPPORTED, "this backend copies and does triads");
  if (dtype != RP_F64) return fail(RP_UNSUPPORTED, "this backend works in f64");
  if (params == NULL || params_size != sizeof(rp_stream_params))
    return fail(RP_INVALID, "params of another size");
  const rp_stream_params* const given = params;
  if (given->stores != RP_STORES_REGULAR) return fail(RP_UNSUPPORTED, "this backend has one kind of stores");
  if (given->more_passes != 0) return fail(RP_UNSUPPORTED, "this backend makes one pass in an operation");
  const int is_triad = op == RP_OP_TRIAD;
  if (given->count > CAPACITY / 8 || given->a.offset % 8 != 0 || given->b.offset % 8 != 0 ||
      (is_triad && given->c.offset % 8 != 0))
    return fail(RP_INVALID, "an operand is too large or lies askew");
  const uint64_t bytes = 8 * given->count;
  unsigned char* const a = region(given->a, bytes);
  const unsigned char* const b = region(given->b, bytes);
  const unsigned char* const c = is_triad ? region(given->c, bytes) : b;
  if (a == NULL || b == NULL || c == NULL)
    return fail(RP_INVALID, "an operand lies outside of its allocation");
  if (!apart(given->a, given->b, bytes) || (is_triad && !apart(given->a, given->c, bytes)))
    return fail(RP_INVALID, "the output overlaps an input");
  for (uint64_t i = 0; i < given->count; ++i) {
    double value = element(b, i);
    if (is_triad) value += given->q * element(c, i);
#ifdef WRONG_ANSWERS
    value *= 1 + 1e-3;
#endif
    memcpy(a + 8 * i, &value, sizeof value);
  }
  return RP_OK;
}

static const char* last_error(void) { return error_text; }

#ifdef PARTIAL_GROUP
static rp_result stream_hold(rp_stream* stream) {
  (void)stream;
  return RP_OK;
}
#define HOLD stream_hold
#else
#define HOLD NULL
#endif

RP_EXPORT const rp_backend* rackproof_backend(void) {
  static const rp_backend table = {
#ifdef PARTIAL_GROUP
      .struct_size = sizeof(rp_backend),
#else
      .struct_size = offsetof(rp_backend, present_count), /* shorter than the suite's: the rest is missing */
#endif
      .abi_major = RP_ABI_MAJOR,
      .abi_minor = RP_ABI_MINOR,
      .name = "minimal",
      .version = "1",
      .implementation = "portable",
      .device_count = device_count,
      .device_info = device_info,
      .device_open = device_open,
      .memory_allocate = memory_allocate,
      .memory_write = memory_write,
      .memory_read = memory_read,
      .stream_create = stream_create,
      .stream_sync = stream_sync,
      .op_enqueue = op_enqueue,
      .last_error = last_error,
      .stream_hold = HOLD};
  return &table;
}
