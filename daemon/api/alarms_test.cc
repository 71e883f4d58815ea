// SPDX-License-Identifier: Apache-2.0
// Alarms over the API, between two real stations.
#include "daemon/api/test_desk.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::ApiTest;
using test::Collected;

class AlarmsApiTest : public ApiTest {
 protected:
  void SetUp() override {
    DeskPlan::Desk& desk = usa_.plan.desks["defense"];
    desk.steps = {{Seconds{30}, "duty officer", {"/usr/bin/pager", "duty"}, ""}};
    desk.bell = {"/usr/bin/bell"};
    usa_.restart_office(loop_);
    open_line();
  }
  std::string send_from_chn(const std::string& precedence = "flash") {
    const Answer sent = ask(chn_, "POST", "/v1/lines/defense/entries",
                            json{{"text", "x"}, {"class", "live"}, {"precedence", precedence}}.dump());
    EXPECT_EQ(sent.status, 201) << sent.body;
    return sent.body["entries"][0]["id"];
  }
  json alarms() { return get("/v1/alarms").body; }
  std::shared_ptr<Collected> follow(const std::string& target = "/v1/events") {
    HttpRequest request;
    request.method = "GET";
    (void)read_target(target, request);
    auto sink = std::make_shared<Collected>();
    usa_.api->handle(std::move(request), [&](HttpResponse response) { response.events(sink); });
    return sink;
  }
  std::size_t commands(const std::string& program) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        usa_.commands_run, [&](const auto& run) { return run.command.front() == program; }));
  }
};

using AlarmsDeskTest = test::DeskApiTest;

TEST_F(AlarmsApiTest, AFlashRingsUntilItIsAcknowledgedAndNeverAgain) {
  const auto events = follow();
  const std::string id = send_from_chn();
  ASSERT_TRUE(run_until([&] { return alarms()["ringing"] == 1; }));
  const json alarm = alarms()["alarms"][0];
  EXPECT_EQ(alarm["kind"], "message");
  EXPECT_EQ(alarm["entry"], id);
  EXPECT_EQ(alarm["words"], "live flash from CHN");
  EXPECT_EQ(alarm["next_step"]["name"], "duty officer");
  EXPECT_EQ(events->count("event: alarm"), 1u);
  const std::string answer = "/v1/alarms/" + std::to_string(alarm["number"].get<int>()) + "/answer";
  EXPECT_EQ(post(answer, json::object()).status, 409) << "acknowledge the message itself";
  EXPECT_EQ(commands("/usr/bin/bell"), 1u);

  usa_.restart_office(loop_);  // neither the bell stops nor does a second alarm begin
  ASSERT_TRUE(run_until([&] { return !alarms()["alarms"].empty(); }));
  EXPECT_EQ(alarms()["alarms"][0]["number"], alarm["number"]);
  ASSERT_EQ(post("/v1/lines/defense/ack", {{"id", id}, {"role", "watch"}}).status, 201);
  ASSERT_TRUE(run_until([&] { return alarms()["alarms"].empty(); }));
  usa_.restart_office(loop_);
  for (int i = 0; i < 300; ++i) step();
  EXPECT_TRUE(alarms()["alarms"].empty());
}

TEST_F(AlarmsApiTest, GoesThroughThePlanAndTellsThePagerWhatItIs) {
  (void)send_from_chn();
  ASSERT_TRUE(run_until([&] { return alarms()["ringing"] == 1; }));
  clock_ += Seconds{31};
  ASSERT_TRUE(run_until([&] { return commands("/usr/bin/pager") == 1; }));
  const auto pager = std::ranges::find_if(
      usa_.commands_run, [](const auto& run) { return run.command.front() == "/usr/bin/pager"; });
  const json told = json::parse(pager->input);
  EXPECT_EQ(told["change"], "step");
  EXPECT_EQ(told["alarm"]["step"], "duty officer");
  EXPECT_EQ(told["alarm"]["precedence"], "flash");
  pager->done("ended with code 0");
  clock_ += Seconds{31};
  for (int i = 0; i < 100; ++i) step();
  EXPECT_EQ(commands("/usr/bin/pager"), 1u) << "once";
  const json acts = get("/v1/audit?limit=1000").body["acts"];
  const auto logged = [&](const std::string& act, const std::string& words) {
    return std::ranges::any_of(acts, [&](const json& one) {
      return one["act"] == act && one.value("note", "").find(words) != std::string::npos;
    });
  };
  EXPECT_TRUE(logged("alarm raised", "live flash")) << acts;
  EXPECT_TRUE(logged("alarm raised", "nobody on watch")) << acts;
  EXPECT_TRUE(logged("alarm step", "duty officer"));
  EXPECT_TRUE(logged("alarm command", "/usr/bin/pager ended with code 0"));
}

