// SPDX-License-Identifier: Apache-2.0
// tests/vectors/record.json: a small record from fixed seeds, written by another implementation from
// protocol.md and openline.cddl alone.
#include <gtest/gtest.h>

#include "core/record/attachment_tree.h"
#include "core/record/test_exports.h"
#include "core/wire/test_vectors.h"

namespace openline {
namespace {

using nlohmann::json;

WallTime at(std::int64_t seconds) { return WallTime{Milliseconds{1'760'000'000'000 + 1000 * seconds}}; }

Bytes text(const char* what, const char* language = "en") {
  return TextBody{what, language, {}, "watch officer"}.encode();
}

// The entries of the vectors, in their order, and what is signed about them.
class Sample {
 public:
  Sample() {
    begin(usa_, 0x10);
    exercise_.clear();
    write(Kind::kText, Precedence::kRoutine, text("Good morning."));
    exercise_ = "NORTHERN STAR";
    write(Kind::kText, Precedence::kPriority, text("Area 5 is closed."));
    exercise_.clear();
    begin(chn_, 0x11);
    header_.parents = {entries[1].position()};
    write(Kind::kAcknowledged, Precedence::kRoutine,
          AcknowledgedBody{entries[1].id, "duty general", false}.encode());
    const Header chn_next = header_;
    begin(usa_, 0x12);
    header_.origin = entries[1].position();
    header_.parents = {entries[2].position()};
    write(Kind::kText, Precedence::kFlash, text("Unidentified launch."));
    header_ = chn_next;
    write(Kind::kText, Precedence::kImmediate, text("We look into it.", "zh"));
    sign_run(std::span(entries).subspan(0, 2), usa_.station);
    for (const std::size_t one : {2U, 3U, 4U})
      sign_run(std::span(entries).subspan(one, 1), one == 3 ? usa_.station : chn_.station);
  }

  [[nodiscard]] std::vector<std::span<const Entry>> runs() const {
    const std::span<const Entry> all(entries);
    return {all.subspan(0, 2), all.subspan(2, 1), all.subspan(3, 1), all.subspan(4, 1)};
  }
  [[nodiscard]] std::vector<std::size_t> order() const {
    std::vector<const Entry*> pointers;
    for (const Entry& entry : entries) pointers.push_back(&entry);
    return canonical_order(pointers);
  }
  [[nodiscard]] SignedHeads heads() const {
    return SignedHeads::make(record.line(), {1'760'000'005'000, leaves(), {}}, chn_.station, true);
  }
  [[nodiscard]] Bytes exported() {
    ExportWriter writer(record.head());
    Bytes file = writer.head();
    for (const std::size_t index : order()) {
      for (const auto run : runs()) {
        if (run.back().id == entries[index].id) append(file, writer.run(run));
      }
    }
    append(file, writer.heads(heads()));
    append(file, writer.finish(leaves(), at(6), usa_.station));
    return file;
  }
  [[nodiscard]] SignedAgreement amendment() {
    Agreement changed = record.head().agreements[0].agreement;
    changed.test_every = Seconds{7200};
    changed.identify = Identify::kName;
    changed.expires.clear();
    changed.forms.emplace().value.fill(7);
    changed.predecessor = record.head().agreements[0].hash();
    changed.officer_answers_tests = true;
    SignedAgreement amended = SignedAgreement::of(changed);
    for (const TestParty* party : {&usa_, &chn_}) amended.sign(party->station, record.line());
    return amended;
  }

  TestRecord record;
  std::vector<Entry> entries;

 private:
  void begin(const TestParty& author, std::uint8_t incarnation) {
    header_ = Header{};
    header_.line = record.line();
    header_.author = author.station.key();
    header_.incarnation.value.fill(incarnation);
  }
  void write(Kind kind, Precedence precedence, Bytes body) {
    header_.kind = kind;
    header_.precedence = precedence;
    header_.entry_class = exercise_.empty() ? Class::kLive : Class::kExercise;
    header_.exercise = exercise_;
    header_.time = at(static_cast<std::int64_t>(entries.size()));
    entries.push_back(Entry::make(header_, std::move(body)));
    header_.sequence = header_.sequence.next();
    header_.previous = entries.back().id;
    header_.origin.reset();
    header_.parents.clear();
  }
  [[nodiscard]] std::vector<Head> leaves() const {
    std::vector<Head> heads;
    for (const std::size_t leaf : {3U, 4U})
      heads.push_back({entries[leaf].header.author, entries[leaf].position()});
    std::ranges::sort(heads);
    return heads;
  }

