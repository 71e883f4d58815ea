// SPDX-License-Identifier: Apache-2.0
#include "cli/status_view.h"

#include <gtest/gtest.h>

#include "cli/api_json.h"
#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

// As docs/api.md describes it.
constexpr const char* kStatus = R"({
  "station": "aa", "party": "12345", "code": "USA", "name": "United States", "software": "openline 0.1.0",
  "time": "2023-02-04T20:20:00.000Z", "store": {"commit": 17, "problem": null, "uncommitted_bytes": 0}, "demo_clock": null,
  "paths": [{"name": "fibre", "kind": "udp", "listen": "0.0.0.0:4700", "usable": true, "problem": null}],
  "peers": [{"party": "678", "code": "CHN", "name": "China", "card_edition": 1, "links": [
    {"station": "bbccddeeff00", "session": true, "last_heard": "2023-02-04T20:19:59.000Z", "courier_key": true,
     "suspect_courier_key": false, "closing": null, "queued_bytes": 0, "objects_in_flight": 0, "paths": [
      {"path": "fibre", "remote": "198.51.100.7:4700", "state": "up", "since": "2023-02-04T20:00:00.000Z",
       "last_heard": "2023-02-04T20:19:59.000Z", "round_trip_ms": 0.44, "loss": 0.015, "detection_ms": 30000}]}]}],
  "lines": [{"line": "cc", "name": "defense", "lamp": "open-unattended", "reason": "nobody is at their desk", "conditions": ["the agreement ends in 5 days"],
    "record": "attested", "agreement": "0123456789abcdef", "own": {"code": "USA", "desk": "defense", "state": "attended", "role": "watch officer"},
    "members": [{"code": "CHN", "desk": "defense", "reachable": true, "last_heard": "2023-02-04T20:19:59.000Z",
      "desk_state": "unattended", "desk_role": null, "desk_since": "2023-02-04T19:00:00.000Z", "not_stored": 2}],
    "open_items": [{"serial": 3, "id": "8f3a12cd00", "author": "USA", "precedence": "flash", "class": "live", "time": "2023-02-04T20:10:00.000Z",
      "own": true, "shown": false, "stored": true, "left_s": -120}],
    "test": {"last_sent": "2023-02-04T20:00:00.000Z", "last_answered": null, "unanswered": true, "sent": 4, "answered": 3, "every_s": 3600},
    "amendments": [], "entries": 12, "held_above_gap": 0, "frontier": {"serial": 12}}],
  "proposals": [], "attachments": [], "counters": {"malformed": 0}, "field of tomorrow": [1, {}]})";

TEST(StatusView, SaysEachLinePathAndDeskWithItsReason) {
  const test::FixedZone zone;
  const auto status = read_status(kStatus);
  ASSERT_TRUE(status);
  EXPECT_EQ(status_text(*status, false),
            "Station of USA \"United States\", 2023-02-04 20:20:00Z (21:20:00 CET)\n"
            "Path fibre (udp, listens on 0.0.0.0:4700): usable\n"
            "\n"
            "Party CHN \"China\", card edition 1\n"
            "  station bbccddee: session open, last heard 2023-02-04 20:19:59Z (21:19:59 CET)\n"
            "    protected by a courier key\n"
            "    path fibre to 198.51.100.7:4700: up since 2023-02-04 20:00:00Z (21:00:00 CET), last heard "
            "2023-02-04 20:19:59Z "
            "(21:19:59 CET), round trip 0.4 ms, loss 1.5 %, down is noticed within 30 s\n"
            "\n"
            "Line defense  OPEN, nobody known at their desk\n"
            "  nobody is at their desk\n"
            "  ! the agreement ends in 5 days\n"
            "  our desk defense: attended by watch officer\n"
            "  CHN desk defense: reachable, last heard 2023-02-04 20:19:59Z (21:19:59 CET)\n"
            "    nobody at the desk since 2023-02-04 19:00:00Z (20:00:00 CET) (their clock)\n"
            "    2 of our entries not yet stored there\n"
            "  WAITS FOR THEM  FLASH  LIVE  8f3a12cd, overdue by 2 min, stored there, not yet shown\n"
            "  tests: 4 sent, 3 answered, one every 60 min; last sent 2023-02-04 20:00:00Z (21:00:00 CET), "
            "answered never, received "
            "never\n"
            "  the last test is unanswered\n"
            "  12 entries, attested record, agreement 01234567\n");
}

