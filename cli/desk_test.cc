// SPDX-License-Identifier: Apache-2.0
#include "cli/desk.h"

#include <gtest/gtest.h>

#include "cli/desk_command.h"
#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

EntryView text_from_them(std::uint64_t serial, const std::string& id, const std::string& precedence) {
  EntryView entry;
  entry.serial = serial;
  entry.id = id;
  entry.author = "CHN";
  entry.kind = "text";
  entry.precedence = precedence;
  entry.entry_class = "live";
  entry.time = "2023-02-04T20:10:00.000Z";
  entry.text = "words of " + id;
  return entry;
}

struct DeskTest : testing::Test {
  test::StringTerminal strings;
  Desk desk{strings.terminal, "USA"};
};

TEST_F(DeskTest, ShowsAnEntryOnceHoweverOftenItComes) {
  const EntryView entry = text_from_them(3, "aaaa1111", "routine");
  EXPECT_TRUE(desk.show(entry, ""));
  EXPECT_FALSE(desk.show(entry, ""));
  const std::string out = strings.out.str();
  EXPECT_EQ(out.find("words of"), out.rfind("words of"));
  EXPECT_EQ(desk.waiting().size(), 1U);
}

TEST_F(DeskTest, RingsForFlashOftenerThanForImmediateAndForNothingElse) {
  EXPECT_FALSE(desk.ring_every());
  ASSERT_TRUE(desk.show(text_from_them(1, "aa", "priority"), ""));
  EXPECT_FALSE(desk.ring_every());
  ASSERT_TRUE(desk.show(text_from_them(2, "bb", "immediate"), ""));
  const auto immediate = desk.ring_every();
  ASSERT_TRUE(immediate);
  ASSERT_TRUE(desk.show(text_from_them(3, "cc", "flash"), ""));
  EXPECT_LT(*desk.ring_every(), *immediate);
  desk.acknowledged("cc");
  EXPECT_EQ(desk.ring_every(), immediate);
  desk.acknowledged("bb");
  EXPECT_FALSE(desk.ring_every());
}

TEST_F(DeskTest, StopsWaitingWhenOurOwnPartyAcknowledgedAtAnotherTerminal) {
  ASSERT_TRUE(desk.show(text_from_them(1, "aa", "flash"), ""));
  EntryView theirs;
  theirs.serial = 2;
  theirs.kind = "acknowledged";
  theirs.author = "FRA";
  theirs.entry = "aa";
  EXPECT_FALSE(desk.show(theirs, ""));
  EXPECT_TRUE(desk.ring_every());  // another member's acknowledgement is not ours
  EntryView ours = theirs;
  ours.serial = 3;
  ours.author = "USA";
  ours.own = true;
  EXPECT_FALSE(desk.show(ours, ""));
  EXPECT_FALSE(desk.ring_every());
  EntryView answered = text_from_them(4, "dd", "flash");
  answered.acknowledged = {{"USA", "watch", "", false}};
  EXPECT_TRUE(desk.show(answered, ""));
  EXPECT_FALSE(desk.ring_every());
}

TEST_F(DeskTest, LetsATestWaitOnlyWhereTheAgreementWantsAnOfficersAnswer) {
  EntryView by_hand = text_from_them(1, "aa", "flash");
  by_hand.entry_class = "test";
  EXPECT_TRUE(desk.show(by_hand, ""));
  EntryView on_the_clock;
  on_the_clock.serial = 2;
  on_the_clock.id = "bbbb1111";
  on_the_clock.kind = "test";
  EXPECT_FALSE(desk.show(on_the_clock, ""));
  EXPECT_TRUE(desk.waiting().empty());

  desk.set_officer_answers_tests(true);
  on_the_clock.serial = 3;
  EXPECT_FALSE(desk.show(on_the_clock, ""));
  EXPECT_EQ(desk.which("").value(), "bbbb1111");
  EntryView answer;
  answer.serial = 4;
  answer.kind = "test answer";
  answer.entry = "bbbb1111";
  answer.own = true;
  EXPECT_FALSE(desk.show(answer, ""));
  EXPECT_TRUE(desk.waiting().empty());
}

