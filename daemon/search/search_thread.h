// SPDX-License-Identifier: Apache-2.0
// The thread that keeps the index of words and answers whoever searches. It reads the record through a
// connection of its own in short reads, and writes a file of its own: a commit never waits for it.
//
// A query first brings the index up to the newest entry, so that what was just written is found. While the
// index is made anew, which takes longer than a query may wait, the answer says how far it goes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "daemon/search/search_index.h"
#include "notices/editions.h"

namespace openline::daemon {

struct SearchFound {
  std::vector<StoredEntry> entries;  // the newest first
  bool more = false;                 // there are older ones
  Serial indexed_to;
  bool is_complete = false;  // all that was durable when the query's turn came is in it
};
using Searched = Stored<SearchFound>;

struct SearchOptions {
  std::size_t batch_entries = 256, batch_bytes = 1 << 20;  // that are indexed at once
  std::chrono::milliseconds gather{1000};      // after an entry came, for others to come: each costs a commit
  std::chrono::milliseconds catch_up{2000};    // at most, before a query is answered with what there is
  std::chrono::milliseconds try_again{30000};  // after the disk refused
  std::size_t max_waiting = 64;                // queries
  const char* vfs = nullptr;                   // null: the system's; tests give a faulty one
};

class SearchThread {
 public:
  using Then = std::function<void()>;
  // On this thread, with its reader of the record; what it gives back is called through `post`.
  using Answer = std::function<Then(const Searched&, StoreReader&)>;
  using Post = std::function<void(Then)>;
  // Something for the log: an event's name, and why. Called through `post`.
  using Note = std::function<void(const std::string& event, const std::string& why)>;

  // `editions` outlive it.
  SearchThread(std::string path, std::unique_ptr<StoreReader> reader, const notices::Editions& editions,
               Post post, Note note, SearchOptions options = {});
  ~SearchThread();  // queries that wait are dropped
  SearchThread(const SearchThread&) = delete;
  SearchThread& operator=(const SearchThread&) = delete;

  void entries_came();                                          // durable ones
  [[nodiscard]] bool search(SearchQuery query, Answer answer);  // false: too many wait

 private:
  using Clock = std::chrono::steady_clock;
  struct Job {
    SearchQuery query;
    Answer answer;
  };
  struct Work {
    std::optional<Job> job;
    bool index = false;
  };
  void run();
  [[nodiscard]] std::optional<Work> wait_for_work();
  void index_or_wait();
  [[nodiscard]] Stored<bool> index_batch();  // true: there are more
  [[nodiscard]] Stored<void> open();
  [[nodiscard]] Stored<void> open_anew(const StoreFailure& why);
  [[nodiscard]] Stored<bool> is_of_this_record();
  void failed(const StoreFailure& failure);
  [[nodiscard]] Searched answer(const SearchQuery& query);
  [[nodiscard]] Searched look_up(const SearchQuery& query, bool is_complete);

  const std::string path_;
  const std::unique_ptr<StoreReader> reader_;
  const notices::Editions& editions_;
  const Post post_;
  const Note note_;
  const SearchOptions options_;

  // Of the thread alone.
  std::optional<SearchIndex> index_;
  std::optional<StoreFailure> failure_;  // the last one, until something succeeds
  Clock::time_point retry_at_{};

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool behind_ = true;  // at the start nobody knows
  Clock::time_point index_at_{};
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace openline::daemon
