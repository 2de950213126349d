// A matrix that is written a row at a time: its rows need not be in memory together, and several threads can pack them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "harness/results/packed_chunk.hpp"

namespace rackproof {

class MatrixWriter {
 public:
  struct Dataset;  ///< HDF5's side
  MatrixWriter(std::unique_ptr<Dataset> dataset);
  ~MatrixWriter();
  MatrixWriter(MatrixWriter&&) noexcept;
  MatrixWriter& operator=(MatrixWriter&&) noexcept;

  /// The chunks of one row, of elements as on disk. Any thread may call it at any time.
  template <class T>
  std::vector<ChunkBytes> pack(std::span<const T> row) const {
    return pack_bytes({reinterpret_cast<const std::uint8_t*>(row.data()), row.size_bytes()}, sizeof(T));
  }
  /// Every row must be put once, by one thread at a time; same order, same file. Throws Error.
  void put(std::size_t row, const std::vector<ChunkBytes>& chunks);

 private:
  std::vector<ChunkBytes> pack_bytes(std::span<const std::uint8_t> row, std::size_t element_bytes) const;
  std::unique_ptr<Dataset> dataset_;
};

}  // namespace rackproof
