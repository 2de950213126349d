/* The smallest backend that loads, and what is wrong with the others. */
#include "kernels/abi.h"

static rp_result device_count(uint32_t* count) {
  *count = 0;
  return RP_OK;
}
static rp_result device_info(uint32_t index, rp_device_info* info) {
  (void)index;
  (void)info;
  return RP_INVALID;
}
static rp_result device_open(const char* uuid, rp_device** device) {
  (void)uuid;
  (void)device;
  return RP_INVALID;
}
static void device_close(rp_device* device) { (void)device; }
static rp_result allocate(rp_device* d, uint64_t n, rp_memory* m) {
  (void)d;
  (void)n;
  (void)m;
  return RP_OUT_OF_MEMORY;
}
static void release(rp_device* d, rp_memory m) {
  (void)d;
  (void)m;
}
static rp_result write_memory(rp_device* d, rp_memory to, const void* from, uint64_t n) {
  (void)d;
  (void)to;
  (void)from;
  (void)n;
  return RP_FAILED;
}
static rp_result read_memory(rp_device* d, void* to, rp_memory from, uint64_t n) {
  (void)d;
  (void)to;
  (void)from;
  (void)n;
  return RP_FAILED;
}
static rp_result fill_memory(rp_device* d, rp_memory to, unsigned char b, uint64_t n) {
  (void)d;
  (void)to;
  (void)b;
  (void)n;
  return RP_FAILED;
}
static rp_result stream_create(rp_device* d, rp_stream** s) {
  (void)d;
  (void)s;
  return RP_FAILED;
}
static void stream_destroy(rp_stream* s) { (void)s; }
static rp_result op_query(rp_device* d, rp_op op, rp_dtype t, const void* p, size_t n, rp_op_facts* s) {
  (void)d;
  (void)op;
  (void)t;
  (void)p;
  (void)n;
  (void)s;
  return RP_UNSUPPORTED;
}
static rp_result op_enqueue(rp_stream* s, rp_op op, rp_dtype t, const void* p, size_t n) {
  (void)s;
  (void)op;
  (void)t;
  (void)p;
  (void)n;
  return RP_FAILED;
}
static const char* last_error(void) { return "a reason\nin two lines"; }

#ifdef DOES_NOT_OPEN
#define OPENED RP_FAILED
#else
#define OPENED RP_OK
#endif
static rp_result open_it(const char* options) {
  (void)options;
  return OPENED;
}
#ifdef OTHER_MAJOR
#define MAJOR (RP_ABI_MAJOR + 1)
#else
#define MAJOR RP_ABI_MAJOR
#endif
#ifdef LACKS_ENTRY
#define SYNC 0
#else
static rp_result stream_sync(rp_stream* s) {
  (void)s;
  return RP_DEVICE_LOST;
}
#define SYNC stream_sync
#endif
#ifdef HALF_CLOCK
static rp_result event_create(rp_device* d, rp_event** e) {
  (void)d;
  (void)e;
  return RP_FAILED;
}
#define CREATE event_create
#else
#define CREATE 0
#endif

static const rp_backend table = {.struct_size = sizeof(rp_backend),
                                 .abi_major = MAJOR,
                                 .abi_minor = RP_ABI_MINOR,
                                 .name = "tiny",
                                 .version = "1",
                                 .implementation = "portable",
                                 .open = open_it,
                                 .device_count = device_count,
                                 .device_info = device_info,
                                 .device_open = device_open,
                                 .device_close = device_close,
                                 .memory_allocate = allocate,
                                 .memory_release = release,
                                 .memory_write = write_memory,
                                 .memory_read = read_memory,
                                 .memory_fill = fill_memory,
                                 .stream_create = stream_create,
                                 .stream_destroy = stream_destroy,
                                 .stream_sync = SYNC,
                                 .event_create = CREATE,
                                 .op_query = op_query,
                                 .op_enqueue = op_enqueue,
                                 .last_error = last_error};

#ifdef NO_SYMBOL
RP_EXPORT const rp_backend* another_name(void) { return &table; }
#elif defined(NO_TABLE)
RP_EXPORT const rp_backend* rackproof_backend(void) {
  (void)table;
  return 0;
}
#else
RP_EXPORT const rp_backend* rackproof_backend(void) { return &table; }
#endif
