/* The interface between the suite and a backend: one loadable library per vendor. C11.
 *
 * Version 1. Within it entries, fields and numbers of enumerations are only added, at the end, with a new minor version; what an
 * operation means, and its params, never change: another meaning is another operation.
 *
 * A library exports one function, rackproof_backend(), that returns a table. Every entry that is marked
 * optional may be NULL: "not supported"; never a stub that returns RP_OK. Nothing is thrown across, nothing
 * is owned across: what the library made, the library destroys. All entries may be called from one thread
 * only. A table may be shorter than this one (struct_size): the entries that it lacks are NULL.
 *
 * Device memory is an opaque handle plus an offset in bytes, never a host pointer; a handle is never used
 * twice in a process, on no device. Streams are asynchronous: nothing that was enqueued has a result before
 * stream_sync returned.
 */
#ifndef RACKPROOF_KERNELS_ABI_H
#define RACKPROOF_KERNELS_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RP_ABI_MAJOR 1 /* must match */
#define RP_ABI_MINOR 0

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
  /* The code path that was chosen: "avx512", "portable"; "" when there is only one. */
  char instruction_set[32];
  /* The same levels of all compute units together: a cache that several of them share counts once. */
  uint64_t cache_level_total_bytes[4];
  uint32_t emulated; /* 1: software stands in for it, and its figures say nothing about hardware */
  uint32_t reserved; /* 0 */
} rp_device_info;

/* Where the pages of a region lie, read back from the system. */
typedef struct rp_placement {
  size_t struct_size; /* filled in by the caller */
  uint32_t numa_node; /* of most pages */
  double node_share;  /* of the sampled pages on that node; NaN: not readable */
  double huge_share;  /* of the bytes on pages larger than the base page; NaN: not readable */
} rp_placement;

/* Why a device runs below the clock that it was set to. */
typedef enum rp_throttle {
  RP_THROTTLE_POWER = 1,       /* its power limit */
  RP_THROTTLE_TEMPERATURE = 2, /* its own or its memory's temperature */
  RP_THROTTLE_EXTERNAL = 4,    /* a signal from outside: power brake, power supply, baseboard */
  RP_THROTTLE_SYNC = 8,        /* tied to a slower device */
  RP_THROTTLE_OTHER = 16
} rp_throttle;

typedef struct rp_telemetry {
  size_t struct_size;
  double clock_hz; /* NaN: not readable; the same for all below */
  double power_w;
  double temperature_k;
  uint64_t throttle; /* bits of rp_throttle */
  int throttle_readable;
} rp_telemetry;

/* One number of a device: "ecc_uncorrected", "power_limit", "power_limit_default", "remap_pending", … */
typedef struct rp_counter {
  char name[48]; /* lower case, [a-z0-9_]; the same name is the same thing on every backend */
  char unit[8];  /* SI: "1", "B", "J", "Hz", "K", "W" */
  double value;
} rp_counter;

/* What a device is and how it is set, for the inventory. "" and -1: not readable. */
typedef struct rp_device_facts {
  size_t struct_size; /* filled in by the caller */
  char driver[48];
  char runtime[48];
  char firmware[48];
  char compute_mode[32];   /* "default", "exclusive", "prohibited" */
  char partition[64];      /* "" when it is a whole device, else the name of the part */
  int32_t ecc;             /* 1 on, 0 off */
  int32_t other_processes; /* that hold the device now; -1: device_open could not ask either */
} rp_device_facts;

/* How two devices of one node are tied together. */
typedef struct rp_link {
  size_t struct_size;  /* filled in by the caller */
  char kind[32];       /* "nvlink", "pcie", …; "" unknown */
  uint32_t links;      /* side by side; 0: unknown */
  int32_t peer_access; /* 1: one may use the memory of the other, 0: not, -1: not known */
} rp_link;

/* What the backend says about an operation. */
typedef struct rp_op_facts {
  size_t struct_size;      /* filled in by the caller */
  uint64_t scratch_bytes;  /* device memory that it takes for itself */
  char implementation[32]; /* "" : as the table says; else as rp_backend::implementation */
  char detail[128];        /* which algorithm, settings that change the meaning; "": nothing to say */
} rp_op_facts;

/* Collectives on device memory. count: elements that a rank sends, of all-to-all and reduce-scatter to each rank. */
typedef enum rp_collective {
  RP_ALLREDUCE = 0,      /* sum; receive: count elements, the same bits on all ranks */
  RP_ALLGATHER = 1,      /* receive: ranks · count, in the order of ranks */
  RP_REDUCE_SCATTER = 2, /* sum; send: ranks · count, receive: count */
  RP_ALL_TO_ALL = 3,     /* send and receive: ranks · count */
  RP_BROADCAST = 4       /* receive: count, on all ranks what `root` sends */
} rp_collective;

#define RP_COMMUNICATOR_ID_BYTES 128
typedef struct rp_communicator rp_communicator;

