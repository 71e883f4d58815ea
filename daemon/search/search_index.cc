// SPDX-License-Identifier: Apache-2.0
#include "daemon/search/search_index.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unicode/uchar.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace openline::daemon {
namespace {

using FailureKind = StoreFailure::Kind;

// To be counted up with every change of what is indexed or how it is cut; Unicode's own changes count too.
constexpr int kWordsVersion = 1;
std::string version() { return fmt::format("{} {} {}", kWordsVersion, U_ICU_VERSION, U_UNICODE_VERSION); }

// Tokens are ours: the tokenizer only takes them apart at spaces. `marks` are what filters ask for. Neither
// column's text is kept.
constexpr const char* kSchema = R"sql(
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version TEXT NOT NULL,
  serial INTEGER NOT NULL,
  id BLOB NOT NULL
) STRICT;
CREATE TABLE entry (
  serial INTEGER PRIMARY KEY,
  time INTEGER NOT NULL          -- the author's clock, milliseconds since 1970
) STRICT;
CREATE VIRTUAL TABLE word USING fts5(words, marks, tokenize='ascii', content='', columnsize=0);
)sql";

// Between two texts of an entry, so that no phrase goes across. Never in a query: it is no letter.
constexpr std::string_view kGap = "\u00b7";

std::string line_mark(const LineId& line) { return "l" + line.hex().substr(0, 16); }
std::string author_mark(const StationKey& author) { return "a" + author.hex().substr(0, 16); }
std::string kind_mark(Kind kind) { return fmt::format("k{}", static_cast<unsigned>(kind)); }
std::string precedence_mark(Precedence precedence) {
  return fmt::format("p{}", static_cast<unsigned>(precedence));
}
std::string class_mark(Class entry_class) { return fmt::format("c{}", static_cast<unsigned>(entry_class)); }

std::string marks_of(const Header& header) {
  return fmt::format("{} {} {} {} {}", line_mark(header.line), author_mark(header.author),
                     kind_mark(header.kind), precedence_mark(header.precedence),
                     class_mark(header.entry_class));
}

// In the language of FTS5. Tokens have neither quotes nor spaces.
std::string match_of(const SearchQuery& query, const std::vector<SearchTerm>& terms) {
  std::string match = fmt::format("marks : {}", line_mark(query.line));
  const auto mark = [&](const std::string& one) { match += fmt::format(" AND marks : {}", one); };
  if (query.kind) mark(kind_mark(*query.kind));
  if (query.precedence) mark(precedence_mark(*query.precedence));
  if (query.entry_class) mark(class_mark(*query.entry_class));
  if (query.authors) {
    std::string any;
    for (const StationKey& author : *query.authors) any += (any.empty() ? "" : " OR ") + author_mark(author);
    match += fmt::format(" AND marks : ({})", any);
  }
  for (const SearchTerm& term : terms) {
    std::string phrase;
    for (const std::string& token : term.tokens) phrase += (phrase.empty() ? "" : " ") + token;
    match += fmt::format(" AND words : \"{}\"{}", phrase, term.may_go_on ? " *" : "");
  }
  return match;
}

Stored<void> make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0 || ::fchmod(file, 0600) != 0) {
    const int error = errno;
    if (file >= 0) ::close(file);
    const auto kind = error == ENOSPC || error == EDQUOT  ? FailureKind::kFull
                      : error == EROFS || error == EACCES ? FailureKind::kReadOnly
                                                          : FailureKind::kIo;
    return std::unexpected(
        StoreFailure{kind, fmt::format("opening {}: {}", path, std::generic_category().message(error))});
  }
  ::close(file);
  return {};
}

Stored<void> done(Rows&& rows, std::string_view doing) {
  (void)rows.next();
  if (rows.failed()) return std::unexpected(rows.failure(doing));
  return {};
}

}  // namespace

void SearchIndex::erase(const std::string& path) {
  for (const char* suffix : {"-wal", "-shm", ""}) ::unlink((path + suffix).c_str());
}

Stored<SearchIndex> SearchIndex::open(const std::string& path, const char* vfs) {
  if (auto made = make_file(path); !made) return std::unexpected(made.error());
  auto database = Database::open(path, Database::Access::kWrite, vfs);
  if (!database) return std::unexpected(database.error());
  SearchIndex index(std::move(*database));
  if (auto prepared = index.prepare(path); !prepared) return std::unexpected(prepared.error());
  return index;
}

