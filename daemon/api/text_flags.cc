// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/text_flags.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

namespace openline::daemon {
namespace {

using nlohmann::json;

UScriptCode script_of(UChar32 c) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &error);
  return U_SUCCESS(error) ? script : USCRIPT_UNKNOWN;
}

bool is_direction_mark(UChar32 c) { return c == 0x200e || c == 0x200f || c == 0x061c; }

bool is_right_to_left(UChar32 c) {
  const auto direction = u_charDirection(c);
  return (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC) && !is_direction_mark(c);
}

bool turns_text(UChar32 c) { return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069); }
bool is_joiner(UChar32 c) { return c == 0x200c || c == 0x200d; }

bool shows_nothing(UChar32 c) {
  if (c == '\n' || c == '\r' || c == '\t') return false;
  if (u_charType(c) == U_CONTROL_CHAR || c == 0x2028 || c == 0x2029 || c == 0x2800) return true;
  return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

// Scripts whose letters change their form when they are joined or kept apart.
bool joins_letters(UScriptCode script) {
  constexpr std::array kNeverJoined{USCRIPT_LATIN,    USCRIPT_CYRILLIC,  USCRIPT_GREEK,  USCRIPT_HAN,
                                    USCRIPT_HIRAGANA, USCRIPT_KATAKANA,  USCRIPT_HANGUL, USCRIPT_HEBREW,
                                    USCRIPT_COMMON,   USCRIPT_INHERITED, USCRIPT_UNKNOWN};
  return std::ranges::find(kNeverJoined, script) == kNeverJoined.end();
}

// Whether an invisible character does here what it is for.
bool has_a_use(UChar32 c, UChar32 before, UChar32 after) {
  const auto is_picture = [](UChar32 one) {
    return u_hasBinaryProperty(one, UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ||
           u_hasBinaryProperty(one, UCHAR_EMOJI_MODIFIER) != 0;
  };
  if (is_joiner(c)) {
    if (c == 0x200d && (is_picture(before) || before == 0xfe0f) && is_picture(after)) return true;
    return joins_letters(script_of(before)) && script_of(after) == script_of(before);
  }
  if (c == 0xfe0e || c == 0xfe0f) return u_hasBinaryProperty(before, UCHAR_EMOJI) != 0;
  if (c >= 0xe0100 && c <= 0xe01ef) return script_of(before) == USCRIPT_HAN;
  return script_of(c) == USCRIPT_MONGOLIAN && script_of(before) == USCRIPT_MONGOLIAN;
}

// Letters of Latin, Cyrillic and Greek that look like one of another of the three, by ICU's table of what can
// be confused (Unicode Technical Standard 39).
class LookAlikes {
 public:
  static constexpr std::array kScripts{USCRIPT_LATIN, USCRIPT_CYRILLIC, USCRIPT_GREEK};
  LookAlikes() {
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<USpoofChecker, decltype(&uspoof_close)> checker(uspoof_open(&error), uspoof_close);
    if (U_FAILURE(error)) return;
    // Each is shown by one form, so two that have the same form can be confused.
    std::map<icu::UnicodeString, std::vector<UChar32>> same;
    for (UChar32 c = 'A'; c < kEnd; ++c) {
      if (!u_isalpha(c) || std::ranges::find(kScripts, script_of(c)) == kScripts.end()) continue;
      icu::UnicodeString form;
      uspoof_getSkeletonUnicodeString(checker.get(), 0, icu::UnicodeString(c), form, &error);
      if (U_SUCCESS(error)) same[form].push_back(c);
    }
    for (const auto& [form, letters] : same) {
      for (const UChar32 one : letters) {
        for (const UChar32 other : letters) {
          if (script_of(one) != script_of(other)) pairs_.emplace(one, script_of(other));
        }
      }
    }
  }
  // Whether the letter looks like one of that script.
  [[nodiscard]] bool look_like(UChar32 letter, UScriptCode script) const {
    return pairs_.contains({letter, script});
  }

 private:
  static constexpr UChar32 kEnd =
      0x2000;  // Greek Extended is the last of their blocks that people write with
  std::set<std::pair<UChar32, UScriptCode>> pairs_;
};

// One word: what of each of the three scripts is in it.
struct Word {
  std::size_t at = 0, end = 0;
  std::array<std::vector<UChar32>, LookAlikes::kScripts.size()> letters;
  void clear(std::size_t position) {
    at = end = position;
    for (auto& of_script : letters) of_script.clear();
  }
  void add(UChar32 c) {
    const auto found = std::ranges::find(LookAlikes::kScripts, script_of(c));
    if (found != LookAlikes::kScripts.end() && u_isalpha(c))
      letters[static_cast<std::size_t>(found - LookAlikes::kScripts.begin())].push_back(c);
  }
};

bool is_mixed(const Word& word) {
  static const LookAlikes kLookAlikes;
  const auto& scripts = LookAlikes::kScripts;
  for (std::size_t one = 0; one < scripts.size(); ++one) {
    for (std::size_t other = 0; other < scripts.size(); ++other) {
      if (one == other || word.letters[one].empty() || word.letters[other].empty()) continue;
      const auto deceives = [&](UChar32 c) { return kLookAlikes.look_like(c, scripts[other]); };
      // A Greek letter that is like no other is a sign, as in μSv or ΔT, and what stands by it is no
      // disguise.
      const bool is_sign = scripts[other] == USCRIPT_GREEK && word.letters[other].size() == 1 &&
                           !kLookAlikes.look_like(word.letters[other].front(), scripts[one]);
      if (!is_sign && std::ranges::any_of(word.letters[one], deceives)) return true;
    }
  }
  return false;
}

class Finder {
 public:
  explicit Finder(std::string_view text)
      : text_(icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())})) {}

  std::vector<FlaggedText> find() {
    const auto size = text_.length();
    for (std::int32_t at = 0; at < size; at = text_.moveIndex32(at, 1))
      right_to_left_ = right_to_left_ || is_right_to_left(text_.char32At(at));
    UChar32 before = 0;
    for (std::int32_t at = 0; at < size;) {
      const UChar32 c = text_.char32At(at);
      const std::int32_t next = text_.moveIndex32(at, 1);
      look(c, before, next < size ? text_.char32At(next) : 0, static_cast<std::size_t>(at),
           static_cast<std::size_t>(next - at));
      before = c;
      at = next;
    }
    end_word();
    return bounded();
  }

 private:
  void look(UChar32 c, UChar32 before, UChar32 after, std::size_t at, std::size_t length) {
    if (turns_text(c) || (is_direction_mark(c) && !right_to_left_)) {
      add(TextFlag::kTurnsText, at, length);
    } else if (!is_direction_mark(c) && shows_nothing(c)) {
      if (!has_a_use(c, before, after)) add(TextFlag::kInvisible, at, length);
    } else if (u_isalpha(c) || u_isdigit(c) || u_hasBinaryProperty(c, UCHAR_GRAPHEME_EXTEND) != 0) {
      if (word_.end == word_.at) word_.clear(at);
      word_.add(c);
      word_.end = at + length;
      return;
    } else {
      end_word();
      return;
    }
    // What shows nothing does not part a word for who reads it.
    if (word_.end != word_.at) word_.end = at + length;
  }
  void end_word() {
    if (word_.end != word_.at && is_mixed(word_))
      add(TextFlag::kMixedLetters, word_.at, word_.end - word_.at);
    word_.clear(word_.end);
  }
  void add(TextFlag flag, std::size_t at, std::size_t length) {
    if (!found_.empty() && found_.back().flag == flag && found_.back().at + found_.back().length == at) {
      found_.back().length += length;
    } else {
      found_.push_back({flag, at, length});
    }
  }
  std::vector<FlaggedText> bounded() {
    std::ranges::stable_sort(found_, {}, &FlaggedText::at);
    if (found_.size() > kMaxTextFlags) {
      found_.resize(kMaxTextFlags);
      found_.back().length = static_cast<std::size_t>(text_.length()) - found_.back().at;
    }
    return std::move(found_);
  }

  icu::UnicodeString text_;
  bool right_to_left_ = false;
  Word word_;
  std::vector<FlaggedText> found_;
};

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t'; });
}