TEST_F(DeskTest, AsksWhichMessageWhenSeveralWait) {
  EXPECT_FALSE(desk.which(""));
  ASSERT_TRUE(desk.show(text_from_them(1, "aaaa11112222", "flash"), ""));
  EXPECT_EQ(desk.which("").value(), "aaaa11112222");
  ASSERT_TRUE(desk.show(text_from_them(2, "aabb33334444", "flash"), ""));
  const auto unclear = desk.which("");
  ASSERT_FALSE(unclear);
  EXPECT_NE(unclear.error().find("aaaa1111"), std::string::npos);
  EXPECT_NE(unclear.error().find("aabb3333"), std::string::npos);
  EXPECT_EQ(desk.which("aab").value(), "aabb33334444");
  EXPECT_EQ(desk.which("ffff").value(), "ffff");  // an older one: the station knows
}

TEST_F(DeskTest, KeepsQuietAboutWhatWasSentFromHereAndSaysTheRest) {
  EntryView own = text_from_them(1, "aa", "routine");
  own.own = true;
  own.author = "USA";
  desk.sent_from_here("aa");
  EXPECT_FALSE(desk.show(own, ""));
  EXPECT_EQ(strings.out.str(), "");
  own.serial = 2;
  own.id = "bb";
  EXPECT_FALSE(desk.show(own, ""));
  EXPECT_NE(strings.out.str().find("Sent from this station"), std::string::npos);
}

TEST_F(DeskTest, TellsTheLinesStateOnlyWhenItChanges) {
  LineView line;
  line.name = "defense";
  line.lamp = "silent";
  line.reason = "nothing heard on any path";
  desk.show_line(line);
  desk.show_line(line);
  EXPECT_EQ(strings.out.str(), "Line defense  SILENT: nothing heard on any path\n");
  line.lamp = "open-attended";
  line.reason = "all is well";
  desk.show_line(line);
  EXPECT_NE(strings.out.str().find("OPEN, their desk attended: all is well"), std::string::npos);
}

TEST(DeskCommand, NeedsAClassForEveryText) {
  const auto typed = read_typed("send live flash Hold your fire");
  ASSERT_TRUE(std::holds_alternative<TypedSend>(typed));
  const SendOptions& send = std::get<TypedSend>(typed).send;
  EXPECT_EQ(send.entry_class, "live");
  EXPECT_EQ(send.precedence, "flash");
  EXPECT_EQ(send.text, "Hold your fire");
  const auto drill = read_typed("send --exercise JUNE --test is a word here");
  ASSERT_TRUE(std::holds_alternative<TypedSend>(drill));
  EXPECT_EQ(std::get<TypedSend>(drill).send.exercise, "JUNE");
  EXPECT_EQ(std::get<TypedSend>(drill).send.text, "--test is a word here");
  const auto kept = read_typed("send --draft live flash Hold your fire");
  ASSERT_TRUE(std::holds_alternative<TypedSend>(kept));
  EXPECT_TRUE(std::get<TypedSend>(kept).send.draft);
  EXPECT_EQ(std::get<TypedSend>(kept).send.text, "Hold your fire");
  EXPECT_FALSE(send.draft);
  for (const char* line :
       {"send", "send --draft", "send --draft hello there", "send hello", "send live", "send exercise",
        "send live flash", "send live -", "ack zz", "acknowledge", "quit now", "hello there"}) {
    EXPECT_TRUE(std::holds_alternative<TypedWrong>(read_typed(line))) << line;
  }
}

TEST(DeskCommand, TakesTheOthersWithSpacesAround) {
  EXPECT_TRUE(std::holds_alternative<TypedNothing>(read_typed("  \r")));
  EXPECT_EQ(std::get<TypedAck>(read_typed(" ack  8f3a \r")).id, "8f3a");
  EXPECT_EQ(std::get<TypedAck>(read_typed("ack")).id, "");
  EXPECT_TRUE(std::holds_alternative<TypedQuit>(read_typed("quit\r")));
}

}  // namespace
}  // namespace openline::cli
