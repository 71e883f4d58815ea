// SPDX-License-Identifier: Apache-2.0
#include "core/record/export_reader.h"

#include <set>

#include "core/wire/cbor.h"

namespace openline {
namespace {

// Key 2 of a manifest is a number, of a run a byte string; before it stand one byte of map, one of key and a
// byte string of 32.
bool looks_like_manifest(ByteView item) {
  constexpr std::size_t kSecondValue = 1 + 1 + 2 + 32 + 1;
  return item.size() > kSecondValue && item[kSecondValue] >> 5 == 0;
}

class Reader {
 public:
  Reader(ByteView file, Problems& problems, ReadExport& read)
      : decoder_(file), problems_(problems), read_(read), stations_(read.head) {}

  void items(std::size_t from) {
    skip(from);
    while (decoder_.ok() && !decoder_.at_end() && !problems_.full() && !read_.manifest) one_item();
    if (problems_.full()) return;
    if (!read_.manifest) {
      problems_.add("The file ends without a manifest: it was cut off " + after_last() + ".");
    } else if (!decoder_.at_end()) {
      problems_.add("Something follows the manifest", decoder_.offset());
    }
  }

 private:
  void skip(std::size_t bytes) {
    while (decoder_.offset() < bytes) static_cast<void>(decoder_.item());
  }

  [[nodiscard]] std::string after_last() const {
    if (read_.entries.empty()) return "after the head of the file";
    return "after " + read_.name(read_.entries.size() - 1, stations_);
  }

  void unreadable(const Error& error, std::size_t start) {
    read_.runs_hold = false;
    const std::string place =
        read_.entries.empty() ? "the head of the file" : read_.name(read_.entries.size() - 1, stations_);
    problems_.add("What follows " + place + ", cannot be read: " + error.message,
                  start + error.offset.value_or(0));
  }

  void one_item() {
    const std::size_t at = decoder_.offset();
    const ByteView item = decoder_.item();
    if (!decoder_.ok()) return unreadable(*decoder_.error(), 0);
    if (item[0] >> 5 == 4) return heads(item, at);
    if (!looks_like_manifest(item)) return run(item, at);
    auto manifest = Manifest::decode(item);
    if (!manifest) return unreadable(manifest.error(), at);
    read_.manifest = std::move(*manifest);
    read_.manifest_offset = at;
  }

  void run(ByteView item, std::size_t at) {
    auto run = Run::decode(item);
    if (!run) return unreadable(run.error(), at);
    const ReadExport::RunPlace place{read_.entries.size(), run->entries.size(), at};
    const std::string broken = broken_rule(*run);
    const StationKey author = run->author();
    for (Entry& entry : run->entries) read_.entries.push_back(std::move(entry));
    read_.runs.push_back(place);
    if (broken.empty()) return;
    read_.runs_hold = false;
    problems_.add(run_name(place, author) + ": " + broken, at);
  }

  [[nodiscard]] std::string broken_rule(const Run& run) const {
    if (!read_.heads.empty()) return "it stands behind the statements of heads";
    if (run.line() != read_.head.line) return "it belongs to another line";
    if (!stations_.member_of(run.author())) return "its author is on no card of a member";
    const bool is_signed = run.entries.back().signature.has_value();
    if (!read_.attested) return is_signed ? "it is signed, in a deniable record" : "";
    if (!is_signed) return "its signature is missing";
    return run.signature_holds() ? "" : "its signature does not verify";
  }

  [[nodiscard]] std::string run_name(const ReadExport::RunPlace& place, const StationKey& author) const {
    if (place.count == 1) return read_.name(place.first, stations_);
    const std::size_t last = place.first + place.count - 1;
    const auto sequence = [&](std::size_t at) {
      return std::to_string(read_.entries[at].header.sequence.value);
    };
    return "Entries " + std::to_string(place.first + 1) + " to " + std::to_string(last + 1) + ", " +
           stations_.code_of(author) + " " + sequence(place.first) + " to " + sequence(last) +
           " (the last is " + short_id(read_.entries[last].id) + ")";
  }

  void heads(ByteView item, std::size_t at) {
    auto heads = SignedHeads::decode(item);
    if (!heads) return unreadable(heads.error(), at);
    const std::string name = "The heads of " + stations_.code_of(heads->signer);
    if (heads->line != read_.head.line) problems_.add(name + " belong to another line", at);
    if (!stations_.member_of(heads->signer)) problems_.add(name + " are by no member", at);
    if (!signers_.insert(heads->signer).second) problems_.add(name + " are in the file twice", at);
    if (!read_.attested && heads->signature) problems_.add(name + " are signed, in a deniable record", at);
    if (read_.attested && !heads->signature_holds()) {
      problems_.add(name + ": the signature " + (heads->signature ? "does not verify" : "is missing"), at);
    }
    read_.heads.push_back({std::move(*heads), at});
  }

  cbor::Decoder decoder_;
  Problems& problems_;
  ReadExport& read_;
  Stations stations_;
  std::set<StationKey> signers_;
};

}  // namespace

std::string ReadExport::name(std::size_t index, const Stations& stations) const {
  const Entry& entry = entries[index];
  return "Entry " + std::to_string(index + 1) + ", " +
         entry_name(stations.code_of(entry.header.author), entry);
}

ReadExport read_export(ByteView file, const std::vector<Fingerprint>& roots, Problems& problems) {
  ReadExport read;
  cbor::Decoder decoder(file);
  const ByteView item = decoder.item();
  auto head = decoder.ok() ? decode_export_head(item) : Result<ExportHead>(fail(*decoder.error()));
  if (!head) {
    problems.add("The head of the file cannot be read: " + head.error().message, head.error().offset);
    return read;
  }
  read.head = std::move(*head);
  read.attested = read.head.agreements.front().agreement.record == RecordMode::kAttested;
  for (std::string& problem : problems_of_head(read.head, roots)) problems.add(std::move(problem));
  Reader(file, problems, read).items(item.size());
  return read;
}

}  // namespace openline
