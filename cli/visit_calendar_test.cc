// SPDX-License-Identifier: Apache-2.0
#include "cli/visit_calendar.h"

#include <gtest/gtest.h>

namespace openline::cli {
namespace {

constexpr WallTime kNow{Milliseconds{1'686'700'000'000}};

std::string event(const char* state, const char* exercise = "null") {
  const std::string visits =
      std::string(R"({"visits": [{"id": "12ab", "name": "june, first; part", "place": "北京",
    "from": "2023-06-18", "to": "2023-06-19", "goals": ["Talk", "Listen"], "steps": [{}, {}],
    "delegations": [{"party": "USA", "level": "ministers"}], "state": ")") +
      state + R"(", "exercise": )" + exercise + "}]}";
  return visit_calendar("defense", visits, kNow).value_or("");
}

bool has(const std::string& text, const std::string& line) {
  return text.find(line + "\r\n") != std::string::npos;
}

TEST(VisitCalendar, IsWholeDaysWithTheDayAfterAsItsEnd) {
  const std::string text = event("accepted");
  for (const char* line :
       {"BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:12ab@openline", "DTSTAMP:20230613T234640Z",
        "DTSTART;VALUE=DATE:20230618", "DTEND;VALUE=DATE:20230620", "SUMMARY:june\\, first\\; part",
        "LOCATION:北京", "STATUS:CONFIRMED", "SEQUENCE:2", "CATEGORIES:defense", "END:VCALENDAR"}) {
    EXPECT_TRUE(has(text, line)) << line << "\nin\n" << text;
  }
}

TEST(VisitCalendar, SaysWhatIsNotSettled) {
  EXPECT_TRUE(has(event("proposed"), "STATUS:TENTATIVE"));
  EXPECT_TRUE(has(event("countered"), "STATUS:TENTATIVE"));
  EXPECT_TRUE(has(event("postponed"), "STATUS:CANCELLED"));
  EXPECT_TRUE(has(event("held"), "STATUS:CONFIRMED"));
}

TEST(VisitCalendar, AnExerciseIsMarked) {
  EXPECT_TRUE(has(event("accepted", "\"SPRING\""), "SUMMARY:EXERCISE SPRING: june\\, first\\; part"));
}

TEST(VisitCalendar, IsEmptyWithoutVisitsAndNothingOfAnotherAnswer) {
  EXPECT_EQ(visit_calendar("defense", R"({"visits": []})", kNow)->find("VEVENT"), std::string::npos);
  EXPECT_FALSE(visit_calendar("defense", "no JSON", kNow));
  EXPECT_FALSE(visit_calendar("defense", R"({"calls": []})", kNow));
}

}  // namespace
}  // namespace openline::cli
