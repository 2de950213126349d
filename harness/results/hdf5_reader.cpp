#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

#include "harness/base/error.hpp"
#include "harness/results/hdf5.hpp"
#include "harness/results/hdf5_open_file.hpp"

namespace rackproof {

Hdf5Reader::Hdf5Reader(const std::filesystem::path& path)
    : file_(std::make_unique<File>()), name_(printable(path.string())) {
  prepare_hdf5();
  std::ifstream in(path, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(path)) refuse("cannot be read, or is not a regular file");
  static constexpr std::array<char, 8> kSignature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  std::array<char, 8> head{};
  in.read(head.data(), head.size());
  if (in.gcount() != static_cast<std::streamsize>(head.size()) || head != kSignature)
    refuse("not an HDF5 file");
  file_->bytes = std::filesystem::file_size(path);

  const PropertyHandle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_file_locking(access.get(), false, true);
  file_->file = FileHandle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  if (!file_->file) refuse("truncated or damaged: " + hdf5_reason());
}

Hdf5Reader::Hdf5Reader(const std::filesystem::path& path, const SchemaVersion& schema) : Hdf5Reader(path) {
  check_header(schema);
  read_dictionary();
}

std::string Hdf5Reader::schema_of(const std::filesystem::path& path) {
  return Hdf5Reader(path).file_->text_attribute("schema");
}

Hdf5Reader::~Hdf5Reader() = default;

void Hdf5Reader::refuse(const std::string& what) const { throw Error(fmt::format("{}: {}", name_, what)); }

void Hdf5Reader::check_header(const SchemaVersion& schema) {
  const std::string found = file_->text_attribute("schema");
  if (found != schema.name) {
    refuse(found.empty() ? fmt::format("not a {} file: it names no schema", schema.name)
                         : fmt::format("not a {} file but \"{}\"", schema.name, printable(found)));
  }
  std::uint32_t major = 0;
  std::uint32_t& minor = schema_minor_;
  if (!file_->number_attribute("schema_major", major) || !file_->number_attribute("schema_minor", minor)) {
    refuse("the schema version is missing");
  }
  if (major != schema.major || minor > schema.minor) {
    refuse(fmt::format("schema {}.{} cannot be read by this program, which knows {}.{}", major, minor,
                       schema.major, schema.minor));
  }
  std::uint8_t complete = 0;
  if (!file_->number_attribute("complete", complete) || complete != 1)
    refuse("incomplete: its writer did not finish");
}

std::uint8_t Hdf5Reader::choice_attribute(const std::string& name, const EnumNames& names) {
  const AttributeHandle handle = file_->attribute(name);
  const TypeHandle type(handle ? H5Aget_type(handle.get()) : H5I_INVALID_HID);
  std::uint8_t value = 0;
  if (!type || !File::is_scalar(handle) || !same_enum(type.get(), names) ||
      H5Aread(handle.get(), type.get(), &value) < 0 || value >= names.names.size()) {
    refuse(fmt::format("attribute {} is missing or not one of its names", name));
  }
  return value;
}

void Hdf5Reader::read_opened(const std::string& path, void* data, std::size_t count) {
  if (count > 0 &&
      H5Dread(file_->dataset.get(), file_->opened_type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
    refuse(fmt::format("{} is damaged: {}", path, hdf5_reason()));
  }
  file_->dataset.reset();
}

std::size_t Hdf5Reader::check_raw(const std::string& path, Shape& shape, Element element) {
  const std::size_t count = open_dataset(path, 1, shape, element, nullptr);
  charge(count, opened_bytes_);
  file_->dataset.reset();
  return count;
}

std::string_view Hdf5Reader::text_view(std::uint32_t row) const {
  if (row >= texts()) return {};
  return {reinterpret_cast<const char*>(strings_.data()) + offsets_[row],
          static_cast<std::size_t>(offsets_[row + 1] - offsets_[row])};
}

std::vector<std::uint8_t> Hdf5Reader::read_choices(const std::string& path, std::size_t rank, Shape& shape,
                                                   const EnumNames& names) {
  std::vector<std::uint8_t> stored;
  read_raw(path, rank, shape, Element::u8, &names, [&](std::size_t count) {
    stored.resize(count);
    return static_cast<void*>(stored.data());
  });
  if (std::any_of(stored.begin(), stored.end(),
                  [&](std::uint8_t value) { return value >= names.names.size(); })) {
    refuse(path + " holds a number outside its enumeration");
  }
  return stored;
}

std::vector<std::uint8_t> Hdf5Reader::choices(const std::string& path, const EnumNames& names) {
  Shape shape;
  return read_choices(path, 1, shape, names);
}

std::vector<std::uint8_t> Hdf5Reader::choice_matrix(const std::string& path, const Shape& expected,
                                                    const EnumNames& names) {
  Shape shape;
  auto stored = read_choices(path, 2, shape, names);
  require_shape(path, shape, expected);
  return stored;
}

void Hdf5Reader::require_shape(const std::string& path, const Shape& shape, const Shape& expected) const {
  if (shape != expected) {
    refuse(fmt::format("{} has shape {} × {} where {} × {} is expected", path, shape.at(0), shape.at(1),
                       expected.at(0), expected.at(1)));
  }
}

void Hdf5Reader::charge(std::uint64_t count, std::uint64_t size_of_one) {
  if (size_of_one != 0 && count > (kMostBytes - charged_) / size_of_one) {
    refuse(fmt::format("would need more than {} GiB of memory", kMostBytes >> 30));
  }
  charged_ += count * size_of_one;
}

void Hdf5Reader::read_dictionary() {
  offsets_ = column<std::uint64_t>("/dict/offsets");
  strings_ = column<std::uint8_t>("/dict/strings");
  if (offsets_.empty() || offsets_.front() != 0 || offsets_.back() != strings_.size() ||
      !std::is_sorted(offsets_.begin(), offsets_.end())) {
    refuse("/dict/offsets do not divide /dict/strings");
  }
}

std::string Hdf5Reader::text(std::uint32_t row, const std::string& path) {
  if (row >= offsets_.size() - 1)
    refuse(fmt::format("{} names text {} of {}", path, row, offsets_.size() - 1));
  const std::uint64_t size = offsets_[row + 1] - offsets_[row];
  charge(size, 1);
  return {reinterpret_cast<const char*>(strings_.data()) + offsets_[row], size};
}

}  // namespace rackproof