TEST_F(AlarmsDeskTest, AStepOfThePlanRingsAtTheNextDeskToo) {
  DeskPlan::Desk& desk = usa_.plan.desks["defense"];
  desk.steps = {{Seconds{30}, "the air desk", {}, "air"}};
  usa_.plan.desks["air"].bell = {"/usr/bin/air-bell"};
  usa_.restart_office(loop_);
  open_line();
  add_first();
  const std::string smith = add("smith", {"officer"}), kim = add("kim", {"officer"}, "air");
  const auto watch = follow(smith, "/v1/lines/defense/attend?role=officer");
  ASSERT_TRUE(run_until([&] { return watch->count("event: ready") == 1; }));
  const auto events = follow(kim, "/v1/events");
  ASSERT_TRUE(run_until([&] { return events->count("event: ready") == 1; }));
  ASSERT_EQ(ask(chn_, "POST", "/v1/lines/defense/entries", flash().dump()).status, 201);
  ASSERT_TRUE(run_until([&] { return get_as(smith, "/v1/alarms")["ringing"] == 1; }));
  EXPECT_EQ(get_as(kim, "/v1/alarms")["ringing"], 0);
  EXPECT_EQ(events->count("event: alarm"), 0u);

  clock_ += Seconds{31};
  ASSERT_TRUE(run_until([&] { return get_as(kim, "/v1/alarms")["ringing"] == 1; }));
  const json alarm = get_as(kim, "/v1/alarms")["alarms"][0];
  EXPECT_EQ(alarm["desk"], "defense");
  EXPECT_EQ(alarm["also_at"], json::array({"air"}));
  EXPECT_EQ(events->count(R"("change":"step")"), 1u);
  ASSERT_TRUE(run_until([&] {
    return std::ranges::any_of(usa_.commands_run,
                               [](const auto& run) { return run.command.front() == "/usr/bin/air-bell"; });
  }));
  const auto entry = "/v1/lines/defense/record/" + alarm["entry"].get<std::string>();
  EXPECT_EQ(as(kim, "GET", entry).status, 403) << "the message stays with those who may read it";
  EXPECT_EQ(post_as(kim, "/v1/lines/defense/ack", {{"id", alarm["entry"]}}).status, 403);

  ASSERT_EQ(post_as(smith, "/v1/lines/defense/ack", {{"id", alarm["entry"]}}).status, 201);
  ASSERT_TRUE(run_until([&] { return get_as(kim, "/v1/alarms")["ringing"] == 0; }));
  EXPECT_EQ(events->count(R"("change":"ended")"), 1u);
  const json acts = get_as(ann_, "/v1/audit?limit=1000")["acts"];
  const auto noted = [&](const std::string& act, const std::string& words) {
    return std::ranges::any_of(acts, [&](const json& one) {
      return one["act"] == act && one.value("note", "").find(words) != std::string::npos;
    });
  };
  EXPECT_TRUE(noted("alarm raised", "on watch: smith")) << acts;
  EXPECT_TRUE(noted("alarm step", "the air desk, at desk air")) << acts;
}

TEST_F(AlarmsApiTest, WhatDoesNotRingRingsWhenItIsOverdue) {
  (void)send_from_chn("immediate");
  for (int i = 0; i < 200; ++i) step();
  EXPECT_TRUE(alarms()["alarms"].empty());
  clock_ += Seconds{1801};
  ASSERT_TRUE(run_until([&] {
    const json all = alarms()["alarms"];
    return std::ranges::any_of(all, [](const json& one) { return one["kind"] == "overdue"; });
  }));
}

TEST_F(AlarmsApiTest, ARequestThatAnOfficerHasRingsNoMoreUntilItsTimeIsOver) {
  const Answer asked = ask(chn_, "POST", "/v1/lines/defense/contacts",
                           json{{"from_role", "minister"},
                                {"to_roles", {"minister"}},
                                {"subject", "the incident"},
                                {"class", "live"},
                                {"precedence", "flash"}}
                               .dump());
  ASSERT_EQ(asked.status, 201) << asked.body;
  const std::string id = asked.body["entries"][0]["id"];
  ASSERT_TRUE(run_until([&] { return alarms()["ringing"] == 1; }));
  EXPECT_EQ(alarms()["alarms"][0]["kind"], "message");
  ASSERT_EQ(post("/v1/lines/defense/ack", {{"id", id}, {"role", "watch"}}).status, 201);
  ASSERT_TRUE(run_until([&] { return alarms()["alarms"].empty(); }));
  EXPECT_TRUE(get("/v1/inbox").body["for_us"][0]["acknowledged"]) << "it waits for its answer";

  clock_ += Seconds{601};
  ASSERT_TRUE(run_until([&] { return alarms()["ringing"] == 1; }));
  const json late = alarms()["alarms"][0];
  EXPECT_EQ(late["kind"], "no-answer");
  EXPECT_EQ(late["words"], "live flash from CHN is acknowledged, and not answered in its time");
  const std::string answer = "/v1/alarms/" + std::to_string(late["number"].get<int>()) + "/answer";
  EXPECT_EQ(post(answer, json::object()).status, 200);
  EXPECT_EQ(alarms()["ringing"], 0);
}

