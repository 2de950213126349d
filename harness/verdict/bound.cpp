#include "harness/verdict/bound.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "harness/verdict/rated.hpp"

namespace rackproof {

namespace {

constexpr std::array<std::string_view, 5> kForms{"lower", "upper", "band", "exact", "promised"};
// Above 2^53 a double no longer tells neighbouring whole numbers apart.
constexpr double kLargestWhole = 9007199254740992.0;

std::string example(const Dimension& dimension) {
  if (dimension == kNumber) return "0.9";
  if (dimension == kSecond) return format_quantity(5e-6, dimension);
  if (dimension.watt != 0 || dimension.kelvin != 0) return format_quantity(300, dimension);
  return format_quantity(1e9, dimension);
}

class BoundReader {
 public:
  BoundReader(TomlTable& table, const Measurable& metric) : table_(table), metric_(metric) {}

  std::optional<ReadBound> read() {
    std::string_view form;
    const toml::node* node = nullptr;
    int forms = 0;
    for (const auto key : kForms) {
      if (const toml::node* found = table_.node(key)) {
        form = key;
        node = found;
        ++forms;
      }
    }
    if (forms != 1) {
      table_.problem(form, forms == 0 ? "the limit has no bound" : "the limit has more than one bound",
                     "write exactly one of lower, upper, band, exact, promised");
      return std::nullopt;
    }
    if (form == "exact") return absolute(exact(*node));
    if (form == "promised") return absolute(as_promised(*node));
    if (metric_.kind == QuantityKind::text) {
      table_.problem(form, fmt::format("\"{}\" bounds {}, which is a text", form, metric_.metric),
                     "write exact = \"…\" or a list of texts");
      return std::nullopt;
    }
    if (form == "band") return absolute(band(*node));
    if (const auto* text = node->as_string(); text != nullptr && is_relative(text->get()))
      return relative(form, text->get());
    const auto value = number(form, *node);
    if (!value) return std::nullopt;
    return ReadBound{one_sided(form, *value), std::nullopt};
  }

 private:
  static Bound one_sided(std::string_view form, double value) {
    return form == "lower" ? Bound(LowerLimit{value}) : Bound(UpperLimit{value});
  }

  static std::optional<ReadBound> absolute(std::optional<Bound> bound) {
    if (!bound) return std::nullopt;
    return ReadBound{std::move(*bound), std::nullopt};
  }

  std::optional<ReadBound> relative(std::string_view form, const std::string& text) {
    try {
      RelativeBound bound = parse_relative_bound(text);
      const RatedQuantity* const rated = find_rated_quantity(bound.quantity);
      if (rated == nullptr || rated->dimension == metric_.dimension)
        return ReadBound{one_sided(form, std::numeric_limits<double>::quiet_NaN()), std::move(bound)};
      table_.problem(
          form,
          fmt::format("rated.{} has the wrong dimension: it is in {}, but {} is in {}", rated->name,
                      si_unit(rated->dimension), metric_.metric, si_unit(metric_.dimension)),
          fmt::format("write for example \"{}\"", example(metric_.dimension)));
    } catch (const Error& error) {
      table_.problem(form, fmt::format("{}: {}", form, error.what()));
    }
    return std::nullopt;
  }

  std::optional<double> no_unit(std::string_view key) {
    table_.problem(
        key, fmt::format("\"{}\" has no unit; {} is in {}", key, metric_.metric, si_unit(metric_.dimension)),
        fmt::format("write for example \"{}\"", example(metric_.dimension)));
    return std::nullopt;
  }

  std::optional<double> number(std::string_view key, const toml::node& node) {
    if (const auto* text = node.as_string()) return quantity(key, text->get());
    double value = 0;
    if (const auto* integer = node.as_integer()) {
      value = static_cast<double>(integer->get());
    } else if (const auto* real = node.as_floating_point()) {
      value = real->get();
    } else {
      table_.problem(key, fmt::format("\"{}\" is not a quantity", key),
                     fmt::format("write for example \"{}\"", example(metric_.dimension)));
      return std::nullopt;
    }
    if (!std::isfinite(value)) {
      table_.problem(key, fmt::format("\"{}\" is not a finite number", key),
                     fmt::format("write for example \"{}\"", example(metric_.dimension)));
      return std::nullopt;
    }
    if (metric_.dimension != kNumber) return no_unit(key);
    return value;
  }

