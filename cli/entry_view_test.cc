// SPDX-License-Identifier: Apache-2.0
#include "cli/entry_view.h"

#include <gtest/gtest.h>

#include "cli/api_json.h"
#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

EntryView text_entry() {
  EntryView entry;
  entry.serial = 12;
  entry.id = "8f3a12cd00112233";
  entry.author = "CHN";
  entry.line_name = "defense";
  entry.kind = "text";
  entry.precedence = "flash";
  entry.entry_class = "live";
  entry.time = "2023-02-04T20:10:00.000Z";
  entry.role = "duty officer";
  entry.text = "An object over our coast.\nFollows.";
  return entry;
}

TEST(EntryView, ShowsATextWithItsReceipts) {
  const test::FixedZone zone;
  EntryView entry = text_entry();
  entry.stored = {"USA"};
  entry.shown = {{"USA", "watch officer", "2023-02-04T20:10:02.000Z", false}};
  entry.acknowledged = {{"USA", "watch officer", "2023-02-04T20:10:30.000Z", false}};
  entry.attachments = {{"aa55", "map.png", 1234}};
  EXPECT_EQ(entry_text(entry, false),
            "#12  2023-02-04 20:10:00Z (21:10:00 CET)  CHN  FLASH  LIVE  text  8f3a12cd\n"
            "     from duty officer\n"
            "     LIVE | An object over our coast.\n"
            "     LIVE | Follows.\n"
            "     file \"map.png\", 1234 bytes: openline attachment aa55 -o FILE\n"
            "     stored by USA; shown to watch officer of USA; acknowledged for USA by watch officer (not "
            "personally "
            "authenticated) at 2023-02-04 20:10:30Z (21:10:30 CET)\n");
}

TEST(EntryView, SetsAnArrivalOffFromEverythingAroundIt) {
  const test::FixedZone zone;
  EXPECT_EQ(arrival_text(text_entry(), false),
            "========================================================================\n"
            "FLASH  LIVE  from CHN, duty officer\n"
            "2023-02-04 20:10:00Z (21:10:00 CET), line defense, id 8f3a12cd\n"
            "\n"
            "     LIVE | An object over our coast.\n"
            "     LIVE | Follows.\n"
            "========================================================================\n");
}

TEST(EntryView, CannotBeMadeToLookLiveByItsText) {
  EntryView entry = text_entry();
  entry.entry_class = "exercise";
  entry.exercise = "JUNE-2023";
  entry.text = "drill\n========\nFLASH  LIVE  from USA\r     LIVE | shoot\x1b[8m";
  const std::string shown = arrival_text(entry, false);
  EXPECT_NE(shown.find("FLASH  EXERCISE JUNE-2023  from CHN"), std::string::npos);
  std::istringstream lines(shown);
  std::size_t inside = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("shoot") == std::string::npos && line.find("from USA") == std::string::npos) continue;
    EXPECT_EQ(line.rfind("     EXERCISE JUNE-2023 | ", 0), 0U) << line;
    ++inside;
  }
  EXPECT_EQ(inside, 1U);
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_EQ(shown.find('\r'), std::string::npos);
}

TEST(EntryView, OfAnExerciseEveryLineSaysItsName) {
  EntryView entry = text_entry();
  entry.entry_class = "exercise";
  entry.exercise = "JUNE";
  entry.text = "one\ntwo";
  const std::string text = entry_text(entry, false);
  EXPECT_NE(text.find("EXERCISE JUNE  text"), std::string::npos) << text;
  EXPECT_NE(text.find("     EXERCISE JUNE | one\n     EXERCISE JUNE | two\n"), std::string::npos) << text;
  entry.kind = "acknowledged";
  entry.entry = "1f3a2b4c";
  EXPECT_NE(entry_text(entry, false).find("     EXERCISE JUNE | 1f3a2b4c acknowledged"), std::string::npos);
}

TEST(EntryView, SaysWhatInATextMayDeceive) {
  const auto read = read_entry(
      R"({"serial": 1, "kind": "text", "labels": ["x"], "flags": [{"field": "/text", "flag": "mixed letters", "at": 0,
          "length": 4}, {"field": "/text", "flag": "mixed letters", "at": 9, "length": 4}]})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->labels, (std::vector<std::string>{"x", "mixed letters in /text"}));
  EXPECT_NE(entry_text(*read, false).find("     ! mixed letters in /text\n"), std::string::npos);
}

TEST(EntryView, SaysPrecedenceAndClassInWordsWithAndWithoutColour) {
  EXPECT_EQ(precedence_text("immediate", false), "IMMEDIATE");
  EXPECT_EQ(class_text("exercise", "JUNE", false), "EXERCISE JUNE");
  EXPECT_EQ(precedence_text("flash", true), "\x1b[1;97;41mFLASH\x1b[0m");
  EXPECT_NE(class_text("live", "", true), class_text("test", "", true));
}

TEST(EntryView, PutsActsIntoWords) {
  EntryView entry;
  entry.kind = "acknowledged";
  entry.entry = "8f3a12cd0011";
  entry.role = "watch";
  EXPECT_EQ(act_text(entry), "8f3a12cd acknowledged by watch (not personally authenticated)");
  entry.authenticated = true;
  EXPECT_EQ(act_text(entry), "8f3a12cd acknowledged by watch (authenticated in person)");
  entry = {};
  entry.kind = "attendance";
  EXPECT_EQ(act_text(entry), "desk no longer attended");
  entry.kind = "test answer";
  entry.entry = "0123456789";
  EXPECT_EQ(act_text(entry), "test 01234567 answered by the station");
  entry = {};
  entry.kind = "observation";
  entry.author = "USA";
  entry.what = "path down";
  entry.detail = "fibre\x1b";
  EXPECT_EQ(act_text(entry), "USA observes: path down (fibre<U+001B>), its own claim");
  entry = {};
  entry.kind = "unknown";
  entry.kind_number = 77;
  entry.body_size = 5;
  EXPECT_EQ(act_text(entry), "an entry of kind 77, which this program does not know (5 bytes)");
}

TEST(EntryView, MarksWhatIsNotSettled) {
  const test::FixedZone zone;
  EntryView entry = text_entry();
  entry.unconfirmed = true;
  entry.labels = {"earlier entries on the way"};
  const std::string shown = entry_text(entry, false);
  EXPECT_NE(shown.find("! unconfirmed"), std::string::npos);
  EXPECT_NE(shown.find("! earlier entries on the way"), std::string::npos);
}

}  // namespace
}  // namespace openline::cli
