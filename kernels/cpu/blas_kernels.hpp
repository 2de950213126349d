// Which of its kernels OpenBLAS uses.
#pragma once

namespace rackproof::cpu {

/// OpenBLAS chooses by a table of CPU models and takes SSE3 kernels ("Prescott") for a model that is newer than its
/// release, an eighth of the rate of an AVX-512 machine. In that case this makes it use the kernels of the instruction
/// set that the CPU has. Does nothing otherwise, or where OpenBLAS has one set of kernels only. Before the first call
/// into OpenBLAS.
void choose_blas_kernels();

}  // namespace rackproof::cpu
