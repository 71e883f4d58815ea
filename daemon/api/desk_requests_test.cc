// SPDX-License-Identifier: Apache-2.0
// People, roles, drafts and release over the API, between two real stations.
#include <algorithm>

#include "core/crypto/hash.h"
#include "daemon/api/routes.h"
#include "daemon/api/test_stations.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::ApiTest;

constexpr const char* kPassword = "a long enough word";

struct Collected : EventSink {
  void push(std::string event) override { all += event; }
  void end() override { ended = true; }
  [[nodiscard]] bool is_drained() const override { return true; }
  std::string all;
  bool ended = false;
};

class DeskApiTest : public ApiTest {
 protected:
  // With the plan as it is now.
  void restart_office(test::TestStation& station) {
    loop_.poll();  // a daemon never goes on without its API: nothing of the old one waits
    station.api.reset();
    station.office.reset();
    station.open_office(loop_);
    station.api = std::make_unique<Api>(loop_, station, *station.reads, station.attachments, *station.office);
  }
  Answer as(const std::string& token, const std::string& method, const std::string& target,
            const json& body = json::object()) {
    return ask(usa_, method, target, method == "GET" ? "" : body.dump(), "", token);
  }
  Answer post_as(const std::string& token, const std::string& target, const json& body = json::object()) {
    return as(token, "POST", target, body);
  }
  json get_as(const std::string& token, const std::string& target) { return as(token, "GET", target).body; }
  std::string sign_in(const std::string& name) {
    const Answer answer = post("/v1/sign-in", {{"name", name}, {"password", kPassword}});
    EXPECT_EQ(answer.status, 200) << name << ": " << answer.body;
    return answer.body.value("token", "");
  }
  static json grants(const std::string& desk, const std::vector<std::string>& roles) {
    return json::array({{{"desk", desk}, {"roles", roles}}});
  }
  void add_first(const std::vector<std::string>& roles = {"supervisor"}) {
    const Answer added = post(
        "/v1/officers",
        {{"name", "ann"}, {"title", "Capt. Ann"}, {"grants", grants("*", roles)}, {"password", kPassword}});
    ASSERT_EQ(added.status, 201) << added.body;
    ann_ = sign_in("ann");
  }
  // Through the root key, as on a small desk.
  std::string add(const std::string& name, const std::vector<std::string>& roles,
                  const std::string& desk = "defense") {
    const Answer added =
        by_root("/v1/officers", {{"name", name}, {"title", "Lt. " + name}, {"grants", grants(desk, roles)}});
    EXPECT_EQ(added.status, 200) << added.body;
    const Answer enrolled =
        post("/v1/enrol", {{"name", name}, {"code", added.body.value("code", "")}, {"password", kPassword}});
    EXPECT_EQ(enrolled.status, 200) << enrolled.body;
    return sign_in(name);
  }
  Answer by_root(const std::string& address, json body) {
    const json given = get("/v1/root-challenge").body;
    Bytes payload;
    const auto challenge = *Hash::from(*from_hex(given["challenge"].get<std::string>()));
    const Hash digest = hash_of(view_of(body.dump()));
    append(payload, usa_.signing_key().key().view());
    append(payload, challenge.view());
    append(payload, digest.view());
    append(payload, view_of(address));
    const Signature signature = RootKeyPair(test::secret_of<SigningSeed>("USA root"))
                                    .sign({"openline people 1", std::nullopt, payload});
    body["root"] = {{"challenge", challenge.hex()}, {"signature", signature.hex()}};
    return post(address, body);
  }
  std::shared_ptr<Collected> follow(const std::string& token, const std::string& target) {
    HttpRequest request;
    request.method = "GET";
    if (!token.empty()) request.authorization = "Bearer " + token;
    (void)read_target(target, request);
    auto sink = std::make_shared<Collected>();
    usa_.api->handle(std::move(request), [&](HttpResponse response) {
      EXPECT_EQ(response.status, 200) << response.body;
      response.events(sink);
    });
    return sink;
  }
  json flash(const std::string& text = "Not ours.", const std::string& entry_class = "live") {
    json body{{"text", text}, {"class", entry_class}, {"precedence", "flash"}};
    if (entry_class == "exercise") body["exercise"] = "JUNE";
    return body;
  }
  // Entries that people wrote: stations test the line meanwhile.
  static std::ptrdiff_t texts(const json& record) {
    return std::ranges::count_if(record["entries"], [](const json& one) {
      return !one["kind"].get<std::string>().starts_with("test") && one["kind"] != "attendance";
    });
  }
  void open_two_person_line() {
    agreement_more_ = "release = { flash = 2, immediate = 2 }\n";
    open_line();
  }
  std::string ann_;
};

