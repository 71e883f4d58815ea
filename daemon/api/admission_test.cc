// SPDX-License-Identifier: Apache-2.0
// Who may ask what, what streams show them, and the log of acts.
#include <algorithm>

#include "daemon/api/routes.h"
#include "daemon/api/test_desk.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::DeskApiTest;
using test::kPassword;

TEST_F(DeskApiTest, SpeaksAsWhatTheOfficerIs) {
  agreement_more_ = "identify = \"name\"\n";
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer", "releaser"});
  const json routine = {{"text", "x"}, {"class", "live"}};
  json as_releaser = routine, as_general = routine;
  as_releaser["role"] = "releaser";
  as_general["role"] = "general";
  const auto role_of_last = [&](const Answer& sent) {
    const std::string id = sent.body["entries"][0]["id"];
    return as(bob, "GET", "/v1/lines/defense/record/" + id).body["role"].get<std::string>();
  };
  EXPECT_EQ(role_of_last(post_as(bob, "/v1/lines/defense/entries", routine)), "Lt. bob, defense officer");
  EXPECT_EQ(role_of_last(post_as(bob, "/v1/lines/defense/entries", as_releaser)),
            "Lt. bob, defense releaser");
  EXPECT_EQ(post_as(bob, "/v1/lines/defense/entries", as_general).body["error"]["field"], "role");
}

TEST_F(DeskApiTest, AcknowledgementsAreByAnAuthenticatedOfficer) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"});
  const Answer sent = ask(chn_, "POST", "/v1/lines/defense/entries",
                          json{{"text", "x"}, {"class", "live"}, {"precedence", "flash"}}.dump());
  const std::string id = sent.body["entries"][0]["id"];
  ASSERT_TRUE(run_until([&] { return as(bob, "GET", "/v1/lines/defense/record/" + id).status == 200; }));
  ASSERT_EQ(post_as(bob, "/v1/lines/defense/ack", {{"id", id}}).status, 201);
  ASSERT_TRUE(run_until([&] {
    return !ask(chn_, "GET", "/v1/lines/defense/record/" + id).body["receipts"]["acknowledged"].empty();
  }));
  const json receipt = ask(chn_, "GET", "/v1/lines/defense/record/" + id).body["receipts"]["acknowledged"][0];
  EXPECT_EQ(receipt["authenticated"], true);
  EXPECT_EQ(receipt["role"], "defense officer");
}

TEST_F(DeskApiTest, AnOfficerOfAnotherDeskSeesNothingOfThisOne) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"}), grid = add("gus", {"officer", "releaser"}, "grid");
  const Answer sent = post_as(bob, "/v1/lines/defense/entries", {{"text", "secret"}, {"class", "live"}});
  ASSERT_EQ(sent.status, 201);
  EXPECT_EQ(as(grid, "GET", "/v1/lines/defense/record").status, 403);
  EXPECT_EQ(as(grid, "GET", "/v1/lines/defense/export").status, 403);
  EXPECT_TRUE(as(grid, "GET", "/v1/inbox").body["for_them"].empty());
  EXPECT_FALSE(as(bob, "GET", "/v1/inbox").body["for_them"].empty());
  ASSERT_EQ(post_as(bob, "/v1/lines/defense/drafts",
                    {{"act", "entries"}, {"body", {{"text", "secret"}, {"class", "live"}}}})
                .status,
            201);
  EXPECT_EQ(as(grid, "GET", "/v1/drafts/1").status, 404);
  EXPECT_TRUE(as(grid, "GET", "/v1/drafts").body["drafts"].empty());
  EXPECT_EQ(post_as(grid, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "live routine"}}).status, 404);
}

