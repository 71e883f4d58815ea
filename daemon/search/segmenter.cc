// SPDX-License-Identifier: Apache-2.0
#include "daemon/search/segmenter.h"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace openline::daemon {
namespace {

UScriptCode script_of(UChar32 c) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &error);
  return U_SUCCESS(error) ? script : USCRIPT_UNKNOWN;
}

bool loses_marks(UScriptCode script) {
  constexpr std::array kScripts{USCRIPT_LATIN, USCRIPT_CYRILLIC, USCRIPT_GREEK, USCRIPT_ARABIC,
                                USCRIPT_HEBREW};
  return std::ranges::find(kScripts, script) != kScripts.end();
}

bool is_mark(UChar32 c) { return u_charType(c) == U_NON_SPACING_MARK; }

// Written in characters rather than in words: of these scripts, or what lengthens or repeats one of theirs.
bool goes_in_pairs(UChar32 c) {
  constexpr std::array kScripts{USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_HANGUL,
                                USCRIPT_BOPOMOFO};
  return c == 0x30fc || std::ranges::find(kScripts, script_of(c)) != kScripts.end();
}

bool is_of_word(UChar32 c) { return u_isalnum(c) || (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_N_MASK)) != 0; }

bool needs_dictionary(UChar32 c) {
  return u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
}

}  // namespace

struct Segmenter::State {
  const icu::Normalizer2 *fold = nullptr, *apart = nullptr, *together = nullptr;
  std::unique_ptr<icu::BreakIterator> dictionary;

  [[nodiscard]] icu::UnicodeString folded(std::string_view text) const {
    UErrorCode error = U_ZERO_ERROR;
    const auto given = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
    const icu::UnicodeString parts = apart->normalize(fold->normalize(given, error), error);
    icu::UnicodeString kept;
    UScriptCode script = USCRIPT_UNKNOWN;
    UChar32 base = 0;
    for (std::int32_t at = 0; at < parts.length(); at = parts.moveIndex32(at, 1)) {
      const UChar32 c = parts.char32At(at);
      if (is_mark(c)) {
        const bool is_short_i = base == 0x0438 && c == 0x0306;
        if (!loses_marks(script) || is_short_i) kept.append(c);
        continue;
      }
      base = c;
      script = script_of(c);
      if (c != 0x0640) kept.append(c);  // tatweel
    }
    const icu::UnicodeString result = together->normalize(kept, error);
    return U_SUCCESS(error) ? result : icu::UnicodeString();
  }
};

namespace {

std::string utf8_of(const icu::UnicodeString& text, std::int32_t from, std::int32_t to) {
  const std::int32_t most = text.moveIndex32(from, static_cast<std::int32_t>(kMaxToken));
  std::string result;
  text.tempSubStringBetween(from, std::min(to, most)).toUTF8String(result);
  return result;
}

// Of one text, run by run.
class Cutter {
 public:
  Cutter(icu::UnicodeString text, icu::BreakIterator* dictionary)
      : text_(std::move(text)), dictionary_(dictionary) {}

  std::vector<Token> cut() {
    for (std::int32_t at = 0; at < text_.length(); at = text_.moveIndex32(at, 1)) {
      const UChar32 c = text_.char32At(at);
      const Run kind = !is_of_word(c)                      ? Run::kNone
                       : goes_in_pairs(c)                  ? Run::kPairs
                       : is_mark(c) && run_ == Run::kPairs ? Run::kPairs
                                                           : Run::kWord;
      if (kind != run_) end_run(at);
      if (kind != run_) from_ = at, run_ = kind;
      needs_dictionary_ = needs_dictionary_ || (kind == Run::kWord && needs_dictionary(c));
    }
    end_run(text_.length());
    return std::move(tokens_);
  }

 private:
  enum class Run : std::uint8_t { kNone, kWord, kPairs };

