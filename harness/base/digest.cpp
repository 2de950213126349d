#include "harness/base/digest.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <fstream>
#include <limits>
#include <vector>

#include "harness/base/error.hpp"

namespace rackproof {

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

namespace {

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void add(const char* data, std::size_t size) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(data), size);
  }
  std::string hex() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state_, digest.data());
    return fmt::format("{:02x}", fmt::join(digest, ""));
  }

 private:
  crypto_hash_sha256_state state_;
};

}  // namespace

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes.data(), bytes.size());
  return hash.hex();
}

std::string sha256_file(const std::filesystem::path& path, std::optional<std::int64_t> bytes) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(fmt::format("cannot read {}", path.string()));
  Sha256 hash;
  std::vector<char> block(1 << 20);
  std::int64_t left = bytes.value_or(std::numeric_limits<std::int64_t>::max());
  const auto wanted = [&] { return std::min(left, static_cast<std::int64_t>(block.size())); };
  while (left > 0 && (in.read(block.data(), wanted()) || in.gcount() > 0)) {
    hash.add(block.data(), static_cast<std::size_t>(in.gcount()));
    left -= in.gcount();
  }
  if (in.bad() || (bytes && left > 0)) throw Error(fmt::format("cannot read {}", path.string()));
  return hash.hex();
}

}  // namespace rackproof
