// SPDX-License-Identifier: Apache-2.0
// What takes two people goes out by two.
#include "daemon/api/test_desk.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::DeskApiTest;

TEST_F(DeskApiTest, WithoutOfficersNothingGoesOutThatNeedsTwo) {
  open_two_person_line();
  const Answer refused = post("/v1/lines/defense/entries", flash());
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["error"]["code"], "officers_needed");
  EXPECT_EQ(refused.body["error"]["needs"], 2);
  EXPECT_EQ(post("/v1/lines/defense/entries", {{"text", "x"}, {"class", "live"}}).status, 201);
  EXPECT_EQ(texts(get("/v1/lines/defense/record").body), 1);
}

TEST_F(DeskApiTest, ALineSaysBeforehandHowManyMustStandBehindIt) {
  open_two_person_line();
  add_first();
  const std::string bob = add("bob", {"officer"});
  const json release = get_as(bob, "/v1/lines/defense")["release"];
  EXPECT_EQ(release["people"], json({{"flash", 2}, {"immediate", 2}, {"priority", 1}, {"routine", 1}}))
      << release;
  EXPECT_EQ(release["emergency"], false);
  EXPECT_EQ(get_as(bob, "/v1/status")["lines"][0]["release"], release);
}

TEST_F(DeskApiTest, OneAloneReleasesNothingThatNeedsTwoByAnyAddress) {
  open_two_person_line();
  add_first();
  const std::string bob = add("bob", {"officer", "releaser", "supervisor", "linguist"});
  const std::string l = "/v1/lines/defense/";
  const json live_flash{{"class", "live"}, {"precedence", "flash"}};
  const auto with = [](json one, const json& more) { return one.update(more), one; };
  const auto first_id = [](const Answer& answer) {
    return answer.body["entries"][0]["id"].get<std::string>();
  };
  // Routine things go out by one, and give the others something to be about.
  const json routine{{"class", "live"}};
  EXPECT_EQ(post_as(bob, l + "entries", with(routine, {{"text", "Routine."}})).status, 201);
  const json call_text{{"stage", "agreed"}, {"at", "2026-12-01T10:00:00Z"}};
  const std::string call = first_id(post_as(bob, l + "calls", with(routine, call_text)));
  const json visit_text{{"name", "June"},
                        {"place", "Geneva"},
                        {"from", "2026-12-01"},
                        {"to", "2026-12-02"},
                        {"goals", {"talk"}}};
  const std::string visit = first_id(post_as(bob, l + "visits", with(routine, visit_text)));
  EXPECT_EQ(
      post_as(bob, l + "contacts", with(routine, {{"to_roles", {"general"}}, {"subject", "talk"}})).status,
      201);
  // Theirs, FLASH: what answers it is FLASH too.
  const Answer theirs =
      ask(chn_, "POST", l + "contacts",
          with(live_flash, {{"from_role", "x"}, {"to_roles", {"y"}}, {"subject", "z"}}).dump());
  EXPECT_EQ(theirs.body["error"]["code"], "officers_needed") << "the other station has no officers";
  const auto before = texts(as(bob, "GET", l + "record?limit=1000").body);
  const std::string in_force = get_as(bob, "/v1/agreements/defense")["hash"];
  const json flash_precedence{{"precedence", "flash"}};
  for (const auto& [address, body] : std::vector<std::pair<std::string, json>>{
           {"entries", flash()},
           {"entries", flash("Drill.", "exercise")},
           {"entries", json::array({flash(), flash()})},
           {"contacts", with(live_flash, {{"to_roles", {"general"}}, {"subject", "x"}})},
           {"visits", with(visit_text, {{"class", "live"}, {"precedence", "immediate"}})},
           {"visits/" + visit + "/act", with(flash_precedence, {{"act", "cancelled"}})},
           {"visits/" + visit + "/outcome",
            with(flash_precedence, {{"outcomes", {{{"goal", 1}, {"outcome", "x"}}}}})},
           {"calls", with(call_text, live_flash)},
           {"calls/" + call + "/act",
            with(flash_precedence, {{"act", "started"}, {"at", "2026-12-01T10:00:00Z"}})},
           {"readouts", with(flash_precedence, {{"of", call}, {"mark", "national"}, {"text", "x"}})},
           {"notices", with(live_flash, {{"form", "exercise"},
                                         {"fields",
                                          {{"exercise_kind", "land"},
                                           {"starts_at", "2026-12-01T10:00:00Z"},
                                           {"ends_at", "2026-12-02T10:00:00Z"},
                                           {"latitude", 10},
                                           {"longitude", 20}}}})},
           {"amend", {{"toml", agreement() + "amends = \"" + in_force + "\"\n"}}}}) {
    const Answer refused = post_as(bob, l + address, body);
    EXPECT_EQ(refused.status, 403) << address << refused.body;
    EXPECT_EQ(refused.body["error"]["code"], "release_needed") << address << refused.body;
    EXPECT_EQ(refused.body["error"]["needs"], 2) << address;
  }
  // Their own draft, released by themselves, as often as they like.
  const Answer draft = post_as(bob, l + "drafts", {{"act", "entries"}, {"body", flash()}});
  ASSERT_EQ(draft.status, 201) << draft.body;
  const json release{{"version", 1}, {"confirm", "live flash"}};
  EXPECT_EQ(post_as(bob, "/v1/drafts/1/release", release).status, 202);
  EXPECT_EQ(post_as(bob, "/v1/drafts/1/release", release).status, 409);
  EXPECT_EQ(post_as(bob, "/v1/drafts/1/release", with(release, {{"emergency", "x"}})).status, 403)
      << "the plan has no emergency rule";
  // A second person of one's own making.
  const Answer puppet = post_as(
      bob, "/v1/officers", {{"name", "puppet"}, {"title", "P"}, {"grants", grants("defense", {"releaser"})}});
  ASSERT_EQ(puppet.status, 202);
  EXPECT_EQ(post_as(bob, "/v1/people-changes/1/confirm").status, 403);
  EXPECT_EQ(post_as(bob, "/v1/officers/ann/recover").status, 403)
      << "who supervises every desk is above one of a desk";
  EXPECT_EQ(texts(as(bob, "GET", l + "record?limit=1000").body), before);
}