TEST_F(DeskApiTest, AStationWithoutOfficersIsAsBefore) {
  open_line();
  EXPECT_EQ(get("/v1/me").body["unpeopled"], true);
  EXPECT_EQ(post("/v1/sign-in", {{"name", "ann"}, {"password", "x"}}).status, 409);
  EXPECT_EQ(post("/v1/lines/defense/entries", flash()).status, 201);
  EXPECT_EQ(post("/v1/officers/ann/disable", json::object()).status, 404);
  EXPECT_EQ(post("/v1/officers/ann/recover", json::object()).status, 409);
  EXPECT_EQ(post("/v1/lines/defense/drafts", {{"act", "entries"}, {"body", flash()}}).status, 409);
}

TEST_F(DeskApiTest, WithoutOfficersNothingGoesOutThatNeedsTwo) {
  open_two_person_line();
  const Answer refused = post("/v1/lines/defense/entries", flash());
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["error"]["code"], "officers_needed");
  EXPECT_EQ(refused.body["error"]["needs"], 2);
  EXPECT_EQ(post("/v1/lines/defense/entries", {{"text", "x"}, {"class", "live"}}).status, 201);
  EXPECT_EQ(texts(get("/v1/lines/defense/record").body), 1);
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

TEST_F(DeskApiTest, ADraftIsReleasedByAnotherAndReadAtTheFarEnd) {
  open_two_person_line();
  add_first();
  const std::string bob = add("bob", {"officer"}), cleo = add("cleo", {"releaser"});
  const Answer draft = post_as(bob, "/v1/lines/defense/drafts", {{"act", "entries"}, {"body", flash()}});
  ASSERT_EQ(draft.status, 201) << draft.body;
  EXPECT_EQ(draft.body["needs"], 2);
  EXPECT_EQ(draft.body["confirm"], "live flash");
  EXPECT_EQ(draft.body["may"], (json{"change", "withdraw"}));
  EXPECT_EQ(as(cleo, "GET", "/v1/drafts").body["drafts"][0]["may"], (json{"return", "release"}));
  EXPECT_EQ(post_as(bob, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "live flash"}}).status, 403);
  const Answer wrong =
      post_as(cleo, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "exercise JUNE flash"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(wrong.body["error"]["field"], "confirm");
  const Answer released = post_as(cleo, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "live flash"}});
  ASSERT_EQ(released.status, 200) << released.body;
  EXPECT_EQ(released.body["state"], "released");
  const std::string id = released.body["entries"][0]["id"];
  ASSERT_TRUE(run_until([&] { return ask(chn_, "GET", "/v1/lines/defense/record/" + id).status == 200; }));
  const json theirs = ask(chn_, "GET", "/v1/lines/defense/record/" + id).body;
  EXPECT_EQ(theirs["text"], "Not ours.");
  EXPECT_EQ(theirs["role"], "defense officer");
  const Answer again = post_as(cleo, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "live flash"}});
  EXPECT_EQ(again.status, 200) << "who got no answer asks again";
  EXPECT_EQ(again.body["entries"], released.body["entries"]);
  EXPECT_EQ(texts(as(cleo, "GET", "/v1/lines/defense/record?limit=1000").body), 1);
  const std::string dora = add("dora", {"releaser"});
  EXPECT_EQ(post_as(dora, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "live flash"}}).status, 409);
}

// Power goes between the entry's commit and the draft's.
TEST_F(DeskApiTest, WhatWentOutBeforeACrashIsReleasedAfterIt) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"}), cleo = add("cleo", {"releaser"});
  const json body{{"act", "entries"}, {"body", {{"text", "x"}, {"class", "live"}}}};
  for (int i = 0; i < 2; ++i) ASSERT_EQ(post_as(bob, "/v1/lines/defense/drafts", body).status, 201);
  const json release{{"version", 1}, {"confirm", "live routine"}};
  ASSERT_EQ(post_as(cleo, "/v1/drafts/1/release", release).status, 200);
  const json entries = as(cleo, "GET", "/v1/drafts/1").body["entries"];
  {
    auto file =
        Database::open((folder_.path() / "usa" / "desk.db").string(), Database::Access::kWrite, nullptr);
    ASSERT_TRUE(file && file->execute("UPDATE draft SET state = 1 WHERE number = 1; DELETE FROM draft_entry;"
                                      "INSERT INTO draft_release VALUES (2, 'cleo', 0, '')"));
  }
  restart_office(usa_);
  ASSERT_TRUE(run_until([&] { return usa_.office->drafts().going_out().empty(); }));
  const json first = as(cleo, "GET", "/v1/drafts/1").body, second = as(cleo, "GET", "/v1/drafts/2").body;
  EXPECT_EQ(first["state"], "released");
  EXPECT_EQ(first["entries"], entries);
  EXPECT_EQ(post_as(bob, "/v1/drafts/1/withdraw").status, 409);
  EXPECT_EQ(second["state"], "waiting");
  EXPECT_EQ(post_as(cleo, "/v1/drafts/2/release", release).status, 200);
}

