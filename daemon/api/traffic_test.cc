// SPDX-License-Identifier: Apache-2.0
// What the API says of things on their way, and its metrics, with two real stations.
#include "core/station/traffic.h"

#include "daemon/api/test_stations.h"
#include "daemon/api/traffic_view.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::ApiTest;

class TrafficTest : public ApiTest {
 protected:
  // Only our side's turns: what it sends stays where it is.
  std::string send_and_hold(const std::string& text) {
    HttpRequest request;
    request.method = "POST";
    if (!read_target("/v1/lines/defense/entries", request)) throw std::runtime_error("bad target");
    request.body = json{{"text", text}, {"class", "live"}, {"precedence", "flash"}}.dump();
    std::optional<HttpResponse> response;
    usa_.api->handle(std::move(request), [&](HttpResponse given) { response = std::move(given); });
    for (int i = 0; i < 100 && !response; ++i) {
      loop_.poll();
      usa_.turn();
    }
    return json::parse(response.value().body)["entries"][0]["id"];
  }
  // The answer to a question that the station's own reading thread has a part in.
  json record_of(const std::string& id) {
    HttpRequest request;
    request.method = "GET";
    if (!read_target("/v1/lines/defense/record/" + id, request)) throw std::runtime_error("bad target");
    std::optional<HttpResponse> response;
    usa_.api->handle(std::move(request), [&](HttpResponse given) { response = std::move(given); });
    while (!response) loop_.run_one_for(std::chrono::milliseconds(2));
    return json::parse(response->body);
  }
};

TEST_F(TrafficTest, AnEntryIsOnItsWayUntilItIsStoredThere) {
  open_line();
  const std::string id = send_and_hold("Are you there?");
  const json way = record_of(id)["receipts"]["on_the_way"].at(0);
  EXPECT_EQ(way["to"], "CHN");
  EXPECT_EQ(way["state"], "sending");
  EXPECT_EQ(way["path"], "p");
  EXPECT_GE(way["due_s"].get<double>(), 0);
  EXPECT_EQ(way["missing"], way["size"]);
  const json link = status_view(usa_.status(), usa_, DeskPlan{})["peers"][0]["links"][0];
  const json& first = link["on_the_way"].at(0);
  EXPECT_EQ(first["what"], "entries");
  EXPECT_EQ(first["entries"], json::array({id}));
  EXPECT_EQ(first["precedence"], "flash");
  EXPECT_GT(link["paths"][0]["queued_bytes"].get<std::size_t>(), 0U);
  ASSERT_TRUE(run_until([&] { return usa_.status().lines[0].members[0].not_stored == 0; }));
  EXPECT_TRUE(record_of(id)["receipts"]["on_the_way"].empty());
  EXPECT_EQ(record_of(id)["receipts"]["stored"], json::array({"CHN"}));
}

TEST_F(TrafficTest, WhatTheyWroteIsNotOursToBring) {
  open_line();
  const Answer theirs =
      ask(chn_, "POST", "/v1/lines/defense/entries", json{{"text", "We are"}, {"class", "live"}}.dump());
  const std::string id = theirs.body["entries"][0]["id"];
  ASSERT_TRUE(run_until([&] { return get("/v1/lines/defense/record/" + id).status == 200; }));
  EXPECT_TRUE(record_of(id)["receipts"]["on_the_way"].empty());
}

TEST_F(TrafficTest, MetricsAnswerWithTheStationsNumbers) {
  open_line();
  const Answer answer = get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.raw.type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(answer.raw.body.find("\nopenline_path_up{peer=\"CHN\",station=\""), std::string::npos)
      << answer.raw.body;
  EXPECT_EQ(get("/metrics?x=1").status, 400);
  EXPECT_EQ(post("/metrics", json::object()).status, 405);
}

// One way of each kind, without a station.
struct Member {
  MemberTraffic traffic{.code = "CHN", .path_up = true, .ways = {}, .arrived = {}, .files = {}};
  Now now{MonotonicTime{Seconds{100}}, WallTime{}};
  void put(Sequence first, Sequence next, std::optional<Seconds> due) {
    MemberTraffic::Way way;
    way.run.first = first, way.run.next = next;
    way.object.size = way.object.missing = 500;
    if (due) way.object.due = now.monotonic + *due, way.object.path = "hf";
    traffic.ways.push_back(way);
  }
  json of(Sequence sequence, bool own = true) const {
    return entry_way_view(traffic, ChainNumber{}, sequence, own, now);
  }
};

TEST(EntryWay, IsTheSoonestOfSeveral) {
  Member member;
  member.put(Sequence{3}, Sequence{6}, Seconds{90});
  member.put(Sequence{5}, Sequence{6}, Seconds{40});
  EXPECT_EQ(member.of(Sequence{5})["due_s"], 40.0);
  EXPECT_EQ(member.of(Sequence{4})["due_s"], 90.0);
}

TEST(EntryWay, WithoutAPathItWaits) {
  Member member;
  member.traffic.path_up = false;
  EXPECT_EQ(member.of(Sequence{1})["state"], "waits");
  EXPECT_TRUE(member.of(Sequence{1}, false).is_null());
  member.put(Sequence{1}, Sequence{2}, std::nullopt);
  EXPECT_EQ(member.of(Sequence{1})["missing"], 500);
  EXPECT_TRUE(member.of(Sequence{1})["due_s"].is_null());
}

TEST(EntryWay, InNoObjectItWaitsForItsTurnAndArrivedItIsOnlyNotSaidToBeStored) {
  Member member;
  EXPECT_EQ(member.of(Sequence{7})["state"], "queued");
  EXPECT_TRUE(member.of(Sequence{7}, false).is_null());
  member.traffic.arrived[ChainNumber{}].add({7, 8});
  EXPECT_EQ(member.of(Sequence{7})["state"], "arrived");
}

}  // namespace
}  // namespace openline::daemon
