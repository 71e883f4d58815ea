// SPDX-License-Identifier: Apache-2.0
#include "cli/verify.h"

#include <gtest/gtest.h>

#include "cli/test_terminal.h"
#include "core/record/bodies.h"
#include "core/record/export_file.h"

namespace openline::cli {
namespace {

using test::run;
using test::TemporaryFolder;

SigningSeed seed_of(std::uint8_t number) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(number);
  return SigningSeed(std::span<const std::uint8_t, 32>(bytes));
}

struct Party {
  Party(const std::string& code, std::uint8_t number)
      : root(seed_of(number)), station(seed_of(static_cast<std::uint8_t>(number + 1))), cards(chain(code)) {}
  CardChain chain(const std::string& code) const {
    Card card;
    card.root = root.key();
    card.code = code;
    card.name = code;
    card.languages = {"en"};
    card.stations = {{station.key(), "primary", std::nullopt}};
    return *CardChain::start(SignedCard::sign(card, root));
  }
  RootKeyPair root;
  StationKeyPair station;
  CardChain cards;
};

// A line of USA and CHN with texts of both, as one of them exports it: each cites the other's newest.
class Line {
 public:
  explicit Line(RecordMode mode) {
    Agreement agreement;
    agreement.name = "defense";
    agreement.members = {{usa.cards.fingerprint(), "USA", "defense"},
                         {chn.cards.fingerprint(), "CHN", "defense"}};
    std::ranges::sort(agreement.members, {}, &Member::party);
    agreement.record = mode;
    agreement.languages = {{"CHN", "zh"}, {"USA", "en"}};
    agreement.answer_within = {Seconds(86400), Seconds(10800), Seconds(1800), Seconds(600)};
    SignedAgreement agreed = SignedAgreement::of(agreement);
    head.line = *LineId::from(agreed.hash().view());
    for (const Party* party : {&usa, &chn}) agreed.sign(party->station, std::nullopt);
    for (const Member& member : agreement.members)
      head.cards.push_back(member.code == "USA" ? usa.cards : chn.cards);
    head.agreements = {std::move(agreed)};
    attested = mode == RecordMode::kAttested;
    for (int i = 0; i < 4; ++i) say(i % 2 == 0 ? usa : chn, "text " + std::to_string(i));
  }

  std::string export_of(const Party& exporter, std::size_t without_last = 0) const {
    ExportWriter writer(head);
    Bytes file = writer.head();
    const std::size_t count = entries.size() - without_last;
    std::vector<Head> heads;
    for (std::size_t i = 0; i < count; ++i) {
      append(file, writer.run({&entries[i], 1}));
      std::erase_if(heads, [&](const Head& one) { return one.author == entries[i].header.author; });
      heads.push_back({entries[i].header.author, entries[i].position()});
    }
    std::ranges::sort(heads);
    const Party& peer = &exporter == &usa ? chn : usa;
    append(file, writer.heads(SignedHeads::make(head.line, Heads{1, heads, {}}, peer.station, attested)));
    append(file, writer.finish(heads, WallTime(Milliseconds(1'700'000'000'000)), exporter.station));
    return std::string(text_of(file));
  }

  Party usa{"USA", 1}, chn{"CHN", 11};
  ExportHead head;
  std::vector<Entry> entries;
  bool attested = true;

