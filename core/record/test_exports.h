// SPDX-License-Identifier: Apache-2.0
// What the tests of exports share.
#pragma once

#include <gtest/gtest.h>

#include "core/record/test_record.h"

namespace openline {

[[nodiscard]] inline std::string texts_of(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + "\n";
  return all;
}

[[nodiscard]] inline bool names(const Verification& verification, const std::string& text) {
  return texts_of(verification.problems).find(text) != std::string::npos;
}

inline void expect_problem(const Verification& verification, const std::string& text) {
  EXPECT_TRUE(names(verification, text))
      << "wanted: " << text << "\ngot: " << texts_of(verification.problems);
}

}  // namespace openline
