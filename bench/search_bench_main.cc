// SPDX-License-Identifier: Apache-2.0
// How long the words of a record take to index, how large that is, and how fast they are found; beside it how
// long it takes to look through the record itself.
//
//   bench-search [--entries 100000] FILE...   texts of about 150 bytes are cut from these files in turn
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "core/record/bodies.h"
#include "daemon/search/entry_words.h"
#include "daemon/search/search_thread.h"
#include "daemon/store/sqlite_store.h"

namespace openline::daemon {
namespace {

using Clock = std::chrono::steady_clock;
using Milli = std::chrono::duration<double, std::milli>;

constexpr std::size_t kTextBytes = 150;  // some thirty words

[[noreturn]] void fail(const std::string& words) {
  fmt::print(stderr, "{}\n", words);
  std::exit(1);
}

struct Texts {
  explicit Texts(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      std::ifstream in(file, std::ios::binary);
      all.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
      if (all.back().size() < 2 * kTextBytes) fail(file + " is too short, or not there");
    }
  }
  static bool goes_on(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }
  // From the beginning of a character to the end of one.
  std::string cut(std::size_t bytes) {
    const std::string& text = all[next++ % all.size()];
    std::size_t from = random() % (text.size() - bytes), to = from + bytes;
    while (from > 0 && goes_on(text[from])) --from;
    while (to < text.size() && goes_on(text[to])) ++to;
    return text.substr(from, to - from);
  }
  std::vector<std::string> all;
  std::mt19937_64 random{1};
  std::size_t next = 0;
};

LineId line() {
  LineId id;
  id.value[0] = 1;
  return id;
}

void write_record(SqliteStore& store, std::size_t entries, Texts& texts) {
  EntryId newest;
  for (std::uint64_t serial = 1; serial <= entries;) {
    Batch batch{serial, {}};
    for (int i = 0; i < 500 && serial <= entries; ++i, ++serial) {
      Header header;
      header.line = line();
      header.author.value[0] = header.incarnation.value[0] = 1;
      header.sequence = {serial - 1};
      if (serial > 1) header.previous = newest;
      header.kind = Kind::kText;
      header.precedence = static_cast<Precedence>(serial % 4);
      header.time = WallTime(Milliseconds(static_cast<std::int64_t>(serial) * 1000));
      const Bytes body = TextBody{texts.cut(kTextBytes), "en", {}, "officer"}.encode();
      PutEntry put{{serial}, {1}, Entry::make(header, body), false};
      put.entry.signature = Signature{};
      newest = put.entry.id;
      batch.changes.push_back(std::move(put));
    }
    if (auto done = store.commit(batch); !done) fail(done.error().words);
  }
}

Searched ask(SearchThread& thread, const SearchQuery& query) {
  std::promise<Searched> promise;
  const bool taken = thread.search(query, [&](const Searched& found, StoreReader&) {
    return [&promise, found] { promise.set_value(found); };
  });
  if (!taken) fail("too many wait");
  return promise.get_future().get();
}

SearchQuery query_of(const std::string& words) {
  SearchQuery query;
  query.line = line();
  query.words = words;
  return query;
}

void measure(SearchThread& thread, const char* what, const std::vector<SearchQuery>& queries) {
  std::vector<double> times;
  std::size_t found = 0;
  for (const SearchQuery& query : queries) {
    const auto began = Clock::now();
    const Searched answer = ask(thread, query);
    times.push_back(Milli(Clock::now() - began).count());
    if (!answer) fail(answer.error().words);
    found += answer->entries.size();
  }
  std::ranges::sort(times);
  fmt::print("{:<44} p50 {:7.2f} ms  p99 {:7.2f} ms  found {:4.1f} of 50\n", what, times[times.size() / 2],
             times[times.size() * 99 / 100],
             static_cast<double>(found) / static_cast<double>(queries.size()));
}

std::vector<std::string> words_of(Texts& texts, std::size_t count) {
  std::vector<std::string> words;
  Segmenter segmenter;
  while (words.size() < count) {
    const auto tokens = segmenter.tokens(texts.cut(60));
    if (tokens.size() > 3) words.push_back(tokens[tokens.size() / 2].text);  // the ends may be cut
  }
  return words;
}

void measure_queries(SearchThread& thread, Texts& texts) {
  constexpr std::size_t kTimes = 400;
  const std::vector<std::string> words = words_of(texts, 3 * kTimes);
  std::vector<SearchQuery> one, three, phrases, letters, filters, rare;
  for (std::size_t i = 0; i < kTimes; ++i) {
    one.push_back(query_of(words[i]));
    three.push_back(query_of(words[3 * i] + " " + words[3 * i + 1] + " " + words[3 * i + 2]));
    std::string phrase = texts.cut(24);
    std::erase(phrase, '"');
    phrases.push_back(query_of("\"" + phrase + "\""));
    letters.push_back(query_of(words[i].substr(0, static_cast<unsigned char>(words[i][0]) < 0x80 ? 1 : 3)));
    filters.push_back(query_of(""));
    filters.back().precedence = Precedence::kFlash;
    filters.back().from = WallTime(Milliseconds(static_cast<std::int64_t>(i) * 1000));
    filters.back().to = WallTime(Milliseconds(static_cast<std::int64_t>(i + 500) * 1000));
    rare.push_back(query_of("zzzz" + words[i]));
  }
  measure(thread, "one word", one);
  measure(thread, "three words", three);
  measure(thread, "a phrase", phrases);
  measure(thread, "one letter or character", letters);
  measure(thread, "a precedence and a time long ago, no word", filters);
  measure(thread, "a word that is not there", rare);
}

// What it takes without an index: every entry read and cut.
double look_through(StoreReader& reader) {
  const notices::Editions editions;
  Segmenter segmenter;
  EntryRange range;
  range.max_entries = 1000;
  std::size_t tokens = 0;
  const auto began = Clock::now();
  for (bool more = true; more;) {
    const auto page = reader.entries(range);
    if (!page) fail(page.error().words);
    for (const StoredEntry& entry : page->entries) {
      range.after = entry.serial;
      for (const std::string& text : entry_words(entry.entry, editions))
        tokens += segmenter.tokens(text).size();
    }
    more = page->more;
  }
  fmt::print("{} words and pairs\n", tokens);
  return Milli(Clock::now() - began).count();
}

void run(std::size_t entries, const std::vector<std::string>& files) {
  Texts texts(files);
  std::string folder = std::filesystem::temp_directory_path() / "openline-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) fail("no temporary folder");
  {
    auto store = SqliteStore::open(folder + "/station.db");
    if (!store) fail(store.error().words);
    write_record(**store, entries, texts);
    const notices::Editions editions;
    const auto began = Clock::now();
    SearchThread thread(
        folder + "/search.db", std::move(*(*store)->open_reader()), editions,
        [](const auto& then) { then(); },
        [](const std::string& event, const std::string& why) { fmt::print("{}: {}\n", event, why); });
    for (;;) {
      const Searched found = ask(thread, query_of("zzzz"));
      if (!found) fail(found.error().words);
      if (found->is_complete) break;
    }
    const double indexing = Milli(Clock::now() - began).count();
    fmt::print("{} entries indexed in {:.1f} s\n", entries, indexing / 1000);
    measure_queries(thread, texts);
    const double through = look_through(*std::move(*(*store)->open_reader()));
    fmt::print("the record looked through once: {:.1f} s; indexing took {:.2f} times that\n", through / 1000,
               indexing / through);
  }
  const auto size = [&](const char* name) {
    return static_cast<double>(std::filesystem::file_size(folder + name)) / 1e6;
  };
  fmt::print("search.db {:.1f} MB, station.db {:.1f} MB: {:.2f} of it\n", size("/search.db"),
             size("/station.db"), size("/search.db") / size("/station.db"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace openline::daemon

int main(int count, char** words) {
  std::size_t entries = 100'000;
  std::vector<std::string> files(words + 1, words + count);
  if (files.size() > 2 && files[0] == "--entries") {
    entries = std::stoul(files[1]);
    files.erase(files.begin(), files.begin() + 2);
  }
  if (files.empty()) {
    fmt::print(stderr, "bench-search [--entries N] FILE...\n");
    return 2;
  }
  openline::daemon::run(entries, files);
  return 0;
}
