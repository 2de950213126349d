#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

#include "harness/base/error.hpp"
#include "harness/results/hdf5.hpp"
#include "harness/results/hdf5_handle.hpp"

namespace rackproof {

static constexpr std::size_t kLongestAttribute = 4096;

struct Hdf5Reader::File {
  FileHandle file;
  std::uint64_t bytes = 0;  // of the file
  DatasetHandle dataset;    // opened and found sound; about to be read
  TypeHandle opened_type;

  AttributeHandle attribute(const std::string& name) const {
    if (H5Aexists(file.get(), name.c_str()) <= 0) return {};
    return AttributeHandle(H5Aopen(file.get(), name.c_str(), H5P_DEFAULT));
  }

  static bool is_scalar(const AttributeHandle& attribute) {
    const SpaceHandle space(H5Aget_space(attribute.get()));
    return space && H5Sget_simple_extent_type(space.get()) == H5S_SCALAR;
  }

  /// A fixed-length text of moderate size; nothing when it is anything else.
  std::string text_attribute(const std::string& name) const {
    const AttributeHandle handle = attribute(name);
    const TypeHandle type(handle ? H5Aget_type(handle.get()) : H5I_INVALID_HID);
    if (!type || !is_scalar(handle) || H5Tget_class(type.get()) != H5T_STRING ||
        H5Tis_variable_str(type.get()) != 0) {
      return {};
    }
    const std::size_t size = H5Tget_size(type.get());
    if (size == 0 || size > kLongestAttribute) return {};
    std::string text(size, '\0');
    if (H5Aread(handle.get(), type.get(), text.data()) < 0) return {};
    text.resize(std::strlen(text.c_str()));
    return text;
  }

  template <class T>
  bool number_attribute(const std::string& name, T& value) const {
    const AttributeHandle handle = attribute(name);
    const TypeHandle type(handle ? H5Aget_type(handle.get()) : H5I_INVALID_HID);
    return type && is_scalar(handle) && H5Tequal(type.get(), disk_type(element_of<T>())) > 0 &&
           H5Aread(handle.get(), memory_type(element_of<T>()), &value) >= 0;
  }
};

// The names in the file must be ours, number by number; an older file may know fewer.
static bool same_enum(hid_t type, const EnumNames& names) {
  if (H5Tget_class(type) != H5T_ENUM || H5Tget_size(type) != 1) return false;
  const TypeHandle base(H5Tget_super(type));
  const int members = H5Tget_nmembers(type);
  if (!base || H5Tequal(base.get(), H5T_STD_U8LE) <= 0) return false;
  if (members <= 0 || static_cast<std::size_t>(members) > names.names.size()) return false;
  for (unsigned i = 0; i < static_cast<unsigned>(members); ++i) {
    std::uint8_t value = 0;
    if (H5Tget_member_value(type, i, &value) < 0 || value >= names.names.size()) return false;
    char* const name = H5Tget_member_name(type, i);
    const bool same = name != nullptr && names.names[value] == name;
    H5free_memory(name);
    if (!same) return false;
  }
  return true;
}

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

// Opens an object one path component at a time: a soft, external or user-defined link anywhere could lead out
// of the file.
static ObjectHandle open_hard(hid_t file, const std::string& path, const Hdf5Reader& reader) {
  ObjectHandle here(H5Oopen(file, "/", H5P_DEFAULT));
  std::size_t begin = 1;
  while (here && begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string component = path.substr(begin, end - begin);
    H5L_info_t link{};
    if (H5Lexists(here.get(), component.c_str(), H5P_DEFAULT) <= 0 ||
        H5Lget_info(here.get(), component.c_str(), &link, H5P_DEFAULT) < 0) {
      reader.refuse(fmt::format("{} is missing", path.substr(0, end)));
    }
    if (link.type != H5L_TYPE_HARD) {
      reader.refuse(fmt::format("{} is a soft, external or user-defined link", path.substr(0, end)));
    }
    here = ObjectHandle(H5Oopen(here.get(), component.c_str(), H5P_DEFAULT));
    begin = end + 1;
  }
  if (!here) reader.refuse(fmt::format("{} cannot be opened: {}", path, hdf5_reason()));
  return here;
}

// Every chunk must be there and no larger than its content, so that what is read costs the sender what it
// claims.
static void check_chunks(hid_t dataset, hid_t properties, const std::string& path, const Shape& shape,
                         std::uint64_t element_bytes, std::uint64_t file_bytes, const Hdf5Reader& reader) {
  std::array<hsize_t, 2> chunk{1, 1};
  const auto rank = static_cast<int>(shape.size());
  if (H5Pget_chunk(properties, rank, chunk.data()) != rank) reader.refuse(path + " has no sound chunk shape");
  std::uint64_t chunk_bytes = element_bytes;
  std::uint64_t chunks = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (chunk[i] == 0 || chunk[i] > kMostChunkBytes)
      reader.refuse(path + " has chunks of an implausible shape");
    chunk_bytes *= chunk[i];
    chunks *= (shape[i] + chunk[i] - 1) / chunk[i];
  }
  if (chunk_bytes > kMostChunkBytes) reader.refuse(path + " has chunks above the size limit");
  const std::string too_little = path + " claims more data than the file holds";
  if (chunks > file_bytes) reader.refuse(too_little);
  // Deflate makes incompressible data larger: by 5 bytes per 16 KiB block and a few for its frame.
  const std::uint64_t most_stored = chunk_bytes + chunk_bytes / 1000 + 64;
  bool deflated = false;
  const int filters = H5Pget_nfilters(properties);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0;
    std::size_t parameters = 0;
    deflated = deflated || H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &parameters, nullptr,
                                          0, nullptr, nullptr) == H5Z_FILTER_DEFLATE;
  }
  std::array<hsize_t, 2> offset{0, 0};
  for (std::uint64_t i = 0; i < chunks; ++i) {
    unsigned skipped = 0;
    haddr_t address = HADDR_UNDEF;
    hsize_t size = 0;
    if (H5Dget_chunk_info_by_coord(dataset, offset.data(), &skipped, &address, &size) < 0 ||
        address == HADDR_UNDEF || size == 0 || size > most_stored || address > file_bytes ||
        size > file_bytes - address) {
      reader.refuse(too_little);
    }
    if ((!deflated || skipped != 0) && size != chunk_bytes) reader.refuse(path + " has a damaged chunk");
    std::size_t axis = shape.size() - 1;
    offset[axis] += chunk[axis];
    if (offset[axis] >= shape[axis] && axis > 0) {
      offset[axis] = 0;
      offset[axis - 1] += chunk[axis - 1];
    }
  }
}