TEST_F(DeskApiTest, ADraftIsMadeOnceByItsKey) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"});
  const json body{{"act", "entries"}, {"body", {{"text", "x"}, {"class", "live"}}}};
  const auto make = [&](const json& what) {
    return ask(usa_, "POST", "/v1/lines/defense/drafts", what.dump(), "key-1", bob);
  };
  EXPECT_EQ(make(body).body["draft"], 1);
  EXPECT_EQ(make(body).body["draft"], 1);
  json other = body;
  other["body"]["text"] = "y";
  EXPECT_EQ(make(other).body["error"]["field"], "Idempotency-Key");
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
  restart_office(usa_);
  open_two_person_line();
  add_first();
  const std::string bob = add("bob", {"officer", "releaser"});
  ASSERT_EQ(post_as(bob, "/v1/lines/defense/drafts", {{"act", "entries"}, {"body", flash()}}).status, 201);
  EXPECT_EQ(post_as(bob, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "live flash"}}).status, 202);
  const Answer released = post_as(bob, "/v1/drafts/1/release",
                                  {{"version", 1}, {"confirm", "live flash"}, {"emergency", "alone here"}});
  ASSERT_EQ(released.status, 200) << released.body;
  EXPECT_EQ(released.body["released_by"][0]["emergency"], "alone here");
  const std::string id = released.body["entries"][0]["id"];
  EXPECT_EQ(as(bob, "GET", "/v1/lines/defense/record/" + id).body["role"],
            "defense officer, one person (emergency)");
}

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

TEST_F(DeskApiTest, ADraftIsCheckedAsIfItWereSent) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"}), lin = add("lin", {"linguist"});
  const auto before = usa_.status().lines[0].entries;
  const auto draft = [&](const std::string& token, const std::string& act, const json& body) {
    return post_as(token, "/v1/lines/defense/drafts", {{"act", act}, {"body", body}});
  };
  EXPECT_EQ(draft(bob, "entries", {{"text", "x"}}).body["error"]["field"], "class");
  EXPECT_EQ(draft(bob, "entries", {{"text", "x"}, {"class", "live"}, {"urgent", 1}}).body["error"]["field"],
            "urgent");
  EXPECT_EQ(draft(bob, "nonsense", json::object()).body["error"]["field"], "act");
  EXPECT_EQ(draft(bob, "../../cards", json::object()).body["error"]["field"], "act");
  EXPECT_EQ(draft(bob, "entries?x=1", json::object()).body["error"]["field"], "act");
  EXPECT_EQ(draft(bob, "drafts", json::object()).body["error"]["field"], "act");
  EXPECT_EQ(draft(bob, "ack", {{"id", "abcd"}}).body["error"]["field"], "act");
  EXPECT_EQ(draft(bob, "contacts/abcd/answer", {{"answer", "declined"}}).status, 404);
  EXPECT_EQ(draft(bob, "suspend", {{"reason", "x"}}).status, 403);
  EXPECT_EQ(draft(lin, "entries", {{"text", "x"}, {"class", "live"}}).status, 403);
  EXPECT_EQ(draft(bob, "contacts", {{"to_roles", {"general"}}, {"class", "live"}}).status, 201);
  EXPECT_EQ(usa_.status().lines[0].entries, before);
}

TEST_F(DeskApiTest, ADraftThatCanNoLongerGoOutSaysWhyAndStays) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"}), cleo = add("cleo", {"releaser"});
  const Answer asked = post_as(bob, "/v1/lines/defense/contacts",
                               {{"to_roles", {"general"}}, {"subject", "x"}, {"class", "live"}});
  ASSERT_EQ(asked.status, 201) << asked.body;
  const std::string change = "contacts/" + asked.body["entries"][0]["id"].get<std::string>() + "/change";
  const json body{{"change", "withdrawn"}};
  ASSERT_EQ(post_as(bob, "/v1/lines/defense/drafts", {{"act", change}, {"body", body}}).status, 201);
  ASSERT_EQ(post_as(bob, "/v1/lines/defense/" + change, body).status, 201) << "meanwhile";
  const Answer refused = post_as(cleo, "/v1/drafts/1/release", {{"version", 1}, {"confirm", "live routine"}});
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_EQ(as(cleo, "GET", "/v1/drafts/1").body["state"], "waiting");
  EXPECT_EQ(post_as(bob, "/v1/drafts/1/withdraw").body["state"], "withdrawn");
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
  for (const Routes::Route& route : Routes::all()) {
    if (route.session == Routes::Session::kNotNeeded || route.path.back() == "sign-out") continue;
    if (route.path.back() == "events" || route.path.back() == "attend") continue;  // streams: below
    std::string target;
    for (std::size_t i = 0; i < route.path.size(); ++i)
      target += "/" + std::string(route.path[i] != "{}"                ? route.path[i]
                                  : route.path[1] == "lines" && i == 2 ? "defense"
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
