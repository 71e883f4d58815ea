// SPDX-License-Identifier: Apache-2.0
// A hand-over over the API, between two real stations.
#include "daemon/api/test_desk.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::Collected;
using test::DeskApiTest;

class HandOverApiTest : public DeskApiTest {
 protected:
  void SetUp() override {
    usa_.plan.desks["defense"].checklist = {"the bell was heard"};
    usa_.restart_office(loop_);
    open_line();
    add_first({"supervisor", "auditor"});
    smith_ = add("smith", {"officer"});
    lee_ = add("lee", {"officer"});
    at_desk_ = {follow(smith_, "/v1/lines/defense/attend"), follow(lee_, "/v1/lines/defense/attend")};
    ASSERT_TRUE(run_until([&] { return watch(smith_)["on_watch"].size() == 2; }));
  }
  json watch(const std::string& token) { return get_as(token, "/v1/desks/defense/watch"); }
  json open() {
    const Answer opened =
        post_as(smith_, "/v1/desks/defense/hand-overs", {{"to", "lee"}, {"remarks", "quiet\nso far"}});
    EXPECT_EQ(opened.status, 201) << opened.body;
    place_ = "/v1/hand-overs/" + std::to_string(opened.body.value("hand_over", 0));
    return opened.body;
  }
  Answer sign(const std::string& token, int version) {
    return post_as(token, place_ + "/sign", {{"version", version}});
  }
  Answer check(bool done = true, const std::string& remark = "") {
    return post_as(smith_, place_ + "/check", {{"item", 1}, {"done", done}, {"remark", remark}});
  }
  std::string flash_from_chn() {
    const Answer sent = ask(chn_, "POST", "/v1/lines/defense/entries",
                            json{{"text", "x"}, {"class", "live"}, {"precedence", "flash"}}.dump());
    EXPECT_EQ(sent.status, 201) << sent.body;
    return sent.body["entries"][0]["id"];
  }
  int version() { return get_as(ann_, place_)["version"].get<int>(); }
  std::string smith_, lee_, place_;
  std::vector<std::shared_ptr<Collected>> at_desk_;
};

TEST_F(HandOverApiTest, TheWatchPassesAtTheSecondSignatureAndTheBellIsTried) {
  const json opened = open();
  EXPECT_EQ(opened["state"], "open");
  EXPECT_EQ(opened["report"]["lines"][0]["line_name"], "defense");
  EXPECT_EQ(opened["report"]["paths"][0]["path"], "p");
  EXPECT_EQ(opened["report"]["keys"][0]["party"], "CHN");
  EXPECT_EQ(opened["may"], json::array({"check", "withdraw"}));
  EXPECT_EQ(sign(smith_, 1).status, 409) << "the checklist";
  ASSERT_EQ(check().body["may"], json::array({"check", "sign", "withdraw"}));
  ASSERT_EQ(sign(smith_, 1).status, 200);
  EXPECT_EQ(watch(ann_)["on_watch"].size(), 2u) << "one signature passes nothing";
  const Answer done = sign(lee_, 1);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.body["state"], "signed");
  const json after = watch(ann_);
  ASSERT_EQ(after["on_watch"].size(), 1u);
  EXPECT_EQ(after["on_watch"][0]["officer"], "lee");
  EXPECT_EQ(after["hand_over"], nullptr);
  EXPECT_EQ(after["last_hand_over"]["signed_by"].size(), 2u);
  EXPECT_EQ(after["alarm_tested"], nullptr) << "nobody has heard it yet";
  EXPECT_EQ(watch(smith_)["mine"], "relieved");
  const json alarms = get_as(lee_, "/v1/alarms")["alarms"];
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0]["kind"], "test");
  ASSERT_EQ(post_as(lee_, "/v1/alarms/" + std::to_string(alarms[0]["number"].get<int>()) + "/answer").status,
            200);
  EXPECT_FALSE(watch(ann_)["alarm_tested"].is_null());
  EXPECT_EQ(sign(lee_, 1).status, 200) << "who got no answer asks again";
  EXPECT_TRUE(get_as(lee_, "/v1/alarms")["alarms"].empty()) << "and nothing rings a second time";
  // Acts are still smith's, the watch is not, until smith takes it again.
  EXPECT_EQ(post_as(smith_, "/v1/here").status, 200);
  EXPECT_EQ(watch(smith_)["mine"], "relieved");
  EXPECT_EQ(post_as(smith_, "/v1/here", {{"desk", "defense"}}).status, 200);
  EXPECT_EQ(watch(smith_)["mine"], "on-watch");
}

