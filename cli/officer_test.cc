// SPDX-License-Identifier: Apache-2.0
#include "cli/officer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/test_station.h"
#include "core/crypto/hash.h"
#include "core/crypto/sign.h"

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

const std::vector<std::string> kAddJones{"officer",      "add",    "jones",          "--title",
                                         "Lt. A. Jones", "--role", "defense:officer"};
const std::string kChange =
    R"({"number": 3, "kind": "add", "officer": "jones", "title": "Lt. A. Jones", "grants": [{"desk": "defense", "roles": ["officer"]}], "proposed_by": "smith", "time": "2026-11-23T21:05:36.123Z", "state": "open"})";

TEST(Officer, OfTheFirstAccountIsGivenAPasswordTypedTwice) {
  const StationAtTest station;
  FakeStation server(station.socket(),
                     {{answer_of(200, R"({"officer": null, "unpeopled": true})")},
                      {answer_of(201, R"({"officer": {"name": "smith", "state": "active"}})")}});
  ScriptedKeyboard person({"correct horse", "correct horse"});
  const auto ended = station.run(
      {"officer", "add", "smith", "--title", "Cdr. \"J\" Smith", "--role", "*:supervisor"}, "", &person);
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;
  EXPECT_EQ(person.secret_questions.size(), 2U);
  EXPECT_NE(ended.out.find("openline sign-in smith"), std::string::npos);
  EXPECT_EQ((ended.out + ended.err).find("horse"), std::string::npos);
  const auto requests = server.requests();
  EXPECT_EQ(asked(requests[1]), "POST /v1/officers");
  EXPECT_EQ(json::parse(body_of(requests[1])),
            json::parse(R"({"name": "smith", "title": "Cdr. \"J\" Smith", "password": "correct horse",
                            "grants": [{"desk": "*", "roles": ["supervisor"]}]})"));
}

TEST(Officer, AddedLaterIsProposedAndSaysWhatHappensNext) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  FakeStation server(
      station.socket(),
      {{answer_of(401, refusal_of("sign_in"))},  // asked without a session, so there are accounts
       {answer_of(202, R"({"change": )" + kChange + R"(, "code_half": "aaaa-bbbb-cccc"})")}});
  const auto ended = station.run(kAddJones);
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;
  for (const char* words : {"Change 3", "aaaa-bbbb-cccc", "`openline officer confirm 3`",
                            "`openline enrol jones`", "Tell it to jones and to nobody else", "not jones"})
    EXPECT_NE(ended.out.find(words), std::string::npos) << words << "\n" << ended.out;
  const auto requests = server.requests();
  EXPECT_NE(requests[1].find(kAuthorization), std::string::npos);
  EXPECT_EQ(
      json::parse(body_of(requests[1])),
      json::parse(
          R"({"name": "jones", "title": "Lt. A. Jones", "grants": [{"desk": "defense", "roles": ["officer"]}]})"));
}

TEST(Officer, WhoConfirmsIsShownTheOtherHalf) {
  const StationAtTest station;
  FakeStation server(
      station.socket(),
      {{answer_of(200,
                  R"({"officer": {"name": "jones", "state": "invited"}, "code_half": "dddd-eeee-ffff"})")},
       {answer_of(200, "{}")}});
  const auto confirmed = station.run({"officer", "confirm", "3"});
  EXPECT_NE(confirmed.out.find("dddd-eeee-ffff"), std::string::npos);
  EXPECT_NE(confirmed.out.find("`openline enrol jones`"), std::string::npos);
  EXPECT_NE(station.run({"officer", "refuse", "3"}).out.find("Change 3 is refused"), std::string::npos);
  EXPECT_EQ(asked(server.requests()[0]), "POST /v1/people-changes/3/confirm");
  EXPECT_EQ(asked(server.requests()[1]), "POST /v1/people-changes/3/refuse");
}

