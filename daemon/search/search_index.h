// SPDX-License-Identifier: Apache-2.0
// Which entries have which words: an SQLite file beside the record (search.db), made from it. It may be lost
// at any time and is then made anew; nothing is decided by what is in it. For one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/record/entry.h"
#include "daemon/search/segmenter.h"
#include "daemon/store/sqlite.h"

namespace openline::daemon {

struct SearchQuery {
  LineId line;
  std::string words;                                 // as typed; empty: whatever it says
  std::optional<std::vector<StationKey>> authors{};  // one of these
  std::optional<Kind> kind{};
  std::optional<Precedence> precedence{};
  std::optional<Class> entry_class{};
  std::optional<WallTime> from{}, to{};  // written at or after, and before
  Serial before{INT64_MAX};
  std::size_t limit = 50;
};

// The place up to which entries are in it.
struct IndexedTo {
  Serial serial{0};
  EntryId id;  // of the entry there, so that another record is noticed
};

class SearchIndex {
 public:
  // Made if there is none, or one of another version of words (kOther: it is thrown away); kCorrupt: it
  // cannot be read.
  [[nodiscard]] static Stored<SearchIndex> open(const std::string& path, const char* vfs = nullptr);
  static void erase(const std::string& path);  // with what belongs to it

  [[nodiscard]] const IndexedTo& indexed_to() const { return indexed_to_; }
  struct Words {
    Serial serial;
    Header header;
    std::vector<std::string> texts;
  };
  // All or none. Ascending, and beyond what is indexed.
  [[nodiscard]] Stored<void> add(const std::vector<Words>& entries, const IndexedTo& to);
  // The newest first; at most `limit`. `terms`: of the query's words.
  [[nodiscard]] Stored<std::vector<Serial>> find(const SearchQuery& query,
                                                 const std::vector<SearchTerm>& terms);
  [[nodiscard]] Segmenter& segmenter() { return segmenter_; }

 private:
  explicit SearchIndex(Database database) : database_(std::move(database)) {}
  [[nodiscard]] Stored<void> prepare(const std::string& path);
  [[nodiscard]] Stored<void> write(const std::vector<Words>& entries, const IndexedTo& to);

  Database database_;  // outlives its statements
  Statement put_words_, put_time_, put_state_, find_, find_by_time_;
  Segmenter segmenter_;
  IndexedTo indexed_to_;
};

}  // namespace openline::daemon