typedef struct rp_backend {
  size_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  const char* name; /* "cpu" */
  const char* version;
  const char* implementation; /* "portable", "vendor library", "vendor tuned" */
  uint32_t pci_vendor;        /* 0: not a PCI device */

  /* Optional. `options`: free text from the site file, "" when there is none; a backend without this entry takes
   * none. */
  rp_result (*open)(const char* options);
  /* Devices that this process may use. No driver or no device at all is RP_OK and 0, and last_error tells
   * which. */
  rp_result (*device_count)(uint32_t* count);
  rp_result (*device_info)(uint32_t index, rp_device_info* info);
  /* RP_UNSUPPORTED with the reason when the device is there but must not be measured: another process holds it,
   * its mode forbids it. */
  rp_result (*device_open)(const char* uuid, rp_device** device);
  void (*device_close)(rp_device* device); /* optional */

  rp_result (*memory_allocate)(rp_device* device, uint64_t bytes, rp_memory* memory);
  void (*memory_release)(rp_device* device, rp_memory memory); /* optional */
  /* Both return when the copy is complete. */
  rp_result (*memory_write)(rp_device* device, rp_memory to, const void* from, uint64_t bytes);
  rp_result (*memory_read)(rp_device* device, void* to, rp_memory from, uint64_t bytes);
  /* Optional; memory_write does it otherwise. */
  rp_result (*memory_fill)(rp_device* device, rp_memory to, unsigned char byte, uint64_t bytes);

  /* Optional. */
  rp_result (*memory_placement)(rp_device* device, rp_memory memory, uint64_t bytes, rp_placement* placement);
  /* Optional. After RP_OK operations of `device` may use memory of `owner`. */
  rp_result (*peer_open)(rp_device* device, rp_device* owner);

  rp_result (*stream_create)(rp_device* device, rp_stream** stream);
  void (*stream_destroy)(rp_stream* stream); /* optional */
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

  /* Optional. RP_OK, or RP_UNSUPPORTED with the reason in last_error. `facts` may be NULL. Without this entry
   * op_enqueue tells. */
  rp_result (*op_query)(rp_device* device, rp_op op, rp_dtype dtype, const void* params, size_t params_size,
                        rp_op_facts* facts);
  rp_result (*op_enqueue)(rp_stream* stream, rp_op op, rp_dtype dtype, const void* params,
                          size_t params_size);

  /* Text of the last error of this library; never NULL; valid until the next call. */
  const char* (*last_error)(void);

  /* ---- all optional from here on ---- */

  /* All devices that the driver knows, those too that are hidden from this process. Both or none. */
  rp_result (*present_count)(uint32_t* count);
  rp_result (*present_info)(uint32_t index, rp_device_info* info);
  rp_result (*device_facts)(uint32_t index, rp_device_facts* facts);
  /* Fills in at most `capacity` counters; *count: how many there are. */
  rp_result (*counters)(rp_device* device, rp_counter* counters, uint32_t capacity, uint32_t* count);
  rp_result (*link)(rp_device* device, rp_device* other, rp_link* link);

  /* Host memory that the device copies from and to without a detour (pinned). Both or none. */
  rp_result (*host_allocate)(rp_device* device, uint64_t bytes, void** host);
  void (*host_release)(rp_device* device, void* host);
  /* Copies on a stream by the device's copy engines. Host memory, pinned or not, stays until stream_sync. All three
   * or none. enqueue_copy: both regions are memory of the stream's device or, after peer_open, of another one. */
  rp_result (*enqueue_write)(rp_stream* stream, rp_memory to, const void* from, uint64_t bytes);
  rp_result (*enqueue_read)(rp_stream* stream, void* to, rp_memory from, uint64_t bytes);
  rp_result (*enqueue_copy)(rp_stream* stream, rp_memory to, rp_memory from, uint64_t bytes);

  /* What is enqueued after stream_hold does not start before stream_release, so that a device clock around it sees no
   * launch. RP_INVALID: to hold or to synchronise a held stream, to release another; and it may be, while any is held: to
   * allocate, make or open something, to run an operation or a collective for the first time, a 257th thing on that stream.
   * A stream that is held for longer than 30 s ends as RP_FAILED, never in a hang. Both or none. */
  rp_result (*stream_hold)(rp_stream* stream);
  rp_result (*stream_release)(rp_stream* stream);

  /* Collectives: one device of each of `ranks` processes. Rank 0 asks for an id and gives it to the others. All four
   * or none. Regions of communicator_enqueue do not overlap, but allreduce and broadcast may work in place. */
  rp_result (*communicator_id)(unsigned char id[RP_COMMUNICATOR_ID_BYTES]);
  rp_result (*communicator_create)(rp_device* device, const unsigned char id[RP_COMMUNICATOR_ID_BYTES],
                                   uint32_t ranks, uint32_t rank, rp_communicator** communicator);
  void (*communicator_destroy)(rp_communicator* communicator);
  rp_result (*communicator_enqueue)(rp_communicator* communicator, rp_stream* stream,
                                    rp_collective collective, rp_dtype dtype, rp_memory send,
                                    rp_memory receive, uint64_t count, uint32_t root);

  /* What the device of present_info reads now. Called some ten times a second from a process of its own, beside the one
   * that measures: it opens no device, makes no context and starts nothing on the device. Needs present_info. */
  rp_result (*present_telemetry)(uint32_t index, rp_telemetry* telemetry);
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
