#include "reports/language/language.hpp"

namespace rackproof {

std::optional<Language> language_of(std::string_view name) {
  if (name == "en") return Language::en;
  if (name == "zh") return Language::zh;
  if (name == "both") return Language::both;
  return std::nullopt;
}

std::string Words::either(std::string_view en, std::string_view zh) const {
  if (language_ == Language::en || en == zh) return std::string(en);
  if (language_ == Language::zh) return std::string(zh);
  return fmt::format("<span lang=\"en\">{}</span><span lang=\"zh-CN\">{}</span>", en, zh);
}

std::string Words::plain_either(std::string_view en, std::string_view zh) const {
  if (language_ == Language::en || en == zh) return std::string(en);
  if (language_ == Language::zh) return std::string(zh);
  return fmt::format("{} / {}", en, zh);
}

}  // namespace rackproof
