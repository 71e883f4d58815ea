// SPDX-License-Identifier: Apache-2.0
#include "cli/watch.h"

#include <gtest/gtest.h>

#include "cli/test_arguments.h"
#include "cli/test_station.h"
#include "cli/watch_text.h"

namespace openline::cli {
namespace {

using test::answer_of;
using test::asked;
using test::body_of;
using test::FakeStation;
using test::parsed;
using test::refusal_of;
using test::ScriptedKeyboard;
using test::StationAtTest;
using test::StringTerminal;

constexpr const char* kHandOver =
    R"({"hand_over": 3, "desk": "defense", "from": "smith", "to": "lee", "state": "open",
        "time": "2026-11-23T21:05:36.123Z", "version": 4, "remarks": "quiet\nso far",
        "report": {"open_items": [{"serial": 1, "id": "1f3a2b4c5d", "author": "CHN", "precedence": "flash",
                                   "class": "live", "own": false, "left_s": -5, "line_name": "defense"}],
                   "drafts": [], "alarms": [], "lines": [], "paths": [],
                   "keys": [{"party": "CHN", "card_edition": 2, "courier_key": true, "suspect_courier_key": true}]},
        "checklist": [{"item": 1, "text": "the bell", "done": true, "by": "smith"},
                      {"item": 2, "text": "the safe", "done": false, "remark": "no \u001bkey"}],
        "signed_by": [], "may": ["sign"]})";

std::string signed_text() {
  std::string text = kHandOver;
  text.replace(text.find("\"open\""), 6, "\"signed\"");
  return text;
}

Outcome<Arguments> arguments(std::vector<std::string> words) { return parse_arguments(std::move(words)); }

TEST(WatchArguments, AreReadByAction) {
  EXPECT_EQ(parsed<WatchCommand>({"watch", "defense"}).desk, "defense");
  EXPECT_EQ(parsed<HereCommand>({"here"}).desk, "");
  const auto add = parsed<RosterOptions>({"roster", "add", "defense", "--officer", "smith", "--officer",
                                          "lee", "--from", "2026-12-01T06:00", "--to", "2026-12-01T14:00Z"});
  EXPECT_EQ(add.officers, (std::vector<std::string>{"smith", "lee"}));
  const auto check =
      parsed<HandOverOptions>({"hand-over", "check", "3", "2", "--not-done", "--remark", "no key"});
  EXPECT_EQ(check.number, 3u);
  EXPECT_EQ(check.item, 2u);
  EXPECT_TRUE(check.not_done);
  EXPECT_EQ(parsed<HandOverOptions>({"hand-over", "open", "defense", "--to", "lee"}).desk, "defense");
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"roster", "list"},
           {"roster", "plan", "defense"},
           {"roster", "list", "defense", "--from", "2026-12-01T06:00"},
           {"roster", "add", "defense", "--from", "2026-12-01T06:00Z", "--to", "2026-12-01T14:00Z"},
           {"roster", "add", "defense", "--officer", "smith", "--from", "2026-12-01T06:00Z"},
           {"roster", "clear", "defense", "--from", "2026-12-01T06:00Z"},
           {"roster", "load", "defense"},
           {"roster", "load", "defense", "file", "--to", "2026-12-01T06:00Z"},
           {"hand-over", "open", "defense"},
           {"hand-over", "sign", "defense"},
           {"hand-over", "sign", "0"},
           {"hand-over", "check", "3"},
           {"hand-over", "sign", "3", "1"},
           {"hand-over", "check", "3", "1", "--not-done"},
           {"hand-over", "withdraw", "3", "--to", "lee"},
           {"hand-over", "check", "3", "1", "--version", "2"}}) {
    const auto refused = arguments(words);
    ASSERT_FALSE(refused) << words[0] << " " << words[1] << " " << words.back();
    EXPECT_EQ(refused.error().code, ExitCode::kUsage);
  }
}

TEST(Roster, SaysTimesInUtcOrAsTheClocksOfTheDeskShowThem) {
  const RosterOptions add{"add", "defense", "2026-12-01T06:00", "2026-12-01T14:00Z", "", {"smith"}};
  EXPECT_EQ(
      roster_body(add, "").value(),
      R"({"shifts": [{"officers": ["smith"], "from_local": "2026-12-01T06:00", "to": "2026-12-01T14:00:00Z"}]})");
  const RosterOptions load{"load", "defense", "2026-12-01T00:00Z", "2027-01-01T00:00Z", "-", {}};
  const auto body = roster_body(load,
                                "# December\n2026-12-01T06:00:00Z 2026-12-01T14:00:00Z smith,lee  # early\n\n"
                                "2026-12-01T14:00Z 2026-12-01T22:00Z jones\n");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(
      *body,
      R"({"shifts": [{"officers": ["smith","lee"], "from": "2026-12-01T06:00:00Z", "to": "2026-12-01T14:00:00Z"}, )"
      R"({"officers": ["jones"], "from": "2026-12-01T14:00:00Z", "to": "2026-12-01T22:00:00Z"}], )"
      R"("instead_of": {"from": "2026-12-01T00:00:00Z", "to": "2027-01-01T00:00:00Z"}})");
  for (const char* bad : {"2026-12-01T06:00Z smith\n", "2026-12-01T06:00Z 2026-12-01T14:00Z smith lee\n"}) {
    const auto refused = roster_body(load, bad);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("line 1"), std::string::npos) << refused.error().message;
  }
}

