// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/text_flags.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

namespace openline::daemon {
namespace {

using enum TextFlag;
using Found = std::vector<FlaggedText>;

TEST(TextFlags, OrdinaryWritingHasNone) {
  for (const char* text :
       {"", "Our aircraft over the strait is in distress.\r\n\tHold your fire.",
        "Die Übung heißt „Juni“ – naïve café", "Наш самолёт терпит бедствие над проливом",
        "Представители НАТО (NATO) и ООН, Ту-154, IT-отдел, GPS",
        "طائرتنا في محنة فوق المضيق، لا تطلقوا النار", "الرحلة MH17 في 17/07",
        "مُحَمَّد \u200f(الأمم المتحدة)\u200f", "我方飞机在海峡上空遇险，请勿开火。", "請使用 GPS 定位",
        "東京タワーへどうぞ", "우리 항공기가 조난당했습니다", "Η πτήση ακυρώθηκε, βλ. IATA", "می\u200cخواهم",
        "क\u094d\u200dष", "\U0001f469\u200d\U0001f680 \u2708\ufe0f \U0001f1fa\U0001f1f8",
        "0.3 \u03bcSv/h, 5 k\u03a9, \u0394T = 3 K, \u03bcm", "葛\U000e0100城"}) {
    const Found found = text_flags(text);
    EXPECT_TRUE(found.empty()) << text << ": " << text_flag_name(found.empty() ? kInvisible : found[0].flag)
                               << " at " << (found.empty() ? 0 : found[0].at);
  }
}

TEST(TextFlags, WhatTurnsTextIsFoundWhereItStands) {
  EXPECT_EQ(text_flags("ab\u202egnp.exe"), (Found{{kTurnsText, 2, 1}}));
  EXPECT_EQ(text_flags("\u2066a\u2069"), (Found{{kTurnsText, 0, 1}, {kTurnsText, 2, 1}}));
  EXPECT_EQ(text_flags("\u202a\u202b\u202c\u202d"), (Found{{kTurnsText, 0, 4}}));
  EXPECT_EQ(text_flags("لا \u202eنعم"), (Found{{kTurnsText, 3, 1}}))
      << "also where text goes from right to left";
}

TEST(TextFlags, DirectionMarksAreOrdinaryOnlyWhereSomethingGoesFromRightToLeft) {
  EXPECT_EQ(text_flags("5\u200f-10"), (Found{{kTurnsText, 1, 1}}));
  EXPECT_EQ(text_flags("\u05d0\u200f-10"), Found{});
}

TEST(TextFlags, PositionsAreUtf16UnitsAsBrowsersCount) {
  EXPECT_EQ(text_flags("\U0001f4a5\u00e9\u200b!"), (Found{{kInvisible, 3, 1}}));
  EXPECT_EQ(text_flags("x\U000e0041\U000e0042"), (Found{{kInvisible, 1, 4}})) << "tags are pairs of units";
}

TEST(TextFlags, InvisibleCharactersAreFoundUnlessTheyHaveAUse) {
  EXPECT_EQ(text_flags("no\u200bstrike"), (Found{{kInvisible, 2, 1}}));
  EXPECT_EQ(text_flags("no\u200dstrike"), (Found{{kInvisible, 2, 1}}));
  EXPECT_EQ(text_flags("a\u00adb"), (Found{{kInvisible, 1, 1}}));
  EXPECT_EQ(text_flags("\ufeff"
                       "a"),
            (Found{{kInvisible, 0, 1}}));
  EXPECT_EQ(text_flags("a\ufe0f"), (Found{{kInvisible, 1, 1}}));
  EXPECT_EQ(text_flags("a\u3164"), (Found{{kInvisible, 1, 1}})) << "Hangul filler";
  EXPECT_EQ(text_flags(std::string_view("a\0b\x1b", 4)), (Found{{kInvisible, 1, 1}, {kInvisible, 3, 1}}));
  EXPECT_EQ(text_flags("a\u2028"), (Found{{kInvisible, 1, 1}}));
}

TEST(TextFlags, AWordOfMixedLettersIsFoundWhole) {
  EXPECT_EQ(text_flags("our \u0441ease-fire"), (Found{{kMixedLetters, 4, 5}})) << "Cyrillic es";
  EXPECT_EQ(text_flags("Moscow, p\u0430ypal."), (Found{{kMixedLetters, 8, 6}}));
  EXPECT_EQ(text_flags("прекр\u0061тить"), (Found{{kMixedLetters, 0, 10}})) << "Latin a";
  EXPECT_EQ(text_flags("\u0434\u006f"), (Found{{kMixedLetters, 0, 2}})) << "Latin o after Cyrillic de";
  EXPECT_EQ(text_flags("N\u0391TO"), (Found{{kMixedLetters, 0, 4}})) << "Greek Alpha";
  EXPECT_EQ(text_flags("\u03bf\u0441"), (Found{{kMixedLetters, 0, 2}})) << "Greek and Cyrillic";
  EXPECT_EQ(text_flags("NAT\u0415\u0301"), (Found{{kMixedLetters, 0, 5}})) << "with an accent";
}

TEST(TextFlags, AnInvisibleCharacterDoesNotPartAWord) {
  EXPECT_EQ(text_flags("N\u200b\u0410TO"), (Found{{kMixedLetters, 0, 5}, {kInvisible, 1, 1}}));
}

TEST(TextFlags, AWordWithinOneScriptIsFineWhateverItLooksLike) {
  EXPECT_EQ(text_flags("сора"), Found{}) << "Cyrillic that looks like Latin";
  EXPECT_EQ(text_flags("РАСЕ and PACE"), Found{});
}

TEST(TextFlags, AreBoundedAndTheLastGoesToTheEnd) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a\u200b";
  const Found found = text_flags(text);
  ASSERT_EQ(found.size(), kMaxTextFlags);
  EXPECT_EQ(found.back(), (FlaggedText{kInvisible, 2 * kMaxTextFlags - 1, 2000 - (2 * kMaxTextFlags - 1)}));
}

TEST(TextFlags, BytesThatAreNotUtf8AreReplacedAndNotRead) {
  EXPECT_EQ(text_flags("\xff\xfe\u200b"), (Found{{kInvisible, 2, 1}}));
  EXPECT_EQ(text_flags("\xe2\x80"), Found{});
}

TEST(TextFlags, OfAViewNameTheFieldAsAJsonPointer) {
  const nlohmann::json view{{"text", "a\u202e"},
                            {"serial", 7},
                            {"attachments", {{{"name", "map.png"}}, {{"name", "m\u200bap"}}}},
                            {"a/b", "\u200b"}};
  const nlohmann::json flags = text_flags_view(view);
  ASSERT_EQ(flags.size(), 3U);
  for (const auto& flag : flags) {
    const nlohmann::json::json_pointer place(flag["field"].get<std::string>());
    EXPECT_TRUE(view.at(place).is_string()) << place.to_string();
  }
  EXPECT_EQ(
      flags[1],
      (nlohmann::json{{"field", "/attachments/1/name"}, {"flag", "invisible"}, {"at", 1}, {"length", 1}}));
  EXPECT_EQ(text_flags_view({{"text", "plain"}}), nlohmann::json::array());
}

RC_GTEST_PROP(TextFlags, StandInOrderWithinTheText, (const std::vector<std::uint32_t>& points)) {
  std::string text;
  std::size_t units = 0;
  for (const std::uint32_t point : points) {
    // From blocks where something may be found.
    constexpr std::uint32_t kBlocks[] = {0x41, 0x391, 0x410, 0x2000, 0x2060, 0xe0000, 0x0, 0x622};
    const std::uint32_t c = kBlocks[point % 8] + (point / 8) % 0x30;
    units += c >= 0x10000 ? 2 : 1;
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else if (c < 0x800) {
      text += {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
    } else if (c < 0x10000) {
      text += {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3f)),
               static_cast<char>(0x80 | (c & 0x3f))};
    } else {
      text += {static_cast<char>(0xf0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3f)),
               static_cast<char>(0x80 | (c >> 6 & 0x3f)), static_cast<char>(0x80 | (c & 0x3f))};
    }
  }
  std::size_t at = 0;
  for (const FlaggedText& one : text_flags(text)) {
    RC_ASSERT(one.at >= at);
    RC_ASSERT(one.length > 0);
    RC_ASSERT(one.at + one.length <= units);
    at = one.at;
  }
}

}  // namespace
}  // namespace openline::daemon
