// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/record/entry_graph.h"
#include "core/record/export_file.h"
#include "core/record/test_record.h"

namespace openline {
namespace {

std::vector<const Entry*> pointers_to(const std::vector<Entry>& entries) {
  std::vector<const Entry*> pointers;
  for (const Entry& entry : entries) pointers.push_back(&entry);
  return pointers;
}

std::vector<EntryId> ordered(const std::vector<Entry>& entries) {
  std::vector<EntryId> ids;
  for (const std::size_t index : canonical_order(pointers_to(entries))) ids.push_back(entries[index].id);
  return ids;
}

std::vector<Entry> entries_of(const TestRecord& record) {
  std::vector<Entry> entries;
  for (const auto& run : record.runs()) entries.insert(entries.end(), run.begin(), run.end());
  return entries;
}

// Whether each entry stands behind those of its parents that are there.
bool is_topological(const std::vector<Entry>& entries, const std::vector<EntryId>& order) {
  std::map<EntryId, std::size_t> rank;
  for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  for (const Entry& entry : entries) {
    std::vector<EntryId> parents;
    if (entry.header.previous) parents.push_back(*entry.header.previous);
    if (entry.header.origin) parents.push_back(entry.header.origin->id);
    for (const Position& parent : entry.header.parents) parents.push_back(parent.id);
    for (const EntryId& parent : parents) {
      if (rank.contains(parent) && rank[parent] >= rank[entry.id]) return false;
    }
  }
  return rank.size() == entries.size();
}

TEST(CanonicalOrderTest, TakesTheLowestIdAmongThoseWhoseParentsAreTaken) {
  TestRecord record;
  const Entry first = record.say("USA", "one");
  // Written without knowledge of each other: ordered by id.
  const Entry a = record.contradict("USA", "a"), b = record.contradict("USA", "b");
  std::vector<EntryId> expected = {first.id, a.id, b.id};
  std::ranges::sort(expected);
  EXPECT_EQ(ordered({first, a, b}), expected);
}

TEST(CanonicalOrderTest, AncestorsComeFirstWhateverTheirIds) {
  TestRecord record;
  std::vector<EntryId> written;
  for (int i = 0; i < 20; ++i) written.push_back(record.say(i % 2 == 0 ? "USA" : "CHN", "text").id);
  std::vector<Entry> entries = entries_of(record);
  std::ranges::reverse(entries);
  EXPECT_EQ(ordered(entries), written);
}

TEST(CanonicalOrderTest, EntriesWithMissingParentsComeLast) {
  TestRecord record;
  for (int i = 0; i < 6; ++i) record.say("USA", "text");
  std::vector<Entry> entries = entries_of(record);
  const Entry cut = entries[1];
  entries.erase(entries.begin() + 1);
  const Entry other = TestRecord(RecordMode::kAttested, {"RUS", "FRA"}).say("RUS", "elsewhere");
  entries.push_back(other);
  const auto order = ordered(entries);
  ASSERT_EQ(order.size(), 6U);
  EXPECT_TRUE(order[0] == entries[0].id || order[1] == entries[0].id);
  EXPECT_TRUE(order[0] == other.id || order[1] == other.id);
  for (std::size_t i = 2; i < order.size(); ++i) EXPECT_EQ(order[i], entries[i - 1].id) << i;
}

TEST(CanonicalOrderTest, AFalselyCitedEntryImposesNothing) {
  TestRecord record;
  const Entry first = record.say("USA", "one");
  Entry liar = record.say("CHN", "two");
  liar.header.parents[0].id.value.fill(0xee);  // that place is held, by another entry
  liar = Entry::make(liar.header, liar.body);
  std::vector<EntryId> expected = {first.id, liar.id};
  std::ranges::sort(expected);
  EXPECT_EQ(ordered({first, liar}), expected);
}

TEST(CanonicalOrderTest, OfNothingIsNothing) {
  EXPECT_TRUE(canonical_order(std::vector<const Entry*>{}).empty());
}

TEST(CanonicalOrderTest, GraphTellsMissingFromFalselyCitedParents) {
  TestRecord record;
  const Entry first = record.say("USA", "one");
  const Entry second = record.say("USA", "two");
  Entry liar = record.say("CHN", "three");
  liar.header.parents[0].id.value.fill(0xee);
  liar = Entry::make(liar.header, liar.body);
  Entry jumps = second;
  jumps.header.sequence = {5};
  jumps = Entry::make(jumps.header, jumps.body);
  const std::vector<Entry> entries = {first, second, liar, jumps};
  const EntryGraph whole(pointers_to(entries));
  EXPECT_FALSE(whole.citation(1).missing);
  EXPECT_TRUE(whole.citation(2).unknown);
  EXPECT_FALSE(whole.citation(2).missing);
  EXPECT_TRUE(whole.citation(3).wrong_previous);
  const std::vector<Entry> rest = {second};
  EXPECT_EQ(EntryGraph(pointers_to(rest)).citation(0).missing, first.id);
}

// A record of several authors with restarts, copied disks and forks.
TestRecord any_record() {
  const std::vector<std::string> codes = {"USA", "CHN", "RUS"};
  TestRecord record(RecordMode::kDeniable, codes);  // unsigned: order does not depend on it
  std::vector<Entry> written;
  const auto steps = *rc::gen::inRange(1, 40);
  for (int step = 0; step < steps; ++step) {
    const std::string code = codes[*rc::gen::inRange<std::size_t>(0, codes.size())];
    const auto what = *rc::gen::inRange(0, 10);
    if (what == 0) record.restart(code);
    if (what == 1 && !written.empty())
      record.restart_from(code, written[*rc::gen::inRange<std::size_t>(0, written.size())]);
    written.push_back(record.say(code, std::to_string(step)));
    if (what == 2) record.contradict(code, "another " + std::to_string(step));
  }
  return record;
}

RC_GTEST_PROP(CanonicalOrderTest, IsTopologicalAndIndependentOfTheOrderOfInput, ()) {
  std::vector<Entry> entries = entries_of(any_record());
  const std::vector<EntryId> order = ordered(entries);
  RC_ASSERT(is_topological(entries, order));
  for (std::size_t left = entries.size(); left > 1; --left) {
    std::swap(entries[left - 1], entries[*rc::gen::inRange<std::size_t>(0, left)]);
  }
  RC_ASSERT(ordered(entries) == order);
}

RC_GTEST_PROP(CanonicalOrderTest, OfAClosedPartIsTheWholeOrderWithTheRestLeftOut, ()) {
  const std::vector<Entry> entries = entries_of(any_record());
  // As it is written, every prefix is closed.
  const auto size = *rc::gen::inRange<std::size_t>(0, entries.size() + 1);
  const std::vector<Entry> part(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(size));
  std::vector<EntryId> whole = ordered(entries);
  const std::vector<EntryId> alone = ordered(part);
  std::erase_if(whole, [&](const EntryId& id) { return std::ranges::find(alone, id) == alone.end(); });
  RC_ASSERT(whole == alone);
}

}  // namespace
}  // namespace openline
