// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/security_keys.h"

#include <gtest/gtest.h>

#include "core/crypto/hash.h"
#include "daemon/desk/test_officers.h"

namespace openline::daemon {
namespace {

using test::at;
using Purpose = SecurityKeys::Purpose;
using Why = DeskRefusal::Why;

SecurityKey key_of(const std::string& officer, std::uint8_t id, std::uint32_t count = 0) {
  return {Bytes{id},
          officer,
          "key " + std::to_string(id),
          "desk.example",
          KeyAlgorithm::kEdDsa,
          Bytes(32, id),
          count,
          at(id),
          {}};
}

class SecurityKeysTest : public testing::Test {
 protected:
  SecurityKeys keys_{{key_of("ann", 1, 7), key_of("bob", 2)}, test::seed_of(1)};
  void TearDown() override { keys_.check_invariants(); }
  Hash asked(Purpose purpose = Purpose::kSignIn, std::int64_t when = 0) {
    return keys_.new_challenge("ann", purpose, at(when));
  }
};

TEST_F(SecurityKeysTest, AChallengeIsForOneOfficerAndPurposeOnceAndTwoMinutes) {
  const Hash good = asked();
  EXPECT_FALSE(keys_.use_challenge(good, "bob", Purpose::kSignIn, at(1)));
  EXPECT_TRUE(keys_.use_challenge(good, "ann", Purpose::kSignIn, at(120)));
  EXPECT_FALSE(keys_.use_challenge(good, "ann", Purpose::kSignIn, at(120))) << "once";
  EXPECT_FALSE(keys_.use_challenge(asked(), "ann", Purpose::kSignIn, at(121))) << "two minutes";
  const Hash other = asked();
  EXPECT_FALSE(keys_.use_challenge(other, "ann", Purpose::kAdd, at(1)));
  EXPECT_FALSE(keys_.use_challenge(other, "ann", Purpose::kSignIn, at(1)))
      << "it was used, for the wrong thing";
  EXPECT_FALSE(keys_.use_challenge(Hash{}, "ann", Purpose::kSignIn, at(1)));
  EXPECT_NE(asked(), asked());
}

TEST_F(SecurityKeysTest, KeepsFourChallengesOfAnOfficerAndNobodyPushesOutAnothers) {
  const Hash of_ann = asked();
  Hash first = keys_.new_challenge("bob", Purpose::kSignIn, at(0)), last;
  for (int i = 0; i < 4; ++i) last = keys_.new_challenge("bob", Purpose::kSignIn, at(0));
  EXPECT_FALSE(keys_.use_challenge(first, "bob", Purpose::kSignIn, at(1)));
  EXPECT_TRUE(keys_.use_challenge(last, "bob", Purpose::kSignIn, at(1)));
  EXPECT_TRUE(keys_.use_challenge(of_ann, "ann", Purpose::kSignIn, at(1)));
}

TEST_F(SecurityKeysTest, ACountThatDoesNotGrowIsACopy) {
  ASSERT_TRUE(keys_.used(Bytes{1}, 8, at(5)));
  EXPECT_EQ(keys_.find(Bytes{1})->last_used, at(5));
  for (const std::uint32_t count : {8u, 7u, 1u, 0u}) {
    const auto copied = keys_.used(Bytes{1}, count, at(6));
    ASSERT_FALSE(copied) << count;
    EXPECT_EQ(copied.error().why, Why::kCopiedKey);
    EXPECT_NE(copied.error().message.find("\"key 1\""), std::string::npos);
  }
  EXPECT_EQ(keys_.find(Bytes{1})->count, 8u) << "what a copy says is not believed";
  EXPECT_TRUE(keys_.used(Bytes{1}, 4'294'967'295, at(7)));
}

TEST_F(SecurityKeysTest, AKeyThatDoesNotCountSaysZeroEachTime) {
  EXPECT_TRUE(keys_.used(Bytes{2}, 0, at(1)));
  EXPECT_TRUE(keys_.used(Bytes{2}, 0, at(2)));
  EXPECT_TRUE(keys_.used(Bytes{2}, 1, at(3)));
  EXPECT_FALSE(keys_.used(Bytes{2}, 0, at(4))) << "from then on it counts";
  EXPECT_EQ(keys_.used(Bytes{9}, 1, at(4)).error().why, Why::kWrongKey);
}

TEST_F(SecurityKeysTest, AnOfficerHasAtMostEightAndAKeyOneOfficer) {
  EXPECT_EQ(keys_.add(key_of("bob", 1)).error().why, Why::kConflict) << "it is ann's";
  EXPECT_EQ(keys_.add(key_of("ann", 1)).error().why, Why::kConflict);
  SecurityKey same_name = key_of("ann", 3);
  same_name.name = "key 1";
  EXPECT_EQ(keys_.add(same_name).error().field, "name");
  for (std::uint8_t id = 3; id < 10; ++id) ASSERT_TRUE(keys_.add(key_of("ann", id)));
  EXPECT_EQ(keys_.add(key_of("ann", 10)).error().why, Why::kFull);
  EXPECT_TRUE(keys_.add(key_of("bob", 10)));
  const auto own = keys_.of("ann");
  ASSERT_EQ(own.size(), 8u);
  EXPECT_EQ(own.front()->name, "key 1");
  EXPECT_EQ(own.back()->name, "key 9");
}

TEST_F(SecurityKeysTest, OneRemovesOnesOwnAndNotTheLastWhereOneIsNeeded) {
  EXPECT_EQ(keys_.remove(Bytes{2}, "ann", false).error().why, Why::kNotFound) << "bob's";
  EXPECT_EQ(keys_.remove(Bytes{1}, "ann", true).error().why, Why::kConflict);
  ASSERT_TRUE(keys_.add(key_of("ann", 3)));
  (void)keys_.take_writes();
  ASSERT_TRUE(keys_.remove(Bytes{1}, "ann", true));
  ASSERT_TRUE(keys_.remove(Bytes{3}, "ann", false));
  EXPECT_FALSE(keys_.has_any("ann"));
  const auto writes = keys_.take_writes();
  ASSERT_EQ(writes.size(), 2u);
  EXPECT_EQ(std::get<SecurityKeyRemoved>(writes[1]).id, Bytes{3});
}

TEST_F(SecurityKeysTest, ARecoveredAccountHasNoneAndNoChallenge) {
  ASSERT_TRUE(keys_.add(key_of("ann", 3)));
  const Hash challenge = asked();
  (void)keys_.take_writes();
  keys_.remove_all("ann");
  EXPECT_FALSE(keys_.has_any("ann"));
  EXPECT_TRUE(keys_.has_any("bob"));
  EXPECT_EQ(keys_.take_writes().size(), 2u);
  EXPECT_FALSE(keys_.use_challenge(challenge, "ann", Purpose::kSignIn, at(1)));
}

TEST_F(SecurityKeysTest, NamesAreShortAndPlain) {
  EXPECT_FALSE(key_name_problem("Blue key, drawer 3"));
  for (const std::string name :
       {"", " a", "a ", "a\nb", "\xff", "\u202e", "123456789012345678901234567890123"})
    EXPECT_TRUE(key_name_problem(name)) << name;
}

}  // namespace
}  // namespace openline::daemon
