// SPDX-License-Identifier: Apache-2.0
#include "core/record/publication.h"

#include <algorithm>

#include "core/record/export_parts.h"
#include "core/record/fields.h"

namespace openline {
namespace {

constexpr std::string_view kTitle = "openline readout 1";
constexpr std::size_t kMostSignatures = 64;  // as many as an agreement has members

Bytes beginning() {
  cbor::Encoder out;
  out.array(3).text(kTitle);
  return out.take();
}

bool is_attested(const ExportHead& head) {
  return head.agreements.front().agreement.record == RecordMode::kAttested;
}

// Reads the parts; what they prove is asked afterwards.
struct Parts {
  ExportHead head;
  std::vector<Run> runs;  // the readout's, then those of the signatures under it
};
Result<Parts> read_parts(ByteView file) {
  FieldDecoder decoder(file, "published readout");
  Parts parts;
  decoder.array_within(3, 3);
  if (decoder.text_within(0, 64) != kTitle && decoder.ok()) decoder.refuse("this is not a published readout");
  const ByteView head_bytes = decoder.bytes(file.size());
  if (!decoder.ok()) return fail(decoder.failure());
  auto head = decode_export_head(head_bytes);
  if (!head) return fail("its head: " + head.error().message);
  parts.head = std::move(*head);
  for (auto left = decoder.array_within(1, kMostSignatures); left > 0 && decoder.ok(); --left) {
    const ByteView item = decoder.item();
    if (!decoder.ok()) break;
    auto run = Run::decode(item);
    if (!run) return fail("an entry: " + run.error().text());
    if (run->entries.size() != 1) return fail("a run of several entries");
    parts.runs.push_back(std::move(*run));
  }
  return decoder.result(std::move(parts));
}

class Check {
 public:
  Check(const Parts& parts, const std::vector<Fingerprint>& roots)
      : parts_(parts), stations_(parts.head), roots_(roots) {}

  Publication run() {
    found_.line = parts_.head.agreements.back().agreement.name;
    // That the cards, the agreements and the signatures fit together is asked of all members; whose roots can
    // be trusted is another question.
    std::vector<Fingerprint> claimed;
    for (const CardChain& cards : parts_.head.cards) claimed.push_back(cards.fingerprint());
    found_.problems = problems_of_head(parts_.head, claimed);
    if (!is_attested(parts_.head)) add("The line is deniable: nothing on it can be proven.");
    for (const Run& run : parts_.runs) check_run(run);
    if (found_.problems.empty()) readout();
    if (found_.problems.empty()) signatures();
    return std::move(found_);
  }

 private:
  void add(std::string problem) { found_.problems.push_back(std::move(problem)); }
  [[nodiscard]] bool is_trusted(std::size_t member) const {
    return std::ranges::find(roots_, parts_.head.cards[member].fingerprint()) != roots_.end();
  }

  void check_run(const Run& run) {
    const std::string name = entry_name(stations_.code_of(run.author()), run.entries.front());
    if (run.line() != parts_.head.line) add(name + " belongs to another line.");
    if (!stations_.member_of(run.author())) add(name + " is by a station on no card of a member.");
    if (!run.signature_holds()) add(name + ": its signature does not verify.");
  }

  void readout() {
    found_.readout = parts_.runs.front().entries.front();
    const std::size_t author = *stations_.member_of(found_.readout.header.author);
    found_.author_code = stations_.code(author);
    if (!is_trusted(author)) {
      add("The root of " + found_.author_code + " was not given: in this file it is " +
          parts_.head.cards[author].fingerprint().text() + ". Compare it with the one that " +
          found_.author_code + " itself showed you, and give that one.");
    }
    for (const CardStation& station : parts_.head.cards[author].newest().stations) {
      if (station.key == found_.readout.header.author) found_.revoked = station.revoked.has_value();
    }
    if (found_.readout.header.kind != Kind::kReadout) return add("The first entry is no readout.");
    auto body = ReadoutBody::decode(found_.readout.body);
    if (!body) return add("The readout cannot be read: " + body.error().text());
    found_.body = std::move(*body);
  }

  void signatures() {
    for (std::size_t at = 1; at < parts_.runs.size(); ++at) {
      const Entry& entry = parts_.runs[at].entries.front();
      const std::string code = stations_.code_of(entry.header.author);
      const auto answer = ReadoutAnswerBody::decode(entry.body);
      if (entry.header.kind != Kind::kReadoutAnswer || !answer || !answer->signs ||
          answer->readout != found_.readout.id || code == found_.author_code) {
        add(entry_name(code, entry) + " is no signature of another party under this readout.");
        continue;
      }
      auto& list =
          is_trusted(*stations_.member_of(entry.header.author)) ? found_.signed_by : found_.untrusted;
      if (std::ranges::find(list, code) == list.end()) list.push_back(code);
    }
  }

  const Parts& parts_;
  Stations stations_;
  const std::vector<Fingerprint>& roots_;
  Publication found_;
};

}  // namespace

Result<Bytes> publish_readout(const ExportHead& head, const std::vector<const Entry*>& entries,
                              std::string_view prefix) {
  if (!is_attested(head)) return fail("this line is deniable: nothing on it can be proven to anybody");
  const Entry* readout = nullptr;
  for (const Entry* entry : entries) {
    if (entry->header.kind != Kind::kReadout || !entry->id.hex().starts_with(prefix)) continue;
    if (readout != nullptr) return fail("several readouts begin with these digits: give more");
    readout = entry;
  }
  if (readout == nullptr) return fail("no readout on this line begins with these digits");
  const Stations stations(head);
  std::vector<const Entry*> chosen{readout};
  for (const Entry* entry : entries) {
    const auto answer = entry->header.kind == Kind::kReadoutAnswer ? ReadoutAnswerBody::decode(entry->body)
                                                                   : Result<ReadoutAnswerBody>(fail(""));
    const bool counts =
        answer && answer->signs && answer->readout == readout->id &&
        stations.member_of(entry->header.author) &&
        stations.member_of(entry->header.author) != stations.member_of(readout->header.author);
    if (counts && entry->signature && chosen.size() < kMostSignatures) chosen.push_back(entry);
  }
  if (!readout->signature)
    return fail("this readout is not signed by itself: its author is not to be proven");
  cbor::Encoder out;
  out.array(3).text(kTitle).bytes(encode_export_head(head)).array(chosen.size());
  for (const Entry* entry : chosen) out.raw(Run::encode(std::span(entry, 1)));
  return out.take();
}

Publication verify_publication(ByteView file, const std::vector<Fingerprint>& roots) {
  const auto parts = read_parts(file);
  if (parts) return Check(*parts, roots).run();
  Publication unreadable;
  unreadable.problems.push_back("The file cannot be read: " + parts.error().text());
  return unreadable;
}

bool is_publication(ByteView file) {
  const Bytes start = beginning();
  return file.size() >= start.size() && std::ranges::equal(file.first(start.size()), start);
}

}  // namespace openline
