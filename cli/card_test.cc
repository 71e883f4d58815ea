// SPDX-License-Identifier: Apache-2.0
#include "cli/card.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/files.h"
#include "cli/test_terminal.h"
#include "core/crypto/courier_key.h"

namespace openline::cli {
namespace {

using test::content_of;
using test::run;
using test::TemporaryFolder;

void make_station(const std::string& folder) {
  ASSERT_EQ(
      run({"init", folder, "--code", "USA", "--name", "n", "--language", "en", "--listen", "udp:127.0.0.1:1"})
          .code,
      ExitCode::kOk);
}

TEST(Card, ComesFromTheFolderWhenTheStationDoesNotRun) {
  const TemporaryFolder work;
  make_station(work / "usa");
  const auto ended = run({"-s", work / "usa", "card"});
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;
  EXPECT_EQ(ended.out, content_of(work / "usa/card.openline"));
  const auto file = read_card_file(work / "usa/card.openline");
  ASSERT_TRUE(file);
  EXPECT_NE(ended.err.find(file->cards.fingerprint().text()), std::string::npos);

  ASSERT_EQ(run({"card", "-s", work / "usa", "-o", work / "out"}).code, ExitCode::kOk);
  EXPECT_EQ(content_of(work / "out"), ended.out);
}

TEST(Card, SaysWhichFileIsWrongAndWhere) {
  const TemporaryFolder work;
  make_station(work / "usa");
  std::ofstream(work / "usa/card.openline")
      << "-----BEGIN OPENLINE CARD-----\n???\n-----END OPENLINE CARD-----\n";
  const auto ended = run({"-s", work / "usa", "card"});
  EXPECT_EQ(ended.code, ExitCode::kRefused);
  EXPECT_NE(ended.err.find("card.openline: line 2: this is not base64"), std::string::npos) << ended.err;
  EXPECT_EQ(run({"-s", work / "nowhere", "card"}).code, ExitCode::kNotFound);
}

TEST(CourierKey, IsArmouredSecretAndNeverOverwritten) {
  const TemporaryFolder work;
  const auto ended = run({"courier-key", "-o", work / "key", "--generation", "3"});
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;
  struct stat about{};
  ASSERT_EQ(::stat((work / "key").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  const std::string text = content_of(work / "key");
  const auto bytes = remove_armour(kCourierKeyArmour, view_of(text));
  ASSERT_TRUE(bytes);
  const auto key = CourierKey::decode(*bytes);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->generation, 3);
  EXPECT_FALSE(key->secret == CourierSecret{});
  EXPECT_EQ(ended.out.find(text.substr(40, 20)), std::string::npos);  // the secret is in the file alone

  EXPECT_EQ(run({"courier-key", "-o", work / "key"}).code, ExitCode::kConflict);
  EXPECT_EQ(content_of(work / "key"), text);
  for (const char* generation : {"0", "256", "-1", "x"}) {
    EXPECT_EQ(run({"courier-key", "-o", work / "other", "--generation", generation}).code, ExitCode::kUsage)
        << generation;
  }
}

TEST(Accept, ReadsTheFilesBeforeItAsksTheStation) {
  const TemporaryFolder work;
  make_station(work / "usa");
  std::ofstream(work / "junk") << "not a card";
  EXPECT_EQ(run({"-s", work / "usa", "accept", work / "none"}).code, ExitCode::kNotFound);
  EXPECT_EQ(run({"-s", work / "usa", "accept", work / "junk"}).code, ExitCode::kRefused);
  const auto wrong_key = run({"-s", work / "usa", "accept", work / "usa/card.openline", "--courier-key",
                              work / "usa/card.openline"});
  EXPECT_EQ(wrong_key.code, ExitCode::kRefused);
  EXPECT_NE(wrong_key.err.find("BEGIN OPENLINE COURIER KEY"), std::string::npos) << wrong_key.err;
  EXPECT_EQ(run({"-s", work / "usa", "accept", work / "usa/card.openline"}).code, ExitCode::kUnreachable);
}

}  // namespace
}  // namespace openline::cli
