/* kernels/message_passing.h on MPI 3. Built alone: see README.md. */
#define _GNU_SOURCE /* dl_iterate_phdr */
#include "kernels/message_passing.h"

#include <limits.h>
#include <link.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kTag = 1, kMostInFlight = 256, kTextBytes = 1024 };

/* The interface has no context argument: one module, one communicator. */
static MPI_Comm comm = MPI_COMM_NULL;
static int initialised_here = 0;
static char error_text[kTextBytes] = "";
static char transport_text[kTextBytes] = "unknown";
static char version_text[MPI_MAX_LIBRARY_VERSION_STRING] = "";

static rp_result failed(const char* what, int code) {
  char reason[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  if (MPI_Error_string(code, reason, &length) != MPI_SUCCESS)
    snprintf(reason, sizeof reason, "error %d", code);
  snprintf(error_text, sizeof error_text, "%s: %s", what, reason);
  return RP_FAILED;
}

static rp_result refused(const char* what, const char* why) {
  snprintf(error_text, sizeof error_text, "%s: %s", what, why);
  return RP_FAILED;
}

static rp_result done(const char* what, int code) { return code == MPI_SUCCESS ? RP_OK : failed(what, code); }

/* MPI 3 counts in int. */
static rp_result ready(const char* what, uint64_t count) {
  if (comm == MPI_COMM_NULL) return refused(what, "not open");
  if (count > INT_MAX) return refused(what, "more than 2147483647 elements in one call");
  return RP_OK;
}

/* -- transport ------------------------------------------------------------------------------------------- */

struct components {
  const char* prefix; /* "mca_btl_" */
  char names[256];    /* "self,tcp" */
};

static int note_component(struct dl_phdr_info* object, size_t size, void* data) {
  struct components* found = data;
  (void)size;
  const char* file = object->dlpi_name != NULL ? strrchr(object->dlpi_name, '/') : NULL;
  if (file == NULL || strncmp(file + 1, found->prefix, strlen(found->prefix)) != 0) return 0;
  const char* name = file + 1 + strlen(found->prefix);
  const size_t length = strcspn(name, ".");
  const size_t used = strlen(found->names);
  if (used + length + 2 > sizeof found->names) return 0;
  snprintf(found->names + used, sizeof found->names - used, "%s%.*s", used > 0 ? "," : "", (int)length, name);
  return 0;
}

/* A text setting of the library, "" when it has none of this name or does not tell. */
static void read_setting(const char* name, char* text, size_t size) {
  int provided = 0;
  int index = 0;
  int count = 0;
  MPI_T_cvar_handle handle;
  text[0] = '\0';
  if (MPI_T_init_thread(MPI_THREAD_SINGLE, &provided) != MPI_SUCCESS) return;
  if (MPI_T_cvar_get_index(name, &index) == MPI_SUCCESS &&
      MPI_T_cvar_handle_alloc(index, NULL, &handle, &count) == MPI_SUCCESS) {
    char* value = count > 0 ? calloc((size_t)count + 1, 1) : NULL;
    if (value != NULL && MPI_T_cvar_read(handle, value) == MPI_SUCCESS) snprintf(text, size, "%s", value);
    free(value);
    MPI_T_cvar_handle_free(&handle);
  }
  MPI_T_finalize();
}

static int lists(const char* names, const char* name, size_t length) {
  for (const char* at = names; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
    if (strcspn(at, ",") == length && strncmp(at, name, length) == 0) return 1;
  }
  return 0;
}

/* The same names, in any order. */
static int lists_same(const char* a, const char* b) {
  for (const char* at = a; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
    if (!lists(b, at, strcspn(at, ","))) return 0;
  }
  for (const char* at = b; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
    if (!lists(a, at, strcspn(at, ","))) return 0;
  }
  return 1;
}

/* Open MPI unloads the components that it did not choose, so what is still loaded after MPI_Init is in use.
 * Builds with components inside the library show none: then only what is configured is known. */
static void find_transport(void) {
  struct components messaging = {"mca_pml_", ""};
  struct components layers = {"mca_btl_", ""};
  char configured[256];
  dl_iterate_phdr(note_component, &messaging);
  dl_iterate_phdr(note_component, &layers);
  if (messaging.names[0] != '\0' && strcmp(messaging.names, "ob1") != 0) {
    snprintf(transport_text, sizeof transport_text, "%s", messaging.names);
    return;
  }
  read_setting("btl", configured, sizeof configured);
  if (configured[0] == '\0') {
    const char* environment = getenv("OMPI_MCA_btl");
    snprintf(configured, sizeof configured, "%s", environment != NULL ? environment : "");
  }
  /* What is loaded is the proof; the setting only gives its order. "^openib" says what is not used. */
  const int is_list = configured[0] != '\0' && configured[0] != '^';
  if (layers.names[0] == '\0' ? is_list : is_list && lists_same(configured, layers.names)) {
    snprintf(transport_text, sizeof transport_text, "%s", configured);
  } else if (layers.names[0] != '\0') {
    snprintf(transport_text, sizeof transport_text, "%s", layers.names);
  }
}

/* -- life ------------------------------------------------------------------------------------------------ */

static rp_result mp_open(void) {
  int initialised = 0;
  int finalised = 0;
  int level = MPI_THREAD_SINGLE;
  if (comm != MPI_COMM_NULL) return refused("open", "already open");
  MPI_Finalized(&finalised);
  if (finalised) return refused("open", "MPI was finalised and cannot start again in this process");
  MPI_Initialized(&initialised);
  if (!initialised) {
    const int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
    if (code != MPI_SUCCESS) return failed("MPI_Init_thread", code);
    initialised_here = 1;
  } else {
    MPI_Query_thread(&level);
  }
  if (level < MPI_THREAD_FUNNELED) return refused("open", "the MPI library offers no MPI_THREAD_FUNNELED");
  const int code = MPI_Comm_dup(MPI_COMM_WORLD, &comm);
  if (code != MPI_SUCCESS) {
    comm = MPI_COMM_NULL;
    return failed("MPI_Comm_dup", code);
  }
  MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN);
  find_transport();
  return RP_OK;
}

