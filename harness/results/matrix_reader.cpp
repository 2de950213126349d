#include "harness/results/matrix_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "harness/results/matrix_dataset.hpp"
#include "harness/results/packed_chunk.hpp"

namespace rackproof {

std::unique_lock<std::mutex> lock_hdf5() {
  static std::mutex library;
  return std::unique_lock(library);
}

void MatrixReader::refuse(const std::string& what) const {
  throw Error(fmt::format("{}: {} {}", name_, matrix_.path, what));
}

void MatrixReader::read(std::size_t row, std::uint8_t* out) const {
  if (row >= matrix_.rows) refuse(fmt::format("has no row {}", row));
  const std::size_t bytes = matrix_.element_bytes;
  const std::size_t in_row = (matrix_.columns + matrix_.chunk - 1) / matrix_.chunk;
  ChunkBytes stored;
  ChunkBytes whole;
  for (std::size_t i = 0; i < in_row; ++i) {
    stored.resize(matrix_.sizes[row * in_row + i]);
    const hsize_t at[2]{row, i * matrix_.chunk};
    std::uint32_t skipped = 0;
    {
      const auto lock = lock_hdf5();
      if (H5Dread_chunk(matrix_.dataset->dataset.get(), H5P_DEFAULT, at, &skipped, stored.data()) < 0)
        refuse("cannot be read: " + hdf5_reason());
    }
    const std::size_t count = std::min(matrix_.chunk, matrix_.columns - i * matrix_.chunk);
    std::uint8_t* const place = out + i * matrix_.chunk * bytes;
    // The last chunk of a row is whole, though the matrix ends within it.
    whole.resize(count == matrix_.chunk ? 0 : matrix_.chunk * bytes);
    const std::span<std::uint8_t> content =
        count == matrix_.chunk ? std::span(place, matrix_.chunk * bytes) : std::span(whole);
    if (matrix_.filters > 0 && skipped == 0) {
      if (!unpack_chunk(stored, matrix_.filters == 2 ? bytes : 1, content)) refuse("has a damaged chunk");
    } else if (skipped == (1U << matrix_.filters) - 1 && stored.size() == content.size()) {
      std::memcpy(content.data(), stored.data(), content.size());
    } else {
      refuse("has a damaged chunk");
    }
    if (count < matrix_.chunk) std::memcpy(place, whole.data(), count * bytes);
  }
  if (matrix_.names == 0) return;
  if (std::any_of(out, out + matrix_.columns, [&](std::uint8_t value) { return value >= matrix_.names; }))
    refuse("holds a number outside its enumeration");
}

}  // namespace rackproof
