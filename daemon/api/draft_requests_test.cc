// SPDX-License-Identifier: Apache-2.0
// A draft from its writing to its release.
#include "daemon/api/test_desk.h"

namespace openline::daemon {
namespace {

using nlohmann::json;
using test::DeskApiTest;

TEST_F(DeskApiTest, ItsAuthorIsNotOfferedAReleaseThatWouldNotCount) {
  open_two_person_line();
  add_first();
  const std::string bob = add("bob", {"officer", "releaser"}), cleo = add("cleo", {"releaser"});
  const auto may = [&](const std::string& who) { return get_as(who, "/v1/drafts/1")["may"]; };
  ASSERT_EQ(post_as(bob, "/v1/lines/defense/drafts", {{"act", "entries"}, {"body", flash()}}).status, 201);
  EXPECT_EQ(may(bob), (json{"change", "return", "withdraw"})) << "no emergency either: the plan has none";
  EXPECT_EQ(may(cleo), (json{"return", "release"}));
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
  usa_.restart_office(loop_);
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

TEST_F(DeskApiTest, WhatMayDeceiveIsMarkedInDraftsAndInMatters) {
  open_line();
  add_first();
  const std::string bob = add("bob", {"officer"});
  const std::string text = "hold \u202E fire";  // turns what comes after it
  const json mark{{"field", "/text"}, {"flag", "turns text"}, {"at", 5}, {"length", 1}};
  const auto draft = [&](const std::string& said) {
    return post_as(bob, "/v1/lines/defense/drafts",
                   {{"act", "entries"}, {"body", {{"text", said}, {"class", "live"}}}})
        .body;
  };
  EXPECT_EQ(draft(text)["flags"], json::array({mark}));
  EXPECT_FALSE(draft("hold fire").contains("flags"));

  const Answer asked =
      post_as(bob, "/v1/lines/defense/contacts",
              {{"to_roles", {"general"}}, {"subject", "talk"}, {"class", "live"}, {"precedence", "routine"}});
  ASSERT_EQ(asked.status, 201) << asked.body;
  const std::string id = asked.body["entries"][0]["id"];
  ASSERT_EQ(post_as(bob, "/v1/lines/defense/contacts/" + id + "/change",
                    {{"change", "withdrawn"}, {"reason", text}})
                .status,
            201);
  const json contact = as(bob, "GET", "/v1/lines/defense/contacts").body["contacts"][0];
  EXPECT_FALSE(contact.contains("flags")) << contact;
  EXPECT_EQ(contact["changes"][0]["flags"][0]["field"], "/reason/text") << contact;
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

}  // namespace
}  // namespace openline::daemon
