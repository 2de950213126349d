#include "suites/rank_telemetry.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/record/framing.hpp"
#include "harness/record/record.hpp"
#include "harness/record/telemetry.hpp"
#include "suites/telemetry_sampler.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

constexpr std::int64_t kMostBytes = 1 << 20;

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void take(const std::string& text, int rank, std::vector<json>& records) {
  LineSplitter lines;
  lines.add(text);
  while (const auto line = lines.next()) {
    try {
      const auto record = unframe(*line);
      if (!record) continue;
      auto telemetry = record->get<Telemetry>();
      telemetry.rank = rank;
      records.emplace_back(telemetry);
    } catch (const std::exception&) {
      continue;  // no sampler wrote it
    }
  }
}

}  // namespace

bool is_first_rank_of_node() {
  for (const char* variable : {"OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID", "MPI_LOCALRANKID"}) {
    if (const char* const rank = std::getenv(variable)) return std::string_view(rank) == "0";
  }
  return false;
}

RankTelemetry::RankTelemetry(const Installation& installation)
    : memory_(::memfd_create("telemetry", MFD_CLOEXEC)), last_growth_ns_(steady_ns()) {
  if (!memory_) throw Error("no memory for telemetry");
  process_ = std::make_unique<TelemetryProcess>(installation, memory_.get());
}

void RankTelemetry::order(const TelemetryOrder& order) {
  order_ = order;
  begin_utc_ns_ = utc_now_ns();
  last_growth_ns_ = steady_ns();
  process_->order(order);
}

std::string RankTelemetry::read_new() {
  std::string text;
  std::array<char, 65536> buffer;
  while (static_cast<std::int64_t>(text.size()) < kMostBytes) {
    const ssize_t got =
        ::pread(memory_.get(), buffer.data(), buffer.size(), taken_ + static_cast<std::int64_t>(text.size()));
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const auto end = text.rfind('\n');
  text.resize(end == std::string::npos ? 0 : end + 1);
  taken_ += static_cast<std::int64_t>(text.size());
  return text;
}

std::string RankTelemetry::lines(bool last) {
  constexpr double kLastWords = 0.5, kPatience = 8;
  std::string why;
  bool ended = false;
  if (process_ != nullptr) {
    if (last) process_->close_input();
    ended = process_->has_ended(last ? kLastWords : 0);
    if (ended && !last) why = process_->describe_end();
  }
  std::string text = read_new();
  if (process_ == nullptr) return text;
  if (!text.empty()) last_growth_ns_ = steady_ns();
  const double block_s =
      1e-9 * static_cast<double>(telemetry_block_ns(static_cast<std::int64_t>(order_.period_s * 1e9)));
  const double silent_s = 1e-9 * static_cast<double>(steady_ns() - last_growth_ns_);
  if (!ended && silent_s > kPatience + 2 * block_s)
    why = fmt::format("the telemetry process said nothing for {:.3g} s", silent_s);
  if (ended || last || !why.empty()) process_.reset();
  if (!why.empty()) {
    Telemetry lost;
    lost.begin_utc_ns = begin_utc_ns_;
    lost.unavailable = why;
    text += frame(lost);
  }
  return text;
}

std::vector<json> gather_telemetry(const Group& group, RankTelemetry* own, bool last) {
  constexpr std::size_t kChunk = 60'000;  // below what gather_texts cuts
  const std::string text = own != nullptr ? own->lines(last) : std::string();
  std::int64_t chunks = static_cast<std::int64_t>((text.size() + kChunk - 1) / kChunk);
  group.maximum({&chunks, 1});
  std::vector<std::string> of_rank(static_cast<std::size_t>(group.size()));
  for (std::int64_t i = 0; i < chunks; ++i) {
    const std::size_t at = std::min(static_cast<std::size_t>(i) * kChunk, text.size());
    const auto texts = group.gather_texts(text.substr(at, kChunk));
    for (std::size_t rank = 0; rank < texts.size() && rank < of_rank.size(); ++rank)
      of_rank[rank] += texts[rank];
  }
  std::vector<json> records;
  for (std::size_t rank = 0; rank < of_rank.size(); ++rank)
    take(of_rank[rank], static_cast<int>(rank), records);
  return records;
}

}  // namespace rackproof
