// SPDX-License-Identifier: Apache-2.0
#include "core/record/publication.h"

#include "core/record/test_exports.h"
#include "core/record/visit_bodies.h"

namespace openline {
namespace {

// A visit, USA's readout of it that is to be agreed, and CHN's signature under it, among other entries.
struct Published {
  TestRecord record;
  EntryId readout;
  explicit Published(RecordMode mode = RecordMode::kAttested) : record(mode) {
    record.say("CHN", "Before");
    const Day day = *day_of("2023-06-18");
    const Entry visit =
        put("CHN", Kind::kVisit, VisitBody{"june", "o", {"Beijing", day, day}, "en", {"Talk"}, {}}.encode());
    const Entry account =
        put("USA", Kind::kReadout,
            ReadoutBody{visit.id, ReadoutMark::kAgreed, "officer", {"en", "They spoke plainly."}}.encode());
    readout = account.id;
    put("USA", Kind::kReadoutAnswer, ReadoutAnswerBody{readout, true, "officer", {}}.encode());  // its own
    put("CHN", Kind::kReadoutAnswer, ReadoutAnswerBody{readout, true, "officer", {}}.encode());
    record.say("USA", "After");
    record.seal("USA");
    record.seal("CHN");
  }
  Entry put(const std::string& code, Kind kind, Bytes body) {
    record.seal(code);
    const Entry entry = record.write(code, kind, Precedence::kRoutine, std::move(body));
    record.seal(code);
    return entry;
  }
  Result<Bytes> file(const std::string& prefix = "") {
    std::vector<const Entry*> entries;
    for (const auto& run : record.runs()) {
      for (const Entry& entry : run) entries.push_back(&entry);
    }
    return publish_readout(record.head(), entries, prefix);
  }
};

TEST(Publication, ProvesItsTextFromTheRootsAlone) {
  Published published;
  const auto file = published.file(published.readout.hex().substr(0, 8));
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_TRUE(is_publication(*file));
  const Publication found = verify_publication(*file, published.record.roots());
  EXPECT_TRUE(found.holds()) << texts_of(found.problems);
  EXPECT_EQ(found.author_code, "USA");
  EXPECT_EQ(found.body.text.text, "They spoke plainly.");
  EXPECT_EQ(found.signed_by, std::vector<std::string>{"CHN"});
  EXPECT_FALSE(found.revoked);
  // Nothing else of the record is in it.
  const std::string text(text_of(*file));
  EXPECT_EQ(text.find("Before"), std::string::npos);
  EXPECT_EQ(text.find("After"), std::string::npos);
}

TEST(Publication, TrustsNoSignatureWhoseRootWasNotGiven) {
  Published published;
  const Bytes file = *published.file();
  const Publication one = verify_publication(file, {published.record.party("USA").fingerprint()});
  EXPECT_TRUE(one.holds()) << texts_of(one.problems);
  EXPECT_TRUE(one.signed_by.empty());
  EXPECT_EQ(one.untrusted, std::vector<std::string>{"CHN"});
  const Publication none = verify_publication(file, {published.record.party("CHN").fingerprint()});
  EXPECT_NE(texts_of(none.problems).find("The root of USA was not given"), std::string::npos);
}

TEST(Publication, IsRefusedWithAnyBitOfItsEntriesOrSignaturesChanged) {
  Published published;
  const Bytes file = *published.file();
  const std::vector<Fingerprint> roots = published.record.roots();
  for (std::size_t at = 0; at < file.size(); ++at) {
    Bytes changed = file;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1U << (at % 8));
    const Publication found = verify_publication(changed, roots);
    EXPECT_FALSE(found.holds()) << "byte " << at;
  }
  for (std::size_t size = 0; size < file.size(); size += 7)
    EXPECT_FALSE(verify_publication(ByteView(file).first(size), roots).holds()) << size;
}

TEST(Publication, SaysWhyThereIsNone) {
  Published published;
  EXPECT_EQ(published.file("ffffffffffff").error().message,
            "no readout on this line begins with these digits");
  Published deniable(RecordMode::kDeniable);
  EXPECT_EQ(deniable.file().error().message, "this line is deniable: nothing on it can be proven to anybody");
  EXPECT_FALSE(is_publication(Bytes{0x83}));
  EXPECT_FALSE(verify_publication({}, {}).holds());
}

}  // namespace
}  // namespace openline
