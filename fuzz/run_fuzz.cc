// SPDX-License-Identifier: Apache-2.0
// A run that is taken is consecutive in one chain, and is the same bytes when it is written again; its
// signature never holds for anything that its author did not sign.
#include "core/record/run.h"
#include "core/record/test_record.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

void check_consecutive(const std::vector<Entry>& entries) {
  OPENLINE_ASSERT(!entries.empty() && entries.size() <= kMaxRun);
  for (std::size_t at = 0; at < entries.size(); ++at) {
    const Header& header = entries[at].header;
    OPENLINE_ASSERT(Header::decode(header.encode()) == header);
    OPENLINE_ASSERT(entries[at].id == Entry::make(header, entries[at].body).id);
    if (at == 0) continue;
    OPENLINE_ASSERT(header.previous == entries[at - 1].id);
    OPENLINE_ASSERT(header.sequence == entries[at - 1].header.sequence.next());
  }
}

const SixtyEntries& sixty() {
  static const SixtyEntries entries;
  return entries;
}

bool was_signed(const Entry& last) {
  return std::ranges::any_of(sixty().record.runs(),
                             [&](const auto& run) { return run.back().id == last.id; });
}

}  // namespace

void run(ByteView input) {
  const Result<Run> run = Run::decode(input);
  if (!run) return;
  check_consecutive(run->entries);
  OPENLINE_ASSERT(std::ranges::equal(Run::encode(run->entries), input));
  const StationKey author = run->author();
  const bool is_ours = author == sixty().record.party("USA").station.key() ||
                       author == sixty().record.party("CHN").station.key();
  if (run->signature_holds() && is_ours) OPENLINE_ASSERT(was_signed(run->entries.back()));
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  for (const auto& entries : sixty().record.runs()) all.push_back(Run::encode(entries));
  TestRecord deniable(RecordMode::kDeniable);
  deniable.say("USA", "off the record");
  all.push_back(Run::encode(deniable.runs().front()));
  return all;
}

}  // namespace openline::fuzz
