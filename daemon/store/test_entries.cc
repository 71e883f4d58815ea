// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/test_entries.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "core/wire/assert.h"

namespace openline::daemon {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "openline-test-XXXXXX";
  OPENLINE_ASSERT(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

PutEntry TestChain::next(Serial serial, std::string_view body, bool is_signed) {
  Header header;
  header.line = line_;
  header.author = author_;
  header.incarnation = incarnation_;
  header.sequence = {sequence_};
  if (sequence_ > 0) header.previous = newest_;
  header.kind = Kind::kText;
  header.precedence = Precedence::kRoutine;
  header.entry_class = Class::kTest;
  header.time = WallTime(Milliseconds(1'700'000'000'000 + static_cast<std::int64_t>(serial.value)));
  PutEntry put{serial, number_, Entry::make(std::move(header), copy_of(view_of(body))), false};
  if (is_signed) put.entry.signature = test_signature(serial.value);
  newest_ = put.entry.id;
  ++sequence_;
  return put;
}

Signature test_signature(std::uint64_t of) { return filled<Signature>(of); }

Batch batch_of(std::uint64_t commit, std::vector<Change> changes) { return {commit, std::move(changes)}; }

PutState state(std::string key, std::string_view value) { return {std::move(key), copy_of(view_of(value))}; }

Batch numbered_batch(std::uint64_t number, std::size_t entries, TestChain& chain) {
  Batch batch{number, {}};
  for (std::size_t i = 0; i < entries; ++i) {
    const Serial serial{(number - 1) * entries + i + 1};
    batch.changes.push_back(chain.next(serial, fmt::format("batch {}, entry {}", number, i)));
  }
  batch.changes.push_back(state("newest", fmt::format("{}", number)));
  batch.changes.push_back(state(fmt::format("batch/{:08}", number), std::string(100, 'x')));
  return batch;
}

std::uint64_t newest_whole_batch(Store& store, const LineId& line, std::size_t entries) {
  const auto loaded = store.load_state();
  if (!loaded) {
    ADD_FAILURE() << loaded.error().words;
    return 0;
  }
  std::uint64_t newest = 0, rows = 0;
  for (const StateRow& row : loaded->rows) {
    if (row.key == "newest") {
      newest = std::strtoull(std::string(text_of(row.value)).c_str(), nullptr, 10);
    } else {
      EXPECT_EQ(row.key, fmt::format("batch/{:08}", ++rows));
    }
  }
  EXPECT_EQ(rows, newest);
  auto reader = store.open_reader();
  EXPECT_TRUE(reader);
  if (!reader) return 0;
  EntryRange all;
  all.line = line;
  all.max_entries = all.max_bytes = SIZE_MAX;
  const auto page = (*reader)->entries(all);
  EXPECT_TRUE(page);
  if (!page) return 0;
  EXPECT_TRUE(page->damaged.empty());
  EXPECT_EQ(page->entries.size(), newest * entries);
  for (std::size_t i = 0; i < page->entries.size(); ++i) EXPECT_EQ(page->entries[i].serial.value, i + 1);
  return newest;
}

}  // namespace openline::daemon
