// SPDX-License-Identifier: Apache-2.0
#include "cli/drafts.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/test_station.h"

namespace openline::cli {
namespace {

using nlohmann::json;
using test::answer_of;
using test::asked;
using test::body_of;
using test::FakeStation;
using test::kAuthorization;
using test::refusal_of;
using test::ScriptedKeyboard;
using test::StationAtTest;

std::string draft_json(const std::string& state, const std::string& what, const std::string& more = "") {
  return R"({"draft": 7, "version": 4, "line": "aa", "line_name": "defense", "desk": "defense", "act": "entries",
             "body": {"text": "Hold your fire."}, "needs": 2, "author": "smith",
             "time": "2026-11-23T21:05:36.123Z", "state": ")" +
         state + R"(", "class": ")" + what + R"(", "exercise": ")" + (what == "exercise" ? "JUNE" : "") +
         R"(", "precedence": "flash", "confirm": ")" + what + (what == "exercise" ? " JUNE" : "") +
         " flash\"" + more + "}";
}
const std::string kLive = draft_json("waiting", "live"), kDrill = draft_json("waiting", "exercise");
const std::string kReleased =
    draft_json("released", "live", R"(, "entries": [{"serial": 12, "id": "abcdef0123"}])");

TEST(Release, ShowsTheDraftAsksWhatItIsAndPassesTheVersionThatWasShown) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  FakeStation server(station.socket(), {{answer_of(200, kLive)}, {answer_of(200, kReleased)}});
  ScriptedKeyboard person({"live flash"});
  const auto ended = station.run({"release", "7"}, "", &person);
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;
  EXPECT_LT(ended.out.find("LIVE | Hold your fire."), ended.out.find("Draft 7 is released"));
  EXPECT_NE(ended.out.find("#12, id abcdef01"), std::string::npos);
  ASSERT_EQ(person.questions.size(), 1U);
  EXPECT_NE(person.questions[0].find("live flash"), std::string::npos);
  const auto requests = server.requests();
  EXPECT_EQ(asked(requests[0]), "GET /v1/drafts/7");
  EXPECT_EQ(asked(requests[1]), "POST /v1/drafts/7/release");
  EXPECT_EQ(json::parse(body_of(requests[1])), json::parse(R"({"version": 4, "confirm": "live flash"})"));
  for (const std::string& request : requests) EXPECT_NE(request.find(kAuthorization), std::string::npos);
}

TEST(Release, ReleasesNothingAfterAWrongConfirmation) {
  for (const char* typed : {"exercise JUNE flash", "Live flash", "live", "live flash now", "yes", ""}) {
    const StationAtTest station;
    FakeStation server(station.socket(), {{answer_of(200, kLive)}, {answer_of(200, kReleased)}});
    ScriptedKeyboard person({typed});
    const auto ended = station.run({"release", "7"}, "", &person);
    EXPECT_EQ(ended.code, ExitCode::kRefused) << typed;
    EXPECT_NE(ended.err.find("nothing was released"), std::string::npos) << ended.err;
    EXPECT_EQ(server.requests().size(), 1U) << typed;
  }
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(200, kDrill)}, {answer_of(200, kReleased)}});
  EXPECT_EQ(station.run({"release", "7", "--confirm", "live flash"}).code, ExitCode::kRefused);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Release, ReleasesNothingWithoutATerminalOrAnAnswer) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(200, kLive)}, {answer_of(200, kReleased)}});
  const auto none = station.run({"release", "7"}, "live flash\n");  // standard input is no person
  EXPECT_EQ(none.code, ExitCode::kUsage);
  EXPECT_NE(none.err.find("--confirm"), std::string::npos);
  EXPECT_TRUE(server.requests().empty());
  ScriptedKeyboard gone({});
  EXPECT_EQ(station.run({"release", "7"}, "", &gone).code, ExitCode::kRefused);
  EXPECT_EQ(station.run({"release", "7", "--confirm", "live flash", "--emergency", ""}).code,
            ExitCode::kUsage);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Release, ReleasesNothingOfADraftThatDoesNotSayWhatItIs) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(200, R"({"draft": 7, "version": 1, "class": "live"})")},
                                        {answer_of(200, R"({"draft": 7, "version": 1, "class": "live"})")}});
  EXPECT_EQ(station.run({"release", "7", "--confirm", ""}).code, ExitCode::kRefused);
  ScriptedKeyboard person({""});
  EXPECT_EQ(station.run({"release", "7"}, "", &person).code, ExitCode::kRefused);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(Release, SaysWhenOthersMustStillStandBehindItAndGivesTheReasonForAnEmergency) {
  const StationAtTest station;
  const std::string one =
      draft_json("waiting", "exercise",
                 R"(, "released_by": [{"officer": "jones", "time": "2026-11-23T21:05:36.123Z"}])");
  FakeStation server(station.socket(), {{answer_of(200, kDrill)}, {""}, {answer_of(202, one)}});
  const auto ended = station.run(
      {"release", "7", "--confirm", "exercise JUNE flash", "--emergency", "nobody else is awake"});
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;
  EXPECT_NE(ended.out.find("It has not gone out"), std::string::npos) << ended.out;
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);  // asked again after no answer came: it goes out once
  EXPECT_EQ(requests[1], requests[2]);
  EXPECT_EQ(json::parse(body_of(requests[2])).at("emergency"), "nobody else is awake");
}

