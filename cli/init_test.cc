// SPDX-License-Identifier: Apache-2.0
#include "cli/init.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/station_folder.h"
#include "cli/test_terminal.h"
#include "core/crypto/noise.h"

namespace openline::cli {
namespace {

using test::content_of;
using test::run;
using test::TemporaryFolder;

std::vector<std::string> init_words(const std::string& folder) {
  return {"init",          folder,       "--code", "USA",      "--name",
          "United States", "--language", "en",     "--listen", "fibre=udp:127.0.0.1:4700"};
}

unsigned mode_of(const std::string& path) {
  struct stat about{};
  return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777U : 0;
}

template <class Key>
Key secret_in(const std::string& path) {
  const std::string text = content_of(path);
  const auto bytes = from_hex(text.substr(0, 64));
  EXPECT_TRUE(text.size() == 65 && text[64] == '\n' && bytes) << path;
  return Key(std::span<const std::uint8_t, 32>(bytes->data(), 32));
}

TEST(Init, MakesAFolderWhoseFilesBelongTogether) {
  const TemporaryFolder work;
  const auto ended = run(init_words(work / "usa"));
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;

  EXPECT_EQ(mode_of(work / "usa"), 0700U);
  for (const char* name : {"usa/root.key", "usa/station.key", "usa/session.key"})
    EXPECT_EQ(mode_of(work / name), 0600U) << name;

  const auto file = read_card_file(work / "usa/card.openline");
  ASSERT_TRUE(file) << file.error().message;
  const Card& card = file->cards.newest();
  EXPECT_EQ(card.edition, 1U);
  EXPECT_EQ(card.code, "USA");
  EXPECT_EQ(card.root, RootKeyPair(secret_in<SigningSeed>(work / "usa/root.key")).key());
  ASSERT_EQ(card.stations.size(), 1U);
  EXPECT_EQ(card.stations[0].key, StationKeyPair(secret_in<SigningSeed>(work / "usa/station.key")).key());
  ASSERT_EQ(file->locators.size(), 1U);
  const Locator& locator = file->locators[0].locator;
  EXPECT_EQ(locator.session_key,
            SessionKeyPair::from_seed(secret_in<SessionSecret>(work / "usa/session.key")).key);
  EXPECT_EQ(locator.addresses, (std::vector<LocatorAddress>{{"fibre", "udp", "127.0.0.1:4700"}}));
  EXPECT_NE(ended.out.find(Fingerprint::of(card.root).text()), std::string::npos);
}

TEST(Init, SaysWhatIsNextAndWhereTheConsolesFingerprintWillBe) {
  const TemporaryFolder work;
  const std::string folder = work / "usa";
  const auto ended = run(init_words(folder));
  EXPECT_NE(ended.err.find("`openline -s " + folder + " run`"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("`openline -s " + folder +
                           " status` shows its certificate's fingerprint once the station"),
            std::string::npos)
      << ended.err;
}

TEST(Init, DrawsOtherKeysForEachStation) {
  const TemporaryFolder work;
  ASSERT_EQ(run(init_words(work / "a")).code, ExitCode::kOk);
  ASSERT_EQ(run(init_words(work / "b")).code, ExitCode::kOk);
  for (const char* name : {"/root.key", "/station.key", "/session.key"}) {
    EXPECT_NE(content_of(work / ("a" + std::string(name))), content_of(work / ("b" + std::string(name))))
        << name;
  }
}

TEST(Init, RefusesAFolderThatHoldsAnythingAndChangesNothing) {
  const TemporaryFolder work;
  ASSERT_EQ(run(init_words(work / "usa")).code, ExitCode::kOk);
  const std::string key = content_of(work / "usa/station.key");
  const auto again = run(init_words(work / "usa/"));
  EXPECT_EQ(again.code, ExitCode::kConflict);
  EXPECT_NE(again.err.find("there is a station here already"), std::string::npos);
  EXPECT_EQ(content_of(work / "usa/station.key"), key);

  std::filesystem::create_directory(work / "other");
  std::ofstream(work / "other/notes") << "mine";
  EXPECT_EQ(run(init_words(work / "other")).code, ExitCode::kConflict);
  EXPECT_EQ(content_of(work / "other/notes"), "mine");
  std::filesystem::create_directory(work / "empty");
  EXPECT_EQ(run(init_words(work / "empty")).code, ExitCode::kOk);
  EXPECT_EQ(mode_of(work / "empty"), 0700U);
}

TEST(Init, LeavesNothingBehindWhenSomethingIsWrong) {
  const TemporaryFolder work;
  for (auto [option, value] : {std::pair{"--code", "usa"},
                               {"--code", "U"},
                               {"--name", ""},
                               {"--language", "x"},
                               {"--listen", "udp:here:1"}}) {
    auto words = init_words(work / "usa");
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i] == option) words[i + 1] = value;
    }
    const auto ended = run(words);
    EXPECT_EQ(ended.code, ExitCode::kUsage) << option << " " << value << ": " << ended.err;
  }
  EXPECT_FALSE(std::filesystem::exists(work / "usa"));
  EXPECT_TRUE(std::filesystem::is_empty(work / ""));
}

