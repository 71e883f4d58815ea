// SPDX-License-Identifier: Apache-2.0
// What every store must do. A further engine joins by one more line at the end.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>

#include "daemon/store/sqlite_store.h"
#include "daemon/store/test_entries.h"

namespace openline::daemon {
namespace {

struct Engine {
  const char* name;
  std::function<Stored<std::unique_ptr<Store>>(const TemporaryFolder&)> open;
};

class StoreContract : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    reader_.reset();
    store_.reset();
    auto opened = GetParam().open(folder_);
    ASSERT_TRUE(opened) << opened.error().words;
    store_ = std::move(*opened);
    auto reader = store_->open_reader();
    ASSERT_TRUE(reader) << reader.error().words;
    reader_ = std::move(*reader);
  }
  void commit(std::vector<Change> changes) {
    const auto done = store_->commit(batch_of(++commit_, std::move(changes)));
    ASSERT_TRUE(done) << done.error().words;
  }
  std::vector<std::uint64_t> serials(const EntryRange& range) {
    const auto page = reader_->entries(range);
    EXPECT_TRUE(page) << page.error().words;
    std::vector<std::uint64_t> found;
    for (const StoredEntry& entry : page->entries) found.push_back(entry.serial.value);
    return found;
  }
  std::vector<StateRow> rows() { return store_->load_state()->rows; }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<StoreReader> reader_;
  std::uint64_t commit_ = 0;
};

using Serials = std::vector<std::uint64_t>;

TEST_P(StoreContract, IsEmptyAtFirst) {
  const auto loaded = store_->load_state();
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->rows.empty());
  EXPECT_EQ(loaded->commits, 0u);
  EXPECT_TRUE(serials({}).empty());
  EXPECT_EQ(*reader_->count(filled<LineId>(1)), 0u);
  EXPECT_TRUE(reader_->chains()->empty());
  EXPECT_FALSE(*reader_->entry(Serial{1}));
  EXPECT_FALSE(*reader_->request("any"));
  const RunsRead runs = store_->read_runs({7, {1}, {0}});
  EXPECT_EQ(runs.read, 7u);
  EXPECT_TRUE(runs.entries.empty());
  EXPECT_FALSE(runs.failure);
}

TEST_P(StoreContract, GivesAnEntryBackAsItWasAfterReopening) {
  TestChain chain(3, 1);
  const PutEntry signed_entry = chain.next({5}, "Grüße");
  PutEntry unconfirmed = chain.next({6}, "", false);
  unconfirmed.unconfirmed = true;
  const PutEntry largest = chain.next({7}, std::string(kMaxBody, '\xff'));
  commit({signed_entry, unconfirmed, largest});
  reopen();
  for (const PutEntry& put : {signed_entry, unconfirmed, largest}) {
    const auto found = reader_->entry(put.serial);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->chain, put.chain);
    EXPECT_EQ((*found)->unconfirmed, put.unconfirmed);
    EXPECT_EQ((*found)->entry.header, put.entry.header);
    EXPECT_EQ((*found)->entry.id, put.entry.id);
    EXPECT_EQ((*found)->entry.body, put.entry.body);
    EXPECT_EQ((*found)->entry.signature, put.entry.signature);
    const auto by_position = reader_->entry(put.chain, put.entry.header.sequence);
    ASSERT_TRUE(by_position && *by_position);
    EXPECT_EQ((*by_position)->serial, put.serial);
  }
  EXPECT_FALSE(*reader_->entry(ChainNumber{3}, Sequence{3}));
  const auto chains = reader_->chains();
  ASSERT_EQ(chains->size(), 1u);
  EXPECT_EQ((*chains)[0].number, ChainNumber{3});
  EXPECT_EQ((*chains)[0].author, signed_entry.entry.header.author);
  EXPECT_EQ((*chains)[0].incarnation, signed_entry.entry.header.incarnation);
  EXPECT_EQ((*chains)[0].line, chain.line());
}

