#include "harness/results/matrix_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/results/matrix_dataset.hpp"

namespace rackproof {

MatrixWriter::MatrixWriter(std::unique_ptr<Dataset> dataset) : dataset_(std::move(dataset)) {}
MatrixWriter::~MatrixWriter() = default;
MatrixWriter::MatrixWriter(MatrixWriter&&) noexcept = default;
MatrixWriter& MatrixWriter::operator=(MatrixWriter&&) noexcept = default;

std::vector<ChunkBytes> MatrixWriter::pack_bytes(std::span<const std::uint8_t> row,
                                                 std::size_t element_bytes) const {
  if (element_bytes != dataset_->element_bytes || row.size() != dataset_->columns * element_bytes)
    throw Error(fmt::format("cannot write {}: a row of {} bytes does not fill {} columns", dataset_->path,
                            row.size(), dataset_->columns));
  const std::size_t shuffled_bytes = dataset_->shuffled ? element_bytes : 1;
  std::vector<ChunkBytes> chunks;
  for (std::size_t at = 0; at < dataset_->columns; at += dataset_->chunk) {
    const std::size_t count = std::min(dataset_->chunk, dataset_->columns - at);
    const auto content = row.subspan(at * element_bytes, count * element_bytes);
    if (count == dataset_->chunk) {
      chunks.push_back(pack_chunk(content, shuffled_bytes, dataset_->packing));
    } else {  // chunks are whole, also where the matrix ends
      ChunkBytes whole(content.begin(), content.end());
      whole.resize(dataset_->chunk * element_bytes);
      chunks.push_back(pack_chunk(whole, shuffled_bytes, dataset_->packing));
    }
  }
  return chunks;
}

void MatrixWriter::put(std::size_t row, const std::vector<ChunkBytes>& chunks) {
  const auto lock = lock_hdf5();
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const hsize_t at[2]{row, i * dataset_->chunk};
    dataset_->check(
        H5Dwrite_chunk(dataset_->dataset.get(), H5P_DEFAULT, 0, at, chunks[i].size(), chunks[i].data()) >= 0,
        dataset_->path);
  }
}

}  // namespace rackproof
