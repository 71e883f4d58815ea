// SPDX-License-Identifier: Apache-2.0
#include "cli/traffic_text.h"

#include <gtest/gtest.h>

#include "cli/api_json.h"
#include "cli/entry_view.h"
#include "cli/status_view.h"
#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

WayView sending(std::optional<double> due_s) {
  WayView way;
  way.to = "CHN";
  way.state = "sending";
  way.what = "entries";
  way.precedence = "flash";
  way.entries = {"4c7faf5500112233"};
  way.size = 600;
  way.missing = 310;
  way.due_s = due_s;
  if (due_s) way.path = "hf";
  return way;
}

TEST(TrafficText, SaysATimeNoFinerThanItIsKnown) {
  EXPECT_EQ(about_text(0), "any moment");
  EXPECT_EQ(about_text(0.9), "any moment");
  EXPECT_EQ(about_text(3.4), "about 3 s");
  EXPECT_EQ(about_text(38.2), "about 40 s");
  EXPECT_EQ(about_text(119), "about 2 min");
  EXPECT_EQ(about_text(251), "about 4 min");
  EXPECT_EQ(about_text(9000), "about 2 h 30 min");
}

TEST(TrafficText, SaysWhatIsMissingAndWhenItShouldBeThere) {
  LinkView link;
  link.on_the_way = {sending(38.2)};
  EXPECT_EQ(on_the_way_text(link, "CHN", false),
            "    FLASH 4c7faf55 to CHN: 310 B of 600 B to go, about 40 s over hf\n");
  EXPECT_EQ(entry_way_text(sending(38.2)), "on the way to CHN, about 40 s over hf (310 B of 600 B to go)");
  EXPECT_EQ(when_text(sending(std::nullopt)), "how soon is not known yet");
}

TEST(TrafficText, SaysThatNoPathIsUp) {
  WayView way = sending(std::nullopt);
  way.state = "waits";
  way.missing = way.size;
  LinkView link;
  link.on_the_way = {way};
  EXPECT_EQ(on_the_way_text(link, "CHN", false),
            "    FLASH 4c7faf55 to CHN: 600 B to go, waits: no path is up\n");
  EXPECT_EQ(entry_way_text(way), "not yet at CHN: waits, no path is up");
}

TEST(TrafficText, TellsPartsOfOneFileTogetherAndOnlyCountsWhatStationsTellEachOther) {
  WayView part;
  part.state = "sending";
  part.what = "file";
  part.hash = "aa55aa55ff";
  part.size = part.missing = 65536;
  part.due_s = 60;
  part.path = "hf";
  WayView later = part, statement = sending(1);
  later.due_s = 180;
  later.missing = 32768;
  statement.what = "statement";
  LinkView link;
  link.on_the_way = {statement, part, later};
  link.more_on_the_way = 2;
  EXPECT_EQ(on_the_way_text(link, "CHN", false),
            "    file aa55aa55 to CHN: 2 parts asked for, 96 KiB of 128 KiB to go, about 3 min over hf\n"
            "    3 other objects on the way\n");
  later.due_s.reset();
  link.on_the_way = {part, later};
  link.more_on_the_way = 0;
  EXPECT_EQ(
      on_the_way_text(link, "CHN", false),
      "    file aa55aa55 to CHN: 2 parts asked for, 96 KiB of 128 KiB to go, how soon is not known yet\n");
}

TEST(TrafficText, SaysNothingWhereNothingIsOnItsWay) {
  EXPECT_EQ(on_the_way_text(LinkView{}, "CHN", false), "");
}

TEST(TrafficText, SaysHowMuchOfAFileIsHere) {
  ArrivingView file{"", "aa", 3, 17, 900 << 10, 165};
  EXPECT_EQ(arriving_text(file), "3 of 17 parts here, 900 KiB missing, about 3 min as the last ones came");
  file.due_s.reset();
  EXPECT_EQ(arriving_text(file), "3 of 17 parts here, 900 KiB missing, none came lately");
}

TEST(TrafficText, StandsInTheReceiptsOfAnEntryAndUnderItsFiles) {
  const test::FixedZone zone;
  const auto entry =
      read_entry(R"({"serial": 3, "id": "8f3a12cd00", "author": "USA", "own": true, "kind": "text",
    "precedence": "flash", "class": "live", "time": "2023-02-04T20:10:00.000Z", "text": "now",
    "attachments": [{"hash": "aa55", "name": "map.png", "size": 99, "on_the_way":
      [{"to": "CHN", "state": "sending", "parts": 1, "missing": 99, "due_s": 12.3, "path": "hf"}]}],
    "receipts": {"stored": ["GBR"], "on_the_way": [{"to": "CHN", "state": "arrived"}, {"to": "FRA", "state": "queued"}]}})");
  ASSERT_TRUE(entry);
  const std::string text = entry_text(*entry, false);
  EXPECT_NE(text.find("       1 part on the way to CHN: 99 B to go, about 10 s over hf\n"), std::string::npos)
      << text;
  EXPECT_NE(
      text.find(
          "stored by GBR; arrived at CHN, not yet said to be stored there; not yet at FRA: waits for its "
          "turn\n"),
      std::string::npos)
      << text;
}

TEST(TrafficText, StandsUnderItsLinkInTheStatus) {
  const test::FixedZone zone;
  const auto status =
      read_status(R"({"code": "USA", "peers": [{"code": "CHN", "links": [{"station": "bbccddee",
    "session": true, "paths": [{"path": "hf", "state": "up", "declared_rate": 9.4, "measured_rate": 8, "queued_bytes": 600,
      "queue_s": 71.0, "repeat_budget_used": 0.25}],
    "on_the_way": [{"what": "entries", "entries": ["4c7faf55", "aa"], "state": "sending", "precedence": "flash",
      "size": 600, "missing": 310, "due_s": 40.1, "path": "hf"}], "more_on_the_way": 1}]}],
    "attachments": [{"hash": "aa55aa55", "parts_held": 1, "parts": 2, "missing": 70, "due_s": 5}]})");
  ASSERT_TRUE(status);
  const std::string text = status_text(*status, false);
  EXPECT_NE(
      text.find("      9.4 B/s declared, 8.0 B/s measured, 600 B waiting, gone in about 70 s, 25 % of its "
                "budget of repeats used\n"
                "    FLASH 4c7faf55 and 1 more to CHN: 310 B of 600 B to go, about 40 s over hf\n"
                "    1 other object on the way\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("File aa55aa55 is arriving: 1 of 2 parts here, 70 B missing, about 5 s"),
            std::string::npos);
}

}  // namespace
}  // namespace openline::cli
