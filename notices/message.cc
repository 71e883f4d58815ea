// SPDX-License-Identifier: Apache-2.0
#include "notices/message.h"

#include <unicode/datefmt.h>
#include <unicode/fmtable.h>
#include <unicode/locid.h>
#include <unicode/msgfmt.h>
#include <unicode/timezone.h>
#include <unicode/uvernum.h>

#include <memory>
#include <vector>

namespace openline::notices {
namespace {

icu::Locale locale_of(std::string_view language) { return icu::Locale(std::string(language).c_str()); }
icu::UnicodeString unicode(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}
std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

icu::Formattable value_of(const Argument& argument) {
  if (const auto* whole = std::get_if<std::int64_t>(&argument)) return icu::Formattable(*whole);
  if (const auto* real = std::get_if<double>(&argument)) return icu::Formattable(*real);
  return icu::Formattable(unicode(std::get<std::string>(argument)));
}

}  // namespace

std::optional<std::string> formatted(std::string_view language, const std::string& pattern,
                                     const Arguments& arguments) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError place;
  const icu::MessageFormat format(unicode(pattern), locale_of(language), place, status);
  if (U_FAILURE(status) != 0) return std::nullopt;
  std::vector<icu::UnicodeString> names;
  std::vector<icu::Formattable> values;
  for (const auto& [name, value] : arguments) {
    names.push_back(unicode(name));
    values.push_back(value_of(value));
  }
  icu::UnicodeString out;
  format.format(names.data(), values.data(), static_cast<std::int32_t>(names.size()), out, status);
  if (U_FAILURE(status) != 0) return std::nullopt;
  return utf8(out);
}

std::string date_text(std::string_view language, std::int64_t time) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::DateFormat> format(
      icu::DateFormat::createInstanceForSkeleton("yMMMMdHHmm", locale_of(language), status));
  if (U_FAILURE(status) != 0 || format == nullptr) return std::to_string(time);
  format->adoptTimeZone(icu::TimeZone::getGMT()->clone());
  icu::UnicodeString out;
  format->format(static_cast<UDate>(time) * 1000, out);
  return utf8(out);
}

int icu_version() { return U_ICU_VERSION_MAJOR_NUM; }

std::string folded(std::string_view text) { return utf8(unicode(text).foldCase()); }

}  // namespace openline::notices
