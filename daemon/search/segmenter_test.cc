// SPDX-License-Identifier: Apache-2.0
#include "daemon/search/segmenter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace openline::daemon {
namespace {

std::string cut(std::string_view text) {
  Segmenter segmenter;
  std::string all;
  for (const Token& token : segmenter.tokens(text)) all += (all.empty() ? "" : " ") + token.text;
  return all;
}
std::vector<SearchTerm> terms(std::string_view query) {
  Segmenter segmenter;
  return search_terms(query, segmenter);
}
using Terms = std::vector<SearchTerm>;

TEST(Segmenter, FoldsCaseAndAccentsOfAlphabets) {
  EXPECT_EQ(cut("Hold YOUR fire, s'il vous plaît!"), "hold your fire s il vous plait");
  EXPECT_EQ(cut("Straße naïve Übung Łódź"), "strasse naive ubung łodz");
  EXPECT_EQ(cut("Самолёт ТЕРПИТ бе́дствие"), "самолет терпит бедствие");
  EXPECT_EQ(cut("мой, мои"), "мой мои") << "a short i is a letter of its own";
  EXPECT_EQ(cut("Η Πτήση ακυρώθηκε"), "η πτηση ακυρωθηκε");
  EXPECT_EQ(cut("ＦＬＡＳＨ ﬁre ①"), "flash fire 1") << "compatibility forms";
  EXPECT_EQ(cut("e\u0301te\u0301"), cut("été"));
}

TEST(Segmenter, StripsWhatArabicAndHebrewReadersLeaveOut) {
  EXPECT_EQ(cut("مُحَمَّد"), "محمد");
  EXPECT_EQ(cut("طـــائرة"), cut("طائرة"));
  EXPECT_EQ(cut("أوقفوا"), cut("اوقفوا"));
  EXPECT_EQ(cut("שָׁלוֹם"), "שלום");
}

TEST(Segmenter, KeepsMarksThatAreLettersOfTheirScript) { EXPECT_EQ(cut("हिन्दी में"), "हिन्दी में"); }

TEST(Segmenter, CutsHanKanaAndHangulInOverlappingPairs) {
  EXPECT_EQ(cut("领空遇险"), "领空 空遇 遇险 险");
  EXPECT_EQ(cut("中"), "中");
  EXPECT_EQ(cut("タワー"), "タワ ワー ー");
  EXPECT_EQ(cut("ﾀﾜｰ"), cut("タワー"));
  EXPECT_EQ(cut("항공기가 조난"), "항공 공기 기가 가 조난 난");
  EXPECT_EQ(cut("请用GPS定位2次"), "请用 用 gps 定位 位 2 次");
}

TEST(Segmenter, CutsThaiByItsDictionary) { EXPECT_EQ(cut("เครื่องบินตก"), "เครื่อง บิน ตก"); }

TEST(Segmenter, WhatCannotBeSeenHidesNoWord) {
  EXPECT_EQ(cut("no str\u200bike"), "no strike");
  EXPECT_EQ(cut("str\u00adike \u202estop"), "strike stop");
}

TEST(Segmenter, GivesNothingThatAQueryLanguageCouldTakeForItsOwn) {
  EXPECT_EQ(cut("\"a\" AND * NEAR(b) words:c {d} -e ^f"), "a and near b words c d e f");
  EXPECT_EQ(cut("\xff\xfe a\xe2\x80 b"), "a b");
  EXPECT_EQ(cut(""), "");
  EXPECT_EQ(cut("...!?"), "");
  EXPECT_EQ(cut(std::string_view("a\0b", 3)), "a b");
}

TEST(Segmenter, OfALongWordTheBeginningCounts) {
  EXPECT_EQ(cut(std::string(70, 'x')), std::string(kMaxToken, 'x'));
  std::string emphatic;
  for (int i = 0; i < 70; ++i) emphatic += "ж";
  EXPECT_EQ(cut(emphatic).size(), 2 * kMaxToken);
}

TEST(SearchTerms, WordsMayGoOnAndQuotedOnesMayNot) {
  EXPECT_EQ(terms("Hold fire"), (Terms{{{"hold"}, true}, {{"fire"}, true}}));
  EXPECT_EQ(terms("\"hold your\" fire"), (Terms{{{"hold", "your"}, false}, {{"fire"}, true}}));
  EXPECT_EQ(terms("\"open quote"), (Terms{{{"open", "quote"}, false}}));
  EXPECT_EQ(terms("Ту-154"), (Terms{{{"ту", "154"}, true}}));
  EXPECT_EQ(terms(" \"\" ... \" \" "), Terms{});
}

TEST(SearchTerms, CharactersAreFoundInTheMiddleOfARun) {
  EXPECT_EQ(terms("领空"), (Terms{{{"领空"}, false}}));
  EXPECT_EQ(terms("领空遇"), (Terms{{{"领空", "空遇"}, false}}));
  EXPECT_EQ(terms("空"), (Terms{{{"空"}, true}}));
  EXPECT_EQ(terms("\"空\""), (Terms{{{"空"}, true}}));
  EXPECT_EQ(terms("用GPS定位"), (Terms{{{"用", "gps", "定位"}, false}}));
  EXPECT_EQ(terms("\"中 中\""), (Terms{{{"中", "中"}, true}}));
}

TEST(SearchTerms, AreBounded) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "w" + std::to_string(i) + " ";
  EXPECT_EQ(terms(many).size(), kMaxTerms);
}

RC_GTEST_PROP(SearchTerms, AnyPartOfATextIsFoundInItsTokens, (std::size_t from, std::size_t size)) {
  // Whole characters of a run, wherever it is cut.
  const std::vector<std::string> characters{"我", "方", "飞", "机", "在", "海", "峡", "上", "空", "遇", "险"};
  from %= characters.size();
  size = 1 + size % (characters.size() - from);
  std::string text, part;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    text += characters[i];
    if (i >= from && i < from + size) part += characters[i];
  }
  Segmenter segmenter;
  const auto found = search_terms(part, segmenter);
  RC_ASSERT(found.size() == 1U);
  const auto tokens = segmenter.tokens(text);
  const auto& wanted = found.front().tokens;
  bool there = false;
  for (std::size_t at = 0; at + wanted.size() <= tokens.size(); ++at) {
    bool same = true;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const bool is_last = i + 1 == wanted.size();
      same = same && (is_last && found.front().may_go_on ? tokens[at + i].text.starts_with(wanted[i])
                                                         : tokens[at + i].text == wanted[i]);
    }
    there = there || same;
  }
  RC_ASSERT(there);
}

RC_GTEST_PROP(Segmenter, TokensHaveNoSpacesOrQuotes, (const std::string& bytes)) {
  Segmenter segmenter;
  for (const Token& token : segmenter.tokens(bytes)) {
    RC_ASSERT(!token.text.empty());
    for (const char c : token.text) {
      const bool is_sign = (c >= 0 && c < '0') || (c > '9' && c < 'a' && c > 0) || (c > 'z' && c < 0x7f);
      RC_ASSERT(!is_sign);
    }
  }
}

}  // namespace
}  // namespace openline::daemon
