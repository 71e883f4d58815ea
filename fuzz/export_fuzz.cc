// SPDX-License-Identifier: Apache-2.0
// Verification of exports. Three kinds of input: bytes; an honest export with bytes of it changed; and one
// whose exporter puts it together from true and changed pieces and signs that. What holds was written by
// those whose keys are trusted: an altered export never does, and a dishonest exporter can leave things out
// but add nothing.
#include <set>

#include "core/record/export_file.h"
#include "core/record/test_record.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

const SixtyEntries& sixty() {
  static const SixtyEntries entries;
  return entries;
}
const ExportPieces& pieces() {
  static const ExportPieces all = sixty().record.pieces("USA", sixty().heads);
  return all;
}
const Bytes& honest() {
  static const Bytes file = pieces().file();
  return file;
}
const std::set<EntryId>& ids() {
  static const std::set<EntryId> all = [] {
    std::set<EntryId> ids;
    for (const auto& run : sixty().record.runs()) {
      for (const Entry& entry : run) ids.insert(entry.id);
    }
    return ids;
  }();
  return all;
}

Verification verified(ByteView file) {
  Verification result = verify_export(file, sixty().record.roots());
  (void)claims_of(result);
  for (const VerifiedEntry& entry : result.entries) {
    if (entry.signed_by_author) OPENLINE_ASSERT(ids().contains(entry.entry.id));
  }
  if (result.holds()) OPENLINE_ASSERT(compare_exports(result, result).identical);
  return result;
}

void change(Bytes& bytes, Input& in) {
  if (bytes.empty()) return;
  const std::size_t at = in.index(std::max<std::size_t>(bytes.size(), 65536)) % bytes.size();
  const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  switch (in.byte() % 4) {
    case 0:
      *place = static_cast<std::uint8_t>(*place ^ in.byte());
      break;
    case 1:
      bytes.erase(place, std::min(bytes.end(), place + 1 + in.byte()));
      break;
    case 2: {
      const ByteView more = in.bytes(64);
      bytes.insert(place, more.begin(), more.end());
      break;
    }
    default:
      *place = in.byte();
  }
}

void check_altered(Input& in) {
  Bytes file = honest();
  for (std::size_t changes = 1 + in.byte() % 4; changes > 0; --changes) change(file, in);
  OPENLINE_ASSERT(verified(file).holds() == (file == honest()));
}

template <class Piece>
void rearrange(std::vector<Piece>& pieces, std::uint8_t what, std::size_t at, std::size_t other) {
  const auto place = [&](std::size_t index) { return pieces.begin() + static_cast<std::ptrdiff_t>(index); };
  if (what == 0) pieces.erase(place(at));
  if (what == 1) std::swap(pieces[at], pieces[other]);
  if (what == 2) pieces.insert(place(other), Piece(pieces[at]));
}

void check_dishonest(Input& in) {
  ExportPieces made = pieces();
  for (std::size_t changes = in.byte() % 6; changes > 0 && !made.runs.empty(); --changes) {
    const std::uint8_t what = in.byte() % 5;
    const std::size_t at = in.index(made.runs.size()), other = in.index(made.runs.size());
    if (what <= 2) {
      rearrange(made.runs, what, at, other);
      rearrange(made.entries, what, at, other);
    } else if (what == 3) {
      change(made.runs[at], in);
    } else {
      change(made.heads.empty() ? made.head : made.heads.front(), in);
    }
  }
  sixty().record.resign(made, "USA");
  const Verification result = verified(made.file());
  if (!result.holds()) return;
  std::set<EntryId> seen;
  for (const VerifiedEntry& entry : result.entries) {
    OPENLINE_ASSERT(ids().contains(entry.entry.id) && seen.insert(entry.entry.id).second);
  }
}

}  // namespace

void run(ByteView input) {
  Input in(input);
  switch (in.byte() % 3) {
    case 0:
      (void)verified(in.rest());
      break;
    case 1:
      check_altered(in);
      break;
    default:
      check_dishonest(in);
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  all.push_back({0});
  append(all.back(), honest());
  TestRecord deniable(RecordMode::kDeniable);
  deniable.say("USA", "off the record");
  all.push_back({0});
  append(all.back(), deniable.file("USA", {}));
  all.push_back({1, 0, 1, 2, 0, 1});
  all.push_back({1, 0, 1, 2, 2, 3, 1, 2, 3});
  all.push_back({2, 0});
  for (std::uint8_t what = 0; what < 5; ++what)
    all.push_back({2, 2, what, 1, 3, 0, 5, 0, 7, what, 9, 2, 0, 1, 0, 4});
  return all;
}

}  // namespace openline::fuzz
