// A matrix that is read a row at a time, by several threads: its chunks are taken from the file as they lie there and unpacked here.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/error.hpp"

namespace rackproof {

/// A matrix of a file that is open, with what the reader that checked it found. Must not outlive that reader.
struct StoredMatrix {
  struct Dataset;  ///< HDF5's side
  std::string path;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t chunk = 0;  ///< columns of one chunk
  std::size_t element_bytes = 0;
  std::size_t names = 0;  ///< of an enumeration, whose numbers are below it; 0: none
  int filters = 0;        ///< 0: none; 1: deflated; 2: shuffled, then deflated
  std::vector<std::uint32_t>
      sizes;  ///< bytes of each chunk in the file, by row, then column; none larger than its content can be
  std::shared_ptr<Dataset> dataset;
};

class MatrixReader {
 public:
  /// `name` of the file, for errors.
  MatrixReader(std::string name, StoredMatrix matrix) : name_(std::move(name)), matrix_(std::move(matrix)) {}

  /// Throws Error "<file>: …" when a chunk is damaged or a number has no name. Any thread may call it at any time.
  template <class T>
  std::vector<T> row(std::size_t row) const {
    if (sizeof(T) != matrix_.element_bytes) throw Error(matrix_.path + " is read as another type");
    std::vector<T> values(matrix_.columns);
    read(row, reinterpret_cast<std::uint8_t*>(values.data()));
    return values;
  }

 private:
  void read(std::size_t row, std::uint8_t* out) const;
  [[noreturn]] void refuse(const std::string& what) const;

  std::string name_;
  StoredMatrix matrix_;
};

}  // namespace rackproof
