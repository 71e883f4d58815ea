// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/certificate.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "daemon/config/test_folder.h"

namespace openline::daemon {
namespace {

class CertificateTest : public ::testing::Test {
 protected:
  std::string error() {
    const auto opened = Certificate::open(folder_.path(), {"desk.example", "192.0.2.7", "[2001:db8::1]"});
    return opened ? "" : opened.error().text();
  }
  void put(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name, std::ios::trunc) << text;
    ::chmod((folder_.path() / name).c_str(), 0600);
  }
  test::TemporaryFolder folder_;
};

TEST_F(CertificateTest, IsMadeOnceAndKept) {
  const auto first = Certificate::open(folder_.path(), {"desk.example"});
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->fingerprint.size(), 32 * 3 - 1);
  struct stat status{};
  ASSERT_EQ(::stat((folder_.path() / "console.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto again = Certificate::open(folder_.path(), {"another.example"});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->fingerprint, first->fingerprint);
}

TEST_F(CertificateTest, SaysWhatIsWrongWithTheDesksOwn) {
  ASSERT_EQ(error(), "");
  ::chmod((folder_.path() / "console.key").c_str(), 0640);
  EXPECT_NE(error().find("can be read by others"), std::string::npos) << error();
  put("console.key", "no key");
  EXPECT_NE(error().find("no private key in PEM form"), std::string::npos) << error();
  std::filesystem::remove(folder_.path() / "console.key");
  EXPECT_NE(error().find("console.key is missing"), std::string::npos) << error();
}

TEST_F(CertificateTest, AnothersKeyIsRefused) {
  test::TemporaryFolder other;
  ASSERT_EQ(error(), "");
  ASSERT_TRUE(Certificate::open(other.path(), {"desk.example"}));
  std::filesystem::copy_file(other.path() / "console.key", folder_.path() / "console.key",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_NE(error().find("is not the key of"), std::string::npos) << error();
}

}  // namespace
}  // namespace openline::daemon