static void mp_close(void) {
  if (comm == MPI_COMM_NULL) return;
  MPI_Comm_free(&comm);
  comm = MPI_COMM_NULL;
  if (initialised_here) MPI_Finalize();
}

static void mp_abort(int code) { MPI_Abort(comm != MPI_COMM_NULL ? comm : MPI_COMM_WORLD, code); }

static int mp_rank(void) {
  int rank = -1;
  if (comm != MPI_COMM_NULL) MPI_Comm_rank(comm, &rank);
  return rank;
}

static int mp_size(void) {
  int size = 0;
  if (comm != MPI_COMM_NULL) MPI_Comm_size(comm, &size);
  return size;
}

static const char* mp_transport(void) { return transport_text; }
static const char* mp_last_error(void) { return error_text; }

/* -- all ranks ------------------------------------------------------------------------------------------- */

static rp_result mp_barrier(void) {
  const rp_result result = ready("barrier", 0);
  return result != RP_OK ? result : done("barrier", MPI_Barrier(comm));
}

static rp_result mp_broadcast(void* data, uint64_t bytes, int root) {
  const rp_result result = ready("broadcast", bytes);
  return result != RP_OK ? result : done("broadcast", MPI_Bcast(data, (int)bytes, MPI_BYTE, root, comm));
}

static rp_result mp_gather(const void* send, uint64_t bytes, void* receive, int root) {
  const rp_result result = ready("gather", bytes);
  if (result != RP_OK) return result;
  return done("gather", MPI_Gather(send, (int)bytes, MPI_BYTE, receive, (int)bytes, MPI_BYTE, root, comm));
}

static rp_result reduce(const char* what, void* values, uint64_t count, MPI_Datatype type, MPI_Op operation) {
  const rp_result result = ready(what, count);
  if (result != RP_OK) return result;
  return done(what, MPI_Allreduce(MPI_IN_PLACE, values, (int)count, type, operation, comm));
}

static rp_result mp_maximum_i64(int64_t* values, uint64_t count) {
  return reduce("maximum", values, count, MPI_INT64_T, MPI_MAX);
}
static rp_result mp_sum_f32(float* values, uint64_t count) {
  return reduce("sum", values, count, MPI_FLOAT, MPI_SUM);
}
static rp_result mp_sum_f64(double* values, uint64_t count) {
  return reduce("sum", values, count, MPI_DOUBLE, MPI_SUM);
}

/* -- two ranks ------------------------------------------------------------------------------------------- */

