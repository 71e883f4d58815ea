// SPDX-License-Identifier: Apache-2.0
#include "cli/attend.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/record.h"
#include "cli/test_station.h"

namespace openline::cli {
namespace {

using test::answer_of;
using test::asked;
using test::chunk_of;
using test::FakeStation;
using test::kAuthorization;
using test::kToken;
using test::refusal_of;
using test::StringTerminal;
using test::TemporaryFolder;

const std::string kStream =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
    chunk_of(
        "event: emergency\ndata: {\"line_name\": \"defense\", \"draft\": 7, \"officer\": \"jones\", "
        "\"reason\": \"nobody else\", \"class\": \"live\", \"precedence\": \"flash\"}\n\n"
        "event: draft\ndata: {\"draft\": 8, \"line\": \"aa\", \"state\": \"waiting\", \"class\": "
        "\"exercise\", "
        "\"precedence\": \"flash\"}\n\n"
        "event: draft\ndata: {\"draft\": 9, \"line\": \"aa\", \"state\": \"released\", \"class\": \"live\", "
        "\"precedence\": \"flash\"}\n\n"
        "event: signed-out\ndata: {}\n\n");

// One stream with an emergency in it, which then breaks; the session has ended when it is asked for again.
FakeStation::Answer station_whose_session_ends(const std::string& stream) {
  return [stream, streams = 0](const std::string& request) mutable -> std::vector<std::string> {
    const std::string what = asked(request);
    if (what.find(stream) != std::string::npos)
      return {streams++ == 0 ? kStream : answer_of(401, refusal_of("sign_in"))};
    if (what == "GET /v1/lines/defense")
      return {
          answer_of(200, R"({"line": "aa", "name": "defense", "own": {"code": "USA", "desk": "defense"}})")};
    return {answer_of(200, "{}")};
  };
}

StationApi api_of(const std::string& socket) {
  return StationApi(socket, std::make_shared<const SessionToken>(*read_token(kToken)));
}

// What is typed: nothing, for as long as this lives.
struct SilentInput {
  SilentInput() { EXPECT_EQ(::pipe(ends), 0); }
  ~SilentInput() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  SilentInput(const SilentInput&) = delete;
  SilentInput& operator=(const SilentInput&) = delete;
  int ends[2] = {-1, -1};
};

TEST(Attend, NeedsNoRoleWhenSignedInAndSaysLoudlyWhoReleasedAlone) {
  const TemporaryFolder work;
  FakeStation server(work / "s", station_whose_session_ends("/attend"));
  const SilentInput input;
  StringTerminal strings;
  const auto ended = attend(strings.terminal, api_of(work / "s"), {"defense", "", input.ends[0]});
  ASSERT_FALSE(ended);
  EXPECT_NE(ended.error().message.find("openline sign-in NAME"), std::string::npos) << ended.error().message;
  const std::string out = strings.out.str();
  EXPECT_NE(out.find("attended by the officer who is signed in"), std::string::npos) << out;
  EXPECT_NE(out.find("EMERGENCY: ONE PERSON RELEASED"), std::string::npos) << out;
  EXPECT_NE(out.find("released by jones alone. Reason: nobody else"), std::string::npos) << out;
  EXPECT_NE(out.find("Draft 8 waits to be released: FLASH  EXERCISE."), std::string::npos) << out;
  EXPECT_EQ(out.find("Draft 9"), std::string::npos) << out;
  EXPECT_NE(strings.err.str().find('\a'), std::string::npos);
  EXPECT_NE(strings.err.str().find("THE SESSION HAS ENDED"), std::string::npos);
  for (const std::string& request : server.requests()) {
    EXPECT_NE(request.find(kAuthorization), std::string::npos) << request;
    EXPECT_EQ(asked(request).find("role="), std::string::npos) << request;
  }
}

TEST(Attend, NamesTheDeskAsItsRoleWhereNobodyIsSignedIn) {
  const TemporaryFolder work;
  FakeStation server(work / "s", station_whose_session_ends("/attend"));
  const SilentInput input;
  StringTerminal strings;
  EXPECT_FALSE(attend(strings.terminal, StationApi(work / "s"), {"defense", "", input.ends[0]}));
  bool was_asked = false;
  for (const std::string& request : server.requests()) {
    was_asked = was_asked || asked(request) == "GET /v1/lines/aa/attend?role=defense&after=0";
    EXPECT_EQ(request.find("Authorization"), std::string::npos);
  }
  EXPECT_TRUE(was_asked);
}

TEST(Record, ThatIsFollowedSaysSoTooAsJson) {
  const TemporaryFolder work;
  FakeStation server(work / "s", station_whose_session_ends("/v1/events"));
  StringTerminal strings;
  strings.terminal.json = true;
  const auto ended =
      show_record(strings.terminal, api_of(work / "s"), {.line = "defense", .limit = 1, .follow = true});
  ASSERT_FALSE(ended);
  EXPECT_EQ(strings.out.str().rfind("{\"emergency\": {\"line_name\": \"defense\"", 0), 0U)
      << strings.out.str();
  for (const std::string& request : server.requests())
    EXPECT_NE(request.find(kAuthorization), std::string::npos) << request;
}

}  // namespace
}  // namespace openline::cli
