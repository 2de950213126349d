// A matrix that is read a row at a time, by several threads: its chunks are taken from the file as they lie there, where the
// reader that checked the dataset found them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

/// Where the chunks of a matrix lie, and how; every one was found inside the file and no larger than its content can be.
struct StoredMatrix {
  struct Chunk {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    bool packed = true;  ///< the filters went over it; otherwise none
  };
  std::string path;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t chunk = 0;  ///< columns of one chunk
  std::size_t element_bytes = 0;
  bool shuffled = true;       ///< before it was deflated
  std::size_t names = 0;      ///< of an enumeration, whose numbers are below it; 0: none
  std::vector<Chunk> chunks;  ///< by row, then column
};

class MatrixReader {
 public:
  /// `file`: open for reading, must outlive it; `name` of the file, for errors.
  MatrixReader(const FileDescriptor& file, std::string name, StoredMatrix matrix)
      : file_(file.get()), name_(std::move(name)), matrix_(std::move(matrix)) {}

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

  int file_;
  std::string name_;
  StoredMatrix matrix_;
};

}  // namespace rackproof
