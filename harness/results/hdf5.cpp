#include "harness/results/hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "harness/base/error.hpp"
#include "harness/results/hdf5_disk.hpp"
#include "harness/results/hdf5_handle.hpp"
#include "harness/results/matrix_dataset.hpp"

namespace rackproof {

static constexpr std::uint64_t kChunk = 65536;
static constexpr unsigned kDeflateLevel = 1;

void prepare_hdf5() {
  H5dont_atexit();  // it would crash on a file that could not be written to its end
  H5open();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
}

std::string hdf5_reason() {
  std::string reason;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned depth, const H5E_error2_t* error, void* out) -> herr_t {
        if (depth == 0 && error->desc != nullptr) *static_cast<std::string*>(out) = printable(error->desc);
        return 0;
      },
      &reason);
  H5Eclear2(H5E_DEFAULT);
  return reason.empty() ? "no reason given" : reason;
}

hid_t disk_type(Element element) {
  switch (element) {
    case Element::u8:
      return H5T_STD_U8LE;
    case Element::u16:
      return H5T_STD_U16LE;
    case Element::u32:
      return H5T_STD_U32LE;
    case Element::u64:
      return H5T_STD_U64LE;
    case Element::i32:
      return H5T_STD_I32LE;
    case Element::i64:
      return H5T_STD_I64LE;
    case Element::f32:
      return H5T_IEEE_F32LE;
    case Element::f64:
      return H5T_IEEE_F64LE;
  }
  throw Error("unknown element type");
}

hid_t memory_type(Element element) {
  switch (element) {
    case Element::u8:
      return H5T_NATIVE_UINT8;
    case Element::u16:
      return H5T_NATIVE_UINT16;
    case Element::u32:
      return H5T_NATIVE_UINT32;
    case Element::u64:
      return H5T_NATIVE_UINT64;
    case Element::i32:
      return H5T_NATIVE_INT32;
    case Element::i64:
      return H5T_NATIVE_INT64;
    case Element::f32:
      return H5T_NATIVE_FLOAT;
    case Element::f64:
      return H5T_NATIVE_DOUBLE;
  }
  throw Error("unknown element type");
}

TypeHandle enum_type(const EnumNames& names) {
  TypeHandle type(H5Tenum_create(H5T_STD_U8LE));
  for (std::size_t i = 0; i < names.names.size(); ++i) {
    const auto stored = static_cast<std::uint8_t>(i);
    if (H5Tenum_insert(type.get(), std::string(names.names[i]).c_str(), &stored) < 0)
      throw Error(hdf5_reason());
  }
  return type;
}

std::size_t elements(const Shape& shape) {
  std::size_t count = 1;
  for (const std::uint64_t extent : shape) count *= extent;
  return count;
}

struct Hdf5Writer::File {
  explicit File(const std::filesystem::path& path) : disk(path), name(path.string()) {}

  Hdf5Disk disk;  // outlives the file on it
  FileHandle file;
  PropertyHandle make_groups;
  std::string name;

  void check(bool good, std::string_view what) const {
    disk.check();
    if (!good) throw Error(fmt::format("cannot write {}: {}: {}", name, what, hdf5_reason()));
  }

  void put_attribute(hid_t object, const std::string& attribute, hid_t type, const void* value) const {
    const SpaceHandle space(H5Screate(H5S_SCALAR));
    const AttributeHandle handle(
        H5Acreate2(object, attribute.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT));
    check(handle && H5Awrite(handle.get(), type, value) >= 0, attribute);
  }

  // Fixed length: a variable-length text would bring the global heap, and with it more that a hostile file
  // can bend.
  void put_text(hid_t object, const std::string& attribute, std::string_view text) const {
    const TypeHandle type(H5Tcopy(H5T_C_S1));
    check(H5Tset_size(type.get(), std::max<std::size_t>(text.size(), 1)) >= 0 &&
              H5Tset_strpad(type.get(), H5T_STR_NULLPAD) >= 0 && H5Tset_cset(type.get(), H5T_CSET_UTF8) >= 0,
          attribute);
    const std::string bytes = text.empty() ? std::string(1, '\0') : std::string(text);
    put_attribute(object, attribute, type.get(), bytes.data());
  }

