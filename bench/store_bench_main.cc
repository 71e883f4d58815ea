// SPDX-License-Identifier: Apache-2.0
// Rows a second by batch size, reads, and how long a station's store takes to open.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "daemon/store/sqlite_store.h"

namespace openline::daemon {
namespace {

constexpr std::size_t kBodyBytes = 150;  // a text of some thirty words
constexpr std::uint64_t kStartEntries = 100'000;

class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "openline-bench-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string store() const { return path_ + "/store.db"; }

 private:
  std::string path_;
};

std::unique_ptr<SqliteStore> open_store(const Folder& folder) {
  auto store = SqliteStore::open(folder.store());
  if (!store) fmt::print(stderr, "{}\n", store.error().words), std::abort();
  return std::move(*store);
}

// One line with two authors' chains, in turn; each entry with its derived rows as a station writes them.
class Record {
 public:
  [[nodiscard]] Batch next(std::size_t entries) {
    Batch batch{++commit_, {}};
    for (std::size_t i = 0; i < entries; ++i) {
      ++serial_;
      Author& author = authors_[serial_ % 2];
      Header header;
      header.line.value[0] = 1;
      header.author.value[0] = header.incarnation.value[0] = static_cast<std::uint8_t>(serial_ % 2);
      header.sequence = author.sequence;
      if (author.sequence.value > 0) header.previous = author.newest;
      header.kind = Kind::kText;
      header.time = WallTime(Milliseconds(static_cast<std::int64_t>(serial_)));
      PutEntry put{{serial_},
                   {static_cast<std::uint32_t>(serial_ % 2)},
                   Entry::make(header, Bytes(kBodyBytes)),
                   false};
      put.entry.signature = Signature{};
      author.newest = put.entry.id;
      author.sequence = author.sequence.next();
      batch.changes.push_back(std::move(put));
    }
    for (const std::string key : {"chain/0", "chain/1", "serial"})
      batch.changes.push_back(PutState{key, Bytes(100)});
    return batch;
  }

 private:
  struct Author {
    Sequence sequence;
    EntryId newest;
  };
  Author authors_[2];
  std::uint64_t serial_ = 0;
  std::uint64_t commit_ = 0;
};

void commit(SqliteStore& store, const Batch& batch) {
  if (auto done = store.commit(batch); !done) fmt::print(stderr, "{}\n", done.error().words), std::abort();
}

void commit_entries(benchmark::State& state) {
  const Folder folder;
  const auto store = open_store(folder);
  Record record;
  const auto entries = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    const Batch batch = record.next(entries);
    state.ResumeTiming();
    commit(*store, batch);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(commit_entries)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1000)
    ->Arg(10'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Made once for all that read it.
const Folder& full_folder() {
  static const Folder kFolder;
  static const bool kFilled = [] {
    const auto store = open_store(kFolder);
    Record record;
    for (std::uint64_t done = 0; done < kStartEntries; done += 1000) {
      Batch batch = record.next(1000);
      for (std::uint64_t i = 0; i < 10; ++i) {
        batch.changes.push_back(PutState{fmt::format("item/{:08}", done + i), Bytes(200)});
      }
      commit(*store, batch);
    }
    return true;
  }();
  (void)kFilled;
  return kFolder;
}

void open_with_many_entries(benchmark::State& state) {
  const Folder& folder = full_folder();
  for (auto _ : state) {
    auto store = open_store(folder);
    const auto loaded = store->load_state();
    if (!loaded || loaded->rows.size() < 1000) std::abort();
    state.PauseTiming();
    store.reset();
    state.ResumeTiming();
  }
  state.SetLabel(
      fmt::format("{} entries, {} MiB", kStartEntries, std::filesystem::file_size(folder.store()) >> 20));
}
BENCHMARK(open_with_many_entries)->UseRealTime()->Unit(benchmark::kMillisecond);

void read_newest_page(benchmark::State& state) {
  const auto store = open_store(full_folder());
  const auto reader = std::move(*store->open_reader());
  EntryRange range;
  range.line = LineId{};
  range.line->value[0] = 1;
  range.newest_first = true;
  for (auto _ : state) {
    if (reader->entries(range)->entries.size() != 100) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * 100);
}
BENCHMARK(read_newest_page)->UseRealTime()->Unit(benchmark::kMicrosecond);

void read_runs_of_a_chain(benchmark::State& state) {
  const auto store = open_store(full_folder());
  std::uint64_t from = 0;
  for (auto _ : state) {
    if (store->read_runs({1, {0}, {from}, 64, 1 << 20}).entries.size() != 64) std::abort();
    from = (from + 64) % (kStartEntries / 2 - 64);
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(read_runs_of_a_chain)->UseRealTime()->Unit(benchmark::kMicrosecond);

void find_an_entry_by_the_beginning_of_its_id(benchmark::State& state) {
  const auto store = open_store(full_folder());
  const auto reader = std::move(*store->open_reader());
  LineId line;
  line.value[0] = 1;
  for (auto _ : state) {
    if (!reader->entries_with_prefix(line, "zzzz", 10'000)->entries.empty()) std::abort();
  }
}
BENCHMARK(find_an_entry_by_the_beginning_of_its_id)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace openline::daemon

BENCHMARK_MAIN();