static void check_filters(hid_t properties, const std::string& path, const Hdf5Reader& reader) {
  const int filters = H5Pget_nfilters(properties);
  bool shuffle = false;
  bool deflate = false;
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0;
    std::size_t parameters = 0;
    const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &parameters,
                                               nullptr, 0, nullptr, nullptr);
    bool* const seen = filter == H5Z_FILTER_SHUFFLE   ? &shuffle
                       : filter == H5Z_FILTER_DEFLATE ? &deflate
                                                      : nullptr;
    if (seen == nullptr || *seen) {
      reader.refuse(fmt::format("{} uses a filter (number {}) other than shuffle and deflate, once each",
                                path, filter));
    }
    *seen = true;
  }
  if (filters < 0) reader.refuse(path + " has no sound filters");
}

std::size_t Hdf5Reader::open_dataset(const std::string& path, std::size_t rank, Shape& shape, Element element,
                                     const EnumNames* names) {
  ObjectHandle object = open_hard(file_->file.get(), path, *this);
  if (H5Iget_type(object.get()) != H5I_DATASET) refuse(path + " is not a dataset");
  DatasetHandle dataset(object.release());
  const PropertyHandle properties(H5Dget_create_plist(dataset.get()));
  if (!properties) refuse(fmt::format("{} is damaged: {}", path, hdf5_reason()));
  const H5D_layout_t layout = H5Pget_layout(properties.get());
  if (layout == H5D_VIRTUAL) refuse(path + " is a virtual dataset");
  if (H5Pget_external_count(properties.get()) != 0) refuse(path + " keeps its data in external files");
  if (layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)
    refuse(path + " has an unknown layout");
  check_filters(properties.get(), path, *this);

  TypeHandle type(H5Dget_type(dataset.get()));
  const bool expected = type && (names != nullptr ? same_enum(type.get(), *names)
                                                  : H5Tequal(type.get(), disk_type(element)) > 0);
  if (!expected) refuse(path + " has another type than the schema says");
  const SpaceHandle space(H5Dget_space(dataset.get()));
  if (!space || H5Sget_simple_extent_type(space.get()) != H5S_SIMPLE ||
      H5Sget_simple_extent_ndims(space.get()) != static_cast<int>(rank)) {
    refuse(path + " has another rank than the schema says");
  }
  shape.assign(rank, 0);
  std::array<hsize_t, 2> extents{0, 0};
  H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  std::uint64_t count = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    if (extents[i] > kMostElements) refuse(path + " is above the size limit");
    shape[i] = extents[i];
    count *= shape[i];
  }
  if (count > kMostElements) refuse(path + " is above the size limit");
  const std::uint64_t element_bytes = H5Tget_size(type.get());
  if (count > 0 && layout == H5D_CHUNKED) {
    check_chunks(dataset.get(), properties.get(), path, shape, element_bytes, file_->bytes, *this);
  } else if (count > 0 && (H5Dget_storage_size(dataset.get()) != count * element_bytes ||
                           count * element_bytes > file_->bytes)) {
    refuse(path + " claims more data than the file holds");
  }
  opened_bytes_ = element_bytes;
  file_->dataset = std::move(dataset);
  file_->opened_type = names != nullptr ? std::move(type) : TypeHandle(H5Tcopy(memory_type(element)));
  return count;
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

