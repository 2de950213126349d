// HDF5's side of a MatrixWriter. Private to the writer.
#pragma once

#include <functional>
#include <string>

#include "harness/results/hdf5_handle.hpp"
#include "harness/results/matrix_writer.hpp"

namespace rackproof {

struct MatrixWriter::Dataset {
  DatasetHandle dataset;
  std::string path;
  std::size_t columns = 0;
  std::size_t chunk = 0;                                          ///< columns of one chunk
  std::size_t element_bytes = 0;                                  ///< on disk
  bool shuffled = true;                                           ///< before it is deflated
  std::function<void(bool good, const std::string& what)> check;  ///< of the file: throws Error
};

}  // namespace rackproof
