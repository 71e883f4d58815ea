// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/event_hub.h"

#include "core/crypto/hash.h"
#include "daemon/api/test_stations.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

struct Sink : EventSink {
  void push(Event event) override {
    names.push_back(event.name);
    datas.push_back(json::parse(event.data, nullptr, false));
  }
  void end() override { ended = true; }
  [[nodiscard]] bool is_drained() const override { return drained; }
  [[nodiscard]] bool is_half_full() const override { return full; }
  [[nodiscard]] std::size_t count(const std::string& name) const {
    return static_cast<std::size_t>(std::ranges::count(names, name));
  }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (const json& data : datas) {
      if (data.contains("text")) result.push_back(data["text"]);
    }
    return result;
  }
  std::vector<std::string> names;
  std::vector<json> datas;
  bool ended = false, drained = true, full = false;
};

class EventHubTest : public test::ApiTest {
 protected:
  void SetUp() override {
    open_line();
    line_ = usa_.status().lines[0].line;
  }
  std::shared_ptr<Sink> follow(EventHub::Follow follow) {
    auto sink = std::make_shared<Sink>();
    usa_.api->events().open(std::move(follow), sink);
    return sink;
  }
  void send(const std::string& text) {
    ASSERT_EQ(post("/v1/lines/defense/entries", {{"text", text}, {"class", "test"}}).status, 201);
  }
  LineId line_;
};

TEST_F(EventHubTest, TellsWhatIsNew) {
  send("before");
  const auto sink = follow({});
  EXPECT_EQ(sink->names, std::vector<std::string>{"ready"});
  send("after");
  EXPECT_EQ(sink->texts(), std::vector<std::string>{"after"});
}

TEST_F(EventHubTest, TellsWhatWasMissedOnceAndInOrder) {
  for (int i = 0; i < 250; ++i) send(std::to_string(i));
  const auto sink = follow({line_, Serial{0}});
  for (int i = 250; i < 260; ++i) send(std::to_string(i));
  ASSERT_TRUE(run_until([&] { return sink->count("ready") == 1; }));
  send("260");
  const auto texts = sink->texts();
  ASSERT_EQ(texts.size(), 261u);
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(texts[i], std::to_string(i));
}

TEST_F(EventHubTest, WaitsForItsReaderBetweenPages) {
  for (int i = 0; i < 250; ++i) send(std::to_string(i));
  auto sink = std::make_shared<Sink>();
  sink->drained = false;
  usa_.api->events().open({line_, Serial{0}}, sink);
  ASSERT_TRUE(run_until([&] { return sink->on_drained != nullptr; }));
  EXPECT_EQ(sink->count("entry"), EventHub::kPage);
  sink->drained = true;
  std::exchange(sink->on_drained, nullptr)();
  EXPECT_TRUE(run_until([&] { return sink->count("ready") == 1; }));
}

TEST_F(EventHubTest, WhoIsOverrunReadsOnFromTheStore) {
  const auto sink = follow({});
  send("0");
  sink->full = true, sink->drained = false;
  for (int i = 1; i < 150; ++i) send(std::to_string(i));
  EXPECT_LE(sink->texts().size(), 2u);  // a test of the line may have been what filled it
  usa_.api->events().tell(line_, "draft", {{"line", line_.hex()}});
  EXPECT_EQ(sink->names.back(), "draft") << "what no store has is told at once";
  sink->full = false, sink->drained = true;
  std::exchange(sink->on_drained, nullptr)();
  ASSERT_TRUE(run_until([&] { return sink->texts().size() == 150; })) << json(sink->texts());
  for (int i = 150; i < 160; ++i) send(std::to_string(i));
  ASSERT_TRUE(run_until([&] { return sink->texts().size() == 160; }));
  const auto texts = sink->texts();
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(texts[i], std::to_string(i));
  EXPECT_EQ(sink->count("ready"), 1u);
  EXPECT_FALSE(sink->ended);
}

TEST_F(EventHubTest, KeepsToItsLine) {
  LineId other;
  other.value.fill(1);
  const auto sink = follow({other, std::nullopt});
  send("text");
  EXPECT_EQ(sink->count("entry"), 0u);
}

TEST_F(EventHubTest, IsTheAttendanceWhileItIsOpen) {
  const auto sink = follow({line_, std::nullopt, {{line_, "watch"}}});
  ASSERT_TRUE(run_until(
      [&] { return ask(chn_, "GET", "/v1/lines/defense").body["members"][0]["desk_state"] == "attended"; }));
  EXPECT_EQ(ask(chn_, "GET", "/v1/lines/defense").body["members"][0]["desk_role"], "watch");
  EXPECT_EQ(get("/v1/lines/defense").body["own"]["state"], "attended");
  std::exchange(sink->on_closed, nullptr)();
  ASSERT_TRUE(run_until([&] {
    return ask(chn_, "GET", "/v1/lines/defense").body["members"][0]["desk_state"] == "unattended";
  }));
}