TEST(StatusView, GivesTheWorstLampAsAnExitCode) {
  StatusView status;
  EXPECT_EQ(worst_lamp(status), ExitCode::kOk);
  for (const char* lamp : {"open-attended", "degraded", "open-unattended"}) {
    status.lines.emplace_back();
    status.lines.back().lamp = lamp;
  }
  EXPECT_EQ(worst_lamp(status), ExitCode::kDegraded);
  status.lines.emplace_back();
  status.lines.back().lamp = "a lamp of tomorrow";  // not known to be good
  EXPECT_EQ(worst_lamp(status), ExitCode::kSilent);
}

TEST(StatusView, SaysWhenTheStoreTakesNothing) {
  const test::FixedZone zone;
  StatusView status;
  status.store_problem = "no space left";
  EXPECT_NE(status_text(status, false).find("STORE: no space left\n  Nothing new is taken"),
            std::string::npos);
}

TEST(StatusView, SaysWhereTheConsoleIsAndByWhatToKnowIt) {
  const test::FixedZone zone;
  const auto text = [](const std::string& console) {
    const auto status = read_status(R"({"code": "USA", "console": )" + console + "}");
    return status ? status_text(*status, false) : "unreadable";
  };
  EXPECT_NE(
      text(R"({"url": "https://desk.example:4780/", "certificate_sha256": "3F:A0"})")
          .find(
              "Console https://desk.example:4780/: offered\n  its certificate, SHA-256: 3F:A0\n  Compare it "
              "with what the browser shows"),
      std::string::npos);
  EXPECT_NE(text(R"({"url": "http://127.0.0.1:4780/"})").find("Console http://127.0.0.1:4780/: offered\n\n"),
            std::string::npos);
  EXPECT_NE(text(R"({"url": "", "problem": "the address\u001b is taken"})")
                .find("\nConsole: NOT OFFERED: the address<U+001B> is taken\n"),
            std::string::npos);
  EXPECT_EQ(text("null").find("Console"), std::string::npos);
}

TEST(StatusView, ShowsAnInboxMostUrgentFirst) {
  const test::FixedZone zone;
  const auto inbox =
      read_inbox(R"({"for_us": [{"serial": 5, "id": "aa", "line_name": "defense", "left_s": 540,
    "entry": {"serial": 5, "id": "aabbccddee", "author": "CHN", "kind": "text", "precedence": "flash", "class": "live",
    "time": "2023-02-04T20:10:00.000Z", "text": "now"}}], "for_them": []})");
  ASSERT_TRUE(inbox);
  EXPECT_EQ(inbox_text(*inbox, false),
            "Waits for us: 1\n"
            "9 min left  line defense\n"
            "#5  2023-02-04 20:10:00Z (21:10:00 CET)  CHN  FLASH  LIVE  text  aabbccdd\n"
            "     LIVE | now\n"
            "\n"
            "Waits for them: nothing\n");
}

TEST(StatusView, ShowsAnAgreementAsAFileWithItsStandingInComments) {
  AgreementView agreement;
  agreement.hash = "0123";
  agreement.state = "proposed";
  agreement.name = "defense";
  agreement.signed_by = {"USA"};
  agreement.waiting_for = {"CHN"};
  agreement.toml = "line = \"defense\"\n";
  EXPECT_EQ(agreement_text(agreement),
            "# Proposed agreement \"defense\"\n# hash 0123\n# signed by USA\n# waits for CHN\nline = "
            "\"defense\"\n");
}

TEST(ApiJson, RefusesWhatIsNoObjectAndIgnoresFieldsOfOtherTypes) {
  for (const char* text : {"", "[]", "3", "{", "nonsense", "{\"a\":1}}"})
    EXPECT_FALSE(read_status(text)) << text;
  const auto odd =
      read_entry(R"({"serial": "x", "id": 5, "text": null, "labels": [1, "two"], "receipts": []})");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->serial, 0U);
  EXPECT_EQ(odd->id, "");
  EXPECT_EQ(odd->labels, (std::vector<std::string>{"two"}));
}

}  // namespace
}  // namespace openline::cli