// The Hawaii case of 2018: a drill at a change of watch. It cannot go out as live, and a wrong live message
// is taken back by one act.
TEST_F(DeskApiTest, ADrillCannotBeReleasedAsLiveAndAWrongLiveOneIsWithdrawnByOneAct) {
  open_two_person_line();
  add_first();
  const std::string bob = add("bob", {"officer"}), cleo = add("cleo", {"releaser"});
  const std::string text = "BALLISTIC MISSILE THREAT INBOUND. THIS IS NOT A DRILL.";
  const Answer drill =
      post_as(bob, "/v1/lines/defense/drafts", {{"act", "entries"}, {"body", flash(text, "exercise")}});
  ASSERT_EQ(drill.status, 201);
  EXPECT_EQ(drill.body["confirm"], "exercise JUNE flash");
  for (const char* words : {"live flash", "flash", "exercise flash", "yes"})
    EXPECT_EQ(post_as(cleo, "/v1/drafts/1/release", {{"version", 1}, {"confirm", words}}).status, 422)
        << words;
  const json changed{{"act", "entries"}, {"body", flash(text, "live")}};
  ASSERT_EQ(post_as(bob, "/v1/drafts/1/change", changed).status, 200);
  EXPECT_EQ(
      post_as(cleo, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "exercise JUNE flash"}}).status, 409)
      << "what she saw is no longer what it is";
  EXPECT_EQ(
      post_as(cleo, "/v1/drafts/1/release", {{"version", 2}, {"confirm", "exercise JUNE flash"}}).status,
      422);
  // And if both are wrong, one releaser takes it back.
  const Answer sent = post_as(cleo, "/v1/drafts/1/release", {{"version", 2}, {"confirm", "live flash"}});
  ASSERT_EQ(sent.status, 200) << sent.body;
  const std::string id = sent.body["entries"][0]["id"];
  EXPECT_EQ(post_as(bob, "/v1/lines/defense/disregard", {{"id", id}}).status, 403)
      << "an officer is no releaser";
  ASSERT_EQ(post_as(cleo, "/v1/lines/defense/disregard", {{"id", id}, {"reason", "sent in error"}}).status,
            201);
  ASSERT_TRUE(run_until([&] {
    const Answer theirs = ask(chn_, "GET", "/v1/lines/defense/record/" + id);
    return theirs.status == 200 && !theirs.body["receipts"]["disregarded"].empty();
  }));
}

