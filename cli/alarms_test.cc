// SPDX-License-Identifier: Apache-2.0
#include "cli/alarms.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "cli/attend.h"
#include "cli/test_station.h"

namespace openline::cli {
namespace {

using test::answer_of;
using test::asked;
using test::body_of;
using test::chunk_of;
using test::FakeStation;
using test::refusal_of;
using test::StationAtTest;
using test::StringTerminal;
using test::TemporaryFolder;

std::string alarm_json(std::uint64_t number, const std::string& line, const std::string& precedence,
                       bool rings = true) {
  return R"({"number": )" + std::to_string(number) + R"(, "kind": "message", "line": ")" + line +
         R"(", "line_name": "defense", "desk": "defense", "entry": "1f3a2b4c", "precedence": ")" +
         precedence + R"(", "class": "live", "words": "live )" + precedence +
         R"( from CHN", "since": "2026-11-23T21:05:36.123Z", )" +
         (rings ? R"("rings": true})" : R"("rings": false, "answered_by": "jones"})");
}
std::string event_json(const std::string& change, const std::string& alarm) {
  return R"({"change": ")" + change + R"(", "alarm": )" + alarm + "}";
}
std::string alarms_json(const std::string& alarms) {
  return R"({"alarms": [)" + alarms + R"(], "ringing": 1})";
}

TEST(Alarms, AreListedAndAnsweredAndTried) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  FakeStation server(station.socket(), {{answer_of(200, alarms_json(alarm_json(7, "aa", "flash")))},
                                        {answer_of(200, alarm_json(7, "aa", "flash", false))},
                                        {answer_of(201, alarm_json(8, "aa", "routine"))},
                                        {answer_of(409, refusal_of("conflict"))},
                                        {answer_of(404, refusal_of("not_found"))}});
  const auto list = station.run({"alarms"});
  EXPECT_EQ(list.code, ExitCode::kOk) << list.err;
  EXPECT_NE(list.out.find("RINGS  alarm 7  FLASH  LIVE  line defense"), std::string::npos) << list.out;
  const auto answered = station.run({"alarm", "answer", "7"});
  EXPECT_NE(answered.out.find("answered by jones"), std::string::npos) << answered.out;
  EXPECT_NE(station.run({"alarm", "test", "de/fense"}).out.find("alarm 8"), std::string::npos);
  EXPECT_EQ(station.run({"alarm", "answer", "9"}).code, ExitCode::kConflict);
  EXPECT_EQ(station.run({"alarm", "answer", "10"}).code, ExitCode::kNotFound);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 5U);
  EXPECT_EQ(asked(requests[0]), "GET /v1/alarms");
  EXPECT_EQ(asked(requests[1]), "POST /v1/alarms/7/answer");
  EXPECT_EQ(asked(requests[2]), "POST /v1/lines/de%2Ffense/alarm-test");
  EXPECT_EQ(body_of(requests[2]), "{}");
  for (const std::string& request : requests)
    EXPECT_NE(request.find(test::kAuthorization), std::string::npos) << request;
}

TEST(Alarms, KeepJsonAsTheStationGaveIt) {
  const StationAtTest station;
  const std::string list = alarms_json(alarm_json(7, "aa", "flash")),
                    one = alarm_json(7, "aa", "flash", false);
  FakeStation server(station.socket(), {{answer_of(200, list)}, {answer_of(200, one)}});
  EXPECT_EQ(station.run({"--json", "alarms"}).out, list + "\n");
  EXPECT_EQ(station.run({"--json", "alarm", "answer", "7"}).out, one + "\n");
}

TEST(Alarms, TakeANumberOrALineAndNothingElse) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"alarm"},
                                                {"alarm", "answer"},
                                                {"alarm", "answer", "defense"},
                                                {"alarm", "answer", "0"},
                                                {"alarm", "test"},
                                                {"alarm", "ring", "7"},
                                                {"alarms", "defense"}}) {
    EXPECT_EQ(test::run(words).code, ExitCode::kUsage) << words.back();
  }
  EXPECT_NE(test::run({"help"}).out.find("\n  alarms "), std::string::npos);
  EXPECT_NE(test::run({"help", "alarm"}).out.find("answer NUMBER | test LINE"), std::string::npos);
}

