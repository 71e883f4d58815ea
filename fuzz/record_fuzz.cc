// SPDX-License-Identifier: Apache-2.0
// The record of a line whose authors restart, copy disks, fork and cite what is not so, offered to two
// stations in different orders and with repeats. Invariants hold after every run; ancestors are placed before
// their descendants; and two stations that hold the same entries agree on their heads and on the canonical
// order.
#include <map>
#include <set>

#include "core/record/entry_graph.h"
#include "core/record/joint_record.h"
#include "core/record/test_record.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

constexpr std::size_t kMostRuns = 40;
const std::vector<std::string> kCodes = {"USA", "CHN", "RUS"};

// An entry of any place, with any citations: what only a hostile author writes.
Entry forged(const TestRecord& record, const std::vector<Entry>& written, Input& in) {
  Entry entry = written[in.index(written.size())];
  Header& header = entry.header;
  const auto any_position = [&] {
    Position position = written[in.index(written.size())].position();
    if (in.byte() % 4 == 0) position.id.value[0] ^= 1;
    if (in.byte() % 4 == 0) position.sequence = {in.any_number(kMaxSequence)};
    return position;
  };
  switch (in.byte() % 5) {
    case 0:
      header.parents = {any_position(), any_position()};
      break;
    case 1:
      header.incarnation.value[0] = in.byte();
      break;
    case 2:
      header.author = record.party(kCodes[in.index(kCodes.size())]).station.key();
      break;
    case 3: {
      const Position before = any_position();
      if (before.sequence.value >= kMaxSequence) break;
      header.incarnation = before.incarnation;
      header.sequence = before.sequence.next();
      header.previous = before.id;
      header.origin.reset();
      break;
    }
    default:
      header.sequence = {0};
      header.previous.reset();
      header.origin = any_position();
  }
  std::ranges::sort(header.parents);
  header.parents.erase(std::ranges::unique(header.parents).begin(), header.parents.end());
  return Entry::make(header, entry.body);
}

std::vector<std::vector<Entry>> written_by(Input& in) {
  TestRecord record(RecordMode::kDeniable, kCodes);  // who may say what is checked before; here is the shape
  std::vector<Entry> written;
  for (std::size_t steps = 1 + in.index(kMostRuns); steps > 0; --steps) {
    const std::string& code = kCodes[in.index(kCodes.size())];
    const std::uint8_t what = in.byte() % 12;
    if (what == 0) record.restart(code);
    if (what == 1) record.begin_again(code);
    if (what == 2 && !written.empty()) record.restart_from(code, written[in.index(written.size())]);
    if (what == 3 && !written.empty()) {
      const Entry entry = forged(record, written, in);
      if (Header::decode(entry.header.encode())) record.add_run({entry});
      continue;
    }
    if (what == 5) {  // a run of several
      for (std::size_t more = in.byte() % 5; more > 0; --more)
        record.write(code, Kind::kText, Precedence::kRoutine,
                     TextBody{std::to_string(steps), "en", {}, ""}.encode());
    }
    written.push_back(record.say(code, std::to_string(steps)));
    if (what == 4) record.contradict(code, "other " + std::to_string(steps));
  }
  return record.runs();
}

struct Holder {
  explicit Holder(JointRecordOptions options) : record(options) {}
  void offer(const std::vector<Entry>& run) {
    Offered offered = record.offer(Run{run}, next_number);
    record.check_invariants();
    take(offered);
    for (std::size_t rounds = 0; rounds < 64 && !offered.doubtful.empty(); ++rounds)
      offered = settle(offered);
  }
  // Doubts are settled as a station does it, from what its store has.
  Offered settle(const Offered& offered) {
    Offered last;
    for (const Run& doubtful : offered.doubtful) {
      const auto place = record.doubt_about(doubtful);
      if (place) record.recall(place->chain, from_store(*place));
      last = record.offer(doubtful, next_number);
      record.check_invariants();
      take(last);
    }
    return last;
  }
  [[nodiscard]] std::vector<Entry> from_store(const JointRecord::Place& place) const {
    std::vector<Entry> found;
    for (const PlacedEntry& placed : stored) {
      if (placed.chain == place.chain && placed.entry.header.sequence >= place.sequence &&
          found.size() < kMaxRun)
        found.push_back(placed.entry);
    }
    return found;
  }
  void take(const Offered& offered) {
    for (const PlacedEntry& placed : offered.placed) {
      OPENLINE_ASSERT(ids.insert(placed.entry.id).second);
      if (placed.entry.header.previous && placed.entry.header.sequence.value > 0)
        check_previous(placed.entry);
      stored.push_back(placed);
    }
  }
  void check_previous(const Entry& entry) const {
    const bool known = ids.contains(*entry.header.previous);
    const bool cites_a_place =
        record.id_at(entry.header.incarnation, {entry.header.sequence.value - 1}).has_value();
    OPENLINE_ASSERT(known || cites_a_place || record.chains_of(entry.header.incarnation).size() > 1);
  }
  [[nodiscard]] std::vector<EntryId> order() const {
    std::vector<const Entry*> entries;
    for (const PlacedEntry& placed : stored) entries.push_back(&placed.entry);
    std::vector<EntryId> ordered;
    for (const std::size_t at : canonical_order(entries)) ordered.push_back(entries[at]->id);
    return ordered;
  }

  JointRecord record;
  std::uint32_t next_number = 1;
  std::vector<PlacedEntry> stored;
  std::set<EntryId> ids;
};

}  // namespace

void run(ByteView input) {
  Input in(input);
  JointRecordOptions options;
  options.whole_origins = in.flag();
  if (in.flag()) options.recent = 2 * kMaxRun + 1;
  const auto runs = written_by(in);
  Holder one(options), other(options);
  for (const auto& run : runs) one.offer(run);
  for (std::size_t steps = 0; steps < 100 && !in.done(); ++steps) other.offer(runs[in.index(runs.size())]);
  for (int round = 0; round < 3; ++round) {  // a station repeats what the other lacks
    for (const auto& run : runs) other.offer(run);
    for (const auto& run : runs) one.offer(run);
  }
  if (one.ids == other.ids) {
    OPENLINE_ASSERT(one.order() == other.order());
    OPENLINE_ASSERT(one.record.heads() == other.record.heads());
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  for (std::uint8_t what = 0; what < 8; ++what) {
    Bytes program{what, static_cast<std::uint8_t>(what >> 1), 20};
    for (std::uint8_t step = 0; step < 20; ++step) {
      program.push_back(step);
      program.push_back(step % 4 == 3 ? what : 7);
      if (step % 4 == 3) append(program, Bytes{step, 1, 2, 0});
    }
    for (std::uint8_t at = 20; at > 0; --at) program.push_back(at);
    all.push_back(program);
  }
  return all;
}

}  // namespace openline::fuzz
