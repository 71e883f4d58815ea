// SPDX-License-Identifier: Apache-2.0
#include "core/record/brief.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/record/test_record.h"
#include "core/wire/cbor.h"

namespace openline {
namespace {

// A conversation, and the records of two stations that hold some of it.
class BriefTest : public ::testing::Test {
 protected:
  BriefTest() {
    for (int round = 0; round < 3; ++round) {
      say("USA", "Good morning, " + std::to_string(round));
      say("CHN", "早上好 " + std::to_string(round));
    }
  }
  void say(const char* code, const std::string& text) {
    written_.write(code, Kind::kText, Precedence::kRoutine, TextBody{text, "en", {}, ""}.encode());
    written_.seal(code);
  }
  [[nodiscard]] JointRecord holding(std::size_t runs) {
    JointRecord record{JointRecordOptions{}};
    for (std::size_t at = 0; at < runs; ++at) (void)record.offer(openline::Run{written_.runs()[at]}, next_);
    return record;
  }
  [[nodiscard]] static BriefWriter writer(const JointRecord& record, const StationKey& sender, bool has) {
    return {record, [has](ChainNumber, Sequence) { return has; }, sender};
  }
  [[nodiscard]] const std::vector<Entry>& run(std::size_t at) { return written_.runs()[at]; }
  TestRecord written_;
  std::uint32_t next_ = 1;
};

TEST_F(BriefTest, RebuildsWhatWasSignedFromWhatTheReaderHolds) {
  const std::vector<Entry>& newest = run(4);  // the third of USA: it continues its chain and cites CHN
  const JointRecord ours = holding(5), theirs = holding(4);
  const StationKey usa = newest.front().header.author;
  const auto brief = writer(ours, usa, true).run(newest);
  ASSERT_TRUE(brief);
  EXPECT_LT(brief->size() + 120, openline::Run::encode(newest).size())
      << "line, author, previous and parents are left out";
  const auto read = BriefReader{theirs, newest.front().header.line, usa}.run(*brief);
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_TRUE(*read);
  EXPECT_EQ((*read)->entries.front().header, newest.front().header);
  EXPECT_EQ((*read)->entries.front().body, newest.front().body);
  EXPECT_TRUE((*read)->signature_holds());
}

TEST_F(BriefTest, SaysAllOfItToAReaderThatHasNothing) {
  for (std::size_t at = 0; at < written_.runs().size(); ++at) {
    const std::vector<Entry>& entries = run(at);
    const StationKey author = entries.front().header.author;
    const auto brief = writer(holding(at + 1), author, false).run(entries);
    ASSERT_TRUE(brief);
    const JointRecord empty{JointRecordOptions{}};
    const auto read = BriefReader{empty, entries.front().header.line, author}.run(*brief);
    ASSERT_TRUE(read) << read.error().text();
    ASSERT_TRUE(*read);
    EXPECT_TRUE((*read)->signature_holds());
  }
}

TEST_F(BriefTest, PassesOnAnothersEntries) {
  const std::vector<Entry>& entries = run(2);
  const StationKey carrier = run(1).front().header.author;
  ASSERT_NE(carrier, entries.front().header.author);
  const auto brief = writer(holding(3), carrier, true).run(entries);
  const auto read = BriefReader{holding(2), entries.front().header.line, carrier}.run(*brief);
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_TRUE(*read);
  EXPECT_EQ((*read)->author(), entries.front().header.author);
  EXPECT_TRUE((*read)->signature_holds());
}

TEST_F(BriefTest, AReaderThatLacksWhatIsNamedSaysSo) {
  const std::vector<Entry>& entries = run(4);
  const StationKey usa = entries.front().header.author;
  const auto brief = writer(holding(5), usa, true).run(entries);
  for (const std::size_t held : {0U, 1U, 3U}) {
    const auto read = BriefReader{holding(held), entries.front().header.line, usa}.run(*brief);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_FALSE(*read) << held;
  }
}

TEST_F(BriefTest, PacksTheBodyForAReaderThatHoldsTheDictionaries) {
  const std::string text =
      "We have received your message and will answer it before noon. Nothing has happened here since.";
  say("USA", text);
  const std::vector<Entry>& newest = written_.runs().back();
  const std::size_t before = written_.runs().size() - 1;
  const JointRecord ours = holding(before + 1), theirs = holding(before);
  const StationKey usa = newest.front().header.author;
  BriefWriter writes = writer(ours, usa, true);
  const Bytes plain = *writes.run(newest);
  Packer packer;
  writes.packer = &packer;
  const Bytes packed = *writes.run(newest);
  EXPECT_LT(packed.size() + text.size() / 2, plain.size());
  const BriefReader reader{theirs, newest.front().header.line, usa};
  for (const Bytes& brief : {plain, packed}) {
    const auto read = reader.run(brief);
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->entries.front().header, newest.front().header);
    EXPECT_EQ((*read)->entries.front().body, newest.front().body);
    EXPECT_TRUE((*read)->signature_holds());
  }
}

// A run of one entry as bytes: its place is named, and its body is what is given here.
Bytes run_with_body(std::uint64_t nature, ByteView body) {
  cbor::Encoder to;
  to.bytes(Bytes(2)).array(2).bytes(Bytes(8)).number(0);
  to.array(1).array(4).number(1).number(nature).bytes(Bytes(6)).bytes(body).bytes(Bytes(64));
  return to.take();
}

TEST_F(BriefTest, ABodyThatCannotBeUnpackedAsksForTheWholeForm) {
  const JointRecord empty{JointRecordOptions{}};
  const BriefReader reader{empty, run(0).front().header.line, run(0).front().header.author};
  const Bytes block = pack(view_of("We have received your message and will answer it.")).value().bytes;
  Bytes damaged = block;
  damaged.back() = static_cast<std::uint8_t>(~damaged.back());
  const auto read = reader.run(run_with_body(16 * 1, block));
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->entries.front().body.size(), 49U);
  for (const auto& [nature, body] : {std::pair{16UL * 1, damaged}, {16UL * 7, block}, {16UL * 255, block}}) {
    const auto unknown = reader.run(run_with_body(nature, body));
    ASSERT_TRUE(unknown) << unknown.error().text();
    EXPECT_FALSE(*unknown) << nature;
  }
}

