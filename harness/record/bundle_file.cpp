#include "harness/record/bundle_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/digest.hpp"
#include "harness/base/error.hpp"
#include "harness/record/durable_file.hpp"

namespace rackproof {

using nlohmann::json;

namespace {

std::int64_t steps_in(std::string_view text) { return std::ranges::count(text, '\n') - 1; }

/// The lines of a text that ends with a newline.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  std::string_view next() {
    const auto newline = rest_.find('\n');
    const auto line = rest_.substr(0, newline);
    rest_.remove_prefix(newline + 1);
    return line;
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::string bundle_head(const Bundle& bundle) {
  Bundle head = bundle;
  head.steps.clear();
  return json(head).dump() + "\n";
}

std::string bundle_line(const BundleStep& step) { return json(step).dump() + "\n"; }

std::string bundle_end(std::string_view text, const std::string& sha256_of_text) {
  return json{{"end", {{"steps", steps_in(text)}, {"sha256", sha256_of_text}}}}.dump() + "\n";
}

BundleFile read_bundle_file(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  if (!text.starts_with('{')) throw Error(fmt::format("{} is no bundle", path.string()));
  // A copy that was interrupted is the likely trouble: it is told before anything else is looked at.
  const std::string cut = fmt::format("{} is cut short or was changed; copy the bundle again", path.string());
  if (text.size() < 2 || text.back() != '\n') throw Error(cut);
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  const std::string_view body = std::string_view(text).substr(0, last);
  BundleFile file{{}, sha256(body)};
  if (text.substr(last) != bundle_end(body, file.sha256) || steps_in(body) < 0) throw Error(cut);
  try {
    Lines lines(body);
    json::parse(lines.next()).get_to(file.bundle);
    while (!lines.done()) file.bundle.steps.push_back(json::parse(lines.next()).get<BundleStep>());
  } catch (const json::exception&) {
    throw Error(fmt::format("{} is no bundle of this version", path.string()));
  } catch (const Error& error) {
    throw error.within(path.string());
  }
  return file;
}

}  // namespace rackproof
