#include "harness/results/hdf5_disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>

#include "harness/base/error.hpp"

namespace rackproof {

namespace {

/// An open file, as the library knows it.
struct OpenDisk : H5FD_t {
  Hdf5Disk* disk = nullptr;
  haddr_t end = 0;  // of what the library has given away
};

const OpenDisk& self(const H5FD_t* file) { return *static_cast<const OpenDisk*>(file); }
OpenDisk& self(H5FD_t* file) { return *static_cast<OpenDisk*>(file); }

H5FD_t* open_disk(const char*, unsigned, hid_t access, haddr_t) {
  const void* place = H5Pget_driver_info(access);
  if (place == nullptr) return nullptr;
  auto file = std::make_unique<OpenDisk>();
  file->disk = *static_cast<Hdf5Disk* const*>(place);
  return file.release();
}

herr_t close_disk(H5FD_t* file) {
  delete &self(file);
  return 0;
}

int compare(const H5FD_t* a, const H5FD_t* b) {
  const std::less<const Hdf5Disk*> before;
  return before(self(a).disk, self(b).disk) ? -1 : before(self(b).disk, self(a).disk) ? 1 : 0;
}

// As the library's driver for memory has them: the layout of a file depends on it.
herr_t tell_features(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

haddr_t given_away(const H5FD_t* file, H5FD_mem_t) { return self(file).end; }

herr_t give_away(H5FD_t* file, H5FD_mem_t, haddr_t end) {
  self(file).end = end;
  return 0;
}

haddr_t size_of(const H5FD_t* file, H5FD_mem_t) { return self(file).disk->size(); }

herr_t read_disk(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t at, std::size_t size, void* bytes) {
  return self(file).disk->read(at, {static_cast<std::uint8_t*>(bytes), size}) ? 0 : -1;
}

herr_t write_disk(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t at, std::size_t size, const void* bytes) {
  self(file).disk->write(at, {static_cast<const std::uint8_t*>(bytes), size});
  return 0;
}

herr_t truncate_disk(H5FD_t* file, hid_t, hbool_t) {
  if (self(file).disk->size() != self(file).end) self(file).disk->truncate(self(file).end);
  return 0;
}

const H5FD_class_t& driver() {
  static const H5FD_class_t driver = [] {
    H5FD_class_t made{};
    made.name = "rackproof";
    made.maxaddr = std::numeric_limits<std::int64_t>::max();
    made.fc_degree = H5F_CLOSE_WEAK;
    made.fapl_size = sizeof(Hdf5Disk*);
    made.open = open_disk;
    made.close = close_disk;
    made.cmp = compare;
    made.query = tell_features;
    made.get_eoa = given_away;
    made.set_eoa = give_away;
    made.get_eof = size_of;
    made.read = read_disk;
    made.write = write_disk;
    made.truncate = truncate_disk;
    const H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
    std::ranges::copy(map, made.fl_map);
    return made;
  }();
  return driver;
}

}  // namespace

Hdf5Disk::Hdf5Disk(std::filesystem::path path)
    : path_(std::move(path)), file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
  if (!file_) throw Error(fmt::format("cannot write {}: {}", path_.string(), std::strerror(errno)));
}

bool Hdf5Disk::attach(hid_t access) {
  static const hid_t registered = H5FDregister(&driver());
  Hdf5Disk* const place = this;
  return registered >= 0 && H5Pset_driver(access, registered, &place) >= 0;
}

void Hdf5Disk::check() const {
  if (error_ != 0) throw Error(fmt::format("{}: cannot write: {}", path_.string(), std::strerror(error_)));
}

bool Hdf5Disk::read(std::uint64_t at, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    at += static_cast<std::uint64_t>(got);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  std::ranges::fill(bytes, std::uint8_t{0});  // after the end
  return true;
}

void Hdf5Disk::write(std::uint64_t at, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty() && error_ == 0) {
    const ssize_t written = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written < 0) {
      if (errno != EINTR) error_ = errno;
      continue;
    }
    at += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    size_ = std::max(size_, at);
  }
}

void Hdf5Disk::truncate(std::uint64_t size) {
  if (error_ != 0) return;
  if (::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) {
    error_ = errno;
  } else {
    size_ = size;
  }
}

}  // namespace rackproof
