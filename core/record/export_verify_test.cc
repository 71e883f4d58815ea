// SPDX-License-Identifier: Apache-2.0
// What a verifier finds in whole exports, and in exports of stations that made them wrongly.
#include <gtest/gtest.h>

#include "core/record/test_exports.h"

namespace openline {
namespace {

TEST(ExportVerifyTest, AWholeExportHolds) {
  SixtyEntries sixty;
  const auto verified = verify_export(sixty.record.file("USA", sixty.heads), sixty.record.roots());
  EXPECT_TRUE(verified.holds()) << texts_of(verified.problems);
  EXPECT_EQ(verified.entries.size(), 60U);
  EXPECT_EQ(verified.exporter_code, "USA");
  EXPECT_EQ(verified.heads.size(), 1U);
  EXPECT_TRUE(verified.forks.empty()) << texts_of(verified.forks);
  EXPECT_EQ(verified.head.line, sixty.record.line());
  for (const VerifiedEntry& one : verified.entries) {
    EXPECT_TRUE(one.signed_by_author);
    EXPECT_TRUE(one.labels.empty()) << texts_of(one.labels);
  }
}

TEST(ExportVerifyTest, GivesEntriesInCanonicalOrderFromWhicheverSide) {
  SixtyEntries sixty;
  std::vector<EntryId> ids[2];
  for (const std::size_t side : {0U, 1U}) {
    const auto verified =
        verify_export(sixty.record.file(side == 0 ? "USA" : "CHN", {}), sixty.record.roots());
    for (const VerifiedEntry& one : verified.entries) ids[side].push_back(one.entry.id);
  }
  EXPECT_EQ(ids[0].size(), 60U);
  EXPECT_EQ(ids[0], ids[1]);
}

TEST(ExportVerifyTest, SaysWhoStoredWhat) {
  SixtyEntries sixty;
  const auto verified = verify_export(sixty.record.file("USA", sixty.heads), sixty.record.roots());
  std::size_t stored_by_usa = 0, stored_by_chn = 0, by_chn = 0;
  for (const VerifiedEntry& one : verified.entries) {
    if (one.author_code == "CHN") ++by_chn;
    if (one.stored_by == std::vector<std::string>{"USA"}) ++stored_by_usa;
    if (one.stored_by == std::vector<std::string>{"CHN"}) ++stored_by_chn;
  }
  EXPECT_EQ(stored_by_usa, by_chn);           // the exporter's manifest covers all
  EXPECT_EQ(stored_by_chn, 60 - by_chn - 5);  // the last three runs have five of USA
}

TEST(ExportVerifyTest, EachMembersRootMustBeGiven) {
  SixtyEntries sixty;
  const Fingerprint usa = sixty.record.party("USA").fingerprint(),
                    chn = sixty.record.party("CHN").fingerprint();
  const auto verified = verify_export(sixty.record.file("USA", {}), {usa});
  ASSERT_EQ(verified.problems.size(), 1U) << texts_of(verified.problems);
  EXPECT_NE(verified.problems[0].find("The root of CHN was not given: in this file it is " + chn.text()),
            std::string::npos)
      << verified.problems[0];
  EXPECT_EQ(verified.entries.size(), 60U);  // shown, though unproven
}

TEST(ExportVerifyTest, CardsOfAnotherRootAreNoMembers) {
  TestRecord record;
  record.say("USA", "hello");
  const TestParty impostor("CHN", 77);
  for (CardChain& chain : record.head().cards) {
    if (chain.newest().code == "CHN") chain = impostor.cards;
  }
  auto roots = record.roots();
  roots.push_back(impostor.fingerprint());
  expect_problem(verify_export(record.file("USA", {}), roots), "The cards of CHN begin at root");
}

TEST(ExportVerifyTest, TheFirstAgreementIsTheLines) {
  TestRecord record;
  Agreement other = record.head().agreements[0].agreement;
  other.name = "another";
  SignedAgreement replaced = SignedAgreement::of(other);
  for (const char* code : {"USA", "CHN"}) replaced.sign(record.party(code).station, std::nullopt);
  record.head().agreements[0] = replaced;
  expect_problem(verify_export(record.file("USA", {}), record.roots()), "its hash is not the line's id");
}

TEST(ExportVerifyTest, EveryMemberSignedEveryAgreement) {
  TestRecord record;
  record.head().agreements[0].signatures.pop_back();
  expect_problem(verify_export(record.file("USA", {}), record.roots()),
                 "The first agreement is not signed by ");
  TestRecord forged;
  forged.head().agreements[0].signatures[0].signature.value[0] ^= 1;
  expect_problem(verify_export(forged.file("USA", {}), forged.roots()), "does not verify");
  TestRecord strange;
  strange.head().agreements[0].sign(TestParty("RUS", 50).station, std::nullopt);
  expect_problem(verify_export(strange.file("USA", {}), strange.roots()), "is by no member");
}

SignedAgreement amendment_of(const TestRecord& record, const Agreement& changed) {
  SignedAgreement amended = SignedAgreement::of(changed);
  for (const char* code : {"USA", "CHN"}) amended.sign(record.party(code).station, record.line());
  return amended;
}

TEST(ExportVerifyTest, AmendmentsNameTheirPredecessorAndKeepMembersAndRecord) {
  TestRecord record;
  record.say("USA", "hello");
  Agreement changed = record.head().agreements[0].agreement;
  changed.predecessor = record.head().agreements[0].hash();
  changed.expires = "2030-01-01";
  record.head().agreements.push_back(amendment_of(record, changed));
  EXPECT_TRUE(verify_export(record.file("USA", {}), record.roots()).holds());

  const auto problem_with = [&](const Agreement& agreement) {
    record.head().agreements[1] = amendment_of(record, agreement);
    return verify_export(record.file("USA", {}), record.roots());
  };
  Agreement elsewhere = changed;
  elsewhere.predecessor = Hash{};
  expect_problem(problem_with(elsewhere), "Amendment 1 does not amend the agreement before it");
  Agreement deniable = changed;
  deniable.record = RecordMode::kDeniable;
  expect_problem(problem_with(deniable), "Amendment 1 changes between attested and deniable");
  Agreement others = changed;
  others.members[0].party = TestParty("RUS", 50).fingerprint();
  std::ranges::sort(others.members, {}, &Member::party);
  expect_problem(problem_with(others), "Amendment 1 has other members than the first");
}

TEST(ExportVerifyTest, AnAmendmentsSignatureIsForThisLine) {
  TestRecord record;
  Agreement changed = record.head().agreements[0].agreement;
  changed.predecessor = record.head().agreements[0].hash();
  SignedAgreement amended = SignedAgreement::of(changed);
  for (const char* code : {"USA", "CHN"}) amended.sign(record.party(code).station, LineId{});
  record.head().agreements.push_back(amended);
  expect_problem(verify_export(record.file("USA", {}), record.roots()),
                 "Amendment 1: the signature of station");
}

TEST(ExportVerifyTest, AStationOfAnOldEditionStillCounts) {
  TestRecord record;
  record.say("USA", "before");
  CardChain& chain = record.head().cards[record.head().cards[0].newest().code == "USA" ? 0 : 1];
  Card next = chain.newest();
  next.edition = 2;
  next.previous = chain.editions()[0].hash();
  next.stations[0].key = TestParty("USA", 60).station.key();
  ASSERT_TRUE(chain.add(SignedCard::sign(next, record.party("USA").root)));
  EXPECT_TRUE(verify_export(record.file("USA", {}), record.roots()).holds());
}

TEST(ExportVerifyTest, StrangersAuthorNothing) {
  TestRecord record, strangers(RecordMode::kAttested, {"RUS", "FRA"});
  record.say("USA", "hello");
  strangers.head().line = record.line();
  const Entry alien = strangers.say("RUS", "injected");
  record.add_run(strangers.runs().back());
  const auto verified = verify_export(record.file("USA", {}), record.roots());
  expect_problem(verified, "its author is on no card of a member");
  expect_problem(verified, to_hex(alien.id.view().first(4)));
}

TEST(ExportVerifyTest, EntriesOfAnotherLineAreRefused) {
  TestRecord record, other(RecordMode::kAttested, {"USA", "CHN", "RUS"});
  record.say("USA", "hello");
  ExportPieces pieces = record.pieces("USA", {});
  other.say("CHN", "elsewhere");
  pieces.runs.push_back(Run::encode(other.runs().back()));
  pieces.entries.push_back(other.runs().back());
  record.resign(pieces, "USA");
  expect_problem(verify_export(pieces.file(), record.roots()), "Entry 2, CHN 0 (");
}

TEST(ExportVerifyTest, HeadsAreAMembersSignedOnceAndAboutEntriesOfTheFile) {
  SixtyEntries sixty;
  TestRecord& record = sixty.record;
  const auto with = [&](std::vector<SignedHeads> heads) {
    return verify_export(record.file("USA", std::move(heads)), record.roots());
  };
  EXPECT_TRUE(with({record.heads_of("USA"), record.heads_of("CHN")}).holds());
  expect_problem(with({record.heads_of("CHN"), record.heads_of("CHN", 2)}),
                 "The heads of CHN are in the file twice");
  SignedHeads forged = record.heads_of("CHN");
  forged.signature->value[3] ^= 1;
  expect_problem(with({forged}), "The heads of CHN: the signature does not verify");
  const auto stranger = SignedHeads::make(record.line(), {}, TestParty("RUS", 50).station, true);
  expect_problem(with({stranger}), "are by no member");
  Heads ahead = record.heads_of("CHN").statement;
  ahead.heads[0].position.sequence.value += 1;
  const auto claims_more = SignedHeads::make(record.line(), ahead, record.party("CHN").station, true);
  expect_problem(with({claims_more}), "The heads of CHN name ");
}

TEST(ExportVerifyTest, TheManifestIsAMembersAndFitsTheFile) {
  SixtyEntries sixty;
  const ExportPieces whole = sixty.record.pieces("USA", sixty.heads);
  const auto with = [&](auto change) {
    Manifest manifest = Manifest::decode(whole.manifest).value();
    change(manifest);
    const StationKeyPair& station = sixty.record.party("USA").station;
    manifest.signature = station.sign({kExportLabel, sixty.record.line(), manifest.signed_bytes()});
    ExportPieces pieces = whole;
    pieces.manifest = manifest.encode();
    return verify_export(pieces.file(), sixty.record.roots());
  };
  EXPECT_TRUE(with([](Manifest&) {}).holds());
  expect_problem(with([](Manifest& manifest) { manifest.entries = 61; }),
                 "The manifest counts 61 entries, the file has 60");
  expect_problem(with([](Manifest& manifest) { manifest.hash = Hash{}; }), "the hash differs");
  expect_problem(with([](Manifest& manifest) { manifest.heads.clear(); }),
                 "is not covered by the manifest's heads");
  expect_problem(with([](Manifest& manifest) { ++manifest.heads[0].position.sequence.value; }),
                 "The manifest's heads name ");
  expect_problem(with([](Manifest& manifest) { manifest.exporter = StationKey{}; }),
                 "The exporter is on no card");
  ExportPieces trailing = whole;
  trailing.manifest.push_back(0);
  expect_problem(verify_export(trailing.file(), sixty.record.roots()),
                 "Something follows the manifest (at byte ");
}

TEST(ExportVerifyTest, SaysWhatIsNoExport) {
  expect_problem(verify_export({}, {}), "The head of the file cannot be read: input ends");
  expect_problem(verify_export(Bytes{0xa1, 0x01, 0x61, 'x'}, {}), "this is not an Openline export");
  EXPECT_TRUE(claims_of(verify_export({}, {})).empty());
}

TEST(ExportVerifyTest, StopsAtAsManyProblemsAsAreWanted) {
  SixtyEntries sixty;
  ExportPieces pieces = sixty.record.pieces("USA", {});
  for (Bytes& run : pieces.runs) run.back() ^= 1;  // in the signature
  EXPECT_EQ(verify_export(pieces.file(), sixty.record.roots(), 3).problems.size(), 3U);
  EXPECT_GT(verify_export(pieces.file(), sixty.record.roots()).problems.size(), 3U);
}

TEST(ExportVerifyTest, ADeniableExportCarriesNoSignatureAndNoneIsAllowedIn) {
  TestRecord record(RecordMode::kDeniable);
  record.say("USA", "hello");
  const Entry answer = record.say("CHN", "hello too");
  const ExportPieces whole = record.pieces("USA", {record.heads_of("CHN")});
  const auto verified = verify_export(whole.file(), record.roots());
  EXPECT_TRUE(verified.holds()) << texts_of(verified.problems);
  EXPECT_FALSE(verified.attested);
  EXPECT_TRUE(verified.head.agreements[0].signatures.empty());
  for (const VerifiedEntry& one : verified.entries) EXPECT_FALSE(one.signed_by_author);
  for (const SignedHeads& heads : verified.heads) EXPECT_FALSE(heads.signature);

  const auto with = [&](auto change) {
    ExportPieces pieces = whole;
    change(pieces);
    record.resign(pieces, "USA");
    return verify_export(pieces.file(), record.roots());
  };
  const auto& chn = record.party("CHN").station;
  std::vector<Entry> is_signed = {answer};
  sign_run(is_signed, chn);
  expect_problem(with([&](ExportPieces& pieces) { pieces.runs[1] = Run::encode(is_signed); }),
                 "it is signed, in a deniable record");
  const auto heads = SignedHeads::make(record.line(), record.heads_of("CHN").statement, chn, true);
  expect_problem(with([&](ExportPieces& pieces) { pieces.heads = {heads.encode()}; }),
                 "The heads of CHN are signed, in a deniable record");
  Manifest manifest = Manifest::decode(whole.manifest).value();
  manifest.signature = chn.sign({kExportLabel, record.line(), manifest.signed_bytes()});
  ExportPieces pieces = whole;
  pieces.manifest = manifest.encode();
  expect_problem(verify_export(pieces.file(), record.roots()),
                 "The manifest is signed, in a deniable record");
}

}  // namespace
}  // namespace openline
