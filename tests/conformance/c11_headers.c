/* Shows that the interfaces are C11: this file is compiled as such, pedantically. */
#include "kernels/abi.h"
#include "kernels/chase.h"
#include "kernels/fma.h"
#include "kernels/gemm.h"
#include "kernels/march.h"
#include "kernels/message_passing.h"
#include "kernels/random_update.h"
#include "kernels/stream.h"

size_t c11_size_of_backend(void);
size_t c11_size_of_device_info(void);
size_t c11_size_of_message_passing(void);
size_t c11_size_of_stream(void);
size_t c11_size_of_gemm(void);
size_t c11_size_of_fma(void);
size_t c11_size_of_chase(void);
size_t c11_size_of_march(void);
size_t c11_size_of_random_update(void);

size_t c11_size_of_backend(void) { return sizeof(rp_backend); }
size_t c11_size_of_device_info(void) { return sizeof(rp_device_info); }
size_t c11_size_of_message_passing(void) { return sizeof(rp_message_passing); }
size_t c11_size_of_stream(void) { return sizeof(rp_stream_params); }
size_t c11_size_of_gemm(void) { return sizeof(rp_gemm_params); }
size_t c11_size_of_fma(void) { return sizeof(rp_fma_params); }
size_t c11_size_of_chase(void) { return sizeof(rp_chase_params); }
size_t c11_size_of_march(void) { return sizeof(rp_march_params); }
size_t c11_size_of_random_update(void) { return sizeof(rp_random_update_params); }
