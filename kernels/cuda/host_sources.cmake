# The backend's host code, which needs the toolkit's headers and no device: the module's, and that of its tests.
set(rackproof_cuda_host_sources
  backend.cpp
  copies.cpp
  cublaslt.cpp
  device.cpp
  device_list.cpp
  device_state.cpp
  entry.cpp
  error.cpp
  event.cpp
  gemm.cpp
  hold.cpp
  inventory.cpp
  matmul.cpp
  memory.cpp
  nvml.cpp
  operations.cpp
  pinned.cpp
  stream.cpp
  stream_entries.cpp)
list(TRANSFORM rackproof_cuda_host_sources PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
