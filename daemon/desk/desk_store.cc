// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/desk_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "daemon/desk/desk_columns.h"
#include "daemon/desk/desk_rows.h"
#include "daemon/store/sqlite_schema.h"

namespace openline::daemon {
namespace {

constexpr int kDeskApplication = 0x4f4c646b;  // "OLdk"

// Times are milliseconds since 1970, states the numbers of people.h and drafts.h, grants one desk a line:
// "defense: officer, releaser".
constexpr const char* kVersion1 = R"sql(
CREATE TABLE officer (
  name TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  state INTEGER NOT NULL,
  grants TEXT NOT NULL,
  password TEXT NOT NULL,        -- argon2id; empty: none yet
  wrong_passwords INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  first_half BLOB,               -- BLAKE2b-256 of the halves of the code
  second_half BLOB,
  code_until INTEGER NOT NULL,
  wrong_codes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  key BLOB PRIMARY KEY,          -- BLAKE2b-256 of the token
  officer TEXT NOT NULL,
  began INTEGER NOT NULL,
  last_used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE people_change (
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  officer TEXT NOT NULL,
  title TEXT NOT NULL,
  grants TEXT NOT NULL,
  first_half BLOB,
  proposed_by TEXT NOT NULL,
  time INTEGER NOT NULL,
  state INTEGER NOT NULL,
  decided_by TEXT NOT NULL
) STRICT;
CREATE TABLE draft (
  number INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  line BLOB NOT NULL,
  desk TEXT NOT NULL,
  act TEXT NOT NULL,
  body TEXT NOT NULL,            -- JSON
  precedence INTEGER NOT NULL,
  class INTEGER NOT NULL,
  exercise TEXT NOT NULL,
  people INTEGER NOT NULL,       -- who must stand behind it
  releaser INTEGER NOT NULL,
  state INTEGER NOT NULL,
  author TEXT NOT NULL,
  time INTEGER NOT NULL,
  remark TEXT NOT NULL,
  key TEXT NOT NULL,             -- idempotency: of what it becomes, and the one that it was made with
  made_with TEXT NOT NULL,
  meaning BLOB NOT NULL
) STRICT;
CREATE TABLE draft_release (
  draft INTEGER NOT NULL,
  officer TEXT NOT NULL,
  time INTEGER NOT NULL,
  emergency TEXT NOT NULL,
  PRIMARY KEY (draft, officer)
) STRICT, WITHOUT ROWID;
CREATE TABLE draft_entry (
  draft INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (draft, serial)
) STRICT, WITHOUT ROWID;
CREATE TABLE alarm (             -- those that are not over
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  line BLOB NOT NULL,
  line_name TEXT NOT NULL,
  desk TEXT NOT NULL,
  entry TEXT NOT NULL,
  draft INTEGER NOT NULL,
  precedence INTEGER NOT NULL,
  class INTEGER NOT NULL,
  exercise TEXT NOT NULL,
  words TEXT NOT NULL,
  since INTEGER NOT NULL,
  steps INTEGER NOT NULL,        -- of the plan that were taken
  answered_by TEXT NOT NULL,
  answered INTEGER NOT NULL
) STRICT;
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  officer TEXT NOT NULL,
  act TEXT NOT NULL,
  address TEXT NOT NULL,
  status INTEGER NOT NULL,       -- 0: not answered
  note TEXT NOT NULL
) STRICT;
)sql";
// Lists of names are one a line.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE shift (
  number INTEGER PRIMARY KEY,
  desk TEXT NOT NULL,
  officers TEXT NOT NULL,
  begins INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  planned_by TEXT NOT NULL,
  planned INTEGER NOT NULL
) STRICT;
CREATE TABLE presence (
  officer TEXT NOT NULL,
  desk TEXT NOT NULL,
  state INTEGER NOT NULL,
  since INTEGER NOT NULL,
  confirmed INTEGER NOT NULL,
  PRIMARY KEY (officer, desk)
) STRICT, WITHOUT ROWID;
CREATE TABLE desk_watch (
  desk TEXT PRIMARY KEY,
  unmanned_since INTEGER,        -- NULL: somebody is there
  alarm_tested INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE hand_over (
  number INTEGER PRIMARY KEY,
  desk TEXT NOT NULL,
  giver TEXT NOT NULL,
  taker TEXT NOT NULL,
  state INTEGER NOT NULL,
  time INTEGER NOT NULL,
  remarks TEXT NOT NULL,
  opened_report TEXT NOT NULL,   -- JSON
  report TEXT NOT NULL,
  version INTEGER NOT NULL,
  marks TEXT NOT NULL,
  closed_by TEXT NOT NULL,
  closed INTEGER NOT NULL
) STRICT;
CREATE TABLE hand_over_item (
  hand_over INTEGER NOT NULL,
  item INTEGER NOT NULL,
  text TEXT NOT NULL,
  done INTEGER NOT NULL,
  by TEXT NOT NULL,
  remark TEXT NOT NULL,
  PRIMARY KEY (hand_over, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE hand_over_signature (
  hand_over INTEGER NOT NULL,
  officer TEXT NOT NULL,
  time INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (hand_over, officer)
) STRICT, WITHOUT ROWID;
)sql";
constexpr const char* kVersion3 = R"sql(
ALTER TABLE session ADD COLUMN with_key INTEGER NOT NULL DEFAULT 0;
CREATE TABLE security_key (
  id BLOB PRIMARY KEY,           -- the credential's
  officer TEXT NOT NULL,
  name TEXT NOT NULL,
  host TEXT NOT NULL,            -- the console's name where it was added
  algorithm INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  count INTEGER NOT NULL,        -- of signatures
  added INTEGER NOT NULL,
  last_used INTEGER NOT NULL     -- 0: never
) STRICT, WITHOUT ROWID;
)sql";
// Wrong passwords by the network count apart from those at the station's own socket.
constexpr const char* kVersion4 = R"sql(
ALTER TABLE officer ADD COLUMN network_wrong_passwords INTEGER NOT NULL DEFAULT 0;
ALTER TABLE officer ADD COLUMN network_locked_until INTEGER NOT NULL DEFAULT 0;
CREATE INDEX hand_over_at_desk ON hand_over (desk, number);
)sql";
constexpr Migration kMigrations[] = {{1, kVersion1}, {2, kVersion2}, {3, kVersion3}, {4, kVersion4}};

}  // namespace

