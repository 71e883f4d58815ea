// SPDX-License-Identifier: Apache-2.0
// What two stations make of the same runs, whatever the order in which each got them.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "core/record/export_file.h"
#include "core/record/joint_record.h"
#include "core/record/test_record.h"

namespace openline {
namespace {

using Runs = std::vector<std::vector<Entry>>;

// Of several authors, with restarts, copied disks and forks.
Runs any_runs() {
  const std::vector<std::string> codes = {"USA", "CHN", "RUS"};
  TestRecord record(RecordMode::kDeniable, codes);  // signatures are checked before
  std::vector<Entry> written;
  for (int step = *rc::gen::inRange(1, 40); step > 0; --step) {
    const std::string code = codes[*rc::gen::inRange<std::size_t>(0, codes.size())];
    const auto what = *rc::gen::inRange(0, 10);
    if (what == 0) record.restart(code);
    if (what == 1 && !written.empty())
      record.restart_from(code, written[*rc::gen::inRange<std::size_t>(0, written.size())]);
    written.push_back(record.say(code, std::to_string(step)));
    if (what == 2) record.contradict(code, "another " + std::to_string(step));
  }
  return record.runs();
}

Runs shuffled(Runs runs) {
  for (std::size_t left = runs.size(); left > 1; --left)
    std::swap(runs[left - 1], runs[*rc::gen::inRange<std::size_t>(0, left)]);
  return runs;
}

struct Holder {
  JointRecord record{JointRecordOptions{.max_branches = 64}};  // which are too many depends on the order
  std::uint32_t next_number = 1;
  std::vector<Entry> placed;

  explicit Holder(const Runs& runs) {
    for (const auto& run : runs) {
      Offered offered = record.offer(openline::Run{run}, next_number);
      record.check_invariants();
      for (PlacedEntry& one : offered.placed) placed.push_back(std::move(one.entry));
    }
  }
  [[nodiscard]] std::vector<EntryId> order() const {
    std::vector<const Entry*> entries;
    for (const Entry& entry : placed) entries.push_back(&entry);
    std::vector<EntryId> ids;
    for (const std::size_t at : canonical_order(entries)) ids.push_back(placed[at].id);
    return ids;
  }
};

RC_GTEST_PROP(JointRecordOrders, AStationHoldsTheSameInWhateverOrderItComes, ()) {
  const Runs runs = any_runs();
  const Holder as_written(runs), other(shuffled(runs));
  RC_ASSERT(other.record.held_runs() == as_written.record.held_runs());
  RC_ASSERT(other.placed.size() == as_written.placed.size());
  RC_ASSERT(other.order() == as_written.order());
  RC_ASSERT(other.record.heads() == as_written.record.heads());
}

RC_GTEST_PROP(JointRecordOrders, PlacesAncestorsFirstAndEachEntryOnce, ()) {
  const Holder holder(shuffled(any_runs()));
  std::set<EntryId> before;
  std::set<std::pair<Incarnation, Sequence>> places;  // in a fork another entry may be there than is cited
  for (const Entry& entry : holder.placed) {
    if (entry.header.previous) RC_ASSERT(before.contains(*entry.header.previous));
    for (const Position& parent : entry.header.parents)
      RC_ASSERT(places.contains({parent.incarnation, parent.sequence}));
    places.emplace(entry.header.incarnation, entry.header.sequence);
    RC_ASSERT(before.insert(entry.id).second);
  }
}

}  // namespace
}  // namespace openline