  const TestParty& usa_ = record.party("USA");
  const TestParty& chn_ = record.party("CHN");
  Header header_;
  std::string exercise_;
};

TEST(RecordVectorsTest, AgreementsAndRefusalAreWhatThisImplementationWritesToo) {
  const json vectors = read_vectors("record.json");
  Sample sample;
  const SignedAgreement& agreement = sample.record.head().agreements[0];
  EXPECT_EQ(vectors["agreement"], to_hex(agreement.bytes));
  EXPECT_EQ(vectors["line"], sample.record.line().hex());
  EXPECT_EQ(vectors["signed_agreement"], to_hex(agreement.encode()));
  EXPECT_EQ(vectors["signed_amendment"], to_hex(sample.amendment().encode()));
  const Refusal refusal{agreement.hash(), "not now", at(0)};
  EXPECT_EQ(vectors["signed_refusal"],
            to_hex(SignedRefusal::sign(refusal, sample.record.party("CHN").station).encode()));
  for (const json& party : vectors["parties"]) {
    const TestParty& ours = sample.record.party(string_of(party["code"]));
    EXPECT_EQ(party["fingerprint"], ours.fingerprint().compact());
    EXPECT_EQ(party["signed_card"], to_hex(ours.cards.editions()[0].encode()));
  }
}

TEST(RecordVectorsTest, EntriesAndRunsAreWhatThisImplementationWritesToo) {
  const json vectors = read_vectors("record.json");
  const Sample sample;
  ASSERT_EQ(vectors["entries"].size(), sample.entries.size());
  for (std::size_t i = 0; i < sample.entries.size(); ++i) {
    const Entry& entry = sample.entries[i];
    EXPECT_EQ(vectors["entries"][i]["header"], to_hex(entry.header.encode())) << i;
    EXPECT_EQ(vectors["entries"][i]["id"], entry.id.hex()) << i;
    EXPECT_EQ(vectors["entries"][i]["body"], to_hex(entry.body)) << i;
  }
  ASSERT_EQ(vectors["runs"].size(), sample.runs().size());
  for (std::size_t i = 0; i < sample.runs().size(); ++i) {
    EXPECT_EQ(vectors["runs"][i], to_hex(openline::Run::encode(sample.runs()[i]))) << i;
    EXPECT_TRUE(openline::Run::decode(unhex(vectors["runs"][i]))->signature_holds()) << i;
  }
  for (std::size_t i = 0; i < sample.entries.size(); ++i) {
    EXPECT_EQ(vectors["canonical_order"][i], sample.entries[sample.order()[i]].id.hex()) << i;
  }
}

TEST(RecordVectorsTest, StatementsAndAttachmentsAreWhatThisImplementationWritesToo) {
  const json vectors = read_vectors("record.json");
  const Sample sample;
  EXPECT_EQ(vectors["signed_heads"], to_hex(sample.heads().encode()));
  const Presence presence{1'760'000'005'000, true, "watch officer", Seconds{60}, at(0)};
  const auto signed_presence =
      SignedPresence::make(sample.record.line(), presence, sample.record.party("USA").station, true);
  EXPECT_EQ(vectors["signed_presence"], to_hex(signed_presence.encode()));
  const std::vector<Hash> leaves = {attachment_leaf(Bytes(65536, 1)), attachment_leaf(Bytes(10, 2))};
  EXPECT_EQ(vectors["attachment"]["leaves"][0], leaves[0].hex());
  EXPECT_EQ(vectors["attachment"]["leaves"][1], leaves[1].hex());
  EXPECT_EQ(vectors["attachment"]["tree"], attachment_tree(65546, leaves).hex());
}

TEST(RecordVectorsTest, TheExportIsWhatThisImplementationWritesTooAndItHolds) {
  const json vectors = read_vectors("record.json");
  Sample sample;
  EXPECT_EQ(vectors["export"], to_hex(sample.exported()));
  const auto verified = verify_export(unhex(vectors["export"]), sample.record.roots());
  EXPECT_TRUE(verified.holds()) << texts_of(verified.problems);
  ASSERT_EQ(verified.entries.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(vectors["canonical_order"][i], verified.entries[i].entry.id.hex());
}

}  // namespace
}  // namespace openline