TEST_F(AlarmsApiTest, AStepRingsAtTheDeskOfAnotherLineWhereThereAreNoOfficersToo) {
  usa_.plan.desks["defense"].steps.front().desk = "air";
  usa_.restart_office(loop_);
  std::string toml = agreement("air");
  for (std::size_t at = 0; (at = toml.find("desk = \"defense\"", at)) != std::string::npos;)
    toml.replace(at, 16, "desk = \"air\"");
  const std::string body = json{{"toml", toml}}.dump();
  ASSERT_EQ(ask(usa_, "POST", "/v1/agreements", body).status, 201);
  ASSERT_EQ(ask(chn_, "POST", "/v1/agreements", body).status, 201);
  ASSERT_TRUE(run_until([&] { return usa_.status().lines.size() == 2; }));
  const auto air = follow("/v1/lines/air/attend?role=watch");
  ASSERT_TRUE(run_until([&] { return air->count("event: ready") == 1; }));
  const std::string id = send_from_chn();
  ASSERT_TRUE(run_until([&] { return alarms()["ringing"] == 1; }));
  EXPECT_EQ(air->count("event: alarm"), 0u);
  clock_ += Seconds{31};
  ASSERT_TRUE(run_until([&] { return air->count(R"("change":"step")") == 1; }));
  ASSERT_EQ(post("/v1/lines/defense/ack", {{"id", id}, {"role", "watch"}}).status, 201);
  ASSERT_TRUE(run_until([&] { return air->count(R"("change":"ended")") == 1; }));
}

TEST_F(AlarmsApiTest, TheLogKnowsThatAStationWithoutOfficersIsAttended) {
  const auto watch = follow("/v1/lines/defense/attend?role=watch");
  ASSERT_TRUE(run_until([&] { return watch->count("event: ready") == 1; }));
  (void)send_from_chn();
  ASSERT_TRUE(run_until([&] { return alarms()["ringing"] == 1; }));
  const json acts = get("/v1/audit?limit=1000").body["acts"];
  EXPECT_TRUE(std::ranges::any_of(acts, [](const json& one) {
    return one.value("note", "").ends_with("on watch: whoever holds the station's socket");
  })) << acts;
}

TEST_F(AlarmsApiTest, ADeskThatAStepCallsAndNoLineHasIsSaidAtTheLine) {
  EXPECT_EQ(get("/v1/lines/defense").body["conditions"], json::array());
  usa_.plan.desks["defense"].steps.front().desk = "sea";
  usa_.restart_office(loop_);
  EXPECT_EQ(get("/v1/lines/defense").body["conditions"],
            json::array({R"(the plan's step "duty officer" calls the desk sea, which no line here has)"}));
}

TEST_F(AlarmsApiTest, ATestOfTheAlarmIsAnswered) {
  const Answer begun = post("/v1/lines/defense/alarm-test", json::object());
  ASSERT_EQ(begun.status, 201) << begun.body;
  EXPECT_EQ(begun.body["kind"], "test");
  EXPECT_EQ(commands("/usr/bin/bell"), 1u);
  const std::string answer = "/v1/alarms/" + std::to_string(begun.body["number"].get<int>()) + "/answer";
  EXPECT_EQ(post(answer, json::object()).status, 200);
  EXPECT_EQ(post(answer, json::object()).status, 404);
  EXPECT_TRUE(alarms()["alarms"].empty());
  EXPECT_EQ(post("/v1/alarms/x/answer", json::object()).status, 404);
}

TEST_F(AlarmsApiTest, TheBellRingsAgainWhileSomethingRings) {
  (void)send_from_chn();
  ASSERT_TRUE(run_until([&] { return commands("/usr/bin/bell") == 1; }));
  clock_ += Seconds{6};
  for (int i = 0; i < 300; ++i) step();
  EXPECT_EQ(commands("/usr/bin/bell"), 1u) << "the first one still runs";
  usa_.commands_run.front().done("ended with code 0");
  ASSERT_TRUE(run_until([&] { return commands("/usr/bin/bell") == 2; }));
}

}  // namespace
}  // namespace openline::daemon
