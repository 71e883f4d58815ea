// SPDX-License-Identifier: Apache-2.0
#include "daemon/search/search_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "daemon/search/entry_words.h"

namespace openline::daemon {
namespace {

constexpr int kNice = 10;                    // the record's own work goes first
constexpr std::size_t kMaxAnswer = 4 << 20;  // bytes of entries, as of a page of the record

}  // namespace

SearchThread::SearchThread(std::string path, std::unique_ptr<StoreReader> reader,
                           const notices::Editions& editions, Post post, Note note, SearchOptions options)
    : path_(std::move(path)),
      reader_(std::move(reader)),
      editions_(editions),
      post_(std::move(post)),
      note_(std::move(note)),
      options_(options),
      thread_([this] { run(); }) {}

SearchThread::~SearchThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void SearchThread::entries_came() {
  {
    const std::lock_guard lock(mutex_);
    if (behind_) return;  // it will look
    behind_ = true;
    index_at_ = Clock::now() + options_.gather;
  }
  changed_.notify_one();
}

bool SearchThread::search(SearchQuery query, Answer answer) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= options_.max_waiting) return false;
    jobs_.push_back({std::move(query), std::move(answer)});
  }
  changed_.notify_one();
  return true;
}

void SearchThread::run() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);  // of this thread alone, on Linux
  while (auto work = wait_for_work()) {
    if (work->job) {
      const Searched searched = answer(work->job->query);
      // The job ends where its answer is given: what it holds of a request is the loop's alone.
      Then then = work->job->answer(searched, *reader_);
      post_([job = std::move(*work->job), then = std::move(then)] { then(); });
    } else {
      index_or_wait();
    }
  }
}

// nullopt: stop.
std::optional<SearchThread::Work> SearchThread::wait_for_work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopping_) return std::nullopt;
    if (!jobs_.empty()) {
      Work work{std::move(jobs_.front())};
      jobs_.pop_front();
      return work;
    }
    if (!behind_) {
      changed_.wait(lock);
    } else if (index_at_ <= Clock::now()) {
      return Work{std::nullopt, true};
    } else {
      changed_.wait_until(lock, index_at_);
    }
  }
}

void SearchThread::index_or_wait() {
  {
    const std::lock_guard lock(mutex_);
    behind_ = false;  // what comes from now on is told again
  }
  const auto more = index_batch();
  if (!more) failed(more.error());
  if (more && !*more) return;
  const std::lock_guard lock(mutex_);
  behind_ = true;
  index_at_ = more ? Clock::now() : retry_at_;
}

void SearchThread::failed(const StoreFailure& failure) {
  if (!failure_) post_([note = note_, words = failure.words] { note("search-unavailable", words); });
  failure_ = failure;
  retry_at_ = Clock::now() + options_.try_again;
  index_.reset();
}

Stored<void> SearchThread::open() {
  if (index_) return {};
  auto opened = SearchIndex::open(path_, options_.vfs);
  if (!opened) {
    using Kind = StoreFailure::Kind;
    const bool is_useless = opened.error().kind == Kind::kCorrupt || opened.error().kind == Kind::kOther;
    return is_useless ? open_anew(opened.error()) : std::unexpected(opened.error());
  }
  index_ = std::move(*opened);
  const auto same = is_of_this_record();
  if (!same) return std::unexpected(same.error());
  if (*same) return {};
  return open_anew({StoreFailure::Kind::kOther, path_ + " is of another record"});
}

Stored<void> SearchThread::open_anew(const StoreFailure& why) {
  index_.reset();
  SearchIndex::erase(path_);
  post_([note = note_, words = why.words] { note("search-made-anew", words); });
  auto opened = SearchIndex::open(path_, options_.vfs);
  if (!opened) return std::unexpected(opened.error());
  index_ = std::move(*opened);
  return {};
}

Stored<bool> SearchThread::is_of_this_record() {
  const IndexedTo& to = index_->indexed_to();
  if (to.serial.value == 0) return true;
  const auto entry = reader_->entry(to.serial);
  if (!entry) {
    // One that is damaged is no other one.
    if (entry.error().kind == StoreFailure::Kind::kCorrupt) return true;
    return std::unexpected(entry.error());
  }
  return *entry && (*entry)->entry.id == to.id;
}

Stored<bool> SearchThread::index_batch() {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  EntryRange range;
  range.after = index_->indexed_to().serial;
  range.max_entries = options_.batch_entries;
  range.max_bytes = options_.batch_bytes;
  const auto page = reader_->entries(range);
  if (!page) return std::unexpected(page.error());
  IndexedTo to = index_->indexed_to();
  std::vector<SearchIndex::Words> words;
  for (const StoredEntry& stored : page->entries) {
    words.push_back({stored.serial, stored.entry.header, entry_words(stored.entry, editions_)});
    if (to.serial < stored.serial) to = {stored.serial, stored.entry.id};
  }
  // A damaged one has no words that count; its id is not known.
  for (const DamagedEntry& damaged : page->damaged) {
    if (to.serial < damaged.serial) to.serial = damaged.serial;
  }
  if (words.empty() && page->damaged.empty()) return false;
  if (auto added = index_->add(words, to); !added) {
    if (added.error().kind != StoreFailure::Kind::kCorrupt) return std::unexpected(added.error());
    if (auto opened = open_anew(added.error()); !opened) return std::unexpected(opened.error());
    return true;
  }
  failure_.reset();
  return page->more;
}

Searched SearchThread::answer(const SearchQuery& query) {
  if (failure_ && Clock::now() < retry_at_) return std::unexpected(*failure_);
  const auto end = Clock::now() + options_.catch_up;
  bool more = true;
  while (more && Clock::now() < end) {
    const auto indexed = index_batch();
    if (!indexed) {
      failed(indexed.error());
      return std::unexpected(indexed.error());
    }
    more = *indexed;
  }
  failure_.reset();
  auto found = look_up(query, !more);
  if (found || found.error().kind != StoreFailure::Kind::kCorrupt) return found;
  const StoreFailure why = found.error();
  if (auto opened = open_anew(why); !opened) failed(opened.error());
  const std::lock_guard lock(mutex_);
  behind_ = true;
  index_at_ = Clock::now();
  return std::unexpected(StoreFailure{StoreFailure::Kind::kBusy, "the index is made anew: " + why.words});
}

Searched SearchThread::look_up(const SearchQuery& query, bool is_complete) {
  const auto terms = search_terms(query.words, index_->segmenter());
  SearchFound found;
  found.indexed_to = index_->indexed_to().serial;
  found.is_complete = is_complete;
  if (!query.words.empty() && terms.empty()) return found;  // signs alone are in no text
  SearchQuery one_more = query;
  ++one_more.limit;
  const auto serials = index_->find(one_more, terms);
  if (!serials) return std::unexpected(serials.error());
  std::size_t bytes = 0, looked = 0;
  for (const Serial serial : *serials) {
    if (++looked > query.limit || bytes > kMaxAnswer) {
      found.more = true;
      break;
    }
    auto entry = reader_->entry(serial);
    if (!entry && entry.error().kind == StoreFailure::Kind::kCorrupt) continue;  // it is no answer
    if (!entry) return std::unexpected(StoreFailure{StoreFailure::Kind::kIo, entry.error().words});
    // What the record does not have, or has on another line, the file cannot make it say.
    if (!*entry || (*entry)->entry.header.line != query.line) continue;
    bytes += (*entry)->entry.body.size();
    found.entries.push_back(std::move(**entry));
  }
  return found;
}

}  // namespace openline::daemon
