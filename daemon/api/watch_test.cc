// SPDX-License-Identifier: Apache-2.0
// The watch over the API: asking, lapsing and coming back, between two real stations.
#include "daemon/api/test_desk.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::Collected;
using test::DeskApiTest;

class WatchApiTest : public DeskApiTest {
 protected:
  void SetUp() override {
    DeskPlan::Desk& desk = usa_.plan.desks["defense"];
    desk.confirm_every = Seconds{30};
    desk.confirm_within = Seconds{10};
    desk.ring_unmanned = Seconds{20};
    desk.time_zone = *TimeZone::of("Europe/Paris");
    usa_.restart_office(loop_);
    open_line();
  }
  void add_people() {
    add_first({"supervisor", "auditor"});
    smith_ = add("smith", {"officer"});
  }
  std::string far_end() {
    return ask(chn_, "GET", "/v1/lines/defense").body["members"][0]["desk_state"].get<std::string>();
  }
  bool far_end_sees(const std::string& state) {
    return run_until([&] { return far_end() == state; });
  }
  // Here and abroad.
  bool is_on_watch() {
    return far_end_sees("attended") && run_until([&] { return watch(ann_)["on_watch"].size() == 1; });
  }
  json watch(const std::string& token) { return get_as(token, "/v1/desks/defense/watch"); }
  // In small steps, so that both ends hear each other meanwhile.
  void pass_time(std::int64_t seconds) {
    for (std::int64_t i = 0; i < 4 * seconds; ++i) {
      clock_ += Milliseconds{245};
      step();
    }
  }
  std::size_t logged(const std::string& act, const std::string& officer) {
    std::size_t count = 0;
    const json told = get_as(ann_, "/v1/audit?limit=1000");
    for (const json& row : told["acts"])
      count +=
          row["act"] == act && row["officer"] == (officer.empty() ? json(nullptr) : json(officer)) ? 1 : 0;
    return count;
  }
  json unmanned_alarm() {
    const json told = get_as(ann_, "/v1/alarms");
    for (const json& alarm : told["alarms"]) {
      if (alarm["kind"] == "unmanned") return alarm;
    }
    return nullptr;
  }
  static constexpr const char* kAttend = "/v1/lines/defense/attend";
  std::string smith_;
};

TEST_F(WatchApiTest, WhoDoesNotAnswerIsNotThereUntilTheyDo) {
  add_people();
  const auto stream = follow(smith_, kAttend);
  ASSERT_TRUE(is_on_watch());
  const json there = watch(ann_)["on_watch"][0];
  EXPECT_EQ(there["officer"], "smith");
  EXPECT_EQ(there["roles"], json::array({"officer"}));
  EXPECT_FALSE(there["confirm_by"].is_null());
  EXPECT_EQ(stream->count("event: still-there"), 0u);
  pass_time(30);
  ASSERT_TRUE(run_until([&] { return stream->count("event: still-there") == 1; }));
  EXPECT_EQ(far_end(), "attended") << "while there is time to answer";
  pass_time(10);
  ASSERT_TRUE(far_end_sees("unattended"));
  ASSERT_TRUE(run_until([&] { return stream->count("event: still-there") == 2; }));
  EXPECT_EQ(watch(smith_)["mine"], "lapsed");
  EXPECT_EQ(watch(smith_)["lapsed"][0]["officer"], "smith");
  EXPECT_EQ(watch(smith_)["on_watch"], json::array());
  EXPECT_EQ(far_end(), "unattended") << "reading brings nobody back";
  ASSERT_TRUE(run_until([&] { return logged("watch unmanned", "") == 1; }));
  EXPECT_FALSE(stream->ended) << "what comes is still seen";
  ASSERT_EQ(post_as(smith_, "/v1/here").status, 200);
  ASSERT_TRUE(far_end_sees("attended"));
  EXPECT_EQ(watch(smith_)["mine"], "on-watch");
  EXPECT_EQ(logged("watch lapsed", "smith"), 1u);
  EXPECT_EQ(logged("watch returned", "smith"), 1u);
  EXPECT_EQ(logged("watch unmanned", ""), 1u);
}

