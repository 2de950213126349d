#include "reports/language/language.hpp"

namespace rackproof {

std::optional<Language> language_of(std::string_view name) {
  if (name == "en") return Language::en;
  if (name == "zh") return Language::zh;
  if (name == "both") return Language::both;
  return std::nullopt;
}

}  // namespace rackproof