  void end_run(std::int32_t to) {
    if (run_ == Run::kPairs) cut_pairs(to);
    if (run_ == Run::kWord && needs_dictionary_) cut_by_dictionary(to);
    if (run_ == Run::kWord && !needs_dictionary_) tokens_.push_back({utf8_of(text_, from_, to)});
    run_ = Run::kNone;
    needs_dictionary_ = false;
  }
  void cut_pairs(std::int32_t to) {
    for (std::int32_t at = from_; at < to;) {
      const std::int32_t second = text_.moveIndex32(at, 1);
      const bool is_last = second >= to;
      tokens_.push_back({utf8_of(text_, at, is_last ? to : text_.moveIndex32(second, 1)), is_last});
      at = second;
    }
  }
  void cut_by_dictionary(std::int32_t to) {
    const icu::UnicodeString run = text_.tempSubStringBetween(from_, to);
    dictionary_->setText(run);
    std::int32_t begin = dictionary_->first();
    for (std::int32_t end = dictionary_->next(); end != icu::BreakIterator::DONE; end = dictionary_->next()) {
      tokens_.push_back({utf8_of(run, begin, end)});
      begin = end;
    }
  }

  icu::UnicodeString text_;
  icu::BreakIterator* dictionary_;
  Run run_ = Run::kNone;
  std::int32_t from_ = 0;
  bool needs_dictionary_ = false;
  std::vector<Token> tokens_;
};

// The words of a query that stand together: outside of quotes what no space parts.
struct Piece {
  std::string_view text;
  bool is_quoted = false;
};

std::vector<Piece> pieces_of(std::string_view query) {
  std::vector<Piece> pieces;
  bool quoted = false;
  std::size_t from = 0;
  for (std::size_t at = 0; at <= query.size(); ++at) {
    const char c = at < query.size() ? query[at] : '"';
    const bool is_space = c == ' ' || c == '\t' || c == '\n';
    if (c != '"' && (quoted || !is_space)) continue;
    if (at > from) pieces.push_back({query.substr(from, at - from), quoted});
    if (c == '"') quoted = !quoted;
    from = at + 1;
  }
  return pieces;
}

}  // namespace

Segmenter::Segmenter() : state_(std::make_unique<State>()) {
  UErrorCode error = U_ZERO_ERROR;
  state_->fold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  state_->apart = icu::Normalizer2::getNFDInstance(error);
  state_->together = icu::Normalizer2::getNFCInstance(error);
  state_->dictionary.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
  if (U_FAILURE(error)) throw std::runtime_error("ICU's data are not installed whole");
}
Segmenter::~Segmenter() = default;
Segmenter::Segmenter(Segmenter&&) noexcept = default;
Segmenter& Segmenter::operator=(Segmenter&&) noexcept = default;

std::vector<Token> Segmenter::tokens(std::string_view text) {
  return Cutter(state_->folded(text), state_->dictionary.get()).cut();
}

std::vector<SearchTerm> search_terms(std::string_view query, Segmenter& segmenter) {
  std::vector<SearchTerm> terms;
  for (const auto& [text, is_quoted] : pieces_of(query)) {
    std::vector<Token> tokens = segmenter.tokens(text);
    if (tokens.empty() || terms.size() == kMaxTerms) continue;
    // A run that ends the query may go on in the text, so that its last character is in a pair there: the
    // pair before it says the same. A single character is the beginning of its pair.
    const bool ends_pairs = tokens.back().ends_pairs;
    const bool has_pair = tokens.size() > 1 && ends_pairs && !tokens[tokens.size() - 2].ends_pairs &&
                          tokens[tokens.size() - 2].text.ends_with(tokens.back().text);
    if (has_pair) tokens.pop_back();
    SearchTerm term;
    for (Token& token : tokens) term.tokens.push_back(std::move(token.text));
    term.may_go_on = !has_pair && (ends_pairs || !is_quoted);
    terms.push_back(std::move(term));
  }
  return terms;
}

}  // namespace openline::daemon