TEST_F(WatchApiTest, AnActAnswersAndWhatTerminalsSayByThemselvesDoesNot) {
  add_people();
  const auto stream = follow(smith_, kAttend);
  ASSERT_TRUE(is_on_watch());
  pass_time(20);
  ASSERT_EQ(post_as(smith_, "/v1/lines/defense/entries", {{"text", "x"}, {"class", "live"}}).status, 201);
  pass_time(11);  // since the attendance began it is 31 s, since the act 11
  ASSERT_FALSE(run_until([&] { return stream->count("event: still-there") > 0; }));
  const auto sent =
      ask(chn_, "POST", "/v1/lines/defense/entries", json{{"text", "y"}, {"class", "live"}}.dump());
  ASSERT_EQ(sent.status, 201) << sent.body;
  const std::string id = sent.body["entries"][0]["id"];
  ASSERT_TRUE(run_until([&] { return get_as(smith_, "/v1/lines/defense/record/" + id).contains("id"); }));
  ASSERT_TRUE(run_until([&] {
    pass_time(1);
    return stream->count("event: still-there") == 1;
  }));
  EXPECT_EQ(post_as(smith_, "/v1/lines/defense/shown", {{"entries", {id}}}).status, 201);
  pass_time(10);
  ASSERT_TRUE(run_until([&] { return watch(smith_)["mine"] == "lapsed"; }))
      << "a terminal that shows a message is nobody";
  EXPECT_EQ(post_as(smith_, "/v1/lines/defense/ack", {{"id", id}}).status, 201);
  EXPECT_TRUE(run_until([&] { return watch(smith_)["mine"] == "on-watch"; }));
}

TEST_F(WatchApiTest, AWindowThatComesAgainByItselfBringsNobodyBack) {
  add_people();
  auto stream = follow(smith_, kAttend);
  ASSERT_TRUE(is_on_watch());
  pass_time(30);
  ASSERT_TRUE(run_until([&] { return stream->count("event: still-there") == 1; }));
  pass_time(10);
  ASSERT_TRUE(far_end_sees("unattended"));
  std::exchange(stream->on_closed, nullptr)();
  usa_.restart_office(loop_);
  stream = follow(smith_, kAttend);
  EXPECT_TRUE(run_until([&] { return stream->count("event: still-there") == 1; })) << "told at once";
  EXPECT_FALSE(run_until([&] { return far_end() == "attended"; }));
  smith_ = sign_in("smith");
  EXPECT_TRUE(far_end_sees("attended")) << "a password is typed by a person";
}

TEST_F(WatchApiTest, ADeskThatNobodyAttendsRingsAndOnlyAttendingAnswers) {
  add_people();
  ASSERT_TRUE(run_until([&] {
    pass_time(1);
    return !unmanned_alarm().is_null();
  }));
  const json alarm = unmanned_alarm();
  EXPECT_EQ(alarm["desk"], "defense");
  const std::string number = std::to_string(alarm["number"].get<int>());
  EXPECT_EQ(post_as(smith_, "/v1/alarms/" + number + "/answer").status, 409);
  usa_.restart_office(loop_);
  ASSERT_FALSE(run_until([&] { return unmanned_alarm().is_null(); })) << "a restart answers nothing";
  EXPECT_EQ(unmanned_alarm()["number"], alarm["number"]) << "and begins no second alarm";
  const auto stream = follow(smith_, kAttend);
  ASSERT_TRUE(run_until([&] { return unmanned_alarm().is_null(); }));
  EXPECT_EQ(logged("alarm answered", "smith"), 1u);
}

TEST_F(WatchApiTest, WithoutOfficersNobodyIsAsked) {
  HttpRequest request;
  request.method = "GET";
  ASSERT_TRUE(read_target("/v1/lines/defense/attend?role=watch", request));
  auto sink = std::make_shared<Collected>();
  usa_.api->handle(std::move(request), [&](HttpResponse response) { response.events(sink); });
  ASSERT_TRUE(far_end_sees("attended"));
  ASSERT_TRUE(run_until([&] { return get("/v1/desks/defense/watch").body["on_watch"].size() == 1; }));
  pass_time(60);
  EXPECT_FALSE(run_until([&] { return sink->count("event: still-there") > 0; }));
  const json there = get("/v1/desks/defense/watch").body["on_watch"][0];
  EXPECT_TRUE(there["officer"].is_null());
  EXPECT_EQ(there["title"], "watch");
  EXPECT_EQ(post("/v1/here", json::object()).body["next"], nullptr);
  EXPECT_EQ(get("/v1/desks").body["desks"][0]["desk"], "defense");
  EXPECT_EQ(post("/v1/desks/defense/roster", {{"shifts", json::array()}}).status, 409);
  EXPECT_EQ(post("/v1/desks/defense/hand-overs", {{"to", "lee"}}).status, 409);
}