TEST_F(BriefTest, SizesThatNoPackedBodyHasAreRefused) {
  const JointRecord empty{JointRecordOptions{}};
  const BriefReader reader{empty, run(0).front().header.line, run(0).front().header.author};
  for (const Bytes& body : {Bytes{}, Bytes{0, 9}, Bytes{0, 2, 0, 0, 0}, Bytes{0, 4, 0, 0, 0}}) {
    const auto read = reader.run(run_with_body(16, body));
    ASSERT_FALSE(read);
    EXPECT_TRUE(read.error().text().starts_with("brief run, body: packed bytes are short of"))
        << read.error().text();
  }
  EXPECT_FALSE(reader.run(run_with_body(16 * 256, Bytes{0, 40, 0, 0, 0}))) << "a dictionary has one byte";
}

TEST_F(BriefTest, RebuildsHeadsToTheByte) {
  const JointRecord ours = holding(6);
  const StationKeyPair signer(seed_of(3));
  const SignedHeads heads =
      SignedHeads::make(run(0).front().header.line, {1234567890123, ours.heads(), {}}, signer, true);
  const auto brief = writer(ours, signer.key(), true).heads(heads);
  ASSERT_TRUE(brief);
  EXPECT_LT(brief->size() * 2, heads.encode().size());
  const auto read = BriefReader{holding(6), heads.line, signer.key()}.heads(*brief);
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_TRUE(*read);
  EXPECT_EQ((*read)->bytes, heads.bytes);
  EXPECT_TRUE((*read)->signature_holds());
  const auto behind = BriefReader{holding(3), heads.line, signer.key()}.heads(*brief);
  ASSERT_TRUE(behind);
  EXPECT_FALSE(*behind) << "it does not hold what the heads name";
  EXPECT_FALSE(writer(ours, run(0).front().header.author, true).heads(heads)) << "passed on: whole only";
}

TEST_F(BriefTest, NamesWhatIsHeldAboveAGapByItsPlaceToItsAuthor) {
  JointRecord ours = holding(2);
  (void)ours.offer(openline::Run{run(4)}, next_);  // the third of USA: its second is missing
  ASSERT_EQ(ours.held_ids(), std::vector<EntryId>{run(4).back().id});
  const StationKeyPair signer(seed_of(3));
  const SignedHeads heads = SignedHeads::make(run(0).front().header.line,
                                              {1234567890123, ours.heads(), ours.held_ids()}, signer, true);
  const auto to_author = writer(ours, signer.key(), true).heads(heads);
  const auto to_other = writer(ours, signer.key(), false).heads(heads);
  ASSERT_TRUE(to_author && to_other);
  EXPECT_LT(to_author->size() + 27, to_other->size());
  for (const auto& brief : {*to_author, *to_other}) {
    const auto read = BriefReader{holding(5), heads.line, signer.key()}.heads(brief);
    ASSERT_TRUE(read) << read.error().text();
    ASSERT_TRUE(*read);
    EXPECT_EQ((*read)->bytes, heads.bytes);
  }
}

TEST_F(BriefTest, NothingThatIsAlteredKeepsItsSignature) {
  const std::vector<Entry>& entries = run(4);
  const StationKey usa = entries.front().header.author;
  const Bytes brief = *writer(holding(5), usa, true).run(entries);
  const JointRecord theirs = holding(4);
  for (std::size_t bit = 24; bit < brief.size() * 8; ++bit) {  // after the line's prefix
    Bytes changed = brief;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << (bit % 8));
    const auto read = BriefReader{theirs, entries.front().header.line, usa}.run(changed);
    EXPECT_FALSE(read && *read && (*read)->signature_holds()) << "bit " << bit;
  }
}

RC_GTEST_FIXTURE_PROP(BriefTest, TakesAnyBytesWithoutHarm, (std::vector<std::uint8_t> bytes)) {
  const JointRecord record = holding(4);
  const BriefReader reader{record, run(0).front().header.line, run(0).front().header.author};
  (void)reader.run(bytes);
  (void)reader.heads(bytes);
  (void)reader.presence(bytes);
  (void)line_of_brief(bytes);
}

}  // namespace
}  // namespace openline
