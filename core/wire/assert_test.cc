// SPDX-License-Identifier: Apache-2.0
#include "core/wire/assert.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

namespace openline {
namespace {

TEST(Assert, LetsATrueConditionPassAndEvaluatesItOnce) {
  int evaluated = 0;
  OPENLINE_ASSERT(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
  EXPECT_EQ(last_assert, nullptr);
}

TEST(Assert, StopsTheProgramOnAFalseCondition) { EXPECT_DEATH(OPENLINE_ASSERT(1 + 1 == 3), ""); }

// Ends with success only if the text that a debugger would find is right.
extern "C" void exit_after_comparing(int) {
  const char* const found = last_assert;
  std::_Exit(found != nullptr && std::strcmp(found, "core/x.cc:1234567: a == b") == 0 ? 0 : 1);
}

TEST(Assert, LeavesFileLineAndExpressionForTheDebugger) {
  EXPECT_EXIT(
      {
        std::signal(SIGILL, exit_after_comparing);
        std::signal(SIGTRAP, exit_after_comparing);
        assert_failed("a == b", "core/x.cc", 1234567);
      },
      testing::ExitedWithCode(0), "");
}

RC_GTEST_PROP(Assert, StopsOnlyOnFalse, (int x)) {
  OPENLINE_ASSERT(static_cast<long>(x) + 1 > x);
  RC_ASSERT(last_assert == nullptr);
}

}  // namespace
}  // namespace openline
