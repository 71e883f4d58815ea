// SPDX-License-Identifier: Apache-2.0
#include "cli/http_client.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "cli/event_feed.h"
#include "cli/station_api.h"
#include "cli/test_server.h"
#include "cli/test_terminal.h"

namespace openline::cli {
namespace {

using test::answer_of;
using test::chunk_of;
using test::FakeStation;
using test::TemporaryFolder;

constexpr const char* kChunkedHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

RetryPlan quick_retries(int attempts) {
  RetryPlan plan;
  plan.attempts = attempts;
  plan.first_wait = std::chrono::milliseconds(1);
  return plan;
}

TEST(HttpClient, ReadsAnAnswerInOnePieceAndInMany) {
  const TemporaryFolder work;
  const std::string whole = answer_of(200, "{\"a\": 1}");
  std::vector<std::string> bytes;
  for (const char byte : whole) bytes.emplace_back(1, byte);
  FakeStation station(work / "s", {{whole}, bytes});
  for (int i = 0; i < 2; ++i) {
    const auto response =
        HttpExchange(work / "s").request({.target = "/v1/status", .headers = {}, .body = {}});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->head.status, 200U);
    EXPECT_EQ(response->body, "{\"a\": 1}");
  }
}

TEST(HttpClient, GivesEachChunkOfAStreamAndKnowsAWholeOneFromACutOne) {
  const TemporaryFolder work;
  FakeStation station(work / "s", {{kChunkedHead, chunk_of("one"), chunk_of("two"), "0\r\n\r\n"},
                                   {kChunkedHead, chunk_of("one")}});
  std::string got;
  const auto receive = [&](const HttpHead&, std::string_view piece) {
    got.append(piece);
    return true;
  };
  EXPECT_TRUE(HttpExchange(work / "s").stream({}, receive));
  EXPECT_EQ(got, "onetwo");
  got.clear();
  const auto cut = HttpExchange(work / "s").stream({}, receive);
  EXPECT_EQ(got, "one");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().what, HttpProblem::kBroken);
}

TEST(HttpClient, TellsAStationThatIsNotThereFromOneThatBreaksOff) {
  const TemporaryFolder work;
  const auto absent = HttpExchange(work / "none").request({});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().what, HttpProblem::kUnreachable);
  FakeStation station(work / "s",
                      {{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"}, {"no HTTP at all\r\n\r\n"}});
  for (int i = 0; i < 2; ++i) {
    const auto broken = HttpExchange(work / "s").request({});
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().what, HttpProblem::kBroken);
  }
  EXPECT_FALSE(HttpExchange(std::string(200, 'x')).request({}));
}

TEST(HttpClient, RefusesABodyLargerThanItWants) {
  const TemporaryFolder work;
  FakeStation station(work / "s", {{answer_of(200, std::string(1000, 'x'))}});
  EXPECT_FALSE(HttpExchange(work / "s").request({}, 999));
}

TEST(HttpClient, EndsWhenStoppedFromAnotherThread) {
  const TemporaryFolder work;
  FakeStation station(work / "s", {{kChunkedHead, chunk_of("one")}});
  HttpExchange exchange(work / "s");
  std::thread stopper;
  const auto ended = exchange.stream({}, [&](const HttpHead&, std::string_view piece) {
    if (!piece.empty()) stopper = std::thread([&] { exchange.stop(); });
    return true;
  });
  stopper.join();
  ASSERT_FALSE(ended);
  EXPECT_FALSE(exchange.request({}));  // and stays so
}

TEST(StationApi, AsksAgainWithTheSameKeyUntilItIsSure) {
  const TemporaryFolder work;
  FakeStation station(work / "s", {{"HTTP/1.1 201 C"},  // broken off: it may have been done
                                   {answer_of(503, R"({"error": {"code": "busy", "message": "busy"}})")},
                                   {answer_of(200, R"({"entries": [{"serial": 4, "id": "ab"}]})")}});
  int repeats = 0;
  RetryPlan plan = quick_retries(5);
  plan.before_wait = [&](const std::string&, std::chrono::milliseconds) { ++repeats; };
  const auto done =
      StationApi(work / "s").send("defense", {"hello", "routine", "live", "", "", {}}, "key-1", plan);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->value.entries.at(0).serial, 4U);
  EXPECT_EQ(repeats, 2);
  const auto requests = station.requests();
  ASSERT_EQ(requests.size(), 3U);
  for (const std::string& request : requests) {
    EXPECT_EQ(request, requests[0]);
    EXPECT_NE(request.find("Idempotency-Key: key-1\r\n"), std::string::npos);
    EXPECT_EQ(request.rfind("POST /v1/lines/defense/entries HTTP/1.1\r\n", 0), 0U);
  }
}

