// SPDX-License-Identifier: Apache-2.0
#include "cli/event_stream.h"

#include <gtest/gtest.h>

namespace openline::cli {
namespace {

constexpr std::string_view kStream =
    ": alive\n\nevent: entry\nid: 7\ndata: {\"a\":\ndata: 1}\n\r\nevent: status\r\ndata:{}\r\n\r\nid: "
    "9\n\nretry: 5\ndata\n\n";

std::vector<ServerEvent> read_in_pieces(std::size_t size) {
  EventParser parser;
  std::vector<ServerEvent> events;
  for (std::size_t at = 0; at < kStream.size(); at += size) {
    for (auto& event : parser.feed(kStream.substr(at, size))) events.push_back(std::move(event));
  }
  return events;
}

TEST(EventStream, GivesTheSameEventsHoweverTheyAreCut) {
  for (std::size_t size = 1; size <= kStream.size(); ++size) {
    const auto events = read_in_pieces(size);
    ASSERT_EQ(events.size(), 3U) << size;
    EXPECT_EQ(events[0].name, "entry");
    EXPECT_EQ(events[0].id, "7");
    EXPECT_EQ(events[0].data, "{\"a\":\n1}");
    EXPECT_EQ(events[1].name, "status");
    EXPECT_EQ(events[1].data, "{}");
    EXPECT_EQ(events[2].name, "message");
    EXPECT_EQ(events[2].id, "9");
    EXPECT_EQ(events[2].data, "");
  }
}

TEST(EventStream, GivesNoEventThatIsNotWhole) {
  EventParser parser;
  EXPECT_TRUE(parser.feed("event: entry\ndata: half").empty());
  EXPECT_TRUE(parser.feed("\n").empty());
  EXPECT_EQ(parser.feed("\n").size(), 1U);
}

TEST(EventStream, GivesUpOnAnEventLargerThanItsLimit) {
  EventParser parser;
  const std::string line = "data: " + std::string(100'000, 'x') + "\n";
  for (std::size_t i = 0; i < 11; ++i) EXPECT_TRUE(parser.feed(line).empty());
  EXPECT_TRUE(parser.bad());
  EXPECT_TRUE(parser.feed("\n\ndata: more\n\n").empty());
}

}  // namespace
}  // namespace openline::cli
