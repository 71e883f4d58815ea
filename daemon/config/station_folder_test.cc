// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/station_folder.h"

#include <gtest/gtest.h>

#include "daemon/config/test_folder.h"

namespace openline::daemon {
namespace {

using namespace test;

class StationFolderTest : public testing::Test {
 protected:
  void expect_refused(const std::string& says) {
    const auto setup = read_station_folder(files_);
    ASSERT_FALSE(setup);
    EXPECT_NE(setup.error().message.find(says), std::string::npos) << setup.error().message;
  }
  TemporaryFolder temporary_;
  StationFiles files_{temporary_.path() / "usa"};
  TestParty party_ = make_station_folder(
      files_.folder, "USA", "[[path]]\nname = \"f\"\nkind = \"udp\"\nlisten = \"127.0.0.1:4700\"\n");
};

TEST_F(StationFolderTest, ReadsWhatAStationStartsFrom) {
  const auto setup = read_station_folder(files_);
  ASSERT_TRUE(setup) << setup.error().text();
  EXPECT_EQ(setup->identity.own_card.cards.newest().code, "USA");
  EXPECT_EQ(setup->identity.addresses.size(), 1u);
  EXPECT_TRUE(setup->identity.first_session);
  std::filesystem::remove(files_.first_session());
  const auto later = read_station_folder(files_);
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->identity.first_session);
}

TEST_F(StationFolderTest, RefusesAKeyThatOthersCanRead) {
  ::chmod(files_.key().c_str(), 0640);
  expect_refused("station.key: others than its owner may use it (mode 0640)");
}

TEST_F(StationFolderTest, NamesTheFileThatIsMissingOrWrong) {
  write_file(files_.key(), "not hexadecimal");
  expect_refused("station.key: must be 64 hexadecimal digits");
  std::filesystem::remove(files_.key());
  expect_refused("station.key: No such file");
  write_file(files_.config(), "party = 1");
  expect_refused("station.toml: line 1: \"party\"");
}

TEST_F(StationFolderTest, RefusesADamagedCard) {
  write_file(files_.card(), "-----BEGIN OPENLINE CARD-----\nAAAA\n-----END OPENLINE CARD-----\n");
  expect_refused("card.openline: ");
}

TEST_F(StationFolderTest, NoticesFilesOfDifferentStations) {
  const TestParty other =
      make_station_folder(temporary_.path() / "chn", "CHN",
                          "[[path]]\nname = \"f\"\nkind = \"udp\"\nlisten = \"127.0.0.1:4700\"\n");
  write_file(files_.card(), armour(kCardArmour, other.card.encode()));
  expect_refused("\"party\" is USA, but the card is of CHN");
  write_file(files_.card(), armour(kCardArmour, party_.card.encode()));
  write_file(files_.key(), std::string(64, '1'));
  expect_refused("station.key: this station is not on the newest card");
}

TEST_F(StationFolderTest, HoldsOneLockAFolder) {
  auto lock = FolderLock::take(files_);
  ASSERT_TRUE(lock) << lock.error().text();
  const auto second = FolderLock::take(files_);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another daemon runs on this folder"), std::string::npos);
  {
    const FolderLock released = std::move(*lock);
  }
  EXPECT_TRUE(FolderLock::take(files_));
}

}  // namespace
}  // namespace openline::daemon