TEST(HandOver, IsSignedForTheReportThatWasShown) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  FakeStation server(
      station.socket(),
      {{answer_of(200, kHandOver)}, {answer_of(200, signed_text())}, {answer_of(200, kHandOver)}});
  ScriptedKeyboard right({"4"});
  const auto done = station.run({"hand-over", "sign", "3"}, "", &right);
  EXPECT_EQ(done.code, ExitCode::kOk) << done.err;
  for (const char* words :
       {"The report, version 4", "live flash from CHN on defense, 1f3a2b4c, waits for us, OVERDUE",
        "THE COURIER KEY IS SUSPECT", "[x] 1. the bell (smith)", "[ ] 2. the safe: no <U+001B>key",
        "| so far", "lee has the watch at the desk defense"}) {
    EXPECT_NE(done.out.find(words), std::string::npos) << words << "\n" << done.out;
  }
  ScriptedKeyboard wrong({"5"});
  const auto refused = station.run({"hand-over", "sign", "3"}, "", &wrong);
  EXPECT_EQ(refused.code, ExitCode::kRefused);
  EXPECT_NE(refused.err.find("nothing was signed"), std::string::npos) << refused.err;
  EXPECT_EQ(station.run({"hand-over", "sign", "3"}).code, ExitCode::kUsage) << "nobody read it";
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(asked(requests[0]), "GET /v1/hand-overs/3");
  EXPECT_EQ(asked(requests[1]), "POST /v1/hand-overs/3/sign");
  EXPECT_EQ(body_of(requests[1]), R"({"version": 4})");
}

TEST(Watch, IsShownDeskByDesk) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  FakeStation server(station.socket(),
                     {{answer_of(200, R"({"desks": [{"desk": "de/fense", "lines": [], "roles": []}]})")},
                      {answer_of(200, R"({"desk": "de/fense", "on_watch": [], "mine": "lapsed",
           "lapsed": [{"officer": "smith", "title": "Cdr. Smith", "since": "2026-11-23T21:05:36.123Z"}],
           "unmanned_since": "2026-11-23T21:05:36.123Z", "next_shift": {"shift": 2, "officers": ["lee"],
           "from": "2026-11-24T05:00:00.000Z", "to": "2026-11-24T13:00:00.000Z",
           "from_local": "2026-11-24T06:00:00+01:00", "to_local": "2026-11-24T14:00:00+01:00"}})")},
                      {answer_of(200, R"({"next": "2026-11-23T21:35:36.123Z"})")},
                      {answer_of(409, refusal_of("conflict"))}});
  const auto shown = station.run({"watch"});
  EXPECT_EQ(shown.code, ExitCode::kOk) << shown.err;
  for (const char* words : {"NOBODY IS ON WATCH since 2026-11-23 21:05:36Z", "LAPSED: smith",
                            "`openline here`", "this shift: nobody is planned",
                            "at the desk 2026-11-24T06:00:00+01:00", "alarm tried and heard: never"}) {
    EXPECT_NE(shown.out.find(words), std::string::npos) << words << "\n" << shown.out;
  }
  EXPECT_NE(station.run({"here", "de/fense"}).out.find("by 2026-11-23 21:35:36Z"), std::string::npos);
  EXPECT_EQ(station.run({"hand-over", "open", "defense", "--to", "lee"}).code, ExitCode::kConflict);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_EQ(asked(requests[1]), "GET /v1/desks/de%2Ffense/watch");
  EXPECT_EQ(body_of(requests[2]), R"({"desk": "de/fense"})");
  EXPECT_EQ(body_of(requests[3]), R"({"to": "lee"})");
}

TEST(Watch, AsksAtTheAttendedDesk) {
  StringTerminal strings;
  show_still_there(strings.terminal,
                   R"({"desk": "defense", "by": "2026-11-23T21:05:36.123Z", "lapsed": false})");
  EXPECT_NE(strings.out.str().find("ARE YOU STILL THERE? Press Enter by 2026-11-23 21:05:36Z"),
            std::string::npos);
  EXPECT_NE(strings.err.str().find('\a'), std::string::npos);
  show_still_there(strings.terminal, R"({"desk": "defense", "by": null, "lapsed": true})");
  EXPECT_NE(strings.out.str().find("YOU ARE NOT TAKEN FOR PRESENT"), std::string::npos);
  StringTerminal machine;
  machine.terminal.json = true;
  show_still_there(machine.terminal, R"({"desk": "defense", "lapsed": true})");
  EXPECT_EQ(machine.out.str(), "{\"still_there\": {\"desk\": \"defense\", \"lapsed\": true}}\n");
}

}  // namespace
}  // namespace openline::cli