TEST(Init, PutsAnOfflineRootWhereItIsToldAndNeverOverAnother) {
  const TemporaryFolder work;
  auto words = init_words(work / "usa");
  words.insert(words.end(), {"--offline-root", work / "root"});
  ASSERT_EQ(run(words).code, ExitCode::kOk);
  EXPECT_FALSE(std::filesystem::exists(work / "usa/root.key"));
  const auto file = read_card_file(work / "usa/card.openline");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->cards.newest().root, RootKeyPair(secret_in<SigningSeed>(work / "root")).key());
  EXPECT_EQ(mode_of(work / "root"), 0600U);

  words[1] = work / "second";
  EXPECT_EQ(run(words).code, ExitCode::kConflict);  // one root key signs one edition 1
  EXPECT_FALSE(std::filesystem::exists(work / "second"));
}

TEST(Init, WritesSerialLinesAndHelpersWithTheAddressesThatOthersUse) {
  const TemporaryFolder work;
  auto words = init_words(work / "usa");
  words.insert(words.end(), {"--listen", "hf=serial:/dev/ttyUSB0,2400,hardware", "--listen",
                             "mail=exec:/usr/lib/openline/helper --name \"usa\"", "--announce",
                             "mail=exec:usa@example.org"});
  const auto ended = run(words);
  ASSERT_EQ(ended.code, ExitCode::kOk) << ended.err;
  EXPECT_EQ(ended.err.find("announces no address"), std::string::npos);
  const std::string toml = content_of(work / "usa/station.toml");
  EXPECT_NE(toml.find("name = \"hf\"\nkind = \"serial\"\ndevice = \"/dev/ttyUSB0\"\nbaud = 2400\n"
                      "flow = \"hardware\"\n"),
            std::string::npos);
  EXPECT_NE(toml.find(R"(command = ["/usr/lib/openline/helper", "--name", "\"usa\""])"), std::string::npos);
  EXPECT_NE(toml.find(R"(announce = ["usa@example.org"])"), std::string::npos);
  const auto file = read_card_file(work / "usa/card.openline");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(
      file->locators[0].locator.addresses,
      (std::vector<LocatorAddress>{
          {"fibre", "udp", "127.0.0.1:4700"}, {"hf", "serial", "hf"}, {"mail", "exec", "usa@example.org"}}));
}

TEST(Init, QuotesNamesInTheSettings) {
  const TemporaryFolder work;
  auto words = init_words(work / "usa");
  words.insert(words.end(), {"--station-name", "the \"first\"\\"});
  ASSERT_EQ(run(words).code, ExitCode::kOk);
  EXPECT_NE(content_of(work / "usa/station.toml").find(R"(station = "the \"first\"\\")"), std::string::npos);
}

}  // namespace
}  // namespace openline::cli
