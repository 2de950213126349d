// How many threads OpenBLAS works in.
#pragma once

namespace rackproof::cpu {

/// For the next calls of all threads of the process: the number is OpenBLAS's own, one for all.
void set_blas_threads(int threads);

}  // namespace rackproof::cpu