TEST_F(WatchApiTest, DesksAreThoseOfOnesRoles) {
  add_people();
  const std::string far = add("far", {"officer"}, "grid");
  EXPECT_EQ(get_as(smith_, "/v1/desks")["desks"].size(), 1u);
  EXPECT_EQ(get_as(smith_, "/v1/desks")["desks"][0]["roles"], json::array({"officer"}));
  EXPECT_EQ(get_as(far, "/v1/desks")["desks"], json::array());
  EXPECT_EQ(as(far, "GET", "/v1/desks/defense/watch").status, 403);
  EXPECT_EQ(as(ann_, "GET", "/v1/desks/nowhere/watch").status, 404);
}

TEST_F(WatchApiTest, ARosterIsPlannedInUtcOrAsTheClocksOfTheDeskShowIt) {
  add_people();
  // The tests' clock says 14 November 2023.
  const std::string address = "/v1/desks/defense/roster";
  const Answer planned = post_as(
      ann_, address,
      {{"shifts",
        {{{"officers", {"smith"}}, {"from_local", "2024-03-30T22:00"}, {"to_local", "2024-03-31T06:00"}},
         {{"officers", {"smith"}}, {"from", "2024-03-31T04:00:00Z"}, {"to", "2024-03-31T12:00:00Z"}}}}});
  ASSERT_EQ(planned.status, 201) << planned.body;
  const json night = planned.body["shifts"][0];
  EXPECT_EQ(night["from"], "2024-03-30T21:00:00.000Z");
  EXPECT_EQ(night["to"], "2024-03-31T04:00:00.000Z") << "an hour shorter: clocks are put forward";
  EXPECT_EQ(night["from_local"], "2024-03-30T22:00:00+01:00");
  EXPECT_EQ(night["to_local"], "2024-03-31T06:00:00+02:00");
  for (const auto& [shift, field] :
       {std::pair{json{{"from_local", "2024-03-31T02:30"}, {"to_local", "2024-03-31T06:00"}},
                  "shifts[0].from_local"},
        {json{{"from_local", "2024-10-27T02:30"}, {"to_local", "2024-10-27T06:00"}}, "shifts[0].from_local"},
        {json{{"from", "2024-03-31T04:00:00Z"}}, "shifts[0].to"},
        {json{{"from", "2024-03-31T04:00:00Z"},
              {"from_local", "2024-03-31T06:00"},
              {"to", "2024-03-31T05:00:00Z"}},
         "shifts[0].from"}}) {
    json body = shift;
    body["officers"] = {"smith"};
    const Answer wrong = post_as(ann_, address, {{"shifts", {body}}});
    EXPECT_EQ(wrong.status, 400) << wrong.body;
    EXPECT_EQ(wrong.body["error"]["field"], field) << wrong.body;
  }
  EXPECT_EQ(post_as(smith_, address, {{"shifts", json::array()}}).status, 403);
  const json listed = get_as(smith_, address + "?from=2024-03-31T00:00:00Z&to=2024-04-01T00:00:00Z");
  EXPECT_EQ(listed["shifts"].size(), 2u);
  EXPECT_EQ(listed["time_zone"], "Europe/Paris");
  EXPECT_EQ(as(smith_, "GET", address + "?from=2024-03-31T00:00:00Z&to=2024-03-31T00:00:00Z").status, 400);
  EXPECT_EQ(as(smith_, "GET", address + "?from=2020-03-31T00:00:00Z&to=2024-03-31T00:00:00Z").status, 400);
  EXPECT_EQ(watch(smith_)["next_shift"]["shift"], night["shift"]);
  const Answer emptied =
      post_as(ann_, address,
              {{"shifts", json::array()},
               {"instead_of", {{"from_local", "2024-03-30T00:00"}, {"to_local", "2024-04-01T00:00"}}}});
  EXPECT_EQ(emptied.body["removed"].size(), 2u) << emptied.body;
  usa_.restart_office(loop_);
  EXPECT_EQ(watch(smith_)["next_shift"], nullptr);
}

}  // namespace
}  // namespace openline::daemon
