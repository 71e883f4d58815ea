// SPDX-License-Identifier: Apache-2.0
// Shifts, presences and hand-overs in desk.db.
#include "daemon/desk/desk_columns.h"

namespace openline::daemon {

std::string lines_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + "\n";
  return text;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

Stored<void> DeskStore::put(const Shift& s) {
  return run("INSERT OR REPLACE INTO shift VALUES (?,?,?,?,?,?,?)", s.number, s.desk, lines_text(s.officers),
             ms(s.span.from), ms(s.span.to), s.planned_by, ms(s.planned));
}

Stored<void> DeskStore::put(const ShiftRemoved& removed) {
  return run("DELETE FROM shift WHERE number = ?", removed.number);
}

Stored<void> DeskStore::put(const Presence& p) {
  return run("INSERT OR REPLACE INTO presence VALUES (?,?,?,?,?)", p.officer, p.desk, number_of(p.state),
             ms(p.since), ms(p.confirmed));
}

Stored<void> DeskStore::put(const PresenceEnded& ended) {
  return run("DELETE FROM presence WHERE officer = ? AND desk = ?", ended.officer, ended.desk);
}

Stored<void> DeskStore::put(const DeskWatch& desk) {
  return run("INSERT OR REPLACE INTO desk_watch VALUES (?,?,?)", desk.desk, ms_if(desk.unmanned_since),
             ms_if(desk.alarm_tested));
}

Stored<void> DeskStore::put(const HandOver& h) {
  auto done = run("INSERT OR REPLACE INTO hand_over VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", h.number, h.desk,
                  h.from, h.to, number_of(h.state), ms(h.time), h.remarks, h.opened_report, h.report,
                  h.version, lines_text(h.marks), h.closed_by, ms(h.closed));
  std::int64_t item = 0;
  for (const CheckItem& one : h.checklist) {
    if (done)
      done = run("INSERT OR REPLACE INTO hand_over_item VALUES (?,?,?,?,?,?)", h.number, ++item, one.text,
                 one.done, one.by, one.remark);
  }
  if (done) done = run("DELETE FROM hand_over_signature WHERE hand_over = ?", h.number);
  for (const HandOver::Signature& one : h.signatures) {
    if (done)
      done = run("INSERT INTO hand_over_signature VALUES (?,?,?,?)", h.number, one.officer, ms(one.time),
                 one.version);
  }
  return done;
}

namespace {

HandOver hand_over_of(const Rows& row) {
  HandOver h;
  h.number = row.count(0);
  h.desk = row.text(1);
  h.from = row.text(2);
  h.to = row.text(3);
  h.state = word<HandOverState>(row, 4);
  h.time = time_at(row.number(5));
  h.remarks = row.text(6);
  h.opened_report = row.text(7);
  h.report = row.text(8);
  h.version = small(row, 9);
  h.marks = words_of(row.text(10));
  h.closed_by = row.text(11);
  h.closed = time_at(row.number(12));
  return h;
}

}  // namespace

Stored<void> DeskStore::add_parts(std::vector<HandOver>& hand_overs) {
  for (HandOver& h : hand_overs) {
    auto items = database_.prepare(
        "SELECT text, done, by, remark FROM hand_over_item WHERE hand_over = ? ORDER BY item");
    if (!items) return std::unexpected(items.error());
    Rows item(*items, h.number);
    while (item.next()) {
      h.checklist.push_back({std::string(item.text(0)), item.number(1) != 0, std::string(item.text(2)),
                             std::string(item.text(3))});
    }
    if (item.failed()) return std::unexpected(item.failure("reading desk.db"));
    auto signatures = database_.prepare(
        "SELECT officer, time, version FROM hand_over_signature WHERE hand_over = ? ORDER BY time, officer");
    if (!signatures) return std::unexpected(signatures.error());
    Rows one(*signatures, h.number);
    while (one.next())
      h.signatures.push_back({std::string(one.text(0)), time_at(one.number(1)), small(one, 2)});
    if (one.failed()) return std::unexpected(one.failure("reading desk.db"));
  }
  return {};
}

Stored<std::vector<HandOver>> DeskStore::hand_overs(const std::string& desk, std::uint64_t before,
                                                    std::size_t limit) {
  std::vector<HandOver> found;
  {
    auto statement = database_.prepare(
        "SELECT * FROM hand_over WHERE number < ? AND (? = '' OR desk = ?) ORDER BY number DESC LIMIT ?");
    if (!statement) return std::unexpected(statement.error());
    Rows rows(*statement, before, desk, desk, static_cast<std::uint64_t>(limit));
    while (rows.next()) found.push_back(hand_over_of(rows));
    if (rows.failed()) return std::unexpected(rows.failure("reading desk.db"));
  }
  if (auto done = add_parts(found); !done) return std::unexpected(done.error());
  return found;
}

Stored<void> DeskStore::load_watch(DeskRows& rows) {
  auto done = read("SELECT * FROM shift", [&](const Rows& row) {
    rows.shifts.push_back({row.count(0),
                           std::string(row.text(1)),
                           words_of(row.text(2)),
                           {time_at(row.number(3)), time_at(row.number(4))},
                           std::string(row.text(5)),
                           time_at(row.number(6))});
    return true;
  });
  if (done)
    done = read("SELECT * FROM presence", [&](const Rows& row) {
      rows.watch.presences.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                      word<WatchState>(row, 2), time_at(row.number(3)),
                                      time_at(row.number(4))});
      return true;
    });
  if (done)
    done = read("SELECT * FROM desk_watch", [&](const Rows& row) {
      rows.watch.desks.push_back({std::string(row.text(0)), time_if(row, 1), time_if(row, 2)});
      return true;
    });
  if (done)
    done = read(
        "SELECT * FROM hand_over WHERE state = 0 OR number IN (SELECT max(number) FROM hand_over WHERE state "
        "= 1 "
        "GROUP BY desk) OR number = (SELECT max(number) FROM hand_over)",
        [&](const Rows& row) {
          rows.hand_overs.push_back(hand_over_of(row));
          return true;
        });
  if (done) done = add_parts(rows.hand_overs);
  return done;
}

}  // namespace openline::daemon
