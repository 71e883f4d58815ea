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
}

TEST(DeskPlan, AsksForMoreThanTheAgreementAndNeverForFewer) {
  const auto plan = DeskPlan::parse(R"(
[session]
idle = "2h"
longest = "8h"
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
}

TEST(DeskPlan, NamesWhatIsWrongAndWhere) {
  for (const auto& [toml, words] : {std::pair{"[[desk]]\nname = \"a\"\nrelease = { flash = 9 }\n", "flash"},
                                    {"[[desk]]\nname = \"a\"\nrelaese = { flash = 2 }\n", "relaese"},
                                    {"[[desk]]\nname = \"a\"\nreleaser_for = [\"urgent\"]\n", "releaser_for"},
                                    {"[[desk]]\nname = \"a\"\n[[desk]]\nname = \"a\"\n", "name"},
                                    {"[session]\nidle = \"1s\"\n", "idle"}}) {
    const auto plan = DeskPlan::parse(toml);
    ASSERT_FALSE(plan) << toml;
    EXPECT_NE(plan.error().text().find(words), std::string::npos) << plan.error().text();
    EXPECT_NE(plan.error().text().find("line "), std::string::npos) << plan.error().text();
  }
}

}  // namespace
}  // namespace openline::daemon
