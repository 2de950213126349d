#include "harness/results/matrix_reader.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "harness/results/packed_chunk.hpp"

namespace rackproof {

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
    const StoredMatrix::Chunk& chunk = matrix_.chunks[row * in_row + i];
    stored.resize(chunk.size);
    std::size_t have = 0;
    while (have < stored.size()) {
      const ssize_t got = ::pread(file_, stored.data() + have, stored.size() - have,
                                  static_cast<off_t>(chunk.address + have));
      if (got <= 0) refuse("cannot be read");
      have += static_cast<std::size_t>(got);
    }
    const std::size_t count = std::min(matrix_.chunk, matrix_.columns - i * matrix_.chunk);
    std::uint8_t* const place = out + i * matrix_.chunk * bytes;
    // The last chunk of a row is whole, though the matrix ends within it.
    whole.resize(matrix_.chunk * bytes);
    const std::span<std::uint8_t> content =
        count == matrix_.chunk ? std::span(place, matrix_.chunk * bytes) : std::span(whole);
    if (chunk.packed) {
      if (!unpack_chunk(stored, matrix_.shuffled ? bytes : 1, content)) refuse("has a damaged chunk");
    } else {
      std::memcpy(content.data(), stored.data(), content.size());
    }
    if (count < matrix_.chunk) std::memcpy(place, whole.data(), count * bytes);
  }
  if (matrix_.names == 0) return;
  for (std::size_t i = 0; i < matrix_.columns; ++i) {
    if (out[i] >= matrix_.names) refuse("holds a number outside its enumeration");
  }
}

}  // namespace rackproof
