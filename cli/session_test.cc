// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/test_station.h"

namespace openline::cli {
namespace {

using test::answer_of;
using test::asked;
using test::body_of;
using test::content_of;
using test::FakeStation;
using test::kAuthorization;
using test::kToken;
using test::refusal_of;
using test::ScriptedKeyboard;
using test::StationAtTest;

const std::string kSmith =
    R"({"name": "smith", "title": "Cdr. J. Smith", "state": "active", "grants": [{"desk": "defense", "roles": ["officer"]}]})";
const std::string kSignedIn = R"({"token": ")" + kToken + R"(", "officer": )" + kSmith +
                              R"(, "idle_s": 3600, "expires": "2026-11-23T21:05:36.123Z"})";

TEST(Session, IsKeptAfterSigningInAndGoesWithEveryRequestUntilSigningOut) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(200, kSignedIn)},
                                        {answer_of(200, R"({"officer": )" + kSmith + R"(, "idle_s": 3600})")},
                                        {answer_of(200, R"({"ended": 1})")},
                                        {answer_of(401, refusal_of("sign_in"))}});
  ScriptedKeyboard person({"correct horse"});
  const auto signed_in = station.run({"sign-in", "smith"}, "", &person);
  ASSERT_EQ(signed_in.code, ExitCode::kOk) << signed_in.err;
  EXPECT_EQ(person.secret_questions, (std::vector<std::string>{"Password of smith: "}));
  EXPECT_NE(signed_in.out.find("smith, Cdr. J. Smith: officer at defense"), std::string::npos)
      << signed_in.out;
  EXPECT_EQ((signed_in.out + signed_in.err).find("horse"), std::string::npos);
  EXPECT_EQ((signed_in.out + signed_in.err).find(kToken), std::string::npos);
  EXPECT_EQ(content_of(station.session()), kToken + "\n");

  EXPECT_NE(station.run({"whoami"}).out.find("officer at defense"), std::string::npos);
  EXPECT_EQ(station.run({"sign-out"}).code, ExitCode::kOk);
  EXPECT_FALSE(std::filesystem::exists(station.session()));
  EXPECT_EQ(station.run({"status"}).code, ExitCode::kRefused);

  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_EQ(asked(requests[0]), "POST /v1/sign-in");
  EXPECT_EQ(body_of(requests[0]), R"({"name": "smith", "password": "correct horse"})");
  EXPECT_EQ(requests[0].find("Authorization"), std::string::npos);
  EXPECT_EQ(asked(requests[1]), "GET /v1/me");
  EXPECT_NE(requests[1].find(kAuthorization), std::string::npos);
  EXPECT_EQ(asked(requests[2]), "POST /v1/sign-out");
  EXPECT_NE(requests[2].find(kAuthorization), std::string::npos);
  EXPECT_EQ(requests[3].find("Authorization"), std::string::npos);
}

TEST(Session, ThatIsMissingOrEndedSaysHowToSignIn) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(401, refusal_of("sign_in"))},
                                        {answer_of(401, refusal_of("wrong_credentials"))}});
  const auto none = station.run({"status"});
  EXPECT_EQ(none.code, ExitCode::kRefused);
  EXPECT_NE(none.err.find("the station's words: `openline sign-in NAME`"), std::string::npos) << none.err;
  const auto wrong = station.run({"sign-in", "smith", "--password-file", "-"}, "wrong horse\n");
  EXPECT_EQ(wrong.code, ExitCode::kRefused);
  EXPECT_EQ(wrong.err, "openline: the station's words\n");  // who just tried need not be told how
  EXPECT_FALSE(std::filesystem::exists(station.session()));
}

TEST(Session, IsNotPrintedAsJsonEither) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(200, kSignedIn)}});
  const auto ended = station.run({"--json", "sign-in", "smith", "--password-file", "-"}, "correct horse\n");
  EXPECT_EQ(ended.code, ExitCode::kOk);
  EXPECT_NE(ended.out.find(R"("idle_s":3600)"), std::string::npos) << ended.out;
  EXPECT_EQ(ended.out.find(kToken), std::string::npos);
}

TEST(Session, ThatCannotBeKeptIsEndedAtTheStation) {
  const StationAtTest station;
  std::filesystem::create_directories(station.session() + "/in the way");
  FakeStation server(station.socket(), {{answer_of(200, kSignedIn)}, {answer_of(200, R"({"ended": 1})")}});
  EXPECT_EQ(station.run({"sign-in", "smith", "--password-file", "-"}, "correct horse\n").code,
            ExitCode::kRefused);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(asked(requests[1]), "POST /v1/sign-out");
  EXPECT_NE(requests[1].find(kAuthorization), std::string::npos);
}

TEST(Session, LeavesThisTerminalEvenIfTheStationDoesNotAnswer) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  const auto ended = station.run({"sign-out", "--everywhere"});
  EXPECT_EQ(ended.code, ExitCode::kUnreachable);
  EXPECT_FALSE(std::filesystem::exists(station.session()));
  EXPECT_EQ(station.run({"sign-out"}).code, ExitCode::kNotFound);
  ASSERT_TRUE(station.sign_in());
  ASSERT_EQ(::chmod(station.session().c_str(), 0644), 0);
  EXPECT_EQ(station.run({"sign-out"}).code, ExitCode::kRefused);  // not spoken with, but gone
  EXPECT_FALSE(std::filesystem::exists(station.session()));
}

TEST(Session, BeginsWithACodeAndANewPasswordTypedTwice) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(200, R"({"officer": )" + kSmith + "}")}});
  ScriptedKeyboard person({"aaaa-bbbb-cccc dddd-eeee-ffff", "correct horse", "correct horse"});
  const auto ended = station.run({"enrol", "smith"}, "", &person);
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;
  EXPECT_EQ(person.questions.size(), 3U);
  EXPECT_EQ(person.secret_questions.size(), 2U);
  EXPECT_EQ(asked(server.requests()[0]), "POST /v1/enrol");
  EXPECT_EQ(body_of(server.requests()[0]),
            R"({"name": "smith", "code": "aaaa-bbbb-cccc dddd-eeee-ffff", "password": "correct horse"})");
  EXPECT_EQ(station.run({"enrol", "smith"}).code, ExitCode::kUsage);  // nobody to ask
}

TEST(Session, TakesAnotherPasswordFromTwoLinesOfStandardInput) {
  const StationAtTest station;
  ASSERT_TRUE(station.sign_in());
  FakeStation server(station.socket(), {{answer_of(200, "{}")}});
  const auto ended = station.run({"password", "--old-password-file", "-", "--password-file", "-"},
                                 "correct horse\nanother horse\n");
  EXPECT_EQ(ended.code, ExitCode::kOk) << ended.err;
  EXPECT_EQ(body_of(server.requests()[0]), R"({"old": "correct horse", "new": "another horse"})");
  EXPECT_NE(server.requests()[0].find(kAuthorization), std::string::npos);
}

TEST(Session, SaysOfAnUnpeopledStationThatNobodyIsSignedIn) {
  const StationAtTest station;
  FakeStation server(station.socket(), {{answer_of(200, R"({"officer": null, "unpeopled": true})")}});
  const auto ended = station.run({"whoami"});
  EXPECT_EQ(ended.code, ExitCode::kOk);
  EXPECT_NE(ended.out.find("Nobody has an account here yet"), std::string::npos);
}

}  // namespace
}  // namespace openline::cli