struct AlarmsAtDeskTest : testing::Test {
  AlarmsAtDeskTest() { strings.terminal.is_heard = true; }
  [[nodiscard]] std::ptrdiff_t bells() const { return std::ranges::count(strings.err.str(), '\a'); }
  std::string said() {
    std::string words = strings.out.str();
    strings.out.str("");
    return words;
  }
  StringTerminal strings;
  AlarmsAtDesk desk{strings.terminal, "aa", "air"};
};

TEST_F(AlarmsAtDeskTest, RingsAtEachStepUntilItIsOver) {
  desk.take_event(event_json("raised", alarm_json(7, "aa", "flash")));
  EXPECT_EQ(bells(), 1);
  const std::string raised = said();
  EXPECT_EQ(
      raised.rfind("ALARM 7 RINGS: FLASH  LIVE  line defense: live flash from CHN, since 2026-11-23", 0), 0U)
      << raised;
  EXPECT_EQ(std::ranges::count(raised, '\n'), 1);
  desk.take_event(event_json("step", alarm_json(7, "aa", "flash")));
  EXPECT_EQ(bells(), 2);
  EXPECT_TRUE(desk.rings_again());
  desk.ring_again();
  EXPECT_EQ(bells(), 3);
  EXPECT_NE(said().find("ALARM 7 STILL RINGS: FLASH  LIVE"), std::string::npos);
  // The station says "rings" of one that is over: nobody answered it.
  desk.take_event(event_json("ended", alarm_json(7, "aa", "flash")));
  EXPECT_EQ(said().rfind("Alarm 7 is over: FLASH  LIVE", 0), 0U);
  EXPECT_FALSE(desk.rings_again());
  desk.ring_again();
  EXPECT_EQ(bells(), 3);
  EXPECT_EQ(said(), "");
}

TEST_F(AlarmsAtDeskTest, IsQuietOnceSomebodyAnswered) {
  desk.take_event(event_json("raised", alarm_json(7, "aa", "flash")));
  desk.take_event(event_json("answered", alarm_json(7, "aa", "flash", false)));
  EXPECT_NE(said().find("Alarm 7 is answered by jones and quiet: FLASH  LIVE"), std::string::npos);
  EXPECT_FALSE(desk.rings_again());
  EXPECT_EQ(bells(), 1);
}

TEST_F(AlarmsAtDeskTest, HearsNothingOfOtherLinesOrOfWhatIsNoAlarm) {
  desk.take_event(event_json("raised", alarm_json(7, "bb", "flash")));
  desk.take_event(event_json("applauded", alarm_json(7, "aa", "flash")));
  desk.take_event(R"({"change": "raised"})");
  desk.take_event("no JSON");
  desk.take_all(
      *read_alarms(alarms_json(alarm_json(8, "bb", "flash") + "," + alarm_json(9, "aa", "flash", false))));
  EXPECT_EQ(bells(), 0);
  EXPECT_EQ(said(), "");
  EXPECT_FALSE(desk.rings_again());
}

TEST_F(AlarmsAtDeskTest, RingsForAnotherDeskWhoseAlarmCallsThisOne) {
  const std::string called = [] {
    std::string alarm = alarm_json(7, "bb", "flash");
    return alarm.insert(1, R"("also_at": ["sea", "air"], )");
  }();
  desk.take_event(event_json("step", called));
  EXPECT_EQ(bells(), 1);
  desk.take_all({});
  EXPECT_FALSE(desk.rings_again());
  desk.take_all(*read_alarms(alarms_json(called)));
  EXPECT_EQ(bells(), 2);
  EXPECT_TRUE(desk.rings_again());
  desk.take_event(event_json("ended", called));
  EXPECT_FALSE(desk.rings_again());
}

