// SPDX-License-Identifier: Apache-2.0
#include "cli/alarm_text.h"

#include <gtest/gtest.h>

#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

std::string alarm_json(const std::string& kind, const std::string& what, const std::string& more = "") {
  return R"({"number": 7, "kind": ")" + kind + R"(", "line": "aa", "line_name": "defense", "desk": "watch",
             "words": "words of it", "since": "2026-11-23T21:05:36.123Z", )" +
         what + more + "}";
}
constexpr const char* kRings = R"("rings": true, )";
constexpr const char* kLiveFlash = R"("class": "live", "precedence": "flash")";
constexpr const char* kDrill = R"("class": "exercise", "exercise": "JUNE", "precedence": "immediate")";

std::string shown(const std::string& json) {
  const test::FixedZone zone;
  const auto alarm = read_alarm(json);
  EXPECT_TRUE(alarm);
  return alarm ? alarm_text(*alarm, false) : "";
}
void expect_words(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& one : words) EXPECT_NE(text.find(one), std::string::npos) << one << "\n" << text;
}

TEST(AlarmText, SaysWhatRingsHowUrgentItIsAndWhatTheStationDoesNext) {
  expect_words(
      shown(alarm_json("message", std::string(kRings) + kLiveFlash, R"(, "entry": "1f3a2b4c5d6e",
                "step": "second bell", "next_step": {"name": "duty officer", "at": "2026-11-23T21:07:36.123Z"})")),
      {"RINGS  alarm 7  FLASH  LIVE  line defense, desk watch\n", "a message waits for us: words of it\n",
       "since 2026-11-23 21:05:36Z (22:05:36 CET)", "last step: second bell",
       "next: duty officer at 2026-11-23 21:07:36Z", "`openline ack 1f3a2b4c`"});
}

TEST(AlarmText, SaysOfADrillThatItIsOne) {
  const std::string text =
      shown(alarm_json("draft", std::string(kRings) + kDrill, R"(, "draft": 12, "next_step": null)"));
  expect_words(text, {"IMMEDIATE  EXERCISE JUNE  line defense", "no step taken\n", "`openline draft 12`",
                      "`openline alarm answer 7`"});
  EXPECT_EQ(text.find("LIVE"), std::string::npos);
  EXPECT_EQ(text.find("next:"), std::string::npos);
}

TEST(AlarmText, NeverShowsASilentLineOrATestAsAMessageThatIsLive) {
  for (const auto& [kind, heading] : {std::pair{"silent", "alarm 7  THE LINE IS SILENT  line"},
                                      {"test", "alarm 7  TEST OF THE ALARM  line"}}) {
    const std::string text = shown(alarm_json(kind, std::string(kRings) + kLiveFlash));
    expect_words(text, {heading, "`openline alarm answer 7`"});
    EXPECT_EQ(text.find("LIVE  "), std::string::npos) << text;
    EXPECT_EQ(text.find("FLASH"), std::string::npos) << text;
  }
}

TEST(AlarmText, SaysWhoAnsweredAndThatItIsQuiet) {
  const std::string text = shown(alarm_json("no-answer", kLiveFlash,
                                            R"(, "rings": false, "answered_by": "jones",
                                               "answered": "2026-11-23T21:06:36.123Z")"));
  expect_words(text, {"quiet  alarm 7  FLASH  LIVE", "answered by jones at 2026-11-23 21:06:36Z"});
  EXPECT_EQ(text.find("RINGS"), std::string::npos);
  EXPECT_EQ(text.find("openline alarm answer"), std::string::npos);
}

TEST(AlarmText, ShowsHostileTextWithoutLettingItDrawAnything) {
  const auto alarm = read_alarm(
      R"({"number": 1, "kind": "odd\u0007", "line_name": "d\u001b[2J", "desk": "\u202ex", "class": "l\nive", "precedence": "f\u001b[1mlash",
          "words": "a\nFLASH  LIVE", "since": "x\r", "step": "\u0007", "next_step": {"name": "\u001b[0m", "at": "\u2066"}, "rings": true})");
  ASSERT_TRUE(alarm);
  const std::string text = alarm_text(*alarm, false);
  for (const char c : text + alarm_line(*alarm, false))
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  EXPECT_EQ(alarm_line(*alarm, false).find('\n'), std::string::npos);
  EXPECT_NE(text.find("a<U+000A>FLASH  LIVE"), std::string::npos) << text;
  EXPECT_EQ(text.find("\u202e"), std::string::npos);
}

TEST(AlarmText, CountsWhatRingsAndKeepsTheOrderThatTheStationGave) {
  const auto alarms =
      read_alarms(R"({"alarms": [)" + alarm_json("message", std::string(kRings) + kLiveFlash) + "," +
                  alarm_json("overdue", kDrill, R"(, "answered_by": "smith")") + R"(], "ringing": 1})");
  ASSERT_TRUE(alarms);
  const std::string text = alarms_text(*alarms, false);
  EXPECT_LT(text.find("RINGS  alarm"), text.find("quiet  alarm"));
  expect_words(text, {"Ringing: 1.\n"});
  EXPECT_EQ(alarms_text({}, false), "No alarms.\n");
}

TEST(AlarmJson, RefusesWhatIsNoAlarm) {
  EXPECT_FALSE(read_alarm("[]"));
  EXPECT_FALSE(read_alarm(R"({"number": 0, "kind": "test"})"));
  EXPECT_FALSE(read_alarm(R"({"number": "7", "kind": "test"})"));
  EXPECT_FALSE(read_alarm_event(R"({"change": "raised"})"));
  EXPECT_FALSE(read_alarm_event(R"({"alarm": {"number": 7, "kind": "test"}})"));
  EXPECT_TRUE(read_alarm_event(R"({"change": "raised", "alarm": {"number": 7, "kind": "test"}})"));
}

}  // namespace
}  // namespace openline::cli