TEST(Release, ThatGotNoAnswerIsNotTakenForARefusal) {
  const StationAtTest station;
  const std::string over = answer_of(409, refusal_of("conflict"));
  const std::string changed =
      std::string(kReleased).replace(kReleased.find("\"version\": 4"), 12, "\"version\": 5");
  FakeStation server(station.socket(), {{answer_of(200, kLive)},
                                        {over},
                                        {answer_of(200, kReleased)},
                                        {answer_of(200, kLive)},
                                        {over},
                                        {answer_of(200, changed)}});
  const auto ended = station.run({"release", "7", "--confirm", "live flash"});
  EXPECT_EQ(ended.code, ExitCode::kOk) << ended.err;
  EXPECT_NE(ended.out.find("#12, id abcdef01"), std::string::npos);
  // What went out is not what was shown here.
  EXPECT_EQ(station.run({"release", "7", "--confirm", "live flash"}).code, ExitCode::kConflict);
}

TEST(Release, KeepsJsonAloneOnStandardOutput) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(200, kLive)}, {answer_of(200, kReleased)}});
  const auto ended = station.run({"--json", "release", "7", "--confirm", "live flash"});
  EXPECT_EQ(ended.out, kReleased + "\n");
  EXPECT_NE(ended.err.find("THIS IS LIVE"), std::string::npos);
}

TEST(Drafts, AreListedShownReturnedSubmittedAndWithdrawn) {
  const StationAtTest station;
  FakeStation server(station.socket(),
                     {{answer_of(200, R"({"drafts": [)" + kLive + "]}")},
                      {answer_of(200, kDrill)},
                      {answer_of(200, kLive)},
                      {answer_of(200, draft_json("returned", "live"))},
                      {answer_of(200, kLive)},
                      {answer_of(200, draft_json("withdrawn", "live"))},
                      {answer_of(404, R"({"error": {"code": "not_found", "message": "no draft 8"}})")}});
  EXPECT_NE(station.run({"drafts", "defense"}).out.find("7  FLASH  LIVE  defense"), std::string::npos);
  EXPECT_NE(station.run({"draft", "7"}).out.find("THIS IS AN EXERCISE"), std::string::npos);
  EXPECT_NE(station.run({"return", "7", "--reason", "wrong line"}).out.find("Draft 7: returned"),
            std::string::npos);
  EXPECT_NE(station.run({"submit", "7"}).out.find("Draft 7: waiting"), std::string::npos);
  EXPECT_EQ(station.run({"withdraw", "7"}).out, "Draft 7: withdrawn.\n");
  EXPECT_EQ(station.run({"draft", "8"}).code, ExitCode::kNotFound);
  const auto requests = server.requests();
  EXPECT_EQ(asked(requests[0]), "GET /v1/drafts?line=defense");
  EXPECT_EQ(asked(requests[3]), "POST /v1/drafts/7/return");
  EXPECT_EQ(json::parse(body_of(requests[3])), json::parse(R"({"version": 4, "reason": "wrong line"})"));
  EXPECT_EQ(asked(requests[4]), "POST /v1/drafts/7/submit");
  EXPECT_EQ(asked(requests[5]), "POST /v1/drafts/7/withdraw");
}

