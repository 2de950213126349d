// HDF5's side of a MatrixWriter and a MatrixReader. Private to writer and reader.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "harness/results/hdf5_handle.hpp"
#include "harness/results/matrix_reader.hpp"
#include "harness/results/matrix_writer.hpp"

namespace rackproof {

struct MatrixWriter::Dataset {
  DatasetHandle dataset;
  std::string path;
  std::size_t columns = 0;
  std::size_t chunk = 0;          ///< columns of one chunk
  std::size_t element_bytes = 0;  ///< on disk
  bool shuffled = true;           ///< before it is deflated
  Packing packing = Packing::fast;
  std::function<void(bool good, const std::string& what)> check;  ///< of the file: throws Error
};

struct StoredMatrix::Dataset {
  DatasetHandle dataset;
};

/// The library is used by one thread at a time: it has one lock itself where it has any. One thread may write what others read for.
std::unique_lock<std::mutex> lock_hdf5();

}  // namespace rackproof