TEST_F(DeskApiTest, AnEmergencyIsLoudAndShownAbroad) {
  usa_.plan.desks["defense"].emergency = true;
  usa_.restart_office(loop_);
  open_two_person_line();
  add_first();
  const std::string bob = add("bob", {"officer", "releaser"});
  ASSERT_EQ(post_as(bob, "/v1/lines/defense/drafts", {{"act", "entries"}, {"body", flash()}}).status, 201);
  EXPECT_EQ(get_as(bob, "/v1/drafts/1")["may"], (json{"change", "return", "withdraw", "emergency"}));
  EXPECT_EQ(post_as(bob, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "live flash"}}).status, 202);
  const Answer released = post_as(bob, "/v1/drafts/1/release",
                                  {{"version", 1}, {"confirm", "live flash"}, {"emergency", "alone here"}});
  ASSERT_EQ(released.status, 200) << released.body;
  EXPECT_EQ(released.body["released_by"][0]["emergency"], "alone here");
  const std::string id = released.body["entries"][0]["id"];
  EXPECT_EQ(as(bob, "GET", "/v1/lines/defense/record/" + id).body["role"],
            "defense officer, one person (emergency)");
}

// What is released is what its releaser saw: the far side cannot put another proposal or another visit in its
// place.
TEST_F(DeskApiTest, TheFarSideCannotChangeWhatWasReleased) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"}), cleo = add("cleo", {"releaser"});
  const std::string l = "/v1/lines/defense/";
  const auto visit = [](const std::string& name, const std::string& place) {
    return json{{"name", name},       {"role", "x"},       {"place", place}, {"from", "2026-12-01"},
                {"to", "2026-12-02"}, {"goals", {"talk"}}, {"class", "live"}};
  };
  const Answer theirs = ask(chn_, "POST", l + "visits", visit("June", "Geneva").dump());
  ASSERT_EQ(theirs.status, 201) << theirs.body;
  const std::string id = theirs.body["entries"][0]["id"];
  const auto seen = [&](std::size_t count) {
    return run_until([&] { return get_as(bob, l + "visits")["visits"].size() == count; });
  };
  ASSERT_TRUE(seen(1));
  const Answer draft =
      post_as(bob, l + "drafts", {{"act", "visits/" + id + "/act"}, {"body", {{"act", "accepted"}}}});
  ASSERT_EQ(draft.status, 201) << draft.body;
  const json counter{{"act", "countered"},
                     {"role", "x"},
                     {"place", "Pyongyang"},
                     {"from", "2027-01-01"},
                     {"to", "2027-12-31"}};
  ASSERT_EQ(ask(chn_, "POST", l + "visits/" + id + "/act", counter.dump()).status, 201);
  ASSERT_TRUE(run_until([&] { return get_as(bob, l + "visits")["visits"][0]["steps"].size() == 1; }));
  const Answer refused = post_as(cleo, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "live routine"}});
  EXPECT_EQ(refused.status, 409) << refused.body;
  // A visit whose name is the other's id.
  ASSERT_EQ(ask(chn_, "POST", l + "visits", visit(id, "Moscow").dump()).status, 201);
  ASSERT_TRUE(seen(2));
  const Answer outcome = post_as(bob, l + "visits/" + id + "/act", {{"act", "cancelled"}});
  ASSERT_EQ(outcome.status, 201) << outcome.body;
  EXPECT_EQ(get_as(bob, l + "visits")["visits"][0]["state"], "cancelled");
  EXPECT_NE(get_as(bob, l + "visits")["visits"][1]["state"], "cancelled");
}

TEST_F(DeskApiTest, ANewLineIsNoWayAroundTheOthersPeople) {
  open_two_person_line();
  add_first();
  agreement_more_ = "release = { flash = 2 }\n";
  const Answer lower = post_as(ann_, "/v1/agreements", {{"toml", agreement("other")}});
  EXPECT_EQ(lower.status, 422) << lower.body;
  agreement_more_ = "release = { flash = 2, immediate = 2 }\n";
  EXPECT_EQ(post_as(ann_, "/v1/agreements", {{"toml", agreement("other")}}).status, 201);
}

}  // namespace
}  // namespace openline::daemon
