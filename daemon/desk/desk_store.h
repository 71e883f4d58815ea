// SPDX-License-Identifier: Apache-2.0
// desk.db: officers, sessions, drafts and the log of acts. Used by one thread at a time.
//
// Apart from the record's store: another pace, another life (the record is for ever and for both sides, this
// is the station's own), and an act's row here is durable before the act is done.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "daemon/desk/accounts.h"
#include "daemon/desk/alarms.h"
#include "daemon/desk/drafts.h"
#include "daemon/desk/hand_overs.h"
#include "daemon/desk/roster.h"
#include "daemon/desk/security_keys.h"
#include "daemon/desk/watch.h"
#include "daemon/store/sqlite.h"

namespace openline::daemon {

using DeskWrite =
    std::variant<Officer, Session, SessionEnded, PeopleChange, Draft, AuditRow, Alarm, AlarmEnded, Shift,
                 ShiftRemoved, Presence, PresenceEnded, DeskWatch, HandOver, SecurityKey, SecurityKeyRemoved>;

struct DeskRows {
  AccountRows accounts;
  std::vector<Draft> drafts;  // open ones, and the last that are over
  std::vector<Alarm> alarms;
  std::vector<Shift> shifts;
  Watch::Rows watch;
  std::vector<HandOver> hand_overs;  // open ones, and the last of each desk that was signed
  std::vector<SecurityKey> security_keys;
  std::uint64_t last_audit = 0;
};

class DeskStore {
 public:
  // Makes the file (mode 0600) if there is none.
  [[nodiscard]] static Stored<std::unique_ptr<DeskStore>> open(const std::string& path);
  [[nodiscard]] Stored<DeskRows> load();
  // All of it or nothing.
  [[nodiscard]] Stored<void> commit(const std::vector<DeskWrite>& writes);
  // Rows beyond `after`, ascending, at most `limit`.
  [[nodiscard]] Stored<std::vector<AuditRow>> audit(std::uint64_t after, std::size_t limit);
  // Those of a desk (empty: of any) below `before`, descending, at most `limit`.
  [[nodiscard]] Stored<std::vector<HandOver>> hand_overs(const std::string& desk, std::uint64_t before,
                                                         std::size_t limit);

 private:
  explicit DeskStore(Database database) : database_(std::move(database)) {}
  Stored<void> put(const Officer& officer);
  Stored<void> put(const Session& session);
  Stored<void> put(const SessionEnded& ended);
  Stored<void> put(const PeopleChange& change);
  Stored<void> put(const Draft& draft);
  Stored<void> put(const AuditRow& row);
  Stored<void> put(const Alarm& alarm);
  Stored<void> put(const AlarmEnded& ended);
  // watch_rows.cc
  Stored<void> put(const Shift& shift);
  Stored<void> put(const ShiftRemoved& removed);
  Stored<void> put(const Presence& presence);
  Stored<void> put(const PresenceEnded& ended);
  Stored<void> put(const DeskWatch& desk);
  Stored<void> put(const HandOver& hand_over);
  Stored<void> load_watch(DeskRows& rows);
  Stored<void> add_parts(std::vector<HandOver>& hand_overs);
  // security_key_rows.cc
  Stored<void> put(const SecurityKey& key);
  Stored<void> put(const SecurityKeyRemoved& removed);
  Stored<void> load_security_keys(DeskRows& rows);
  template <class... Arguments>
  Stored<void> run(const char* sql, const Arguments&... arguments);
  template <class Read>
  Stored<void> read(const char* sql, Read row);

  Database database_;
};

}  // namespace openline::daemon