TEST_F(DeskApiTest, LogsEveryActBeforeItIsDoneWithWhatCameOfIt) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"}), aud = add("aud", {"auditor"});
  const Answer sent = post_as(bob, "/v1/lines/defense/entries", {{"text", "x"}, {"class", "live"}});
  EXPECT_EQ(post_as(bob, "/v1/lines/defense/suspend", {{"reason", "x"}}).status, 403);
  EXPECT_EQ(post("/v1/sign-in", {{"name", "bob"}, {"password", "wrong password"}}).status, 401);
  EXPECT_EQ(as(bob, "GET", "/v1/audit").status, 403);
  EXPECT_EQ(post_as(aud, "/v1/lines/defense/entries", {{"text", "x"}, {"class", "live"}}).status, 403);
  const json acts = as(aud, "GET", "/v1/audit?limit=1000").body["acts"];
  const auto find = [&](const std::string& officer, const std::string& act, int status) {
    return std::ranges::find_if(acts, [&](const json& one) {
      return one["officer"] == (officer.empty() ? json(nullptr) : json(officer)) && one["act"] == act &&
             one["status"] == status;
    });
  };
  const auto text = find("bob", "POST /v1/lines/{}/entries", 201);
  ASSERT_NE(text, acts.end()) << acts;
  EXPECT_EQ((*text)["note"], "entry " + sent.body["entries"][0]["id"].get<std::string>());
  EXPECT_EQ((*text)["on"], "/v1/lines/defense/entries");
  EXPECT_NE(find("bob", "POST /v1/lines/{}/suspend", 403), acts.end());
  EXPECT_NE(find("aud", "POST /v1/lines/{}/entries", 403), acts.end());
  EXPECT_NE(find("", "POST /v1/sign-in", 401), acts.end());
  for (const json& act : acts) EXPECT_EQ(act.dump().find(kPassword), std::string::npos);
  const Answer page = as(aud, "GET", "/v1/audit?limit=2");
  EXPECT_EQ(page.body["acts"].size(), 2u);
  EXPECT_EQ(page.body["more"], true);
}

// Else the log, and the disk that every act waits for, would be anybody's to fill.
TEST_F(DeskApiTest, WhatAStrangerAsksInVainIsNotLogged) {
  open_line();
  add_first({"supervisor", "auditor"});
  const auto rows = [&] { return get_as(ann_, "/v1/audit?limit=1000")["acts"]; };
  const std::size_t before = rows().size();
  EXPECT_EQ(post("/v1/lines/defense/entries", flash()).status, 401);
  EXPECT_EQ(as(std::string(64, '0'), "POST", "/v1/lines/defense/suspend", {{"reason", "x"}}).status, 401);
  EXPECT_EQ(post("/v1/officers", {{"root", json::object()}}).status, 400);
  EXPECT_EQ(post("/v1/officers/ann/enable",
                 {{"root", {{"challenge", std::string(64, '0')}, {"signature", std::string(128, '0')}}}})
                .status,
            401);
  HttpRequest upload;
  upload.method = "POST";
  ASSERT_TRUE(read_target("/v1/attachments?name=x", upload));
  EXPECT_FALSE(usa_.api->start_upload(upload));
  EXPECT_EQ(rows().size(), before);
  EXPECT_EQ(post("/v1/sign-in", {{"name", "ann"}, {"password", "wrong password"}}).status, 401);
  EXPECT_EQ(rows().size(), before + 1) << "a wrong password is";
  (void)add("bob", {"officer"});
  const json acts = rows();
  const auto by_key = std::ranges::find_if(
      acts, [](const json& one) { return one["act"] == "POST /v1/officers" && one["status"] == 200; });
  ASSERT_NE(by_key, acts.end()) << "and what the root key signed: " << acts;
  EXPECT_EQ((*by_key)["note"], "add bob by the root key");
  EXPECT_EQ(by_root("/v1/officers/bob/grants", {{"grants", grants("defense", {"releaser"})}}).status, 200);
  EXPECT_EQ(rows().back()["act"], "POST /v1/officers/{}/grants");
  EXPECT_EQ(rows().back()["on"], "/v1/officers/bob/grants");
}

