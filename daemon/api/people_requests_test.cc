// SPDX-License-Identifier: Apache-2.0
// Signing in and out, and who may become an officer.
#include "daemon/api/test_desk.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::DeskApiTest;
using test::kPassword;

TEST_F(DeskApiTest, AStationWithoutOfficersIsAsBefore) {
  open_line();
  EXPECT_EQ(get("/v1/me").body["unpeopled"], true);
  EXPECT_EQ(post("/v1/sign-in", {{"name", "ann"}, {"password", "x"}}).status, 409);
  EXPECT_EQ(post("/v1/lines/defense/entries", flash()).status, 201);
  EXPECT_EQ(post("/v1/officers/ann/disable", json::object()).status, 404);
  EXPECT_EQ(post("/v1/officers/ann/recover", json::object()).status, 409);
  EXPECT_EQ(post("/v1/lines/defense/drafts", {{"act", "entries"}, {"body", flash()}}).status, 409);
}

TEST_F(DeskApiTest, FromTheFirstOfficerOnEverythingNeedsASession) {
  add_first();
  for (const auto& [method, target] : {std::pair{"GET", "/v1/status"},
                                       {"GET", "/v1/lines"},
                                       {"POST", "/v1/cards"},
                                       {"GET", "/v1/me"},
                                       {"POST", "/v1/officers"},
                                       {"GET", "/v1/audit"}}) {
    const Answer answer = ask(usa_, method, target, std::string(method) == "GET" ? "" : "{}");
    EXPECT_EQ(answer.status, 401) << target;
    EXPECT_EQ(answer.body["error"]["code"], "sign_in") << target;
  }
  EXPECT_EQ(get("/metrics").status, 200);
  EXPECT_EQ(as(ann_, "GET", "/v1/me").body["officer"]["name"], "ann");
  EXPECT_EQ(as(ann_ + "0", "GET", "/v1/me").status, 401);
  EXPECT_EQ(as(std::string(64, '0'), "GET", "/v1/me").status, 401);
}

TEST_F(DeskApiTest, SignsInAndOut) {
  add_first();
  EXPECT_EQ(post("/v1/sign-in", {{"name", "ann"}, {"password", "wrong password"}}).body["error"]["code"],
            "wrong_credentials");
  EXPECT_EQ(post("/v1/sign-in", {{"name", "nobody"}, {"password", kPassword}}).body["error"]["code"],
            "wrong_credentials");
  const std::string other = sign_in("ann");
  EXPECT_EQ(post_as(ann_, "/v1/sign-out").body["ended"], 1);
  EXPECT_EQ(as(ann_, "GET", "/v1/me").status, 401);
  EXPECT_EQ(as(other, "GET", "/v1/me").status, 200);
  const std::string third = sign_in("ann");
  EXPECT_EQ(post_as(other, "/v1/sign-out", {{"everywhere", true}}).body["ended"], 2);
  EXPECT_EQ(as(third, "GET", "/v1/me").status, 401);
}

TEST_F(DeskApiTest, LocksAfterWrongPasswordsAlsoWhenTheyAreChanged) {
  add_first();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(post_as(ann_, "/v1/password", {{"old", "wrong password"}, {"new", "another long word"}}).status,
              401);
  const Answer locked = post("/v1/sign-in", {{"name", "ann"}, {"password", kPassword}});
  EXPECT_EQ(locked.body["error"]["code"], "locked");
  EXPECT_EQ(locked.raw.headers.front().first, "Retry-After");
  EXPECT_EQ(as(ann_, "GET", "/v1/me").status, 200) << "who is there stays there";
}

// What a page asks.
class DeskDoorTest : public DeskApiTest {
 protected:
  Answer page(const std::string& target, const json& body) {
    HttpRequest request;
    request.method = "POST";
    request.from_browser = true;
    request.from = from_;
    EXPECT_TRUE(read_target(target, request));
    request.body = body.dump();
    std::optional<HttpResponse> response;
    usa_.api->handle(std::move(request), [&](HttpResponse given) { response = std::move(given); });
    EXPECT_TRUE(run_until([&] { return response.has_value(); })) << target;
    return {response->status, json::parse(response->body, nullptr, false), *response};
  }
  std::string from_ = "192.0.2.1";
};

