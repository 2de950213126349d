# The device kernels: for nvcc, and for the emulation (tests/cuda).
set(rackproof_cuda_kernel_sources
  chase.cu
  fma.cu
  gate.cu
  gpt_attention.cu
  gpt_cross_entropy.cu
  gpt_embedding.cu
  gpt_normalisation.cu
  gpt_pointwise.cu
  launch.cu
  march.cu
  nothing.cu
  random_update.cu
  stream.cu)
list(TRANSFORM rackproof_cuda_kernel_sources PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
