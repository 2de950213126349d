/* The interface between the suite and a message-passing module (librackproof-mpi.so). C11.
 *
 * Host buffers only. One communicator over all ranks of the launch. All entries are collective unless they
 * say otherwise and return RP_OK or RP_FAILED with the reason in last_error. The module can be built alone
 * with a site's mpicc.
 */
#ifndef RACKPROOF_KERNELS_MESSAGE_PASSING_H
#define RACKPROOF_KERNELS_MESSAGE_PASSING_H

#include <stdint.h>

#include "kernels/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RP_MESSAGE_PASSING_MAJOR 0

typedef struct rp_message_passing {
  size_t struct_size;
  uint32_t major;
  const char* name;    /* "mpi" */
  const char* version; /* library version text, one line */

  rp_result (*open)(void);
  void (*close)(void);
  /* Ends all ranks at once; not collective. */
  void (*abort)(int code);

  int (*rank)(void); /* not collective */
  int (*size)(void); /* not collective */
  /* How bytes travel, as the library is configured and loaded: "tcp,self". Not collective. */
  const char* (*transport)(void);

  rp_result (*barrier)(void);
  rp_result (*broadcast)(void* data, uint64_t bytes, int root);
  rp_result (*gather)(const void* send, uint64_t bytes, void* receive,
                      int root);                             /* receive: size × bytes at root */
  rp_result (*maximum_i64)(int64_t* values, uint64_t count); /* in place, element-wise, on all */
  rp_result (*sum_f32)(float* values, uint64_t count);       /* in place, on all */
  rp_result (*sum_f64)(double* values, uint64_t count);

  /* Between two ranks; not collective. */
  rp_result (*send)(const void* data, uint64_t bytes, int to);
  rp_result (*receive)(void* data, uint64_t bytes, int from);
  /* `window` messages of `bytes` each in flight, then all complete. data holds window × bytes. */
  rp_result (*send_window)(const void* data, uint64_t bytes, int window, int to);
  rp_result (*receive_window)(void* data, uint64_t bytes, int window, int from);

  const char* (*last_error)(void);
} rp_message_passing;

#define RP_MESSAGE_PASSING_SYMBOL "rackproof_message_passing"
typedef const rp_message_passing* (*rp_message_passing_entry)(void);

#ifdef __cplusplus
}
#endif
#endif