TEST_F(EventHubTest, AttendsSeveralLinesAtOnce) {
  const std::string body = json{{"toml", agreement("air")}}.dump();
  ASSERT_EQ(ask(usa_, "POST", "/v1/agreements", body).status, 201);
  ASSERT_EQ(ask(chn_, "POST", "/v1/agreements", body).status, 201);
  ASSERT_TRUE(run_until([&] { return usa_.status().lines.size() == 2 && chn_.status().lines.size() == 2; }));
  const auto line = ask(usa_, "GET", "/v1/lines/air").body["line"].get<std::string>();
  EventHub::Follow both;
  both.attends = {{line_, "watch"}, {*LineId::from(*from_hex(line)), "air watch"}};
  const auto sink = follow(both);
  const auto seen = [&](const std::string& name) {
    return ask(chn_, "GET", "/v1/lines/" + name).body["members"][0];
  };
  ASSERT_TRUE(run_until([&] { return seen("defense")["desk_role"] == "watch"; }));
  ASSERT_TRUE(run_until([&] { return seen("air")["desk_role"] == "air watch"; }));
  post("/v1/lines/air/entries", {{"text", "of the second line"}, {"class", "test"}});
  EXPECT_EQ(sink->texts(), std::vector<std::string>{"of the second line"});
  std::exchange(sink->on_closed, nullptr)();
  EXPECT_TRUE(run_until([&] {
    return seen("defense")["desk_state"] == "unattended" && seen("air")["desk_state"] == "unattended";
  }));
}

TEST_F(EventHubTest, EndsWhenOneOfItsLinesCannotBeAttended) {
  LineId unknown;
  unknown.value.fill(1);
  const auto sink = follow({std::nullopt, std::nullopt, {{line_, "watch"}, {unknown, "watch"}}});
  ASSERT_TRUE(run_until([&] { return sink->ended; }));
  EXPECT_EQ(sink->names.back(), "overflow");
  EXPECT_TRUE(run_until([&] { return get("/v1/lines/defense").body["own"]["state"] == "unattended"; }));
}

TEST_F(EventHubTest, TellsThatStatusesChangedAndNotTooOften) {
  const auto sink = follow({line_, std::nullopt});
  for (int i = 0; i < 50; ++i) usa_.api->events().status_changed(line_);
  ASSERT_TRUE(run_until([&] { return sink->count("status") > 0; }));
  EXPECT_LT(sink->count("status"), 10u);
}

TEST_F(EventHubTest, TellsEveryReaderThatTheStationStops) {
  const auto sink = follow({line_, std::nullopt, {{line_, "watch"}}});
  usa_.api->events().stop();
  EXPECT_EQ(sink->names.back(), "stopping");
  EXPECT_TRUE(sink->ended);
  EXPECT_TRUE(run_until([&] { return get("/v1/lines/defense").body["own"]["state"] == "unattended"; }));
}

TEST_F(EventHubTest, HasRoomForSoManyStreams) {
  std::vector<std::shared_ptr<Sink>> sinks;
  while (usa_.api->events().has_room()) sinks.push_back(follow({line_, std::nullopt}));
  EXPECT_EQ(sinks.size(), EventHub::kMaxStreams);
  EXPECT_EQ(get("/v1/events").body["error"]["code"], "busy");
  std::exchange(sinks.back()->on_closed, nullptr)();
  EXPECT_TRUE(usa_.api->events().has_room());
}

TEST_F(EventHubTest, OneSessionHasFourStreamsAndTheOldestEnds) {
  const auto of = [&](const char* session) {
    EventHub::Follow follow{line_, std::nullopt};
    follow.session = hash_of(view_of(session));
    return follow;
  };
  std::vector<std::shared_ptr<Sink>> sinks;
  for (int i = 0; i < 4; ++i) sinks.push_back(follow(of("one")));
  const auto other = follow(of("other")), nobody = follow({line_, std::nullopt});
  EXPECT_FALSE(sinks[0]->ended);
  const auto fifth = follow(of("one"));
  EXPECT_TRUE(sinks[0]->ended);
  EXPECT_EQ(sinks[0]->names.back(), "overflow");
  EXPECT_FALSE(sinks[1]->ended || fifth->ended || other->ended || nobody->ended);
}

TEST_F(EventHubTest, WhereAllAreTakenWhoAttendsIsLetIn) {
  std::vector<std::shared_ptr<Sink>> sinks;
  while (usa_.api->events().has_room()) sinks.push_back(follow({line_, std::nullopt}));
  const EventHub::Follow attends{line_, std::nullopt, {{line_, "watch"}}};
  EXPECT_FALSE(usa_.api->events().has_room_for({line_, std::nullopt}));
  ASSERT_TRUE(usa_.api->events().has_room_for(attends));
  const auto window = follow(attends);
  EXPECT_FALSE(window->ended);
  EXPECT_TRUE(sinks[0]->ended);
  EXPECT_FALSE(sinks[1]->ended);
}

}  // namespace
}  // namespace openline::daemon