/// No filter at all, deflate, or shuffle and then deflate.
static bool in_our_order(hid_t properties) {
  const int filters = H5Pget_nfilters(properties);
  if (filters == 0) return true;
  unsigned flags = 0;
  std::size_t parameters = 0;
  const H5Z_filter_t first = H5Pget_filter2(properties, 0, &flags, &parameters, nullptr, 0, nullptr, nullptr);
  return first == (filters == 1 ? H5Z_FILTER_DEFLATE : H5Z_FILTER_SHUFFLE);
}

StoredMatrix Hdf5Reader::find_matrix(const std::string& path, const Shape& expected, Element element,
                                     const EnumNames* names) {
  Shape shape;
  const std::size_t count = open_dataset(path, 2, shape, element, names);
  const DatasetHandle dataset = std::move(file_->dataset);
  require_shape(path, shape, expected);
  StoredMatrix matrix{.path = path,
                      .rows = shape[0],
                      .columns = shape[1],
                      .chunk = 1,
                      .element_bytes = opened_bytes_,
                      .names = names != nullptr ? names->names.size() : 0,
                      .chunks = {}};
  if (count == 0) return matrix;
  const PropertyHandle properties(H5Dget_create_plist(dataset.get()));
  const int filters = H5Pget_nfilters(properties.get());
  std::array<hsize_t, 2> chunk{0, 0};
  if (H5Pget_layout(properties.get()) != H5D_CHUNKED ||
      H5Pget_chunk(properties.get(), 2, chunk.data()) != 2 || chunk[0] != 1 ||
      !in_our_order(properties.get()))
    refuse(path + " is not stored in rows, shuffled or not and then deflated");
  matrix.chunk = chunk[1];
  matrix.shuffled = filters == 2;
  matrix.chunks.resize(matrix.rows * ((matrix.columns + matrix.chunk - 1) / matrix.chunk));
  // By the order in the file: looking each one up by its place would go through all of them each time, too.
  const SpaceHandle space(H5Dget_space(dataset.get()));
  for (hsize_t i = 0; i < matrix.chunks.size(); ++i) {
    std::array<hsize_t, 2> at{0, 0};
    unsigned skipped = 0;
    haddr_t address = HADDR_UNDEF;
    hsize_t size = 0;
    if (H5Dget_chunk_info(dataset.get(), space.get(), i, at.data(), &skipped, &address, &size) < 0 ||
        at[0] >= matrix.rows || at[1] >= matrix.columns)
      refuse(path + " has a damaged chunk");
    const bool packed = filters > 0 && skipped == 0;
    const unsigned all = (1U << filters) - 1;
    if (skipped != 0 && skipped != all) refuse(path + " has a chunk that only one filter went over");
    if (!packed && size != matrix.chunk * matrix.element_bytes) refuse(path + " has a damaged chunk");
    matrix.chunks[at[0] * ((matrix.columns + matrix.chunk - 1) / matrix.chunk) + at[1] / matrix.chunk] = {
        address, size, packed};
  }
  // What is met twice leaves another one out.
  if (std::ranges::any_of(matrix.chunks, [](const StoredMatrix::Chunk& found) { return found.size == 0; }))
    refuse(path + " has a damaged chunk");
  return matrix;
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
