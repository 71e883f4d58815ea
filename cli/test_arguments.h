// SPDX-License-Identifier: Apache-2.0
// For tests: a command line as the command that it must be.
#pragma once

#include <gtest/gtest.h>

#include "cli/arguments.h"

namespace openline::cli::test {

template <class Wanted>
Wanted parsed(std::vector<std::string> words) {
  auto arguments = parse_arguments(std::move(words));
  EXPECT_TRUE(arguments) << arguments.error().message;
  if (!arguments || !std::holds_alternative<Wanted>(arguments->command)) {
    ADD_FAILURE() << "another command";
    return {};
  }
  return std::get<Wanted>(arguments->command);
}

}  // namespace openline::cli::test
