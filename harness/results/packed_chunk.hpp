// One chunk of a dataset as HDF5's filters shuffle and deflate leave it, made and read without the library: several threads can do
// that, which the library, with its one lock, cannot. Whoever reads with the library sees no difference.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rackproof {

using ChunkBytes = std::vector<std::uint8_t>;

enum class Packing : std::uint8_t {
  fast,   ///< libdeflate's level 1: of most columns more effort leaves a hundredth less
  small,  ///< level 4, in twice to three times the time: of floats of four digits it leaves a twentieth less
};

/// `elements`: the chunk's content, whole elements of `element_bytes` each; of 1 it is only deflated. Same content, same bytes.
ChunkBytes pack_chunk(std::span<const std::uint8_t> elements, std::size_t element_bytes, Packing packing);

/// The content of a chunk that the filters went over, into `elements`, which must be exactly as long. Returns whether it could:
/// damaged or hostile bytes cannot. What `elements` holds then means nothing.
bool unpack_chunk(std::span<const std::uint8_t> packed, std::size_t element_bytes,
                  std::span<std::uint8_t> elements);

}  // namespace rackproof