std::string grants_text(const Grants& grants) {
  std::string text;
  for (const Grant& grant : grants) text += grant.desk + ": " + grant.roles.text() + "\n";
  return text;
}

std::optional<Grants> grants_of(std::string_view text) {
  Grants grants;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::size_t colon = row.rfind(": ");
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    Grant grant{std::string(row.substr(0, colon)), {}};
    std::string_view names = row.substr(colon + 2);
    while (!names.empty()) {
      const std::size_t comma = std::min(names.find(", "), names.size());
      const auto role = role_of(names.substr(0, comma));
      if (!role) return std::nullopt;
      grant.roles = grant.roles | Roles{*role};
      names.remove_prefix(std::min(comma + 2, names.size()));
    }
    grants.push_back(std::move(grant));
  }
  return grants;
}

Stored<std::unique_ptr<DeskStore>> DeskStore::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return std::unexpected(
        StoreFailure{StoreFailure::Kind::kIo,
                     fmt::format("opening {}: {}", path, std::generic_category().message(errno))});
  ::close(file);
  auto database = Database::open(path, Database::Access::kWrite, nullptr);
  if (!database) return std::unexpected(database.error());
  // Its own thread: a checkpoint holds up nothing but the next act.
  if (auto set = database->execute("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=1000"); !set)
    return std::unexpected(set.error());
  if (auto done = migrate(*database, path, kMigrations, kDeskApplication); !done)
    return std::unexpected(done.error());
  return std::unique_ptr<DeskStore>(new DeskStore(std::move(*database)));
}

Stored<void> DeskStore::put(const Officer& o) {
  return run("INSERT OR REPLACE INTO officer VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", o.name, o.title,
             number_of(o.state), grants_text(o.grants), o.password, o.wrong_passwords, ms(o.locked_until),
             o.first_half, o.second_half, ms(o.code_until), o.wrong_codes, o.network_wrong_passwords,
             ms(o.network_locked_until));
}