  std::optional<double> quantity(std::string_view key, const std::string& text) {
    Measured measured;
    try {
      measured = parse_quantity(text);
    } catch (const Error& error) {
      table_.problem(key, error.what(), fmt::format("write for example \"{}\"", example(metric_.dimension)));
      return std::nullopt;
    }
    if (measured.dimension == metric_.dimension) {
      if (std::isfinite(measured.value)) return measured.value;
      table_.problem(key, fmt::format("\"{}\" is too large", text),
                     fmt::format("write for example \"{}\"", example(metric_.dimension)));
      return std::nullopt;
    }
    if (measured.dimension == kNumber) return no_unit(key);
    table_.problem(key,
                   fmt::format("\"{}\" has the wrong dimension: it is in {}, but {} is in {}", text,
                               si_unit(measured.dimension), metric_.metric, si_unit(metric_.dimension)),
                   fmt::format("write for example \"{}\"", example(metric_.dimension)));
    return std::nullopt;
  }

  std::optional<Bound> band(const toml::node& node) {
    const toml::array* ends = node.as_array();
    if (ends == nullptr || ends->size() != 2) {
      const std::string one = example(metric_.dimension);
      table_.problem("band", "\"band\" is not a list of two quantities",
                     fmt::format("write for example [\"{}\", \"{}\"]", one, one));
      return std::nullopt;
    }
    const auto lower = number("band", *ends->get(0));
    const auto upper = number("band", *ends->get(1));
    if (!lower || !upper) return std::nullopt;
    if (!(*lower <= *upper)) {
      table_.problem("band", "the band's lower end is above its upper end",
                     "write the smaller quantity first");
      return std::nullopt;
    }
    return BandLimit{*lower, *upper};
  }

  std::optional<Bound> as_promised(const toml::node& node) {
    const auto* is_true = node.as_boolean();
    if (is_true == nullptr || !is_true->get()) {
      table_.problem("promised", "\"promised\" is not true", "write promised = true, or another bound");
      return std::nullopt;
    }
    if (metric_.kind == QuantityKind::real) {
      table_.problem("promised",
                     fmt::format("\"promised\" on {}, which is a measured real number", metric_.metric),
                     "write lower, upper or band");
      return std::nullopt;
    }
    return AsPromised{};
  }

  std::optional<Bound> exact(const toml::node& node) {
    switch (metric_.kind) {
      case QuantityKind::real:
        table_.problem("exact",
                       fmt::format("\"exact\" on {}, which is a measured real number", metric_.metric),
                       "write lower, upper or band");
        return std::nullopt;
      case QuantityKind::exact:
        return exact_number(node);
      case QuantityKind::text:
        return exact_texts(node);
    }
    throw Error("unknown kind of quantity");
  }

  std::optional<Bound> exact_number(const toml::node& node) {
    if (!node.is_integer() && !node.is_string()) {
      table_.problem(
          "exact", fmt::format("\"exact\" is not a whole number, but {} is a count", metric_.metric),
          metric_.dimension == kNumber ? "write for example 8"
                                       : fmt::format("write for example \"{}\"", example(metric_.dimension)));
      return std::nullopt;
    }
    if (const auto* integer = node.as_integer(); integer != nullptr && metric_.dimension == kNumber) {
      return ExactNumber{integer->get()};
    }
    const auto value = number("exact", node);
    if (!value) return std::nullopt;
    if (*value != std::floor(*value) || !(std::abs(*value) <= kLargestWhole)) {
      table_.problem("exact",
                     fmt::format("\"exact\" is not a whole number of {}", si_unit(metric_.dimension)),
                     "counts and sizes are whole numbers up to 2^53");
      return std::nullopt;
    }
    return ExactNumber{static_cast<std::int64_t>(*value)};
  }

  std::optional<Bound> exact_texts(const toml::node& node) {
    ExactTexts texts;
    if (const auto* one = node.as_string()) texts.values.push_back(one->get());
    if (const auto* list = node.as_array()) {
      for (const auto& element : *list) {
        const auto* text = element.as_string();
        if (text == nullptr) return no_texts();
        texts.values.push_back(text->get());
      }
    }
    if (texts.values.empty()) return no_texts();
    return texts;
  }

  std::optional<Bound> no_texts() {
    table_.problem(
        "exact", fmt::format("\"exact\" is not a text or a list of texts, but {} is a text", metric_.metric),
        "write for example \"tcp\" or [\"tcp\", \"rdma\"]");
    return std::nullopt;
  }

  TomlTable& table_;
  const Measurable& metric_;
};

}  // namespace

std::optional<ReadBound> read_bound(TomlTable& table, const Measurable& metric) {
  return BoundReader(table, metric).read();
}

bool suits(const Bound& bound, QuantityKind kind) {
  if (std::holds_alternative<ExactTexts>(bound)) return kind == QuantityKind::text;
  if (std::holds_alternative<ExactNumber>(bound)) return kind == QuantityKind::exact;
  if (std::holds_alternative<AsPromised>(bound)) return kind != QuantityKind::real;
  return kind != QuantityKind::text;
}

}  // namespace rackproof
