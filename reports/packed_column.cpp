#include "reports/packed_column.hpp"

#include <libdeflate.h>
#include <sodium.h>

#include <memory>
#include <vector>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

constexpr int kLevel = 6;

struct FreeCompressor {
  void operator()(libdeflate_compressor* it) const { libdeflate_free_compressor(it); }
};

/// Its tables are large: made once a thread.
libdeflate_compressor& compressor() {
  thread_local const std::unique_ptr<libdeflate_compressor, FreeCompressor> one(
      libdeflate_alloc_compressor(kLevel));
  if (!one) throw Error("out of memory");
  return *one;
}

}  // namespace

std::string packed_column(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> packed(libdeflate_gzip_compress_bound(&compressor(), bytes.size()));
  const std::size_t size =
      libdeflate_gzip_compress(&compressor(), bytes.data(), bytes.size(), packed.data(), packed.size());
  if (size == 0) throw Error("a column could not be packed");
  constexpr int kForm = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(size, kForm), '\0');
  sodium_bin2base64(text.data(), text.size(), packed.data(), size, kForm);
  text.pop_back();  // the terminating NUL
  return text;
}

}  // namespace rackproof