  DatasetHandle create(const std::string& path, const Shape& shape, hid_t type, bool shuffle = true) const {
    const std::vector<hsize_t> extents(shape.begin(), shape.end());
    const SpaceHandle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
    const PropertyHandle properties(H5Pcreate(H5P_DATASET_CREATE));
    bool good = H5Pset_obj_track_times(properties.get(), false) >= 0;
    if (elements(shape) > 0) {  // a chunk cannot be empty
      std::vector<hsize_t> chunk(extents.size(), 1);
      chunk.back() = std::min<hsize_t>(extents.back(), kChunk);
      good = good && H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data()) >= 0 &&
             (!shuffle || H5Pset_shuffle(properties.get()) >= 0) &&
             H5Pset_deflate(properties.get(), kDeflateLevel) >= 0;
    }
    if (H5Tget_class(type) == H5T_FLOAT) {
      const double nan = std::numeric_limits<double>::quiet_NaN();
      good = good && H5Pset_fill_value(properties.get(), H5T_NATIVE_DOUBLE, &nan) >= 0;
    }
    check(good, path);
    DatasetHandle dataset(H5Dcreate2(file.get(), path.c_str(), type, space.get(), make_groups.get(),
                                     properties.get(), H5P_DEFAULT));
    check(static_cast<bool>(dataset), path);
    return dataset;
  }
};

Hdf5Writer::Hdf5Writer(const std::filesystem::path& path, const SchemaVersion& schema)
    : file_(std::make_unique<File>(path)) {
  prepare_hdf5();
  const PropertyHandle creation(H5Pcreate(H5P_FILE_CREATE));
  const PropertyHandle access(H5Pcreate(H5P_FILE_ACCESS));
  file_->make_groups = PropertyHandle(H5Pcreate(H5P_LINK_CREATE));
  file_->check(H5Pset_obj_track_times(creation.get(), false) >= 0 && file_->disk.attach(access.get()) &&
                   H5Pset_create_intermediate_group(file_->make_groups.get(), 1) >= 0,
               "setting up");
  file_->file = FileHandle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()));
  file_->check(static_cast<bool>(file_->file), "creating the file");
  attribute("schema", schema.name);
  file_->put_attribute(file_->file.get(), "schema_major", H5T_STD_U32LE, &schema.major);
  file_->put_attribute(file_->file.get(), "schema_minor", H5T_STD_U32LE, &schema.minor);
  const std::uint8_t no = 0;
  file_->put_attribute(file_->file.get(), "complete", H5T_STD_U8LE, &no);
}

Hdf5Writer::~Hdf5Writer() = default;

void Hdf5Writer::attribute(const std::string& name, std::string_view text) {
  file_->put_text(file_->file.get(), name, text);
}

void Hdf5Writer::attribute(const std::string& name, std::uint8_t stored, const EnumNames& names) {
  if (stored >= names.names.size()) throw Error(fmt::format("cannot write {}: {} has no name", name, stored));
  file_->put_attribute(file_->file.get(), name, enum_type(names).get(), &stored);
}

void Hdf5Writer::write_raw(const std::string& path, const Shape& shape, Element element, const void* data,
                           std::size_t count, std::string_view units) {
  if (elements(shape) != count)
    throw Error(fmt::format("cannot write {}: {} values do not fill it", path, count));
  const DatasetHandle dataset = file_->create(path, shape, disk_type(element));
  file_->put_text(dataset.get(), "units", units);
  if (count == 0) return;
  file_->check(H5Dwrite(dataset.get(), memory_type(element), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0, path);
}

void Hdf5Writer::write_raw_blocks(const std::string& path, std::uint64_t count, Element element,
                                  std::string_view units, const Block& block) {
  const DatasetHandle dataset = file_->create(path, {count}, disk_type(element));
  file_->put_text(dataset.get(), "units", units);
  if (count == 0) return;
  const hsize_t whole = count;
  const SpaceHandle space(H5Screate_simple(1, &whole, nullptr));
  for (hsize_t at = 0; at < count;) {
    const hsize_t size = std::min<hsize_t>(kChunk, count - at);
    const SpaceHandle part(H5Screate_simple(1, &size, nullptr));
    const bool good =
        H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &at, nullptr, &size, nullptr) >= 0 &&
        H5Dwrite(dataset.get(), memory_type(element), part.get(), space.get(), H5P_DEFAULT, block(size)) >= 0;
    file_->check(good, path);
    at += size;
  }
}

