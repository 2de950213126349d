#include "harness/results/packed_chunk.hpp"

#include <libdeflate.h>

#include <cstring>
#include <memory>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

struct FreeCompressor {
  void operator()(libdeflate_compressor* it) const { libdeflate_free_compressor(it); }
};
struct FreeDecompressor {
  void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
};

/// Their tables are large: made once a thread.
template <int kLevel>
libdeflate_compressor& compressor() {
  thread_local const std::unique_ptr<libdeflate_compressor, FreeCompressor> one(
      libdeflate_alloc_compressor(kLevel));
  if (!one) throw Error("out of memory");
  return *one;
}
libdeflate_compressor& compressor(Packing packing) {
  return packing == Packing::fast ? compressor<1>() : compressor<4>();
}
libdeflate_decompressor& decompressor() {
  thread_local const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> one(
      libdeflate_alloc_decompressor());
  if (!one) throw Error("out of memory");
  return *one;
}

/// Byte b of all elements, then byte b + 1: as HDF5's filter, which leaves elements of one byte alone.
template <std::size_t kBytes>
void shuffle(const std::uint8_t* from, std::uint8_t* to, std::size_t count) {
  for (std::size_t b = 0; b < kBytes; ++b) {
    for (std::size_t i = 0; i < count; ++i) to[b * count + i] = from[i * kBytes + b];
  }
}
template <std::size_t kBytes>
void unshuffle(const std::uint8_t* from, std::uint8_t* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t b = 0; b < kBytes; ++b) to[i * kBytes + b] = from[b * count + i];
  }
}

}  // namespace

ChunkBytes pack_chunk(std::span<const std::uint8_t> elements, std::size_t element_bytes, Packing packing) {
  const std::size_t count = elements.size() / element_bytes;
  ChunkBytes shuffled(elements.size());
  switch (element_bytes) {
    case 2:
      shuffle<2>(elements.data(), shuffled.data(), count);
      break;
    case 4:
      shuffle<4>(elements.data(), shuffled.data(), count);
      break;
    case 8:
      shuffle<8>(elements.data(), shuffled.data(), count);
      break;
    default:
      std::memcpy(shuffled.data(), elements.data(), elements.size());
  }
  libdeflate_compressor& deflate = compressor(packing);
  ChunkBytes packed(libdeflate_zlib_compress_bound(&deflate, shuffled.size()));
  const std::size_t size =
      libdeflate_zlib_compress(&deflate, shuffled.data(), shuffled.size(), packed.data(), packed.size());
  if (size == 0) throw Error("a chunk could not be packed");
  packed.resize(size);
  return packed;
}

bool unpack_chunk(std::span<const std::uint8_t> packed, std::size_t element_bytes,
                  std::span<std::uint8_t> elements) {
  const auto inflate = [&](std::span<std::uint8_t> into) {
    std::size_t size = 0;
    return libdeflate_zlib_decompress(&decompressor(), packed.data(), packed.size(), into.data(), into.size(),
                                      &size) == LIBDEFLATE_SUCCESS &&
           size == into.size();
  };
  if (element_bytes == 1) return inflate(elements);
  const std::size_t count = elements.size() / element_bytes;
  thread_local ChunkBytes shuffled;
  shuffled.resize(elements.size());
  if (!inflate(shuffled)) return false;
  switch (element_bytes) {
    case 2:
      unshuffle<2>(shuffled.data(), elements.data(), count);
      break;
    case 4:
      unshuffle<4>(shuffled.data(), elements.data(), count);
      break;
    case 8:
      unshuffle<8>(shuffled.data(), elements.data(), count);
      break;
    default:
      std::memcpy(elements.data(), shuffled.data(), elements.size());
  }
  return true;
}

}  // namespace rackproof