Stored<void> SearchIndex::prepare(const std::string& path) {
  // What a power cut takes is made again: a whole file is enough. Short syncs, since the record waits for the
  // same disk.
  const auto mode = database_.text("PRAGMA journal_mode=WAL");
  if (!mode) return std::unexpected(mode.error());
  for (const char* setting :
       {"PRAGMA synchronous=NORMAL", "PRAGMA wal_autocheckpoint=256", "PRAGMA journal_size_limit=4194304"}) {
    if (auto set = database_.text(setting); !set) return std::unexpected(set.error());
  }
  const auto whole = database_.text("PRAGMA quick_check(1)");
  if (!whole) return std::unexpected(whole.error());
  if (*whole != "ok") {
    return std::unexpected(
        StoreFailure{FailureKind::kCorrupt, fmt::format("{} is damaged: {}", path, *whole)});
  }
  const auto tables = database_.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::unexpected(tables.error());
  if (*tables == 0) {
    const std::string made =
        fmt::format("BEGIN IMMEDIATE; {} INSERT INTO state VALUES (1, '{}', 0, zeroblob(32)); COMMIT",
                    kSchema, version());
    if (auto done = database_.execute(made.c_str()); !done) return done;
  }
  const auto held = database_.text("SELECT version FROM state");
  if (!held) return std::unexpected(held.error());
  if (*held != version()) {
    return std::unexpected(
        StoreFailure{FailureKind::kOther, fmt::format("{} has words of another version: {}", path, *held)});
  }
  const std::pair<Statement*, const char*> statements[] = {
      {&put_words_, "INSERT INTO word(rowid, words, marks) VALUES (?1, ?2, ?3)"},
      {&put_time_, "INSERT INTO entry VALUES (?1, ?2)"},
      {&put_state_, "UPDATE state SET serial = ?1, id = ?2"},
      {&find_, "SELECT rowid FROM word WHERE word MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3"},
      {&find_by_time_,
       "SELECT word.rowid FROM word CROSS JOIN entry ON entry.serial = word.rowid WHERE word MATCH ?1 AND "
       "word.rowid < ?2 AND entry.time >= ?4 AND entry.time < ?5 ORDER BY word.rowid DESC LIMIT ?3"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  auto state = database_.prepare("SELECT serial, id FROM state");
  if (!state) return std::unexpected(state.error());
  Rows rows(*state);
  const bool row = rows.next();
  if (rows.failed()) return std::unexpected(rows.failure("reading how far the words go"));
  const auto id = row ? EntryId::from(rows.bytes(1)) : std::nullopt;
  if (!id)
    return std::unexpected(StoreFailure{FailureKind::kCorrupt, path + " does not say how far it goes"});
  indexed_to_ = {Serial{rows.count(0)}, *id};
  return {};
}

Stored<void> SearchIndex::add(const std::vector<Words>& entries, const IndexedTo& to) {
  if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun;
  auto written = write(entries, to);
  if (written) written = database_.execute("COMMIT");
  if (!written) {
    if (sqlite3_get_autocommit(database_.raw()) == 0) (void)database_.execute("ROLLBACK");
    return written;
  }
  indexed_to_ = to;
  return {};
}

Stored<void> SearchIndex::write(const std::vector<Words>& entries, const IndexedTo& to) {
  constexpr std::string_view kDoing = "adding words";
  for (const auto& [serial, header, texts] : entries) {
    std::string words;
    for (const std::string& text : texts) {
      if (!words.empty()) words += fmt::format(" {}", kGap);
      for (const Token& token : segmenter_.tokens(text)) words += " " + token.text;
    }
    const std::string marks = marks_of(header);
    if (auto put = done(Rows(put_words_, serial.value, words, marks), kDoing); !put) return put;
    const std::int64_t time = header.time.time_since_epoch().count();
    if (auto put = done(Rows(put_time_, serial.value, time), kDoing); !put) return put;
  }
  return done(Rows(put_state_, to.serial.value, to.id), kDoing);
}

Stored<std::vector<Serial>> SearchIndex::find(const SearchQuery& query,
                                              const std::vector<SearchTerm>& terms) {
  if (query.authors && query.authors->empty()) return std::vector<Serial>{};
  const std::string match = match_of(query, terms);
  const auto limit = static_cast<std::uint64_t>(query.limit);
  const auto take = [](Rows&& rows) -> Stored<std::vector<Serial>> {
    std::vector<Serial> found;
    while (rows.next()) found.push_back({rows.count(0)});
    if (rows.failed()) return std::unexpected(rows.failure("searching"));
    return found;
  };
  if (!query.from && !query.to) return take(Rows(find_, match, query.before.value, limit));
  const auto milliseconds = [](WallTime time) { return time.time_since_epoch().count(); };
  const std::int64_t from = query.from ? milliseconds(*query.from) : INT64_MIN;
  const std::int64_t to = query.to ? milliseconds(*query.to) : INT64_MAX;
  return take(Rows(find_by_time_, match, query.before.value, limit, from, to));
}

}  // namespace openline::daemon
