// SPDX-License-Identifier: Apache-2.0
// A station's desks as the API uses them: accounts, security keys, drafts, the watch, the desk's plan, and
// the log of acts; with a thread that makes them durable and one that compares passwords. All of it is used
// on the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/config/desk_plan.h"
#include "daemon/desk/accounts.h"
#include "daemon/desk/desk_store.h"
#include "daemon/desk/drafts.h"
#include "daemon/desk/hand_overs.h"
#include "daemon/desk/password.h"
#include "daemon/desk/roster.h"
#include "daemon/desk/security_keys.h"
#include "daemon/desk/watch.h"
#include "daemon/desk/work_thread.h"

namespace openline::daemon {

struct OfficeOptions {
  PasswordCost password;
  PeopleLimits people;
  std::size_t passwords_waiting = 16;  // half a second each: whoever comes later is told to come again
  std::size_t commits_waiting = 1024;  // and reads of the log
  std::size_t rows_kept = 16384;       // of the log, while desk.db takes none: then the oldest are lost
};

class Office {
 public:
  using Done = std::function<void(std::optional<StoreFailure>)>;

  [[nodiscard]] static Stored<std::unique_ptr<Office>> open(boost::asio::io_context& loop,
                                                            const std::string& path, DeskPlan plan,
                                                            RandomSeed seed, OfficeOptions options = {});

  [[nodiscard]] Accounts& accounts() { return accounts_; }
  [[nodiscard]] const Accounts& accounts() const { return accounts_; }
  [[nodiscard]] Drafts& drafts() { return drafts_; }
  [[nodiscard]] Alarms& alarms() { return alarms_; }
  [[nodiscard]] Roster& roster() { return roster_; }
  [[nodiscard]] Watch& watch() { return watch_; }
  [[nodiscard]] HandOvers& hand_overs() { return hand_overs_; }
  [[nodiscard]] SecurityKeys& security_keys() { return security_keys_; }
  [[nodiscard]] const SecurityKeys& security_keys() const { return security_keys_; }
  [[nodiscard]] const DeskPlan& plan() const { return plan_; }

  // A row of the log, which the next `commit` makes durable. Its number; the same number again replaces it.
  std::uint64_t log(AuditRow row);
  // Everything that all of them and the log changed until now. What fails is kept, and goes with the
  // next. What is asked while another waits for the disk goes with that one.
  void commit(Done done);
  // What desk.db says of a failure is for the log of the station, once until it works again: clients are told
  // in general words. `note` is called on the loop.
  void note_failures(std::function<void(const std::string& words)> note) { note_ = std::move(note); }
  void read_log(std::uint64_t after, std::size_t limit,
                std::function<void(Stored<std::vector<AuditRow>>)> done);
  // As DeskStore::hand_overs.
  void read_hand_overs(const std::string& desk, std::uint64_t before, std::size_t limit,
                       std::function<void(Stored<std::vector<HandOver>>)> done);

  // False: too many wait, `done` is not called.
  [[nodiscard]] bool hash_password(std::string password,
                                   std::function<void(std::optional<std::string>)> done);
  [[nodiscard]] bool compare_password(std::string hash, std::string password, std::function<void(bool)> done);

 private:
  Office(boost::asio::io_context& loop, std::unique_ptr<DeskStore> store, DeskRows rows, DeskPlan plan,
         Random random, OfficeOptions options);
  const OfficeOptions options_;
  DeskPlan plan_;
  Accounts accounts_;
  Drafts drafts_;
  Alarms alarms_;
  Roster roster_;
  Watch watch_;
  HandOvers hand_overs_;
  SecurityKeys security_keys_;
  struct Batch;
  void note(const std::optional<StoreFailure>& failure);
  [[nodiscard]] std::vector<DeskWrite> take_writes();
  void refuse(std::vector<DeskWrite> writes, const Done& done);
  [[nodiscard]] bool goes_with_another(std::vector<DeskWrite>& writes, Done& done);

  std::uint64_t last_log_;
  std::vector<DeskWrite> writes_;  // not handed over yet
  std::shared_ptr<Batch> batch_;   // the last that was handed over
  std::function<void(const std::string&)> note_;
  bool failing_ = false;
  // Used by the thread alone. What failed goes first the next time, so that an older row never replaces a
  // newer one.
  std::unique_ptr<DeskStore> store_;
  std::vector<DeskWrite> failed_;
  WorkThread commits_;
  WorkThread passwords_;
};

}  // namespace openline::daemon
