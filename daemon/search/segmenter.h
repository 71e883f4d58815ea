// SPDX-License-Identifier: Apache-2.0
// Words of any script as an index keeps them.
//
//   - Folded: compatibility forms and case (NFKC_Casefold), accents and vowel marks of Latin, Cyrillic,
//   Greek,
//     Arabic and Hebrew, the Arabic tatweel and hamza on a letter. A Cyrillic short i stays itself.
//   - A word is a run of letters, digits and marks; where a script writes no spaces between words (Thai,
//   Khmer,
//     Lao, Burmese) ICU's dictionaries part it.
//   - Han, Kana and Hangul become overlapping pairs, and the last character of a run by itself: so any part
//   of
//     such a text is found, and a single character is the beginning of a pair.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace openline::daemon {

inline constexpr std::size_t kMaxToken = 64;  // characters; of longer ones the beginning counts

struct Token {
  std::string text;         // UTF-8, without spaces, quotes and other signs
  bool ends_pairs = false;  // the last character of a run of Han, Kana or Hangul, by itself
};

// For one thread at a time.
class Segmenter {
 public:
  Segmenter();
  ~Segmenter();
  Segmenter(Segmenter&&) noexcept;
  Segmenter& operator=(Segmenter&&) noexcept;
  // In order. Bytes that are not UTF-8 part words.
  [[nodiscard]] std::vector<Token> tokens(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A part of a query: these words, one after the other.
struct SearchTerm {
  std::vector<std::string> tokens;
  bool may_go_on = false;  // the last one is the beginning of a word
  bool operator==(const SearchTerm&) const = default;
};

inline constexpr std::size_t kMaxTerms = 32;  // of a query; what is beyond it is not looked for

// All of them must be there. "Words in quotes" are whole words and stand so in the text; any other word may
// go on. Empty: there is no word in it.
[[nodiscard]] std::vector<SearchTerm> search_terms(std::string_view query, Segmenter& segmenter);

}  // namespace openline::daemon
