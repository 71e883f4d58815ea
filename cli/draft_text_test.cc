// SPDX-License-Identifier: Apache-2.0
#include "cli/draft_text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::string draft_json(const std::string& body, const std::string& more) {
  return R"({"draft": 7, "version": 2, "line": "aa", "line_name": "defense", "desk": "defense", "act": "entries",
             "state": "waiting", "author": "smith", "time": "2026-11-23T21:05:36.123Z", "needs": 2,
             "body": )" +
         body + ", " + more + "}";
}

std::string shown(const std::string& body, const std::string& more) {
  const auto draft = read_draft(draft_json(body, more));
  EXPECT_TRUE(draft);
  return draft ? draft_text(*draft, false) : "";
}

constexpr const char* kLiveFlash = R"("class": "live", "precedence": "flash", "confirm": "live flash")";
constexpr const char* kDrill =
    R"("class": "exercise", "exercise": "JUNE", "precedence": "flash", "confirm": "exercise JUNE flash")";

TEST(DraftText, ShowsTheWordsBeforeEverythingElseAndBetweenWhatItIs) {
  const std::string text = shown(R"({"text": "Hold your fire.\nAt once.", "class": "live", "language": "en",
      "attachments": [{"hash": "ab12", "name": "map.png", "size": 5}]})",
                                 kLiveFlash);
  const auto at = [&](const std::string& words) { return text.find(words); };
  EXPECT_LT(at("FLASH  LIVE  draft 7 for line defense"), at("LIVE | Hold your fire."));
  EXPECT_LT(at("THIS IS LIVE, the real thing."), at("LIVE | Hold your fire."));
  EXPECT_LT(at("LIVE | Hold your fire."), at("     LIVE | At once.\n"));
  EXPECT_LT(at("     LIVE | At once.\n"), at("language: en"));
  for (const char* words : {"attachments 1.name: map.png", "attachments 1.size: 5", "version 2", "by smith",
                            "2 people must stand behind it; released by 0 so far"})
    EXPECT_NE(at(words), std::string::npos) << words << "\n" << text;
  EXPECT_NE(text.rfind("FLASH  LIVE  THIS IS LIVE"), at("FLASH  LIVE  draft"));
}

TEST(DraftText, SaysInWordsThatAnExerciseIsOne) {
  const std::string text = shown(R"({"text": "Missiles in the air."})", kDrill);
  EXPECT_NE(text.find("FLASH  EXERCISE JUNE  draft 7"), std::string::npos);
  EXPECT_NE(text.find("THIS IS AN EXERCISE, a drill named JUNE. It is not the real thing."),
            std::string::npos);
  EXPECT_NE(text.find("     EXERCISE JUNE | Missiles in the air."), std::string::npos);
  EXPECT_EQ(text.find("LIVE"), std::string::npos);
  EXPECT_NE(shown(R"({"text": "x"})", R"("class": "drill", "precedence": "flash")").find("do not release it"),
            std::string::npos);
}

TEST(DraftText, ShowsHostileTextWithoutLettingItDrawAnything) {
  const std::string text = shown(
      R"({"text": "ok\n========\nTHIS IS LIVE\u001b[2J\u202e", "place\u001b[1m": "a\nLIVE | b", "role": "\u2066x\u0007"})",
      R"("class": "exercise", "exercise": "JU\u001b[0mNE", "precedence": "flash", "confirm": "x",
         "remark": "\u001b]0;owned\u0007", "may": ["release\r"])");
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  EXPECT_EQ(text.find("\u202e"), std::string::npos);
  EXPECT_EQ(text.find("\u2066"), std::string::npos);
  EXPECT_NE(text.find("     EXERCISE JU<U+001B>[0mNE | THIS IS LIVE<U+001B>[2J<U+202E>\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("place<U+001B>[1m: a<U+000A>LIVE | b\n"), std::string::npos) << text;
  // The only rules at the beginning of a line are ours, and no line is the author's alone.
  EXPECT_EQ(text.find("\n========\n"), std::string::npos);
  EXPECT_EQ(text.find("\nLIVE"), std::string::npos);
}

TEST(DraftText, ShowsEveryValueOfWhatGoesOut) {
  const std::string text = shown(
      R"({"subject": "Talk", "reason": "weather", "toml": "a = 1\nb = 2", "goals": ["peace", "trade"], "fields": {"altitude_m": 18300, "armed": false},
          "courtesy": {"language": "fr", "text": "pas maintenant"}, "participants": [{"party": "CHN", "role": "minister"}], "at": null})",
      kLiveFlash);
  for (const char* words :
       {"LIVE | Talk", "LIVE | weather", "LIVE | b = 2", "LIVE | trade", "fields.altitude_m: 18300",
        "fields.armed: false", "courtesy.text: pas maintenant", "participants 1.role: minister", "at: null"})
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
}

TEST(DraftText, SaysWhoReleasedItAndWhoDidSoAlone) {
  const std::string text = shown(
      R"({"text": "x"})",
      std::string(kLiveFlash) +
          R"(, "released_by": [{"officer": "jones", "time": "2026-11-23T21:05:36.123Z", "emergency": "nobody else lives"}],
                                       "remark": "seen", "may": ["release", "return"])");
  for (const char* words : {"released by jones", "ALONE, as an emergency: nobody else lives", "remark: seen",
                            "you may: release, return", "released by 1 so far"})
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
}

TEST(DraftText, ListsEachDraftWithItsClassAndTheBeginningOfItsWords) {
  const std::string long_text(200, 'c');
  const auto drafts =
      read_drafts(R"({"drafts": [)" + draft_json(R"({"text": "a\nb )" + long_text + "\"}", kDrill) + "," +
                  draft_json(R"({"text": ")" + std::string(59, 'y') + "水水\"}", kLiveFlash) + "]}");
  ASSERT_TRUE(drafts);
  const std::string text = drafts_text(*drafts, false);
  EXPECT_NE(text.find("7  FLASH  EXERCISE JUNE  defense, entries by smith"), std::string::npos) << text;
  EXPECT_NE(text.find("     EXERCISE JUNE | a<U+000A>b ccc"), std::string::npos) << text;
  EXPECT_EQ(text.find(long_text), std::string::npos);
  EXPECT_TRUE(is_utf8(text));  // cut between two characters
  EXPECT_EQ(drafts_text({}, false), "No drafts.\n");
}

TEST(EmergencyText, IsLoudAndSaysWhoAndWhy) {
  const auto emergency = read_emergency(
      R"({"line_name": "defense\u001b[2J", "draft": 7, "officer": "jones", "reason": "nobody\nelse", "class": "live", "precedence": "flash"})");
  ASSERT_TRUE(emergency);
  const std::string text = emergency_text(*emergency, false);
  for (const char* words : {"EMERGENCY: ONE PERSON", "FLASH  LIVE  draft 7 on line defense<U+001B>[2J",
                            "released by jones alone. Reason: nobody<U+000A>else"})
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
}

}  // namespace
}  // namespace openline::cli