// Where a value stands: told as a JSON pointer only for the few that have a flag.
struct Place {
  const Place* above = nullptr;
  std::string_view name;  // empty: `index`
  std::size_t index = 0;
  [[nodiscard]] json::json_pointer pointer() const {
    if (above == nullptr) return json::json_pointer();
    return name.empty() ? above->pointer() / index : above->pointer() / std::string(name);
  }
};

void look_at(const json& value, const Place& place, json& flags) {
  if (value.is_object()) {
    for (auto item = value.begin(); item != value.end(); ++item) look_at(*item, {&place, item.key()}, flags);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) look_at(value[i], {&place, "", i}, flags);
  } else if (value.is_string()) {
    for (const auto& [flag, at, length] : text_flags(value.get_ref<const std::string&>())) {
      flags.push_back({{"field", place.pointer().to_string()},
                       {"flag", text_flag_name(flag)},
                       {"at", at},
                       {"length", length}});
    }
  }
}

}  // namespace

const char* text_flag_name(TextFlag flag) {
  switch (flag) {
    case TextFlag::kTurnsText:
      return "turns text";
    case TextFlag::kInvisible:
      return "invisible";
    case TextFlag::kMixedLetters:
      break;
  }
  return "mixed letters";
}

std::vector<FlaggedText> text_flags(std::string_view text) {
  if (is_plain_ascii(text)) return {};
  return Finder(text).find();
}

json text_flags_view(const json& view) {
  json flags = json::array();
  look_at(view, {}, flags);
  return flags;
}

void add_text_flags(const json& said, json& view) {
  if (json flags = text_flags_view(said); !flags.empty()) view["flags"] = std::move(flags);
}

}  // namespace openline::daemon
