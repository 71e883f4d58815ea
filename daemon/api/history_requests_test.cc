// SPDX-License-Identifier: Apache-2.0
// How a line did and would do, with two real stations.
#include <future>
#include <thread>

#include "daemon/api/test_stations.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

class HistoryTest : public test::ApiTest {
 protected:
  // Nothing happens meanwhile: neither station has its turn.
  json history(const std::string& query = "") {
    HttpRequest request;
    request.method = "GET";
    if (!read_target("/v1/lines/defense/history" + query, request)) throw std::runtime_error("bad target");
    std::optional<HttpResponse> response;
    usa_.api->handle(std::move(request), [&](HttpResponse given) { response = std::move(given); });
    while (!response) loop_.run_one_for(std::chrono::milliseconds(2));
    return json::parse(response->body);
  }
  json test_of(const std::string& id) {
    const json view = history();
    for (const json& test : view["tests"]) {
      if (test["id"] == id) return test;
    }
    return {{"answered", "it is not there"}};
  }
  std::size_t answered() {
    std::size_t count = 0;
    const json view = history();
    for (const json& test : view["tests"]) count += test["answered"] ? 1 : 0;
    return count;
  }
};

TEST_F(HistoryTest, BeginsWithTheStationAndHasASampleOfANewLine) {
  open_line();
  const json view = history();
  EXPECT_EQ(view["every_s"], 300);
  EXPECT_EQ(view["line"], usa_.status().lines[0].line.hex());
  ASSERT_EQ(view["samples"].size(), 1U);
  EXPECT_LE(view["from"].get<std::string>(), view["samples"][0]["time"].get<std::string>());
  EXPECT_TRUE(view["samples"][0]["lamp"].is_string());
  clock_ += Seconds{300};
  const json later = history();
  ASSERT_EQ(later["samples"].size(), 2U);
  EXPECT_EQ(later["from"], view["from"]);
  EXPECT_TRUE(later["samples"][1]["round_trip_ms"].is_number()) << later;
  EXPECT_EQ(later["samples"][1]["loss"], 0.0);
}

