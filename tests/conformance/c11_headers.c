/* Shows that the interfaces are C11: this file is compiled as such, pedantically. */
#include "kernels/abi.h"
#include "kernels/message_passing.h"

size_t c11_size_of_backend(void);
size_t c11_size_of_device_info(void);
size_t c11_size_of_message_passing(void);

size_t c11_size_of_backend(void) { return sizeof(rp_backend); }
size_t c11_size_of_device_info(void) { return sizeof(rp_device_info); }
size_t c11_size_of_message_passing(void) { return sizeof(rp_message_passing); }