// Whoever has none of a route's roles is refused there, whatever the request says; whoever has one is not.
TEST_F(DeskApiTest, EveryRouteIsForItsRolesAlone) {
  open_line();
  add_first();
  std::map<Role, std::string> tokens;
  for (std::size_t i = 0; i < kRoles; ++i) {
    const auto role = static_cast<Role>(i);
    tokens[role] = add(std::string("one-") + role_name(role), {role_name(role)});
  }
  int refused = 0, passed = 0;
  for (const Route& route : Routes::all()) {
    if (route.session == Route::Session::kNotNeeded || route.path.back() == "sign-out") continue;
    if (route.path.back() == "events" || route.path.back() == "attend") continue;  // streams: below
    std::string target;
    for (std::size_t i = 0; i < route.path.size(); ++i)
      target +=
          "/" + std::string(route.path[i] != "{}"                                              ? route.path[i]
                            : i == 2 && (route.path[1] == "lines" || route.path[1] == "desks") ? "defense"
                                                                                               : "0000");
    for (const auto& [role, token] : tokens) {
      const Answer answer = as(token, std::string(route.method), target);
      const bool is_refused =
          answer.status == 403 &&
          answer.body["error"]["message"].get<std::string>().starts_with("this takes the role");
      EXPECT_EQ(is_refused, !route.roles.has(role))
          << route.text() << " as " << role_name(role) << ": " << answer.body;
      EXPECT_NE(answer.status, 401);
      EXPECT_LT(answer.status, 500);
      (is_refused ? refused : passed) += 1;
    }
  }
  EXPECT_GT(refused, 100);
  EXPECT_GT(passed, 100);
  EXPECT_EQ(ask(usa_, "GET", "/v1/lines/defense/attend", "", "", tokens[Role::kEngineer]).status, 403);
}

TEST_F(DeskApiTest, StreamsEndWithTheirSessionAndShowWhatMayBeRead) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"}), eng = add("eng", {"engineer"});
  const auto officer = follow(bob, "/v1/lines/defense/attend"), engineer = follow(eng, "/v1/events");
  ASSERT_TRUE(run_until(
      [&] { return ask(chn_, "GET", "/v1/lines/defense").body["members"][0]["desk_state"] == "attended"; }));
  EXPECT_EQ(ask(chn_, "GET", "/v1/lines/defense").body["members"][0]["desk_role"], "defense officer");
  ASSERT_EQ(post_as(bob, "/v1/lines/defense/entries", {{"text", "for readers"}, {"class", "live"}}).status,
            201);
  ASSERT_TRUE(run_until([&] { return officer->all.find("for readers") != std::string::npos; }));
  EXPECT_TRUE(run_until([&] { return engineer->all.find("event: status") != std::string::npos; }));
  EXPECT_EQ(engineer->all.find("for readers"), std::string::npos);
  ASSERT_EQ(post_as(bob, "/v1/sign-out").status, 200);
  EXPECT_TRUE(officer->ended);
  EXPECT_FALSE(engineer->ended);
  ASSERT_TRUE(run_until([&] {
    return ask(chn_, "GET", "/v1/lines/defense").body["members"][0]["desk_state"] == "unattended";
  }));
}

TEST_F(DeskApiTest, AttendanceEndsWithTheRoleAndWithWhatWasBeforeOfficers) {
  open_line();
  const auto nobody = follow("", "/v1/lines/defense/attend?role=watch");
  add_first();
  EXPECT_TRUE(nobody->ended) << "from the first officer on a stream is somebody's";
  const std::string bob = add("bob", {"officer", "linguist"});
  const auto attends = follow(bob, "/v1/lines/defense/attend"), reads = follow(bob, "/v1/events");
  ASSERT_EQ(post_as(ann_, "/v1/officers/bob/grants", {{"grants", grants("defense", {"linguist"})}}).status,
            200);
  EXPECT_TRUE(attends->ended);
  EXPECT_FALSE(reads->ended) << "a linguist still reads";
}

TEST_F(DeskApiTest, ASupervisorSignsAgreementsOfTheirDesksOnly) {
  open_line();
  add_first();
  const std::string eli = add("eli", {"supervisor"}, "grid");
  const json other{{"toml", agreement("other")}};
  EXPECT_EQ(post_as(eli, "/v1/agreements", other).status, 403);
  EXPECT_EQ(post_as(ann_, "/v1/agreements", other).status, 201);
}

}  // namespace
}  // namespace openline::daemon