TEST(StationApi, SaysSoWhenItCannotKnowWhetherItWasDone) {
  const TemporaryFolder work;
  FakeStation station(work / "s", {{""}, {""}});
  const auto done =
      StationApi(work / "s").send("defense", {"hello", "routine", "live", "", "", {}}, "k", quick_retries(2));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ExitCode::kUnreachable);
  EXPECT_NE(done.error().message.find("It is not known whether the station took it"), std::string::npos);
}

TEST(StationApi, MapsRefusalsToExitCodesAndShowsTheirWordsSafely) {
  const TemporaryFolder work;
  const std::pair<unsigned, ExitCode> cases[] = {
      {400, ExitCode::kRefused},          {403, ExitCode::kRefused},         {404, ExitCode::kNotFound},
      {409, ExitCode::kConflict},         {422, ExitCode::kRefused},         {500, ExitCode::kRefused},
      {503, ExitCode::kStoreUnavailable}, {507, ExitCode::kStoreUnavailable}};
  std::vector<std::vector<std::string>> answers;
  for (const auto& [status, code] : cases) {
    answers.push_back(
        {answer_of(status, R"({"error": {"code": "c", "message": "no \u001b[2J", "field": "line"}})")});
  }
  FakeStation station(work / "s", answers);
  for (const auto& [status, code] : cases) {
    const auto line = StationApi(work / "s").line("x/y");
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().code, code) << status;
    EXPECT_EQ(line.error().message, "no <U+001B>[2J (line)");
  }
  EXPECT_EQ(station.requests()[0].rfind("GET /v1/lines/x%2Fy HTTP/1.1\r\n", 0), 0U);
}

TEST(StationApi, KeepsNothingOfAnExportThatIsCutShort) {
  const TemporaryFolder work;
  std::filesystem::create_directory(work / "station");
  std::ofstream(work / "station/station.toml") << "";
  FakeStation cut(work / "station/api.sock",
                  {{kChunkedHead, chunk_of("half")}, {kChunkedHead, chunk_of("all"), "0\r\n\r\n"}});
  EXPECT_EQ(test::run({"-s", work / "station", "export", "defense", "-o", work / "out"}).code,
            ExitCode::kUnreachable);
  EXPECT_FALSE(std::filesystem::exists(work / "out"));
  EXPECT_EQ(test::run({"-s", work / "station", "export", "defense", "-o", work / "out"}).code, ExitCode::kOk);
  EXPECT_EQ(test::content_of(work / "out"), "all");
}

std::vector<FeedItem> take(EventFeed& feed, std::size_t least) {
  std::vector<FeedItem> items;
  while (items.size() < least) {
    pollfd waiting{feed.descriptor(), POLLIN, 0};
    if (::poll(&waiting, 1, 30'000) != 1) break;
    for (auto& item : feed.take()) items.push_back(std::move(item));
  }
  return items;
}

TEST(EventFeed, ComesAgainWithTheLastSerialAfterTheStreamBreaks) {
  const TemporaryFolder work;
  FakeStation station(work / "s",
                      {{kChunkedHead, chunk_of("event: entry\nid: 7\nda"), chunk_of("ta: {}\n\n")},
                       {kChunkedHead, chunk_of("event: entry\nid: 8\ndata: {}\n\n")}});
  EventFeed feed({.socket_path = work / "s",
                  .target = "/v1/events?line=x",
                  .after = 5,
                  .pause = std::chrono::milliseconds(1)});
  const auto items = take(feed, 6);
  using enum FeedItem::What;
  std::vector<FeedItem::What> order;
  for (const FeedItem& item : items) order.push_back(item.what);
  ASSERT_GE(order.size(), 5U);
  order.resize(5);
  EXPECT_EQ(order, (std::vector{kOpen, kEvent, kLost, kOpen, kEvent}));
  EXPECT_EQ(items[1].event.id, "7");
  EXPECT_EQ(items[4].event.id, "8");
  const auto requests = station.requests();
  EXPECT_EQ(requests[0].rfind("GET /v1/events?line=x&after=5 ", 0), 0U);
  EXPECT_EQ(requests[1].rfind("GET /v1/events?line=x&after=7 ", 0), 0U);
}

TEST(EventFeed, StopsAtARefusal) {
  const TemporaryFolder work;
  FakeStation station(work / "s",
                      {{answer_of(404, R"({"error": {"code": "not_found", "message": "no such line"}})")}});
  EventFeed feed({.socket_path = work / "s", .target = "/v1/lines/x/attend"});
  const auto items = take(feed, 1);
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].what, FeedItem::What::kRefused);
  EXPECT_EQ(items[0].failure.code, ExitCode::kNotFound);
  EXPECT_EQ(items[0].failure.message, "no such line");
}

TEST(EventFeed, EndsAtOnceWhileItWaits) {
  const TemporaryFolder work;
  EventFeed feed({.socket_path = work / "none", .target = "/", .pause = std::chrono::hours(1)});
  EXPECT_EQ(take(feed, 1).at(0).what, FeedItem::What::kLost);
}

}  // namespace
}  // namespace openline::cli
