// SPDX-License-Identifier: Apache-2.0
#include "cli/visible_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace openline::cli {
namespace {

TEST(VisibleText, LeavesOrdinaryTextOfAnyLanguageAsItIs) {
  for (const char* text :
       {"Hello, world", "进行对话的适当氛围尚未形成。", "שלום", "می‌خواهم", "Привет", "naïve 🚨"}) {
    EXPECT_EQ(visible_line(text), text);
  }
}

TEST(VisibleText, ShowsControlCharactersInsteadOfSendingThem) {
  EXPECT_EQ(visible_line("\x1b[2Jgone\a"), "<U+001B>[2Jgone<U+0007>");
  EXPECT_EQ(visible_line("one\ntwo\r"), "one<U+000A>two<U+000D>");
  EXPECT_EQ(visible_line("\x7f"), "<U+007F>");
  EXPECT_EQ(visible_line("\xc2\x9b"
                         "31m"),
            "<U+009B>31m");  // the 8-bit form of ESC [
}

TEST(VisibleText, ShowsWhatReordersOrHides) {
  EXPECT_EQ(visible_line("abc\u202edef\u2066"), "abc<U+202E>def<U+2066>");
  EXPECT_EQ(visible_line("a\u200bb\ufeff\u2028"), "a<U+200B>b<U+FEFF><U+2028>");
  EXPECT_EQ(visible_line("\U000e0041"), "<U+E0041>");
}

TEST(VisibleText, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(visible_line("a\xff"
                         "b"),
            "a<byte FF>b");
  EXPECT_EQ(visible_line("\xc0\xaf"), "<byte C0><byte AF>");               // overlong
  EXPECT_EQ(visible_line("\xed\xa0\x80"), "<byte ED><byte A0><byte 80>");  // a surrogate
  EXPECT_EQ(visible_line("\xe4\xb8"), "<byte E4><byte B8>");               // cut off
  EXPECT_FALSE(is_utf8("\xf5\x80\x80\x80"));
  EXPECT_TRUE(is_utf8("\xf4\x8f\xbf\xbf"));
}

TEST(VisibleText, SplitsLinesAndKeepsTabsReadable) {
  EXPECT_EQ(visible_lines("one\r\ntwo\tthree\n"), (std::vector<std::string>{"one", "two    three"}));
  EXPECT_EQ(visible_lines("a\rb"), (std::vector<std::string>{"a<U+000D>b"}));
  EXPECT_EQ(visible_lines(""), (std::vector<std::string>{""}));
}

RC_GTEST_PROP(VisibleText, NeverLetsAControlCharacterThrough, (const std::string& text)) {
  for (const char character : visible_line(text)) {
    const auto byte = static_cast<unsigned char>(character);
    RC_ASSERT(byte >= 0x20 && byte != 0x7f);
  }
  RC_ASSERT(is_utf8(visible_line(text)));
}

}  // namespace
}  // namespace openline::cli