Stored<void> DeskStore::put(const Session& s) {
  return run("INSERT OR REPLACE INTO session VALUES (?,?,?,?,?)", s.key, s.officer, ms(s.began),
             ms(s.last_used), s.with_key);
}

Stored<void> DeskStore::put(const SessionEnded& ended) {
  return run("DELETE FROM session WHERE key = ?", ended.key);
}

Stored<void> DeskStore::put(const PeopleChange& c) {
  return run("INSERT OR REPLACE INTO people_change VALUES (?,?,?,?,?,?,?,?,?,?)", c.number, number_of(c.kind),
             c.officer, c.title, grants_text(c.grants), c.first_half, c.proposed_by, ms(c.time),
             number_of(c.state), c.decided_by);
}

Stored<void> DeskStore::put(const Draft& d) {
  const DraftContent& c = d.content;
  auto done = run("INSERT OR REPLACE INTO draft VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", d.number,
                  d.version, d.line, d.desk, c.act, c.body, number_of(c.precedence), number_of(c.entry_class),
                  c.exercise, number_of(c.need.people), c.need.releaser, number_of(d.state), d.author,
                  ms(d.time), d.remark, d.key, d.made_with, c.meaning);
  if (done) done = run("DELETE FROM draft_release WHERE draft = ?", d.number);
  for (const Draft::Release& release : d.releases) {
    if (done)
      done = run("INSERT INTO draft_release VALUES (?,?,?,?)", d.number, release.officer, ms(release.time),
                 release.emergency);
  }
  for (const auto& [serial, id] : d.entries) {
    if (done) done = run("INSERT OR REPLACE INTO draft_entry VALUES (?,?,?)", d.number, serial, id);
  }
  return done;
}

Stored<void> DeskStore::put(const AuditRow& row) {
  return run("INSERT OR REPLACE INTO audit VALUES (?,?,?,?,?,?,?)", row.number, ms(row.time), row.officer,
             row.act, row.on, std::int64_t{row.status}, row.note);
}

Stored<void> DeskStore::put(const Alarm& a) {
  const AlarmCause& c = a.cause;
  return run("INSERT OR REPLACE INTO alarm VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", a.number,
             number_of(c.kind), c.line, c.line_name, c.desk, c.entry, c.draft, number_of(c.precedence),
             number_of(c.entry_class), c.exercise, c.words, ms(a.since), a.steps, a.answered_by,
             ms(a.answered));
}

Stored<void> DeskStore::put(const AlarmEnded& ended) {
  return run("DELETE FROM alarm WHERE number = ?", ended.number);
}

Stored<void> DeskStore::commit(const std::vector<DeskWrite>& writes) {
  if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun;
  Stored<void> done;
  for (const DeskWrite& write : writes) {
    if (done) done = std::visit([this](const auto& one) { return put(one); }, write);
  }
  if (done) done = database_.execute("COMMIT");
  if (!done) (void)database_.execute("ROLLBACK");
  return done;
}

