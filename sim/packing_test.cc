// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sim/link_work.h"

namespace openline::sim {
namespace {

TEST(Packing, ProseIsOnAirForLessThanTwoThirdsOfTheTimeOfLettersAtRandom) {
  LinkWork work;
  work.messages = 5;
  work.every = Seconds{4};
  const LinkFigures random = measure(work);
  ASSERT_EQ(random.failure, "");
  work.prose = {
      "We have heard three explosions near the bridge since midnight and do not know whose they are. None of "
      "our units has fired. Two of our vehicles are on the road with doctors and the wounded, with lights on "
      "and a white flag, and will cross at the northern checkpoint at about 05:40. Please tell your posts to "
      "let them through without delay. If your side has lost anyone, say so and we will send help to where "
      "you want it. An officer of mine stays at this desk until you have answered."};
  const LinkFigures prose = measure(work);
  ASSERT_EQ(prose.failure, "");
  // Virtual time; what is above the delay is time on air. (Bytes offered say less: a wire that is idle
  // repeats.)
  EXPECT_LT((prose.worst() - work.delay) * 3, (random.worst() - work.delay) * 2);
}

}  // namespace
}  // namespace openline::sim