TEST_F(AlarmsAtDeskTest, KnowsNothingButWhatTheStationListsWhenItCameBack) {
  desk.take_event(event_json("raised", alarm_json(7, "aa", "flash")));
  desk.take_all(*read_alarms(alarms_json(alarm_json(8, "aa", "immediate"))));
  (void)said();
  desk.ring_again();
  EXPECT_NE(said().find("ALARM 8 STILL RINGS: IMMEDIATE"), std::string::npos);
  desk.take_event(event_json("raised", alarm_json(8, "aa", "immediate")));
  EXPECT_EQ(said(), "") << "the list had it already";
  desk.take_all({});
  EXPECT_FALSE(desk.rings_again());
}

TEST_F(AlarmsAtDeskTest, SaysTheMostUrgentOfSeveralThatStillRing) {
  desk.take_event(event_json("raised", alarm_json(7, "aa", "immediate")));
  desk.take_event(event_json("raised", alarm_json(8, "aa", "flash")));
  desk.take_event(event_json("raised", alarm_json(9, "aa", "flash")));
  (void)said();
  desk.ring_again();
  const std::string again = said();
  EXPECT_EQ(again.rfind("ALARM 8 STILL RINGS: FLASH", 0), 0U) << again;
  EXPECT_NE(again.find("(2 others ring too"), std::string::npos);
  EXPECT_EQ(std::ranges::count(again, '\n'), 1);
}

TEST_F(AlarmsAtDeskTest, RingsOnceForAScriptThatHearsNoBell) {
  strings.terminal.is_heard = false;
  strings.terminal.json = true;
  const std::string event = event_json("raised", alarm_json(7, "aa", "flash"));
  desk.take_event(event);
  EXPECT_FALSE(desk.rings_again());
  const std::string line = said();
  EXPECT_EQ(line.rfind(R"({"alarm": {"change": "raised", "alarm": {)", 0), 0U) << line;
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  desk.ring_again();
  EXPECT_EQ(said(), "");
  EXPECT_EQ(bells(), 1);
}

TEST(Attend, RingsForAnAlarmThatBeganBeforeAndSaysWhatBecomesOfOthers) {
  const TemporaryFolder work;
  const std::string stream =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
      chunk_of("event: alarm\ndata: " + event_json("step", alarm_json(8, "aa", "immediate")) +
               "\n\nevent: alarm\ndata: " + event_json("ended", alarm_json(8, "aa", "immediate")) + "\n\n");
  FakeStation server(work / "s", [&](const std::string& request) -> std::vector<std::string> {
    const std::string what = asked(request);
    if (what.find("/attend") != std::string::npos) return {stream};
    if (what == "GET /v1/alarms")
      return {answer_of(200, alarms_json(alarm_json(7, "aa", "flash") + "," + alarm_json(6, "bb", "flash")))};
    if (what == "GET /v1/lines/defense")
      return {
          answer_of(200, R"({"line": "aa", "name": "defense", "own": {"code": "USA", "desk": "defense"}})")};
    return {answer_of(200, "{}")};
  });
  int typed[2] = {-1, -1};
  ASSERT_EQ(::pipe(typed), 0);
  StringTerminal strings;
  strings.terminal.is_heard = true;
  std::thread person([&] {
    // Once the alarm was asked for after attaching, the officer goes.
    for (bool was_seen = false; !was_seen;) {
      const auto requests = server.requests();
      was_seen = std::ranges::count_if(
                     requests, [](const std::string& one) { return asked(one) == "GET /v1/alarms"; }) > 1;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ::close(typed[1]);
  });
  EXPECT_TRUE(attend(strings.terminal, StationApi(work / "s"), {"defense", "", typed[0]}));
  person.join();
  ::close(typed[0]);
  const std::string out = strings.out.str();
  EXPECT_LT(out.find("is attended by"), out.find("ALARM 7 RINGS: FLASH  LIVE"));
  EXPECT_NE(out.find("ALARM 8 RINGS: IMMEDIATE  LIVE"), std::string::npos) << out;
  EXPECT_NE(out.find("Alarm 8 is over"), std::string::npos) << out;
  EXPECT_EQ(out.find("ALARM 6"), std::string::npos) << out;
  EXPECT_NE(strings.err.str().find('\a'), std::string::npos);
}

}  // namespace
}  // namespace openline::cli
