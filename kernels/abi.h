/* The interface between the suite and a backend: one loadable library per vendor. C11.
 *
 * Version 0: it may change until an accelerator backend and a minimal second backend run on it.
 *
 * A library exports one function, rackproof_backend(), that returns a table. Every entry that is marked
 * optional may be NULL: "not supported"; never a stub that returns RP_OK. Nothing is thrown across, nothing
 * is owned across: what the library made, the library destroys. All entries may be called from one thread
 * only.
 *
 * Device memory is an opaque handle plus an offset in bytes, never a host pointer. Streams are asynchronous:
 * nothing that was enqueued has a result before stream_sync returned.
 */
#ifndef RACKPROOF_KERNELS_ABI_H
#define RACKPROOF_KERNELS_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RP_ABI_MAJOR 0 /* must match */
#define RP_ABI_MINOR 2

typedef enum rp_result {
  RP_OK = 0,
  RP_UNSUPPORTED = 1, /* the device or the backend cannot do this; last_error says why */
  RP_OUT_OF_MEMORY = 2,
  RP_INVALID = 3, /* the caller's mistake */
  RP_FAILED = 4,
  RP_DEVICE_LOST = 5 /* sticky: the process must end */
} rp_result;

typedef enum rp_dtype {
  RP_F64 = 0,
  RP_F32 = 1,
  RP_TF32 = 2,
  RP_BF16 = 3,
  RP_F16 = 4,
  RP_F8E4M3 = 5,
  RP_F8E5M2 = 6,
  RP_I8 = 7,
  RP_I32 = 8,
  RP_U64 = 9
} rp_dtype;

/* Operations. Ids are never reused. Params of each stand in the header of its kernel. */
typedef enum rp_op {
  RP_OP_NOTHING = 0, /* empty operation: overhead of a launch; params NULL */
  RP_OP_COPY = 1,    /* stream.h */
  RP_OP_SCALE = 2,
  RP_OP_ADD = 3,
  RP_OP_TRIAD = 4,
  RP_OP_DOT = 5,
  RP_OP_NSTREAM = 6,
  RP_OP_READ = 7,
  RP_OP_WRITE = 8,
  RP_OP_UPDATE = 9,
  RP_OP_GEMM = 16,          /* gemm.h */
  RP_OP_FMA = 17,           /* fma.h */
  RP_OP_CHASE = 24,         /* chase.h */
  RP_OP_RANDOM_UPDATE = 25, /* random_update.h */
  RP_OP_MARCH = 26,         /* march.h */
  /* 64 … 95: training operations, gpt.h */
  RP_OP_GPT_FIRST = 64,
  RP_OP_GPT_LAST = 95
} rp_op;

typedef struct rp_device rp_device;
typedef struct rp_stream rp_stream;
typedef struct rp_event rp_event;

typedef struct rp_memory {
  uint64_t handle; /* 0: none */
  uint64_t offset; /* bytes */
} rp_memory;

typedef struct rp_device_info {
  size_t struct_size;   /* filled in by the caller */
  char uuid[64];        /* unique and stable; how a device is selected */
  char pci_address[32]; /* "" when not on PCI */
  char model[96];
  char serial[64]; /* "" when not readable */
  uint64_t memory_bytes;
  uint64_t cache_bytes;  /* last-level cache that one kernel can use; 0: unknown */
  double peak_bandwidth; /* known roof in B/s; 0: unknown */
  uint32_t compute_units;
  uint32_t numa_node;
  /* Data cache that one compute unit sees, per level (L1 first), bytes; 0: no such level or unknown. */
  uint64_t cache_level_bytes[4];
  char instruction_set[32]; /* the code path that was chosen: "avx512", "portable"; "" when there is only one */
  /* The same levels of all compute units together: a cache that several of them share counts once. */
  uint64_t cache_level_total_bytes[4];
} rp_device_info;

/* Where the pages of a region lie, read back from the system. */
typedef struct rp_placement {
  size_t struct_size; /* filled in by the caller */
  uint32_t numa_node; /* of most pages */
  double node_share;  /* of the sampled pages on that node; NaN: not readable */
  double huge_share;  /* of the bytes on pages larger than the base page; NaN: not readable */
} rp_placement;

typedef struct rp_telemetry {
  size_t struct_size;
  double clock_hz; /* NaN: not readable; the same for all below */
  double power_w;
  double temperature_k;
  uint64_t throttle; /* bits */
  int throttle_readable;
} rp_telemetry;

typedef struct rp_backend {
  size_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  const char* name; /* "cpu" */
  const char* version;
  const char* implementation; /* "portable", "vendor library", "vendor tuned" */
  uint32_t pci_vendor;        /* 0: not a PCI device */

  /* `options`: free text from the site file, "" when there is none. */
  rp_result (*open)(const char* options);
  rp_result (*device_count)(uint32_t* count);
  rp_result (*device_info)(uint32_t index, rp_device_info* info);
  rp_result (*device_open)(const char* uuid, rp_device** device);
  void (*device_close)(rp_device* device);

  rp_result (*memory_allocate)(rp_device* device, uint64_t bytes, rp_memory* memory);
  void (*memory_release)(rp_device* device, rp_memory memory);
  /* Both return when the copy is complete. */
  rp_result (*memory_write)(rp_device* device, rp_memory to, const void* from, uint64_t bytes);
  rp_result (*memory_read)(rp_device* device, void* to, rp_memory from, uint64_t bytes);
  rp_result (*memory_fill)(rp_device* device, rp_memory to, unsigned char byte, uint64_t bytes);

  /* Optional. */
  rp_result (*memory_placement)(rp_device* device, rp_memory memory, uint64_t bytes, rp_placement* placement);
  /* Optional. After RP_OK operations of `device` may use memory of `owner`. */
  rp_result (*peer_open)(rp_device* device, rp_device* owner);

  rp_result (*stream_create)(rp_device* device, rp_stream** stream);
  void (*stream_destroy)(rp_stream* stream);
  rp_result (*stream_sync)(rp_stream* stream);

  /* Optional: device clock. All four or none. */
  rp_result (*event_create)(rp_device* device, rp_event** event);
  void (*event_destroy)(rp_event* event);
  rp_result (*event_record)(rp_event* event, rp_stream* stream);
  rp_result (*event_elapsed_ns)(rp_event* begin, rp_event* end, int64_t* elapsed_ns, int64_t* resolution_ns);

  /* Optional. The backend's own digest of a region: says only where to look, never that an answer is right.
   */
  rp_result (*memory_digest)(rp_device* device, rp_memory memory, uint64_t bytes, uint64_t* digest);

  /* Optional. */
  rp_result (*telemetry)(rp_device* device, rp_telemetry* telemetry);

  /* RP_OK, or RP_UNSUPPORTED with the reason in last_error. `scratch_bytes` (may be NULL): device memory the
   * op needs. */
  rp_result (*op_query)(rp_device* device, rp_op op, rp_dtype dtype, const void* params, size_t params_size,
                        uint64_t* scratch_bytes);
  rp_result (*op_enqueue)(rp_stream* stream, rp_op op, rp_dtype dtype, const void* params,
                          size_t params_size);

  /* Text of the last error of this library; never NULL; valid until the next call. */
  const char* (*last_error)(void);
} rp_backend;

#if defined(__GNUC__)
#define RP_EXPORT __attribute__((visibility("default")))
#else
#define RP_EXPORT
#endif

#define RP_BACKEND_SYMBOL "rackproof_backend"
typedef const rp_backend* (*rp_backend_entry)(void);

#ifdef __cplusplus
}
#endif
#endif