 private:
  void say(const Party& author, const std::string& text) {
    Header header;
    header.line = head.line;
    header.author = author.station.key();
    header.incarnation.value.fill(author.station.key().value[0]);
    for (const Entry& entry : entries) {
      if (entry.header.author != header.author) continue;
      header.sequence = entry.header.sequence.next();
      header.previous = entry.id;
    }
    if (!entries.empty()) header.parents = {entries.back().position()};
    header.kind = Kind::kText;
    header.time = WallTime(Milliseconds(1'700'000'000'000));
    Entry entry = Entry::make(header, TextBody{text, "en", {}, "officer"}.encode());
    if (attested) sign_run({&entry, 1}, author.station);
    entries.push_back(std::move(entry));
  }
};

struct VerifyTest : testing::Test {
  test::TemporaryFolder work;
  Line line{RecordMode::kAttested};
  std::string put(const std::string& name, const std::string& bytes) {
    std::ofstream(work / name, std::ios::binary) << bytes;
    return work / name;
  }
  test::Ended verify(std::vector<std::string> files, bool with_roots = true) {
    std::vector<std::string> words{"verify"};
    words.insert(words.end(), files.begin(), files.end());
    if (with_roots)
      words.insert(words.end(),
                   {"--root", line.usa.cards.fingerprint().text(), line.chn.cards.fingerprint().compact()});
    return run(words);
  }
};

TEST_F(VerifyTest, SaysThatAnUnalteredExportHoldsAndWhatIsProvable) {
  const auto ended = verify({put("usa", line.export_of(line.usa))});
  EXPECT_EQ(ended.code, ExitCode::kOk) << ended.out;
  EXPECT_NE(ended.out.find("line defense (attested), 4 entries, exported by USA"), std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("signed by both"), std::string::npos);
  EXPECT_NE(ended.out.find("not provable"), std::string::npos);
  EXPECT_NE(ended.out.find("HOLDS: everything that can be proven of it is proven"), std::string::npos);
}

TEST_F(VerifyTest, FindsAnAlteredByteAndEndsWithAProblem) {
  std::string bytes = line.export_of(line.usa);
  bytes[bytes.find("text 2") + 5] = '7';
  const auto ended = verify({put("bad", bytes)});
  EXPECT_EQ(ended.code, ExitCode::kRefused);
  EXPECT_NE(ended.out.find("PROBLEM"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("DOES NOT HOLD"), std::string::npos);
}

TEST_F(VerifyTest, TrustsNoRootThatTheUserDidNotGive) {
  const std::string file = put("usa", line.export_of(line.usa));
  EXPECT_EQ(verify({file}, false).code, ExitCode::kUsage);
  const auto one_root = run({"verify", file, "--root", line.usa.cards.fingerprint().text()});
  EXPECT_EQ(one_root.code, ExitCode::kRefused) << one_root.out;
}

TEST_F(VerifyTest, TakesAFingerprintInTwelveWordsBeforeTheFile) {
  const std::string file = put("usa", line.export_of(line.usa));
  std::vector<std::string> words{"verify", "--root"};
  for (const std::string& text : {line.usa.cards.fingerprint().text(), line.chn.cards.fingerprint().text()}) {
    std::istringstream groups(text);
    for (std::string group; groups >> group;) words.push_back(group);
  }
  words.push_back(file);
  const auto ended = run(words);
  EXPECT_EQ(ended.code, ExitCode::kOk) << ended.err;
  words.pop_back();
  words.pop_back();
  words.push_back(file);
  EXPECT_EQ(run(words).code, ExitCode::kUsage);  // a group is missing
}

TEST_F(VerifyTest, CallsTwoExportsIdenticalAtTheirCommonFrontier) {
  const std::string usa = put("usa", line.export_of(line.usa)), chn = put("chn", line.export_of(line.chn, 1));
  const auto ended = verify({usa, chn});
  EXPECT_EQ(ended.code, ExitCode::kOk) << ended.out;
  EXPECT_NE(ended.out.find("IDENTICAL at their common frontier: 3 entries"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("usa has 1 entry"), std::string::npos);
  const auto untrusted = verify({usa, chn}, false);
  EXPECT_EQ(untrusted.code, ExitCode::kOk);
  EXPECT_NE(untrusted.out.find("the file's own claim"), std::string::npos);
}

TEST_F(VerifyTest, GivesJsonWithTheSameFindings) {
  std::string bytes = line.export_of(line.usa);
  bytes[bytes.find("text 2") + 5] = '7';
  const auto ended =
      run({"--json", "verify", put("bad", bytes), "--root", line.usa.cards.fingerprint().text(), "--root",
           line.chn.cards.fingerprint().text()});
  EXPECT_EQ(ended.code, ExitCode::kRefused);
  EXPECT_NE(ended.out.find("\"good\": false"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("\"comparison\": null"), std::string::npos);
  EXPECT_EQ(ended.out.back(), '\n');
}

TEST_F(VerifyTest, SaysOfADeniableLineThatNothingIsProvable) {
  const Line deniable{RecordMode::kDeniable};
  const auto ended = verify({put("usa", deniable.export_of(deniable.usa))});
  EXPECT_EQ(ended.code, ExitCode::kOk) << ended.out;
  EXPECT_NE(ended.out.find("not provable"), std::string::npos);
  EXPECT_EQ(ended.out.find("signed by both"), std::string::npos) << ended.out;
  EXPECT_EQ(ended.out.find("HOLDS"), std::string::npos);
}

TEST_F(VerifyTest, SurvivesFilesThatAreNoExports) {
  for (const std::string& bytes : {std::string(), std::string("\xff\xff"), std::string(5000, '\0'),
                                   line.export_of(line.usa).substr(0, 700)}) {
    EXPECT_EQ(verify({put("junk", bytes)}).code, ExitCode::kRefused);
    EXPECT_EQ(run({"--json", "verify", work / "junk", work / "junk"}).code, ExitCode::kRefused);
  }
  EXPECT_EQ(verify({work / "absent"}).code, ExitCode::kNotFound);
}

}  // namespace
}  // namespace openline::cli
