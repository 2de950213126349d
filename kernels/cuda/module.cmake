# The backend: host code and the kernels that nvcc compiled.
find_package(CUDAToolkit REQUIRED)
# NCCL is opened when it is asked for; its header tells its types.
find_path(RACKPROOF_NCCL_INCLUDE NAMES nccl.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
include(host_sources.cmake)
if(RACKPROOF_NCCL_INCLUDE)
  list(APPEND rackproof_cuda_host_sources communicator.cpp nccl.cpp ranks.cpp)
else()
  message(STATUS "CUDA backend: without collectives (no nccl.h found)")
  list(APPEND rackproof_cuda_host_sources no_communicator.cpp)
endif()
rackproof_module(cuda ${rackproof_cuda_host_sources} shared_library.cpp)
target_compile_definitions(rackproof-cuda PRIVATE RACKPROOF_CUDA_NAME="cuda" RACKPROOF_CUDA_PCI_VENDOR=0x10de
  RACKPROOF_CUDA_EMULATED=0)
target_include_directories(rackproof-cuda SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS}
  $<$<BOOL:${RACKPROOF_NCCL_INCLUDE}>:${RACKPROOF_NCCL_INCLUDE}>)
# The runtime is linked statically: it is the one that the kernels were compiled for, whatever lies on the machine, and one
# library less to find. cuBLASLt (half a gigabyte) is shared. libcuda and NVML come with the driver and are never linked.
target_link_libraries(rackproof-cuda PRIVATE rackproof-cuda-kernels CUDA::cudart_static CUDA::cublasLt ${CMAKE_DL_LIBS})
set_target_properties(rackproof-cuda PROPERTIES INSTALL_RPATH "$ORIGIN;${CUDAToolkit_LIBRARY_DIR}")
message(STATUS "CUDA backend: CUDA ${CUDAToolkit_VERSION}")