TEST_F(HistoryTest, TellsWhichTestsWereAnsweredAndAfterHowLong) {
  open_line();
  ASSERT_TRUE(run_until([&] { return answered() >= 1; }));  // the station's own first test
  const Answer sent = post("/v1/lines/defense/test", json::object());
  ASSERT_EQ(sent.status, 201);
  const std::string id = sent.body["entries"][0]["id"];
  EXPECT_EQ(history()["more_tests"], false);
  ASSERT_TRUE(run_until([&] { return test_of(id)["answered"] == true; }));
  const json mine = test_of(id);
  EXPECT_EQ(mine["author"], "USA");
  EXPECT_EQ(mine["own"], true);
  EXPECT_GE(mine["after_ms"].get<std::int64_t>(), 0);
  EXPECT_LT(mine["after_ms"].get<std::int64_t>(), 60'000);
}

TEST_F(HistoryTest, ATestThatNobodyAnswersSaysSo) {
  open_line();
  ASSERT_TRUE(run_until([&] { return answered() >= 1; }));
  HttpRequest request;
  request.method = "POST";
  ASSERT_TRUE(read_target("/v1/lines/defense/test", request));
  std::optional<HttpResponse> response;
  usa_.api->handle(std::move(request), [&](HttpResponse given) { response = std::move(given); });
  while (!response) {
    loop_.poll();
    usa_.turn();  // and nothing is carried
  }
  const json test = test_of(json::parse(response->body)["entries"][0]["id"]);
  EXPECT_EQ(test["answered"], false);
  EXPECT_TRUE(test["after_ms"].is_null());
}

TEST_F(HistoryTest, WhatIsOlderThanTheHoursAskedForIsLeftOut) {
  open_line();
  ASSERT_TRUE(run_until([&] { return answered() >= 1; }));
  clock_ += Seconds{7200};
  const json view = history("?hours=1");
  EXPECT_TRUE(view["tests"].empty());
  EXPECT_EQ(view["samples"].size(), 1U);
  EXPECT_EQ(view["from"].get<std::string>(), utc_text(usa_.now().wall - Seconds{3600}));
  EXPECT_EQ(get("/v1/lines/defense/history?hours=25").body["error"]["field"], "hours");
  EXPECT_EQ(get("/v1/lines/defense/history?days=1").body["error"]["code"], "unknown_field");
  EXPECT_EQ(get("/v1/lines/none/history").status, 404);
}

TEST_F(HistoryTest, EstimatesWhenATextWouldBeThere) {
  open_line();
  const json near = get("/v1/lines/defense/estimate?size=40&precedence=flash").body["to"];
  ASSERT_EQ(near.size(), 1U);
  EXPECT_EQ(near[0]["party"], "CHN");
  EXPECT_EQ(near[0]["path"], "p");
  const json far = get("/v1/lines/defense/estimate?size=60000").body["to"];
  EXPECT_GE(far[0]["due_s"].get<double>(), near[0]["due_s"].get<double>());
}

TEST_F(HistoryTest, EstimatesNothingWhileNoPathIsUp) {
  open_line();
  for (int i = 0; i < 200 && usa_.status().lines[0].lamp != LineLamp::kSilent; ++i) {
    clock_ += Seconds{10};
    usa_.turn();  // and nothing is carried
  }
  const json to = get("/v1/lines/defense/estimate?size=40").body["to"];
  EXPECT_TRUE(to[0]["due_s"].is_null()) << to;
  EXPECT_TRUE(to[0]["path"].is_null());
}

TEST_F(HistoryTest, RefusesAnEstimateOfNothingOrTooMuch) {
  open_line();
  EXPECT_EQ(get("/v1/lines/defense/estimate").body["error"]["code"], "missing_field");
  EXPECT_EQ(get("/v1/lines/defense/estimate?size=60001").body["error"]["field"], "size");
  EXPECT_EQ(get("/v1/lines/defense/estimate?size=-1").body["error"]["field"], "size");
  EXPECT_EQ(get("/v1/lines/defense/estimate?size=1&precedence=soon").body["error"]["field"], "precedence");
  EXPECT_EQ(get("/v1/lines/none/estimate?size=1").status, 404);
}

// However much is read, what goes out waits for one read at most; and what a read holds ends on the loop.
TEST_F(HistoryTest, WhatGoesOutIsLookedUpBeforeWhatIsRead) {
  using Lane = ReadWorker::Lane;
  std::promise<void> begun, go_on;
  struct Held {
    std::thread::id& ended;
    ~Held() { ended = std::this_thread::get_id(); }
  };
  std::thread::id ended;
  std::vector<std::string> order;
  const auto job = [&](const std::string& name) {
    return [&order, name](StoreReader&) -> ReadWorker::Then {
      return [&order, name] { order.push_back(name); };
    };
  };
  ASSERT_TRUE(usa_.reads->submit(
      [&, held = std::make_shared<Held>(ended)](StoreReader&) -> ReadWorker::Then {
        begun.set_value();
        go_on.get_future().wait();
        return [&order] { order.push_back("first"); };
      },
      Lane::kLong));
  begun.get_future().wait();
  std::size_t waiting = 0;
  while (usa_.reads->submit(job("history"), Lane::kLong)) ++waiting;
  EXPECT_EQ(waiting, ReadWorker::kMaxWaiting);
  ASSERT_TRUE(usa_.reads->submit(job("record")));
  ASSERT_TRUE(usa_.reads->submit(job("flash"), Lane::kSending));
  go_on.set_value();
  while (order.size() < waiting + 3) loop_.run_one_for(std::chrono::milliseconds(2));
  EXPECT_EQ(std::vector(order.begin(), order.begin() + 4),
            (std::vector<std::string>{"first", "flash", "record", "history"}));
  EXPECT_EQ(ended, std::this_thread::get_id());
}

}  // namespace
}  // namespace openline::daemon
