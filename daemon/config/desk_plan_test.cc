// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/desk_plan.h"

#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

TEST(DeskPlan, IsUsualWhereNothingIsSaid) {
  const auto plan = DeskPlan::parse("");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(release_need({1, 1, 1, 2}, plan->at("defense"), Precedence::kFlash).people, 2);
  EXPECT_FALSE(release_need({1, 1, 1, 2}, plan->at("defense"), Precedence::kRoutine).releaser);
  EXPECT_FALSE(plan->at("defense").emergency);
  EXPECT_FALSE(plan->keys_required);
}

TEST(DeskPlan, AsksForMoreThanTheAgreementAndNeverForFewer) {
  const auto plan = DeskPlan::parse(R"(
[session]
idle = "2h"
longest = "8h"
security_keys = "required"
[[desk]]
name = "defense"
release = { flash = 3, routine = 1 }
releaser_for = ["immediate"]
emergency = true
[[desk]]
name = "*"
release = { flash = 2 }
)");
  ASSERT_TRUE(plan) << plan.error().text();
  const DeskPlan::Desk& defense = plan->at("defense");
  EXPECT_EQ(release_need({2, 1, 1, 2}, defense, Precedence::kFlash).people, 3);
  EXPECT_EQ(release_need({2, 1, 1, 2}, defense, Precedence::kRoutine).people, 2) << "the agreement's";
  EXPECT_TRUE(release_need({1, 1, 1, 1}, defense, Precedence::kImmediate).releaser);
  EXPECT_TRUE(defense.emergency);
  EXPECT_EQ(release_need({1, 1, 1, 1}, plan->at("grid"), Precedence::kFlash).people, 2);
  EXPECT_EQ(plan->session_idle, Seconds{7200});
  EXPECT_TRUE(plan->keys_required);
}

TEST(DeskPlan, NamesWhatIsWrongAndWhere) {
  for (const auto& [toml, words] :
       {std::pair{"[[desk]]\nname = \"a\"\nrelease = { flash = 9 }\n", "flash"},
        {"[[desk]]\nname = \"a\"\nrelaese = { flash = 2 }\n", "relaese"},
        {"[[desk]]\nname = \"a\"\nreleaser_for = [\"urgent\"]\n", "releaser_for"},
        {"[[desk]]\nname = \"a\"\n[[desk]]\nname = \"a\"\n", "name"},
        {"[[desk]]\nname = \"a\"\ntime_zone = \"Europe/Atlantis\"\n", "Atlantis"},
        {"[[desk]]\nname = \"a\"\ntime_zone = \"CET\"\n", "time_zone"},
        {"[[desk]]\nname = \"a\"\nconfirm_every = \"off\"\n", "confirm_every"},
        {"[[desk]]\nname = \"a\"\nconfirm_every = \"5h\"\n", "confirm_every"},
        {"[[desk]]\nname = \"a\"\nconfirm_within = \"16min\"\n", "confirm_within"},
        {"[[desk]]\nname = \"a\"\nchecklist = [\"x\", \"x\"]\n", "checklist"},
        {"[[desk]]\nname = \"a\"\n[[desk.step]]\nafter = \"30s\"\nname = \"x\"\ndesk = \"a\"\n",
         "another desk"},
        {"[session]\nidle = \"1s\"\n", "idle"},
        {"[session]\nsecurity_keys = \"must\"\n", "security_keys"}}) {
    const auto plan = DeskPlan::parse(toml);
    ASSERT_FALSE(plan) << toml;
    EXPECT_NE(plan.error().text().find(words), std::string::npos) << plan.error().text();
    EXPECT_NE(plan.error().text().find("line "), std::string::npos) << plan.error().text();
  }
}

TEST(DeskPlan, SaysHowTheWatchIsKept) {
  const auto plan = DeskPlan::parse(R"(
[[desk]]
name = "defense"
time_zone = "Europe/Paris"
confirm_every = "4h"
confirm_within = "30s"
ring_unmanned = "5min"
checklist = ["the bell was heard", "the safe is locked"]
)");
  ASSERT_TRUE(plan) << plan.error().text();
  const DeskPlan::Desk& defense = plan->at("defense");
  EXPECT_EQ(defense.time_zone->name(), "Europe/Paris");
  EXPECT_EQ(defense.confirm_every, Seconds{4 * 3600});
  EXPECT_EQ(defense.confirm_within, Seconds{30});
  EXPECT_EQ(defense.ring_unmanned, Seconds{300});
  EXPECT_EQ(defense.checklist.size(), 2u);
  const DeskPlan::Desk& usual = plan->at("grid");
  EXPECT_EQ(usual.confirm_every, Seconds{1800});
  EXPECT_EQ(usual.confirm_within, Seconds{120});
  EXPECT_FALSE(usual.ring_unmanned);
  EXPECT_FALSE(usual.time_zone);
}

}  // namespace
}  // namespace openline::daemon