TEST(MakeDraft, HoldsWhatWouldBeSentAndSaysHowManyMustReleaseIt) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  std::ofstream(station / "new.toml") << "name = \"defense\"\n";
  FakeStation server(station.socket(),
                     {{answer_of(201, kLive)}, {answer_of(201, kLive)}, {answer_of(201, kLive)}});
  const auto sent = station.run({"send", "defense", "--live", "-p", "flash", "--draft", "Hold your fire."});
  ASSERT_EQ(sent.code, ExitCode::kOk) << sent.err;
  for (const char* words :
       {"Draft 7", "Nothing has gone out", "2 people must stand behind it", "openline release 7"})
    EXPECT_NE(sent.out.find(words), std::string::npos) << words << "\n" << sent.out;
  EXPECT_EQ(station.run({"answer", "defense", "1f/3a", "accept", "--draft"}).code, ExitCode::kOk);
  EXPECT_EQ(station.run({"amend", "defense", station / "new.toml", "--draft"}).code, ExitCode::kOk);

  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  for (const std::string& request : requests) EXPECT_EQ(asked(request), "POST /v1/lines/defense/drafts");
  EXPECT_EQ(json::parse(body_of(requests[0])), json::parse(R"({"act": "entries", "submit": true,
      "body": {"text": "Hold your fire.", "class": "live", "precedence": "flash"}})"));
  EXPECT_EQ(
      json::parse(body_of(requests[1])),
      json::parse(R"({"act": "contacts/1f%2F3a/answer", "submit": true, "body": {"answer": "accepted"}})"));
  EXPECT_EQ(json::parse(body_of(requests[2])),
            json::parse(R"({"act": "amend", "submit": true, "body": {"toml": "name = \"defense\"\n"}})"));
}

TEST(MakeDraft, IsWhatARefusalToSendAloneAsksFor) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(403, refusal_of("release_needed", R"(, "needs": 2)"))},
                                        {answer_of(403, refusal_of("forbidden"))},
                                        {answer_of(403, refusal_of("release_needed", R"(, "needs": 1)"))}});
  const auto alone = station.run({"send", "defense", "--live", "-p", "flash", "Hold your fire."});
  EXPECT_EQ(alone.code, ExitCode::kRefused);
  for (const char* words : {"Nothing went out", "once 2 people stand behind it", "--draft"})
    EXPECT_NE(alone.err.find(words), std::string::npos) << words << "\n" << alone.err;
  EXPECT_EQ(alone.out, "");
  EXPECT_EQ(station.run({"send", "defense", "--live", "Hold"}).err, "openline: the station's words\n");
  EXPECT_NE(station.run({"send", "defense", "--live", "Hold"}).err.find("once a releaser stands behind it"),
            std::string::npos);
}

TEST(SignedIn, ActsLeaveOutARoleThatIsNotGivenAndSendOneThatIs) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  const std::string done = R"({"entries": [{"serial": 4, "id": "ab"}]})";
  FakeStation server(
      station.socket(),
      {{answer_of(201, done)}, {answer_of(201, done)}, {answer_of(201, done)}, {answer_of(201, done)}});
  const auto acknowledged = station.run({"ack", "defense", "1f3a"});
  ASSERT_EQ(acknowledged.code, ExitCode::kOk) << acknowledged.err;
  EXPECT_EQ(acknowledged.out.find("not personally authenticated"), std::string::npos);
  EXPECT_EQ(station.run({"ack", "defense", "1f3a", "--role", "releaser"}).code, ExitCode::kOk);
  EXPECT_EQ(station.run({"disregard", "defense", "1f3a"}).code, ExitCode::kOk);
  EXPECT_EQ(station.run({"request", "defense", "--live", "--to", "minister", "Talk"}).code, ExitCode::kOk);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_EQ(json::parse(body_of(requests[0])), json::parse(R"({"id": "1f3a"})"));
  EXPECT_EQ(json::parse(body_of(requests[1])), json::parse(R"({"id": "1f3a", "role": "releaser"})"));
  EXPECT_EQ(json::parse(body_of(requests[2])), json::parse(R"({"id": "1f3a"})"));
  EXPECT_FALSE(json::parse(body_of(requests[3])).contains("from_role"));
}

TEST(Unpeopled, ActsStillNameTheRoleOfWhoAttends) {
  const StationAtTest station;
  FakeStation server(
      station.socket(),
      {{answer_of(200, R"({"line": "aa", "own": {"desk": "defense", "role": "watch officer"}})")},
       {answer_of(201, R"({"entries": [{"serial": 4, "id": "ab"}]})")},
       {answer_of(400, refusal_of("missing_field", R"(, "field": "from_role")"))}});
  const auto ended = station.run({"ack", "defense", "1f3a"});
  EXPECT_NE(ended.out.find("Acknowledged as watch officer (the role; not personally authenticated)"),
            std::string::npos);
  EXPECT_EQ(json::parse(body_of(server.requests()[1])),
            json::parse(R"({"id": "1f3a", "role": "watch officer"})"));
  EXPECT_EQ(station.run({"request", "defense", "--live", "--role", "x", "--to", "minister", "Talk"}).err,
            "openline: the station's words (from_role)\n");
}

}  // namespace
}  // namespace openline::cli