void Hdf5Writer::throw_too_few(const std::string& path) {
  throw Error(fmt::format("cannot write {}: there are fewer values than were counted", path));
}

void Hdf5Writer::write_choices(const std::string& path, const Shape& shape,
                               const std::vector<std::uint8_t>& stored, const EnumNames& names) {
  if (elements(shape) != stored.size() || std::any_of(stored.begin(), stored.end(), [&](std::uint8_t value) {
        return value >= names.names.size();
      })) {
    throw Error(fmt::format("cannot write {}: wrong size or a number without a name", path));
  }
  const TypeHandle type = enum_type(names);
  const DatasetHandle dataset = file_->create(path, shape, type.get());
  if (stored.empty()) return;
  file_->check(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, stored.data()) >= 0, path);
}

MatrixWriter Hdf5Writer::matrix_on(const std::string& path, const Shape& shape,
                                   std::unique_ptr<MatrixWriter::Dataset> made) {
  made->path = path;
  made->columns = shape.at(1);
  made->chunk = std::min<std::size_t>(shape.at(1), kChunk);
  made->check = [file = file_.get()](bool good, const std::string& what) { file->check(good, what); };
  return MatrixWriter(std::move(made));
}

MatrixWriter Hdf5Writer::matrix_raw(const std::string& path, const Shape& shape, Element element,
                                    std::string_view units, Packing packing) {
  auto made = std::make_unique<MatrixWriter::Dataset>();
  made->packing = packing;
  // Floats of few decimal digits: the same one comes back again and again, which is found only while its bytes stand together.
  made->shuffled = element != Element::f32;
  made->dataset = file_->create(path, shape, disk_type(element), made->shuffled);
  made->element_bytes = H5Tget_size(disk_type(element));
  file_->put_text(made->dataset.get(), "units", units);
  return matrix_on(path, shape, std::move(made));
}

MatrixWriter Hdf5Writer::choice_matrix(const std::string& path, const Shape& shape, const EnumNames& names) {
  auto made = std::make_unique<MatrixWriter::Dataset>();
  const TypeHandle type = enum_type(names);
  made->dataset = file_->create(path, shape, type.get());
  made->element_bytes = 1;
  return matrix_on(path, shape, std::move(made));
}

std::uint32_t Hdf5Writer::text(const std::string& text) {
  const auto [place, added] = dictionary_.try_emplace(text, static_cast<std::uint32_t>(dictionary_.size()));
  if (added) {
    strings_.insert(strings_.end(), text.begin(), text.end());
    offsets_.push_back(strings_.size());
  }
  return place->second;
}

void Hdf5Writer::finish() {
  write("/dict/strings", {strings_.size()}, strings_, "UTF-8 byte");
  write("/dict/offsets", {offsets_.size()}, offsets_, "row of /dict/strings");
  file_->check(H5Fflush(file_->file.get(), H5F_SCOPE_LOCAL) >= 0, "flushing");
  const std::uint8_t yes = 1;
  {
    const AttributeHandle complete(H5Aopen(file_->file.get(), "complete", H5P_DEFAULT));
    file_->check(complete && H5Awrite(complete.get(), H5T_STD_U8LE, &yes) >= 0, "complete");
  }
  file_->check(H5Fflush(file_->file.get(), H5F_SCOPE_LOCAL) >= 0, "flushing");
  file_->check(H5Fclose(file_->file.release()) >= 0, "closing");
}

}  // namespace rackproof
