// SPDX-License-Identifier: Apache-2.0
#include "sim/fault_mix.h"

#include <gtest/gtest.h>

namespace openline::sim {
namespace {

TEST(FaultMix, EveryFaultHasANameAndIsOn) {
  const FaultMix mix;
  for (const FaultKind& kind : fault_kinds()) {
    EXPECT_EQ(&kind_of(kind.fault), &kind) << kind.name;
    EXPECT_TRUE(mix.has(kind.fault)) << kind.name;
  }
  EXPECT_EQ(mix.options(), "");
}

TEST(FaultMix, TakesProbabilitiesAndSpans) {
  FaultMix mix;
  ASSERT_TRUE(mix.set("loss=0.25"));
  EXPECT_EQ(mix.at(Fault::kLoss, Seconds{5}), 0.25);
  ASSERT_TRUE(mix.set("loss=0.25@20..35,50..60.5"));
  EXPECT_EQ(mix.at(Fault::kLoss, Seconds{5}), 0);
  EXPECT_EQ(mix.at(Fault::kLoss, Seconds{20}), 0.25);
  EXPECT_EQ(mix.at(Fault::kLoss, Seconds{35}), 0);
  EXPECT_EQ(mix.at(Fault::kLoss, Milliseconds{60'400}), 0.25);
  ASSERT_TRUE(mix.set("full-disk=@1..2"));
  EXPECT_EQ(mix.of(Fault::kFullDisk).probability, 1);
  ASSERT_TRUE(mix.leave_out("crash"));
  EXPECT_FALSE(mix.has(Fault::kCrash));
}

TEST(FaultMix, ItsOptionsMakeItAgain) {
  FaultMix mix;
  ASSERT_TRUE(mix.set("loss=0.25@20..35"));
  ASSERT_TRUE(mix.leave_out("crash"));
  EXPECT_EQ(mix.options(), " --fault loss=0.25@20..35 --without crash");
}

TEST(FaultMix, RefusesWhatIsNone) {
  FaultMix mix;
  for (const char* text : {"", "loss", "loss=", "loss=-1", "loss=x", "loss=1@", "loss=1@5", "loss=@9..5",
                           "loss=@1..2,", "loss=1x", "nothing=1"})
    EXPECT_FALSE(mix.set(text)) << text;
  EXPECT_FALSE(mix.leave_out("nothing"));
}

}  // namespace
}  // namespace openline::sim
