// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/agreement_toml.h"

#include <gtest/gtest.h>

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

Fingerprint fingerprint(std::uint8_t which) {
  RootKey key;
  key.value.fill(which);
  return Fingerprint::of(key);
}

std::string members(bool swapped = false) {
  const std::string usa = "{ party = \"USA\", root = \"" + fingerprint(1).text() + "\", desk = \"defense\" }";
  const std::string chn =
      "{ party = \"CHN\", root = \"" + fingerprint(2).compact() + "\", desk = \"defense\" }";
  return "members = [ " + (swapped ? chn + ", " + usa : usa + ", " + chn) + " ]\n";
}
const std::string kTimes =
    "answer_within = { flash = \"10min\", immediate = \"30min\", priority = \"3h\", routine = \"24h\" }\n";

std::string whole(bool swapped = false) {
  return "line = \"defense\"\n" + members(swapped) +
         "record = \"attested\"\nlanguages = { USA = \"en\", CHN = \"zh\" }\ntest_every = \"1h\"\n" + kTimes +
         "release = { flash = 2 }\nidentify = \"role\"\nexpires = 2028-06-30\n";
}

TEST(AgreementToml, WhatTheParserItselfDoesNotExpectIsAnError) {
  for (const char* text : {"[:", "[", "[[", "a.:=1", "\xff\xfe", "[\""}) {
    const auto agreement = parse_agreement(text);
    EXPECT_FALSE(agreement) << text;
  }
}

TEST(AgreementToml, ReadsTheFormThatPartiesWrite) {
  const auto agreement = parse_agreement(whole());
  ASSERT_TRUE(agreement) << agreement.error().text();
  EXPECT_EQ(agreement->name, "defense");
  EXPECT_EQ(agreement->member(fingerprint(2))->code, "CHN");
  EXPECT_EQ(agreement->record, RecordMode::kAttested);
  EXPECT_EQ(agreement->test_every, 1h);
  EXPECT_EQ(agreement->answer_within[static_cast<std::size_t>(Precedence::kFlash)], 10min);
  EXPECT_EQ(agreement->answer_within[static_cast<std::size_t>(Precedence::kRoutine)], 24h);
  EXPECT_EQ(agreement->release, (std::array<std::uint8_t, 4>{1, 1, 1, 2}));
  EXPECT_EQ(agreement->expires, "2028-06-30");
  EXPECT_FALSE(agreement->officer_answers_tests);
}

TEST(AgreementToml, GivesTheSameBytesInWhateverOrderItIsWritten) {
  const auto one = parse_agreement(whole()), other = parse_agreement(whole(true));
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->encode(), other->encode());
}

TEST(AgreementToml, WritesWhatItReads) {
  auto agreement = parse_agreement(whole() + "tests_answered_by = \"officer\"\namends = \"" +
                                   std::string(64, 'a') + "\"\nforms = \"" + std::string(64, '0') + "\"\n");
  ASSERT_TRUE(agreement) << agreement.error().text();
  agreement->name = "a \"quoted\" \\ line\twith \x7f";
  const auto again = parse_agreement(agreement_toml(*agreement));
  ASSERT_TRUE(again) << again.error().text() << agreement_toml(*agreement);
  EXPECT_EQ(*again, *agreement);
}

TEST(AgreementToml, EncodesWhateverItAccepts) {
  const auto agreement = parse_agreement("line = \"x\"\n" + members() +
                                         "record = \"deniable\"\ntest_every = \"60s\"\n" + kTimes);
  ASSERT_TRUE(agreement) << agreement.error().text();
  const auto decoded = Agreement::decode(agreement->encode());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, *agreement);
}

TEST(AgreementToml, RefusesByKeyAndLine) {
  const std::string head = "line = \"defense\"\n", record = "record = \"attested\"\n",
                    test = "test_every = \"1h\"\n";
  const std::string good = head + members() + record + test + kTimes;  // 5 lines
  const std::vector<std::pair<std::string, std::string>> wrong{
      {members() + record + test + kTimes, "\"line\" is missing"},
      {head + record + test + kTimes, "\"members\" is missing"},
      {head + "members = []\n", "line 2: \"members\" must be 2 to 64 tables"},
      {head + "members = [ { party = \"USA\", root = \"1\", desk = \"d\" }, {} ]\n",
       "line 2: members: \"root\" is not a fingerprint"},
      {head + "members = [ { party = \"usa\" }, {} ]\n", "line 2: members: \"party\" must be"},
      {head + members() + "record = \"both\"\n", "line 3: \"record\" must be \"attested\" or \"deniable\""},
      {head + members() + record + "test_every = \"10s\"\n", "line 4: \"test_every\" must be 1min to 366d"},
      {head + members() + record + "test_every = 3600\n", "line 4: \"test_every\" must be a duration"},
      {head + members() + record + test, "\"answer_within\" is missing"},
      {head + members() + record + test + "answer_within = { flash = \"10min\" }\n",
       "line 5: answer_within: \"immediate\" is missing"},
      {good + "release = { flash = 0 }\n", "line 6: release: \"flash\" must be 1 to 8"},
      {good + "release = { urgent = 1 }\n", "line 6: release: \"urgent\" is not a known key"},
      {good + "languages = { RUS = \"ru\" }\n", "line 6: languages: \"RUS\" is not the code of a member"},
      {good + "languages = { USA = \"e\" }\n", "line 6: languages: \"USA\" must be a language"},
      {good + "expires = \"2028-06-30\"\n", "line 6: \"expires\" must be a date"},
      {good + "expires = 2028-02-30\n", "line 6: "},
      {good + "forms = \"12\"\n", "line 6: \"forms\" must be 64 hexadecimal digits"},
      {good + "identify = \"rank\"\n", "line 6: \"identify\" must be"},
      {good + "\n# a remark\nanswer_in = 1\n", "line 8: \"answer_in\" is not a known key"},
  };
  for (const auto& [toml, says] : wrong) {
    const auto agreement = parse_agreement(toml);
    ASSERT_FALSE(agreement) << toml;
    EXPECT_NE(agreement.error().message.find(says), std::string::npos)
        << agreement.error().message << "\nfor\n"
        << toml;
  }
}

}  // namespace
}  // namespace openline::daemon
