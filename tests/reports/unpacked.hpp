// What a browser makes of a column of a page: base64, then gzip, undone.
#pragma once

#include <gtest/gtest.h>
#include <libdeflate.h>
#include <sodium.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reports/fleet_data.hpp"

namespace rackproof::test {

inline std::vector<std::uint8_t> unpacked_bytes(const std::string& text) {
  std::vector<std::uint8_t> packed(text.size());
  std::size_t size = 0;
  if (sodium_base642bin(packed.data(), packed.size(), text.data(), text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0)
    throw std::runtime_error("no base64");
  // The last four bytes of gzip: the length before packing.
  std::uint32_t length = 0;
  std::memcpy(&length, packed.data() + size - 4, 4);
  std::vector<std::uint8_t> bytes(length);
  auto* decompressor = libdeflate_alloc_decompressor();
  std::size_t got = 0;
  const auto result =
      libdeflate_gzip_decompress(decompressor, packed.data(), size, bytes.data(), bytes.size(), &got);
  libdeflate_free_decompressor(decompressor);
  if (result != LIBDEFLATE_SUCCESS || got != length) throw std::runtime_error("no gzip");
  return bytes;
}

template <class T>
std::vector<T> unpacked(const std::string& text) {
  const std::vector<std::uint8_t> bytes = unpacked_bytes(text);
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

inline const DataBlock& block(const std::vector<DataBlock>& blocks, std::string_view id) {
  for (const DataBlock& one : blocks) {
    if (one.id == id) return one;
  }
  throw std::runtime_error("no block " + std::string(id));
}

}  // namespace rackproof::test
