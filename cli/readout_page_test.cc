// SPDX-License-Identifier: Apache-2.0
#include "cli/readout_page.h"

#include <gtest/gtest.h>

namespace openline::cli {
namespace {

std::string readout(const char* author, const char* of, const char* text, const char* exercise = "null") {
  return std::string(R"({"author": ")") + author + R"(", "of": ")" + of + R"(", "text": ")" + text +
         R"(", "mark": "national", "role": "Ministry", "language": "en", "standing": "one side's claim", "id": "id)" +
         author + R"(", "exercise": )" + exercise +
         R"(, "signed_by": [{"author": "CHN"}], "refused_by": []})";
}

std::string page_of(const std::string& readouts) {
  return readout_page("defense", R"({"readouts": [)" + readouts + "]}").value_or("");
}

TEST(ReadoutPage, PutsAccountsOfOneThingSideBySide) {
  const std::string page =
      page_of(readout("USA", "aa11", "They spoke.") + "," + readout("USA", "bb22", "Later.") + "," +
              readout("CHN", "aa11", "双方通话。"));
  const std::size_t first = page.find("aa11"), second = page.find("bb22");
  ASSERT_LT(first, second);
  EXPECT_LT(page.find("双方通话。"), second);
  EXPECT_EQ(page.find("aa11", first + 1), std::string::npos);  // one heading for both
  EXPECT_NE(page.find("signed by CHN"), std::string::npos);
}

TEST(ReadoutPage, WhatTheFarEndWroteIsTextAndNothingElse) {
  const std::string page = page_of(readout("USA", "aa", "<script>x</script>&\\u202e\\u001b[31m\\\"") + "," +
                                   readout("<b>", "aa", "x"));
  for (const char* raw : {"<script>", "<b>", "\xE2\x80\xAE", "\x1b"})
    EXPECT_EQ(page.find(raw), std::string::npos) << raw;
  EXPECT_NE(page.find("&lt;script&gt;x&lt;/script&gt;&amp;"), std::string::npos);
  EXPECT_NE(page.find("&lt;U+202E&gt;"), std::string::npos);
}

TEST(ReadoutPage, AnExerciseStaysMarked) {
  EXPECT_NE(page_of(readout("USA", "aa", "x", "\"SPRING\"")).find(">EXERCISE SPRING<"), std::string::npos);
}

TEST(ReadoutPage, IsAWholePageWithoutReadoutsAndNothingOfAnotherAnswer) {
  EXPECT_TRUE(page_of("").ends_with("</html>\n"));
  EXPECT_FALSE(readout_page("defense", "no JSON"));
  EXPECT_FALSE(readout_page("defense", "{}"));
}

}  // namespace
}  // namespace openline::cli