Stored<DeskRows> DeskStore::load() {
  DeskRows rows;
  auto done = read("SELECT * FROM officer", [&](const Rows& row) {
    const auto grants = grants_of(row.text(3));
    if (!grants) return false;
    rows.accounts.officers.push_back(
        {std::string(row.text(0)), std::string(row.text(1)), word<AccountState>(row, 2), *grants,
         std::string(row.text(4)), small(row, 5), time_at(row.number(6)), hash_at(row, 7), hash_at(row, 8),
         time_at(row.number(9)), small(row, 10), small(row, 11), time_at(row.number(12))});
    return true;
  });
  if (done)
    done = read("SELECT * FROM session", [&](const Rows& row) {
      const auto key = Hash::from(row.bytes(0));
      if (!key) return false;
      rows.accounts.sessions.push_back({*key, std::string(row.text(1)), time_at(row.number(2)),
                                        time_at(row.number(3)), row.number(4) != 0});
      return true;
    });
  if (done)
    done = read("SELECT * FROM people_change ORDER BY number DESC LIMIT 128", [&](const Rows& row) {
      const auto grants = grants_of(row.text(4));
      if (!grants) return false;
      rows.accounts.changes.push_back({row.count(0), word<ChangeKind>(row, 1), std::string(row.text(2)),
                                       std::string(row.text(3)), *grants, hash_at(row, 5),
                                       std::string(row.text(6)), time_at(row.number(7)),
                                       word<ChangeState>(row, 8), std::string(row.text(9))});
      return true;
    });
  std::map<std::uint64_t, std::size_t> places;
  if (done)
    done = read("SELECT * FROM draft WHERE state < 3 OR number > (SELECT max(number) FROM draft) - 64",
                [&](const Rows& row) {
                  const auto line = LineId::from(row.bytes(2));
                  if (!line) return false;
                  Draft draft{row.count(0),
                              small(row, 1),
                              *line,
                              std::string(row.text(3)),
                              {std::string(row.text(4)),
                               std::string(row.text(5)),
                               word<Precedence>(row, 6),
                               word<Class>(row, 7),
                               std::string(row.text(8)),
                               {static_cast<std::uint8_t>(row.number(9)), row.number(10) != 0},
                               hash_at(row, 17).value_or(Hash{})},
                              word<DraftState>(row, 11),
                              std::string(row.text(12)),
                              time_at(row.number(13)),
                              {},
                              std::string(row.text(14)),
                              std::string(row.text(15)),
                              std::string(row.text(16)),
                              {}};
                  places[draft.number] = rows.drafts.size();
                  rows.drafts.push_back(std::move(draft));
                  return true;
                });
  if (done)
    done = read("SELECT * FROM draft_release", [&](const Rows& row) {
      if (const auto at = places.find(row.count(0)); at != places.end())
        rows.drafts[at->second].releases.push_back(
            {std::string(row.text(1)), time_at(row.number(2)), std::string(row.text(3))});
      return true;
    });
  if (done)
    done = read("SELECT * FROM draft_entry", [&](const Rows& row) {
      if (const auto at = places.find(row.count(0)); at != places.end())
        rows.drafts[at->second].entries.emplace_back(row.count(1), std::string(row.text(2)));
      return true;
    });
  if (done)
    done = read("SELECT * FROM alarm", [&](const Rows& row) {
      const auto line = LineId::from(row.bytes(2));
      if (!line) return false;
      AlarmCause cause{word<AlarmKind>(row, 1),
                       *line,
                       std::string(row.text(3)),
                       std::string(row.text(4)),
                       std::string(row.text(5)),
                       row.count(6),
                       word<Precedence>(row, 7),
                       word<Class>(row, 8),
                       std::string(row.text(9)),
                       std::string(row.text(10)),
                       Seconds{}};
      rows.alarms.push_back({row.count(0), std::move(cause), time_at(row.number(11)), small(row, 12),
                             std::string(row.text(13)), time_at(row.number(14))});
      return true;
    });
  if (done) done = load_watch(rows);
  if (done) done = load_security_keys(rows);
  if (!done) return std::unexpected(done.error());
  const auto last = database_.number("SELECT max(number) FROM audit");
  if (!last) return std::unexpected(last.error());
  rows.last_audit = static_cast<std::uint64_t>(*last);
  return rows;
}

Stored<std::vector<AuditRow>> DeskStore::audit(std::uint64_t after, std::size_t limit) {
  auto statement = database_.prepare("SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?");
  if (!statement) return std::unexpected(statement.error());
  Rows rows(*statement, after, static_cast<std::uint64_t>(limit));
  std::vector<AuditRow> result;
  while (rows.next()) {
    result.push_back({rows.count(0), time_at(rows.number(1)), std::string(rows.text(2)),
                      std::string(rows.text(3)), std::string(rows.text(4)), static_cast<int>(rows.number(5)),
                      std::string(rows.text(6))});
  }
  if (rows.failed()) return std::unexpected(rows.failure("reading desk.db"));
  return result;
}

}  // namespace openline::daemon