TEST_F(HandOverApiTest, NobodySignsForWhatTheyDidNotSee) {
  (void)open();
  ASSERT_EQ(check(false, "no bell here").status, 200);
  ASSERT_EQ(sign(lee_, 1).status, 200);
  const std::string id = flash_from_chn();
  ASSERT_TRUE(run_until([&] { return version() > 1; }));
  const json moved = get_as(ann_, place_);
  EXPECT_EQ(moved["report"]["open_items"][0]["id"], id);
  EXPECT_EQ(moved["opened_report"]["open_items"], json::array());
  EXPECT_EQ(moved["signed_by"], json::array()) << "lee has to look again";
  const Answer stale = sign(smith_, 1);
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.body["error"]["field"], "version");
  ASSERT_TRUE(run_until([&] { return !get_as(ann_, place_)["report"]["alarms"].empty(); }))
      << "the FLASH rings too";
  ASSERT_EQ(sign(smith_, version()).status, 200);
  const Answer done = sign(lee_, version());
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.body["state"], "signed");
}

TEST_F(HandOverApiTest, IsKeptAndReadByAuditorsAndNotByEngineers) {
  (void)open();
  ASSERT_EQ(check(true, "heard twice").status, 200);
  ASSERT_EQ(sign(smith_, 1).status, 200);
  usa_.restart_office(loop_);
  at_desk_ = {follow(lee_, "/v1/lines/defense/attend")};
  ASSERT_TRUE(run_until([&] { return watch(lee_)["mine"] == "on-watch"; }));
  ASSERT_EQ(sign(lee_, version()).status, 200) << "over a restart";
  const std::string auditor = add("aud", {"auditor"}), engineer = add("eng", {"engineer"});
  const json kept = get_as(auditor, "/v1/desks/defense/hand-overs?limit=1")["hand_overs"];
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0]["remarks"], "quiet\nso far");
  EXPECT_EQ(kept[0]["checklist"][0]["by"], "smith");
  EXPECT_FALSE(kept[0].contains("report")) << "a list of many has none";
  EXPECT_EQ(get_as(auditor, place_)["report"]["lines"].size(), 1u);
  EXPECT_EQ(as(engineer, "GET", "/v1/desks/defense/hand-overs").status, 403);
  EXPECT_EQ(as(engineer, "GET", place_).status, 403);
  const json seen = watch(engineer)["last_hand_over"];
  EXPECT_EQ(seen["to"], "lee");
  EXPECT_FALSE(seen.contains("report"));
  EXPECT_FALSE(seen.contains("remarks"));
  EXPECT_FALSE(seen["checklist"][0].contains("remark"));
  EXPECT_EQ(watch(auditor)["last_hand_over"]["checklist"][0]["remark"], "heard twice");
  const std::string far = add("far", {"officer"}, "grid");
  EXPECT_EQ(as(far, "GET", place_).status, 404);
  EXPECT_EQ(post_as(far, place_ + "/withdraw").status, 404);
  EXPECT_EQ(as(auditor, "GET", "/v1/hand-overs/99").status, 404);
  const std::string everywhere = add("all", {"auditor"}, "*");
  EXPECT_EQ(as(everywhere, "GET", "/v1/desks/nowhere/hand-overs").status, 404) << "not the same as none";
}

TEST_F(HandOverApiTest, RefusesWhoCannotGiveOrTakeTheWatch) {
  const std::string address = "/v1/desks/defense/hand-overs";
  for (const auto& [to, words] : {std::pair{"smith", "themselves"}, {"nobody", "no officer"}}) {
    const Answer refused = post_as(smith_, address, {{"to", to}});
    EXPECT_EQ(refused.status, 422) << to;
    EXPECT_NE(refused.body["error"]["message"].get<std::string>().find(words), std::string::npos)
        << refused.body;
  }
  EXPECT_EQ(post_as(ann_, address, {{"to", "lee"}}).status, 409) << "who is not on watch hands nothing over";
  (void)open();
  EXPECT_EQ(post_as(lee_, address, {{"to", "smith"}}).status, 409) << "one at a time";
  EXPECT_EQ(post_as(lee_, "/v1/desks/nowhere/hand-overs", {{"to", "smith"}}).status, 403);
  ASSERT_EQ(check().status, 200);
  std::exchange(at_desk_[1]->on_closed, nullptr)();
  ASSERT_TRUE(run_until([&] { return watch(lee_)["mine"] == "away"; }));
  EXPECT_EQ(sign(lee_, version()).status, 409) << "the watch passes to who is there";
  EXPECT_EQ(post_as(lee_, place_ + "/sign").body["error"]["code"], "missing_field");
  EXPECT_EQ(post_as(ann_, place_ + "/withdraw").status, 200) << "a supervisor clears it away";
  EXPECT_EQ(watch(ann_)["hand_over"], nullptr);
}

}  // namespace
}  // namespace openline::daemon