TEST(Officer, IsChangedByTheRootKeyWithoutASession) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  const std::string station_key = to_hex(Bytes(32, 9)), challenge = to_hex(Bytes(32, 7));
  FakeStation server(
      station.socket(),
      {{answer_of(200, R"({"challenge": ")" + challenge + R"(", "station": ")" + station_key + "\"}")},
       {answer_of(200, R"({"officer": {"name": "jones"}, "code": "aaaa-bbbb-cccc-dddd-eeee-ffff"})")}});
  std::ofstream(station / "root.key") << to_hex(Bytes(32, 5)) << "\n";
  const auto ended = station.run({"officer", "recover", "jones", "--root-key", station / "root.key"});
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;
  EXPECT_NE(ended.out.find("aaaa-bbbb-cccc-dddd-eeee-ffff"), std::string::npos);
  const auto requests = server.requests();
  EXPECT_EQ(asked(requests[0]), "GET /v1/root-challenge");
  EXPECT_EQ(asked(requests[1]), "POST /v1/officers/jones/recover");
  EXPECT_EQ(requests[1].find("Authorization"), std::string::npos);
  const json root = json::parse(body_of(requests[1])).at("root");
  Bytes payload(32, 9);
  append(payload, Bytes(32, 7));
  append(payload, hash_of(view_of("{}")).view());
  append(payload, view_of("/v1/officers/jones/recover"));
  const SigningSeed seed{std::span<const std::uint8_t, 32>(Bytes(32, 5))};
  EXPECT_TRUE(verify(RootKeyPair(seed).key(), {"openline people 1", std::nullopt, payload},
                     *Signature::from(*from_hex(root.at("signature").get<std::string>()))));
}

TEST(Officer, GivesPasswordsAndRootKeysOnlyWhereTheyBelong) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(200, R"({"unpeopled": true})")},
                                        {answer_of(401, refusal_of("sign_in"))},
                                        {answer_of(401, refusal_of("sign_in"))},
                                        {answer_of(401, refusal_of("sign_in"))}});
  auto words = kAddJones;
  words.insert(words.end(), {"--root-key", "root.key"});
  EXPECT_EQ(station.run(words).code, ExitCode::kUsage);
  words = kAddJones;
  words.insert(words.end(), {"--password-file", "-"});
  EXPECT_EQ(station.run(words, "correct horse\n").code, ExitCode::kUsage);
  const auto unsigned_in = station.run(kAddJones);
  EXPECT_EQ(unsigned_in.code, ExitCode::kRefused);
  EXPECT_NE(unsigned_in.err.find("openline sign-in NAME"), std::string::npos);
  for (const std::string& request : server.requests()) EXPECT_EQ(request.find("horse"), std::string::npos);
}

TEST(Officer, IsListedWithWhatWaitsAndNothingThatCouldMoveTheCursor) {
  const StationAtTest station;
  FakeStation server(
      station.socket(),
      {{answer_of(
          200,
          R"({"officers": [{"name": "smith", "title": "Cdr.\u202e\u001b[2J", "state": "disabled", "sessions": 1, "security_keys": 2,
          "grants": [{"desk": "*", "roles": ["supervisor", "auditor"]}]}], "changes": [)" +
              kChange + "]}")}});
  const auto ended = station.run({"officer", "list"});
  EXPECT_NE(ended.out.find("smith, Cdr.<U+202E><U+001B>[2J: supervisor, auditor at every desk (disabled), "
                           "signed in, 2 security "
                           "keys"),
            std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("change 3: add jones, Lt. A. Jones: officer at defense, proposed by smith"),
            std::string::npos);
  EXPECT_NE(ended.out.find("`openline officer confirm 3`"), std::string::npos);
}

TEST(Audit, SaysWhoDidWhatAndWhereToGoOn) {
  const StationAtTest station;
  const std::string answer =
      R"({"acts": [{"number": 8, "time": "2026-11-23T21:05:36.123Z", "officer": "smith", "act": "POST /v1/x", "on": "/v1/x", "status": 201},
                   {"number": 9, "time": "2026-11-23T21:05:36.123Z", "officer": "", "act": "POST /v1/sign-in", "status": 0, "note": "\u001b[2J"}], "more": true})";
  FakeStation server(station.socket(), {{answer_of(200, answer)}, {answer_of(200, answer)}});
  const auto ended = station.run({"audit", "--after", "7", "--limit", "2"});
  EXPECT_NE(ended.out.find("smith  POST /v1/x on /v1/x: 201\n"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("did not live to answer, <U+001B>[2J"), std::string::npos);
  EXPECT_NE(ended.out.find("`openline audit --after 9`"), std::string::npos);
  EXPECT_EQ(asked(server.requests()[0]), "GET /v1/audit?after=7&limit=2");
  EXPECT_EQ(station.run({"--json", "audit"}).out, answer + "\n");
}

}  // namespace
}  // namespace openline::cli