TEST_P(StoreContract, LoadsDerivedRowsInOrderWithTheLastValues) {
  commit({state("b", "1"), state("a/2", ""), state("a/1", "one"), state("c", "gone")});
  commit({state("b", "2"), EraseState{"c"}, EraseState{"never was"}, state("d", "x"), EraseState{"d"}});
  reopen();
  const auto loaded = store_->load_state();
  ASSERT_TRUE(loaded);
  ASSERT_EQ(loaded->rows.size(), 3u);
  EXPECT_EQ(loaded->rows[0].key, "a/1");
  EXPECT_EQ(text_of(loaded->rows[0].value), "one");
  EXPECT_EQ(loaded->rows[1].key, "a/2");
  EXPECT_TRUE(loaded->rows[1].value.empty());
  EXPECT_EQ(loaded->rows[2].key, "b");
  EXPECT_EQ(text_of(loaded->rows[2].value), "2");
  EXPECT_EQ(loaded->commits, 2u);
  EXPECT_EQ(*reader_->commits(), 2u);
}

TEST_P(StoreContract, ReadsALineBetweenTwoSerialsInBothDirections) {
  TestChain first(1, 1), second(2, 2);
  std::vector<Change> changes;
  for (std::uint64_t i = 1; i <= 10; ++i) changes.push_back((i % 2 == 0 ? second : first).next({i}, "text"));
  commit(std::move(changes));
  EntryRange range;
  EXPECT_EQ(serials(range), (Serials{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  range.line = first.line();
  EXPECT_EQ(serials(range), (Serials{1, 3, 5, 7, 9}));
  range.after = {3};
  range.before = {9};
  EXPECT_EQ(serials(range), (Serials{5, 7}));
  range.newest_first = true;
  EXPECT_EQ(serials(range), (Serials{7, 5}));
  range.line.reset();
  EXPECT_EQ(serials(range), (Serials{8, 7, 6, 5, 4}));
  range.line = filled<LineId>(99);
  EXPECT_TRUE(serials(range).empty());
  EXPECT_EQ(*reader_->count(first.line()), 5u);
}

TEST_P(StoreContract, SaysWhetherALimitEndedAPage) {
  TestChain chain(1, 1);
  commit({chain.next({1}, std::string(1000, 'a')), chain.next({2}, "b"), chain.next({3}, "c")});
  EntryRange range;
  range.max_entries = 2;
  EXPECT_EQ(serials(range), (Serials{1, 2}));
  EXPECT_TRUE(reader_->entries(range)->more);
  range.max_entries = 3;
  EXPECT_FALSE(reader_->entries(range)->more);
  range.max_bytes = 1;
  EXPECT_EQ(serials(range), (Serials{1})) << "the first is given whatever its size";
  EXPECT_TRUE(reader_->entries(range)->more);
}

TEST_P(StoreContract, FindsEntriesByTheBeginningOfTheirIdAmongTheNewest) {
  TestChain chain(1, 1), other(2, 2);
  std::vector<Change> changes;
  std::vector<EntryId> ids;
  for (std::uint64_t i = 1; i <= 40; ++i) {
    const PutEntry put = chain.next({i}, fmt::format("{}", i));
    ids.push_back(put.entry.id);
    changes.push_back(put);
  }
  commit(std::move(changes));
  const std::string hex = ids[9].hex();
  const auto found = reader_->entries_with_prefix(chain.line(), hex.substr(0, 9), 100);
  ASSERT_EQ(found->entries.size(), 1u);
  EXPECT_EQ(found->entries[0].entry.id, ids[9]);
  EXPECT_EQ(reader_->entries_with_prefix(chain.line(), hex, 31)->entries.size(), 1u);
  EXPECT_TRUE(reader_->entries_with_prefix(chain.line(), hex, 30)->entries.empty())
      << "it is the 31st newest";
  EXPECT_TRUE(reader_->entries_with_prefix(other.line(), hex, 100)->entries.empty());
  EXPECT_TRUE(reader_->entries_with_prefix(chain.line(), "zz", 100)->entries.empty());
  const auto many = reader_->entries_with_prefix(chain.line(), "", 100);
  EXPECT_EQ(many->entries.size(), 16u);
  EXPECT_TRUE(many->more);
  EXPECT_EQ(many->entries[0].serial.value, 40u) << "newest first";
}

TEST_P(StoreContract, AddsASignatureAndAConfirmationLater) {
  TestChain chain(1, 1);
  PutEntry put = chain.next({1}, "early", false);
  put.unconfirmed = true;
  commit({put});
  commit({PutSignature{{1}, {0}, test_signature(9)}});
  auto found = reader_->entry(Serial{1});
  ASSERT_TRUE(found && *found) << found.error().words;
  EXPECT_EQ((*found)->entry.signature, test_signature(9));
  EXPECT_TRUE((*found)->unconfirmed);
  commit({ConfirmEntry{{1}, {0}}});
  found = reader_->entry(Serial{1});
  ASSERT_TRUE(found && *found) << found.error().words;
  EXPECT_EQ((*found)->entry.signature, test_signature(9));
  EXPECT_FALSE((*found)->unconfirmed);
}

TEST_P(StoreContract, RefusesASignatureForAnEntryThatIsNotThere) {
  const auto done = store_->commit(batch_of(1, {state("a", "1"), PutSignature{{1}, {0}, test_signature(9)}}));
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().words.find("chain 1, sequence 0"), std::string::npos) << done.error().words;
  EXPECT_TRUE(rows().empty());
}

TEST_P(StoreContract, KeepsReceiptsBesideTheirEntry) {
  TestChain chain(1, 1);
  commit({chain.next({1}, "question")});
  const StationKey by = filled<StationKey>(7);
  const WallTime before_epoch{Milliseconds(-5)};
  commit({PutReceipt{
              {1}, {0}, ReceiptKind::kAcknowledged, by, "дежурный", true, WallTime(Milliseconds(99)), {4}},
          PutReceipt{{1}, {0}, ReceiptKind::kShown, by, "", false, before_epoch, {3}},
          PutReceipt{{1}, {1}, ReceiptKind::kShown, by, "other", false, before_epoch, {3}}});
  const auto receipts = reader_->receipts({1}, {0});
  ASSERT_TRUE(receipts) << receipts.error().words;
  ASSERT_EQ(receipts->size(), 2u);
  EXPECT_EQ((*receipts)[0].kind, ReceiptKind::kShown);
  EXPECT_EQ((*receipts)[0].time, before_epoch);
  EXPECT_EQ((*receipts)[0].receipt, Serial{3});
  EXPECT_EQ((*receipts)[1].kind, ReceiptKind::kAcknowledged);
  EXPECT_EQ((*receipts)[1].by, by);
  EXPECT_EQ((*receipts)[1].role, "дежурный");
  EXPECT_TRUE((*receipts)[1].authenticated);
  EXPECT_TRUE(reader_->receipts({2}, {0})->empty());
}

TEST_P(StoreContract, FindsARequestAmongMany) {
  std::vector<Change> changes;
  for (std::uint64_t i = 0; i < 9000; ++i) {
    changes.push_back(PutRequest{fmt::format("key {}", i), filled<Hash>(i), {Serial{i}, Serial{i + 1}}});
  }
  changes.push_back(PutRequest{"made nothing", filled<Hash>(1), {}});
  commit(std::move(changes));
  reopen();
  for (const std::uint64_t i : {0u, 4094u, 4095u, 4096u, 8999u}) {
    const auto found = reader_->request(fmt::format("key {}", i));
    ASSERT_TRUE(found && *found) << i;
    EXPECT_EQ((*found)->digest, filled<Hash>(i));
    EXPECT_EQ((*found)->entries, (std::vector{Serial{i}, Serial{i + 1}}));
  }
  EXPECT_TRUE((*reader_->request("made nothing"))->entries.empty());
  EXPECT_FALSE(*reader_->request("key 9000"));
}

TEST_P(StoreContract, EndsAReadOfRunsAtASignature) {
  TestChain chain(1, 1);
  std::vector<Change> changes;
  for (std::uint64_t i = 0; i < 12; ++i) changes.push_back(chain.next({i + 1}, "text", i % 4 == 3));
  commit(std::move(changes));
  const auto read = [&](std::uint64_t from, std::size_t entries, std::size_t bytes = 1 << 20) {
    const RunsRead runs = store_->read_runs({1, {1}, {from}, entries, bytes});
    EXPECT_FALSE(runs.failure);
    EXPECT_TRUE(runs.entries.empty() || runs.entries.front().header.sequence == Sequence{from});
    EXPECT_EQ(reader_->read_runs({1, {1}, {from}, entries, bytes}).entries.size(), runs.entries.size());
    return runs.entries.size();
  };
  EXPECT_EQ(read(0, 64), 12u);
  EXPECT_EQ(read(0, 8), 8u);
  EXPECT_EQ(read(0, 10), 8u) << "a part of a run is left out";
  EXPECT_EQ(read(0, 2), 4u) << "the first run is given whole";
  EXPECT_EQ(read(0, 64, 1), 4u) << "whatever its size";
  EXPECT_EQ(read(5, 2), 3u);
  EXPECT_EQ(read(12, 64), 0u);
}

TEST_P(StoreContract, ReadsRunsOfAChainWithoutSignatures) {
  TestChain chain(1, 1);
  std::vector<Change> changes;
  for (std::uint64_t i = 0; i < 40; ++i) changes.push_back(chain.next({i + 1}, "text", false));
  commit(std::move(changes));
  EXPECT_EQ(store_->read_runs({1, {1}, {0}, 64, 1 << 20}).entries.size(), 40u);
  EXPECT_EQ(store_->read_runs({1, {1}, {0}, 20, 1 << 20}).entries.size(), 20u);
  EXPECT_EQ(store_->read_runs({1, {1}, {38}, 20, 1 << 20}).entries.size(), 2u);
}

TEST_P(StoreContract, EndsAReadOfRunsAtAGap) {
  TestChain chain(1, 1);
  std::vector<Change> changes{chain.next({1}, "0"), chain.next({2}, "1")};
  chain.skip();
  changes.push_back(chain.next({3}, "3"));
  commit(std::move(changes));
  EXPECT_EQ(store_->read_runs({1, {1}, {0}}).entries.size(), 2u);
  EXPECT_TRUE(store_->read_runs({1, {1}, {2}}).entries.empty());
  EXPECT_EQ(store_->read_runs({1, {1}, {3}}).entries.size(), 1u);
}

TEST_P(StoreContract, LeavesNothingOfABatchThatFails) {
  TestChain chain(1, 1), new_chain(2, 2);
  const PutEntry put = chain.next({1}, "first");
  commit({put, state("a", "before")});
  PutEntry again = put;
  again.serial = {3};
  const PutEntry other = new_chain.next({2}, "of a new chain on a new line");
  const auto done = store_->commit(batch_of(2, {state("a", "after"), other, state("b", "after"), again}));
  ASSERT_FALSE(done) << "one position, two entries";
  EXPECT_EQ(rows().size(), 1u);
  EXPECT_EQ(text_of(rows()[0].value), "before");
  EXPECT_EQ(serials({}), (Serials{1}));
  EXPECT_EQ(reader_->chains()->size(), 1u);
  EXPECT_EQ(*reader_->commits(), 1u);
  // And the store goes on, with what the failed batch had begun.
  commit({other, state("b", "later")});
  EXPECT_EQ(serials({}), (Serials{1, 2}));
  EXPECT_EQ(reader_->chains()->size(), 2u);
}

TEST_P(StoreContract, ShowsAReaderEachCommitWhenItReturns) {
  TestChain chain(1, 1);
  for (std::uint64_t i = 1; i <= 20; ++i) {
    commit({chain.next({i}, "text"), state("newest", fmt::format("{}", i))});
    EXPECT_EQ(*reader_->count(chain.line()), i);
    EXPECT_EQ(*reader_->commits(), i);
  }
}

TEST_P(StoreContract, HoldsWhatAModelHoldsAfterRandomBatches) {
  const auto seed = static_cast<std::uint32_t>(testing::UnitTest::GetInstance()->random_seed());
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  std::map<std::string, std::string> model;
  for (int round = 0; round < 60; ++round) {
    std::vector<Change> changes;
    for (std::uint32_t i = 0; i < random() % 20; ++i) {
      const std::string key = fmt::format("k/{}", random() % 50);
      if (random() % 4 == 0) {
        model.erase(key);
        changes.push_back(EraseState{key});
      } else {
        model[key] = std::string(random() % 3000, static_cast<char>('a' + random() % 26));
        changes.push_back(state(key, model[key]));
      }
    }
    commit(std::move(changes));
    if (round % 10 == 9) reopen();
    std::map<std::string, std::string> held;
    for (const StateRow& row : rows()) held[row.key] = text_of(row.value);
    ASSERT_EQ(held, model);
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreContract,
                         testing::Values(Engine{
                             "sqlite",
                             [](const TemporaryFolder& folder) -> Stored<std::unique_ptr<Store>> {
                               return SqliteStore::open(folder.path("store.db"));
                             }}),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace openline::daemon