/* A message shorter than its buffer is no error for MPI. */
static rp_result complete(const char* what, const MPI_Status* status, uint64_t bytes) {
  int count = 0;
  MPI_Get_count(status, MPI_BYTE, &count);
  if (count >= 0 && (uint64_t)count == bytes) return RP_OK;
  snprintf(error_text, sizeof error_text, "%s: %d bytes came instead of %llu", what, count,
           (unsigned long long)bytes);
  return RP_FAILED;
}

static rp_result mp_send(const void* data, uint64_t bytes, int to) {
  const rp_result result = ready("send", bytes);
  return result != RP_OK ? result : done("send", MPI_Send(data, (int)bytes, MPI_BYTE, to, kTag, comm));
}

static rp_result mp_receive(void* data, uint64_t bytes, int from) {
  MPI_Status status;
  const rp_result result = ready("receive", bytes);
  if (result != RP_OK) return result;
  const int code = MPI_Recv(data, (int)bytes, MPI_BYTE, from, kTag, comm, &status);
  return code != MPI_SUCCESS ? failed("receive", code) : complete("receive", &status, bytes);
}

static rp_result window_ready(const char* what, uint64_t bytes, int window) {
  const rp_result result = ready(what, bytes);
  if (result != RP_OK) return result;
  return window >= 0 && window <= kMostInFlight ? RP_OK : refused(what, "a window has 0 to 256 messages");
}

/* Waits for what was started, also after an error: the buffers belong to the caller again. */
static rp_result wait_window(const char* what, MPI_Request* requests, MPI_Status* statuses, int started,
                             int code) {
  const int waited = MPI_Waitall(started, requests, statuses);
  if (code != MPI_SUCCESS) return failed(what, code);
  if (waited != MPI_ERR_IN_STATUS) return done(what, waited);
  for (int i = 0; i < started; ++i) {
    if (statuses[i].MPI_ERROR != MPI_SUCCESS) return failed(what, statuses[i].MPI_ERROR);
  }
  return failed(what, waited);
}

static rp_result mp_send_window(const void* data, uint64_t bytes, int window, int to) {
  MPI_Request requests[kMostInFlight];
  MPI_Status statuses[kMostInFlight];
  const rp_result result = window_ready("send window", bytes, window);
  if (result != RP_OK) return result;
  int code = MPI_SUCCESS;
  int started = 0;
  for (; started < window; ++started) {
    const char* message = (const char*)data + (uint64_t)started * bytes;
    code = MPI_Isend(message, (int)bytes, MPI_BYTE, to, kTag, comm, &requests[started]);
    if (code != MPI_SUCCESS) break;
  }
  return wait_window("send window", requests, statuses, started, code);
}

static rp_result mp_receive_window(void* data, uint64_t bytes, int window, int from) {
  MPI_Request requests[kMostInFlight];
  MPI_Status statuses[kMostInFlight];
  rp_result result = window_ready("receive window", bytes, window);
  if (result != RP_OK) return result;
  int code = MPI_SUCCESS;
  int started = 0;
  for (; started < window; ++started) {
    char* message = (char*)data + (uint64_t)started * bytes;
    code = MPI_Irecv(message, (int)bytes, MPI_BYTE, from, kTag, comm, &requests[started]);
    if (code != MPI_SUCCESS) break;
  }
  result = wait_window("receive window", requests, statuses, started, code);
  for (int i = 0; i < window && result == RP_OK; ++i)
    result = complete("receive window", &statuses[i], bytes);
  return result;
}

static const rp_message_passing table = {
    .struct_size = sizeof(rp_message_passing),
    .major = RP_MESSAGE_PASSING_MAJOR,
    .name = "mpi",
    .version = version_text,
    .open = mp_open,
    .close = mp_close,
    .abort = mp_abort,
    .rank = mp_rank,
    .size = mp_size,
    .transport = mp_transport,
    .barrier = mp_barrier,
    .broadcast = mp_broadcast,
    .gather = mp_gather,
    .maximum_i64 = mp_maximum_i64,
    .sum_f32 = mp_sum_f32,
    .sum_f64 = mp_sum_f64,
    .send = mp_send,
    .receive = mp_receive,
    .send_window = mp_send_window,
    .receive_window = mp_receive_window,
    .last_error = mp_last_error,
};

RP_EXPORT const rp_message_passing* rackproof_message_passing(void);

RP_EXPORT const rp_message_passing* rackproof_message_passing(void) {
  int length = 0;
  if (MPI_Get_library_version(version_text, &length) != MPI_SUCCESS) strcpy(version_text, "unknown");
  version_text[strcspn(version_text, "\r\n")] = '\0';
  return &table;
}