TEST_F(DeskDoorTest, NobodyBecomesTheFirstOfficerByThePortOfTheConsole) {
  json eve{{"name", "eve"},
           {"title", "E"},
           {"grants", grants("*", {"supervisor", "officer"})},
           {"password", kPassword}};
  for (const json& root : {json(nullptr), json::object(), json("x")}) {
    eve["root"] = root;
    EXPECT_EQ(page("/v1/officers", eve).body["error"]["code"], "officers_needed") << root;
    EXPECT_EQ(post("/v1/officers", eve).body["error"]["field"], "root")
        << "nor at the socket with nobody's key";
  }
  for (const char* target : {"/v1/sign-in", "/v1/enrol", "/v1/officers/eve/enable", "/v1/here"})
    EXPECT_EQ(page(target, {{"root", json::object()}}).body["error"]["code"], "officers_needed") << target;
  EXPECT_EQ(get("/v1/me").body["unpeopled"], true);
}

TEST_F(DeskDoorTest, StrangersAtTheConsoleLockNobodyOutOfTheStation) {
  add_first();
  for (int i = 0; i < 6; ++i) (void)page("/v1/sign-in", {{"name", "ann"}, {"password", "wrong password"}});
  EXPECT_EQ(page("/v1/sign-in", {{"name", "ann"}, {"password", kPassword}}).body["error"]["code"], "locked");
  EXPECT_EQ(post("/v1/sign-in", {{"name", "ann"}, {"password", kPassword}}).status, 200);
  from_ = "198.51.100.7";
  EXPECT_EQ(page("/v1/sign-in", {{"name", "ann"}, {"password", kPassword}}).status, 200) << "nor elsewhere";
}

TEST_F(DeskApiTest, ChangesAPassword) {
  add_first();
  const std::string other = sign_in("ann");
  EXPECT_EQ(post_as(ann_, "/v1/password", {{"old", kPassword}, {"new", "short"}}).body["error"]["field"],
            "new");
  EXPECT_EQ(post_as(ann_, "/v1/password", {{"old", kPassword}, {"new", "another long word"}}).status, 200);
  EXPECT_EQ(as(other, "GET", "/v1/me").status, 401);
  EXPECT_EQ(post("/v1/sign-in", {{"name", "ann"}, {"password", kPassword}}).status, 401);
  EXPECT_EQ(post("/v1/sign-in", {{"name", "ann"}, {"password", "another long word"}}).status, 200);
}

TEST_F(DeskApiTest, AnOfficerIsAddedByTwoOfThem) {
  add_first();
  const std::string bob = add("bob", {"officer"}, "*");
  const json fred{{"name", "fred"}, {"title", "Lt. Fred"}, {"grants", grants("defense", {"releaser"})}};
  EXPECT_EQ(post_as(bob, "/v1/officers", fred).status, 403);
  const Answer proposed = post_as(ann_, "/v1/officers", fred);
  ASSERT_EQ(proposed.status, 202) << proposed.body;
  const std::string number = std::to_string(proposed.body["change"]["number"].get<int>());
  EXPECT_EQ(post_as(ann_, "/v1/people-changes/" + number + "/confirm").status, 403) << "not who proposed it";
  EXPECT_EQ(
      post("/v1/enrol", {{"name", "fred"}, {"code", proposed.body["code_half"]}, {"password", kPassword}})
          .status,
      401);
  const Answer confirmed = post_as(bob, "/v1/people-changes/" + number + "/confirm");
  ASSERT_EQ(confirmed.status, 200) << confirmed.body;
  const std::string code =
      proposed.body["code_half"].get<std::string>() + "-" + confirmed.body["code_half"].get<std::string>();
  EXPECT_EQ(post("/v1/enrol", {{"name", "fred"}, {"code", code}, {"password", kPassword}}).status, 200);
  EXPECT_NE(sign_in("fred"), "");
  EXPECT_EQ(as(bob, "GET", "/v1/officers").body["changes"][0]["decided_by"], "bob");
}

TEST_F(DeskApiTest, TheRootKeySignsOneRequestOnce) {
  add_first();
  const json body{{"name", "bob"}, {"title", "Bob"}, {"grants", grants("*", {"officer"})}};
  const json given = get("/v1/root-challenge").body;
  json forged = body;
  forged["root"] = {{"challenge", given["challenge"]}, {"signature", std::string(128, '0')}};
  EXPECT_EQ(post("/v1/officers", forged).body["error"]["field"], "root.signature");
  EXPECT_EQ(post("/v1/officers", forged).body["error"]["field"], "root.challenge")
      << "a challenge is used once";
  EXPECT_EQ(by_root("/v1/officers", body).status, 200);
  EXPECT_EQ(by_root("/v1/officers", body).status, 409);
  EXPECT_EQ(by_root("/v1/officers/bob/disable", json::object()).status, 401) << "not one of the four";
}

}  // namespace
}  // namespace openline::daemon
