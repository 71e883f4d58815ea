// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/desk_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>

#include "core/crypto/hash.h"
#include "daemon/config/test_folder.h"
#include "daemon/desk/desk_rows.h"
#include "daemon/desk/office.h"
#include "daemon/desk/test_officers.h"

namespace openline::daemon {
namespace {

using test::at;
using test::officer_of;
using test::TemporaryFolder;

Draft full_draft() {
  Draft draft;
  draft.number = 9;
  draft.version = 3;
  draft.line = *LineId::from(hash_of(view_of("line")).view());
  draft.desk = "defense";
  draft.content = {"contacts/ab12/answer",
                   R"({"answer":"declined"})",
                   Precedence::kImmediate,
                   Class::kExercise,
                   "JUNE",
                   {2, true},
                   hash_of(view_of("meaning"))};
  draft.state = DraftState::kWaiting;
  draft.author = "ann";
  draft.time = at(5);
  draft.releases = {{"bob", at(6), ""}, {"cleo", at(7), "nobody else"}};
  draft.remark = "a remark";
  draft.key = "draft:1";
  draft.entries = {{4, "ff"}};
  return draft;
}

TEST(DeskStore, GivesBackWhatItWasGiven) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "desk.db").string();
  Officer officer = officer_of("ann", {Role::kOfficer, Role::kReleaser}, "defense: first");
  officer.grants.push_back({"grid", {Role::kAuditor}});
  officer.wrong_passwords = 3;
  officer.locked_until = at(60);
  officer.first_half = hash_of(view_of("half"));
  officer.code_until = at(90);
  officer.wrong_codes = 2;
  officer.network_wrong_passwords = 6;
  officer.network_locked_until = at(70);
  const Session session{hash_of(view_of("token")), "ann", at(1), at(2), true};
  const SecurityKey key{{1, 2, 3},    "ann",         "blue", "desk.example", KeyAlgorithm::kEdDsa,
                        Bytes(32, 7), 4'000'000'000, at(8),  at(9)};
  const SecurityKey lost{{4}, "ann", "red", "desk.example", KeyAlgorithm::kEs256, Bytes(64, 7), 0, at(8), {}};
  PeopleChange change;
  change.number = 4;
  change.kind = ChangeKind::kRecover;
  change.officer = "bob";
  change.first_half = hash_of(view_of("a"));
  change.proposed_by = "ann";
  change.time = at(3);
  {
    auto store = DeskStore::open(path);
    ASSERT_TRUE(store) << store.error().words;
    const Session ended{hash_of(view_of("other")), "ann", at(1), at(1)};
    const auto done = (*store)->commit(
        {officer, session, ended, SessionEnded{ended.key}, change, full_draft(), key, lost,
         SecurityKeyRemoved{lost.id},
         AuditRow{1, at(4), "ann", "POST /v1/lines/{}/entries", "/v1/lines/x/entries", 0, ""},
         AuditRow{1, at(4), "ann", "POST /v1/lines/{}/entries", "/v1/lines/x/entries", 201, "entry ff"}});
    ASSERT_TRUE(done) << done.error().words;
  }
  struct stat about{};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  auto store = DeskStore::open(path);
  ASSERT_TRUE(store);
  const auto rows = (*store)->load();
  ASSERT_TRUE(rows) << rows.error().words;
  ASSERT_EQ(rows->accounts.officers.size(), 1u);
  const Officer& read = rows->accounts.officers[0];
  EXPECT_EQ(read.grants, officer.grants);
  EXPECT_EQ(read.first_half, officer.first_half);
  EXPECT_FALSE(read.second_half);
  EXPECT_EQ(read.locked_until, officer.locked_until);
  EXPECT_EQ(read.wrong_codes, 2u);
  EXPECT_EQ(read.network_wrong_passwords, 6u);
  EXPECT_EQ(read.network_locked_until, at(70));
  ASSERT_EQ(rows->accounts.sessions.size(), 1u);
  EXPECT_EQ(rows->accounts.sessions[0].key, session.key);
  EXPECT_TRUE(rows->accounts.sessions[0].with_key);
  ASSERT_EQ(rows->security_keys.size(), 1u);
  EXPECT_EQ(rows->security_keys[0].id, key.id);
  EXPECT_EQ(rows->security_keys[0].name, "blue");
  EXPECT_EQ(rows->security_keys[0].host, "desk.example");
  EXPECT_EQ(rows->security_keys[0].algorithm, KeyAlgorithm::kEdDsa);
  EXPECT_EQ(rows->security_keys[0].public_key, key.public_key);
  EXPECT_EQ(rows->security_keys[0].count, 4'000'000'000u);
  EXPECT_EQ(rows->security_keys[0].last_used, at(9));
  ASSERT_EQ(rows->accounts.changes.size(), 1u);
  EXPECT_EQ(rows->accounts.changes[0].first_half, change.first_half);
  ASSERT_EQ(rows->drafts.size(), 1u);
  const Draft& draft = rows->drafts[0];
  EXPECT_EQ(draft.content.body, full_draft().content.body);
  EXPECT_EQ(draft.confirmation(), "exercise JUNE immediate");
  EXPECT_EQ(draft.content.meaning, full_draft().content.meaning);
  ASSERT_EQ(draft.releases.size(), 2u);
  EXPECT_EQ(draft.releases[1].emergency, "nobody else");
  EXPECT_EQ(draft.entries, full_draft().entries);
  EXPECT_EQ(draft.content.need.people, 2);
  EXPECT_TRUE(draft.content.need.releaser);
  EXPECT_EQ(rows->last_audit, 1u);
  const auto log = (*store)->audit(0, 10);
  ASSERT_TRUE(log);
  ASSERT_EQ(log->size(), 1u) << "the answer replaced what was asked";
  EXPECT_EQ((*log)[0].note, "entry ff");
}

Shift full_shift() { return {3, "defense", {"ann", "bob"}, {at(0), at(3600)}, "ann", at(-5)}; }
HandOver full_hand_over() {
  HandOver one;
  one.number = 4;
  one.desk = "defense";
  one.from = "ann";
  one.to = "bob";
  one.state = HandOverState::kSigned;
  one.time = at(1);
  one.remarks = "quiet\nso far";
  one.opened_report = "{}";
  one.report = R"({"open_items":[]})";
  one.version = 3;
  one.marks = {"open ff", "draft 7 1"};
  one.checklist = {{"the bell was heard", true, "ann", ""}, {"the safe", false, "bob", "no key"}};
  one.signatures = {{"ann", at(2), 2}, {"bob", at(3), 3}};
  one.closed_by = "bob";
  one.closed = at(3);
  return one;
}

TEST(DeskStore, KeepsTheWatch) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "desk.db").string();
  Shift removed = full_shift();
  removed.number = 2;
  HandOver other = full_hand_over();
  other.number = 5;
  other.desk = "grid";
  other.signatures = {{"ann", at(2), 2}};
  other.state = HandOverState::kOpen;
  HandOver old = full_hand_over();
  old.number = 1;
  {
    auto store = DeskStore::open(path);
    ASSERT_TRUE(store) << store.error().words;
    const auto done =
        (*store)->commit({full_shift(), removed, ShiftRemoved{2},
                          Presence{"ann", "defense", WatchState::kLapsed, at(7), at(6)},
                          Presence{"bob", "defense", WatchState::kOnWatch, at(7), at(6)},
                          PresenceEnded{"bob", "defense"}, DeskWatch{"defense", at(8), std::nullopt},
                          DeskWatch{"grid", std::nullopt, at(9)}, old, full_hand_over(), other});
    ASSERT_TRUE(done) << done.error().words;
  }
  auto store = DeskStore::open(path);
  const auto rows = (*store)->load();
  ASSERT_TRUE(rows) << rows.error().words;
  ASSERT_EQ(rows->shifts.size(), 1u);
  EXPECT_EQ(rows->shifts[0].officers, full_shift().officers);
  EXPECT_EQ(rows->shifts[0].span.to, at(3600));
  ASSERT_EQ(rows->watch.presences.size(), 1u);
  EXPECT_EQ(rows->watch.presences[0].state, WatchState::kLapsed);
  EXPECT_EQ(rows->watch.presences[0].confirmed, at(6));
  ASSERT_EQ(rows->watch.desks.size(), 2u);
  EXPECT_EQ(rows->watch.desks[0].unmanned_since, at(8));
  EXPECT_FALSE(rows->watch.desks[0].alarm_tested);
  EXPECT_EQ(rows->watch.desks[1].alarm_tested, at(9));
  ASSERT_EQ(rows->hand_overs.size(), 2u) << "the open one, and the last of each desk";
  const HandOver& read = rows->hand_overs[0];
  EXPECT_EQ(read.number, 4u);
  EXPECT_EQ(read.remarks, "quiet\nso far");
  EXPECT_EQ(read.marks, full_hand_over().marks);
  ASSERT_EQ(read.checklist.size(), 2u);
  EXPECT_EQ(read.checklist[1].remark, "no key");
  ASSERT_EQ(read.signatures.size(), 2u);
  EXPECT_EQ(read.signatures[1].version, 3u);
  const auto kept = (*store)->hand_overs("defense", 5, 10);
  ASSERT_TRUE(kept) << kept.error().words;
  ASSERT_EQ(kept->size(), 2u);
  EXPECT_EQ((*kept)[0].number, 4u);
  EXPECT_EQ((*kept)[1].number, 1u);
  EXPECT_EQ((*kept)[1].checklist.size(), 2u);
  EXPECT_EQ((*store)->hand_overs("", 6, 1)->at(0).desk, "grid");
}

TEST(DeskStore, OpensTheSampleOfVersion1) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "desk.db").string();
  {
    std::ifstream sample(OPENLINE_SOURCE_DIR "/tests/data/desk-v1.sql");
    const std::string sql{std::istreambuf_iterator<char>(sample), {}};
    std::ofstream(path).flush();
    auto database = Database::open(path, Database::Access::kWrite, nullptr);
    ASSERT_TRUE(database && database->execute(sql.c_str()));
  }
  auto store = DeskStore::open(path);
  ASSERT_TRUE(store) << store.error().words;
  const auto rows = (*store)->load();
  ASSERT_TRUE(rows) << rows.error().words;
  EXPECT_EQ(rows->accounts.officers.size(), 2u);
  EXPECT_EQ(rows->drafts.size(), 1u);
  EXPECT_EQ(rows->alarms.size(), 1u);
  EXPECT_EQ(rows->last_audit, 1u);
  EXPECT_TRUE(rows->shifts.empty());
  EXPECT_TRUE((*store)->commit({full_shift(), full_hand_over()}));
  auto copy = Database::open(path + ".before-v4", Database::Access::kRead, nullptr);
  ASSERT_TRUE(copy);
  EXPECT_EQ(*copy->number("PRAGMA user_version"), 1);
}

TEST(DeskStore, WritesAllOrNothing) {
  TemporaryFolder folder;
  auto store = DeskStore::open((folder.path() / "desk.db").string());
  ASSERT_TRUE(store);
  Draft doubled = full_draft();
  doubled.releases = {{"bob", at(1), ""}, {"bob", at(2), ""}};  // one person twice: the table refuses it
  EXPECT_FALSE((*store)->commit({officer_of("ann", {Role::kSupervisor}), doubled}));
  const auto rows = (*store)->load();
  ASSERT_TRUE(rows);
  EXPECT_TRUE(rows->accounts.officers.empty());
  EXPECT_TRUE(rows->drafts.empty());
}

TEST(DeskStore, RefusesAFileOfAnotherKind) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "desk.db").string();
  std::ofstream(path) << "this is no database, and long enough to be looked at as one: "
                      << std::string(4096, 'x');
  EXPECT_FALSE(DeskStore::open(path));
}

TEST(DeskStore, GrantsAreWrittenSoThatTheyCanBeRead) {
  const Grants grants{{"*", {Role::kAuditor}}, {"defense: first", {Role::kOfficer, Role::kReleaser}}};
  EXPECT_EQ(grants_text(grants), "*: auditor\ndefense: first: officer, releaser\n");
  EXPECT_EQ(grants_of(grants_text(grants)), grants);
  for (const char* bad : {"defense: officer", "defense officer\n", "defense: admiral\n", ": officer\n"})
    EXPECT_FALSE(grants_of(bad)) << bad;
}

// What fails is kept and written first the next time: an older row never replaces a newer one.
TEST(Office, WritesWhatFailedBeforeWhatFollows) {
  TemporaryFolder folder;
  boost::asio::io_context loop;
  const std::string path = (folder.path() / "desk.db").string();
  auto office = Office::open(loop, path, {}, test::seed_of(1));
  ASSERT_TRUE(office) << office.error().words;
  const auto commit = [&] {
    std::optional<bool> good;
    (*office)->commit([&](const auto& failure) { good = !failure; });
    while (!good) {
      loop.restart();
      loop.run_for(std::chrono::milliseconds(20));
    }
    return *good;
  };
  ASSERT_TRUE((*office)->accounts().add_first(officer_of("ann", {Role::kSupervisor})));
  {
    auto held = Database::open(path, Database::Access::kWrite, nullptr);  // another program holds the file
    ASSERT_TRUE(held && held->execute("BEGIN IMMEDIATE"));
    EXPECT_FALSE(commit());
  }
  (void)(*office)->accounts().end_sign_in("ann", "hash of ann", false, at(0));
  EXPECT_TRUE(commit());
  office->reset();
  const auto rows = (*DeskStore::open(path))->load();
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->accounts.officers.size(), 1u);
  EXPECT_EQ(rows->accounts.officers[0].wrong_passwords, 1u);
}

// A disk that is slow has one commit to do for all who came meanwhile, and what is refused leaves nothing
// behind that grows.
TEST(Office, WhatIsAskedWhileTheDiskIsBusyIsWrittenAtOnce) {
  TemporaryFolder folder;
  boost::asio::io_context loop;
  const std::string path = (folder.path() / "desk.db").string();
  OfficeOptions options;
  options.commits_waiting = 40;
  options.rows_kept = 30;
  auto office = Office::open(loop, path, {}, test::seed_of(1), options);
  ASSERT_TRUE(office) << office.error().words;
  std::vector<std::string> notes;
  (*office)->note_failures([&](const std::string& words) { notes.push_back(words); });
  int good = 0, failed = 0, busy = 0;
  const auto log_one = [&] {
    AuditRow row;
    row.act = "GET";
    (*office)->log(row);
    (*office)->commit([&](const std::optional<StoreFailure>& failure) {
      (!failure ? good : failure->kind == StoreFailure::Kind::kBusy ? busy : failed) += 1;
    });
  };
  const auto run_until = [&](int answers) {
    while (good + failed + busy < answers) loop.restart(), loop.run_for(std::chrono::milliseconds(20));
  };
  {
    auto held = Database::open(path, Database::Access::kWrite, nullptr);
    ASSERT_TRUE(held && held->execute("BEGIN IMMEDIATE"));
    for (int i = 0; i < 100; ++i) log_one();
    run_until(100);
  }
  EXPECT_EQ(good, 0);
  EXPECT_GT(busy, 0) << "beyond what may wait";
  EXPECT_FALSE(notes.empty());
  EXPECT_LE(notes.size(), 2u) << "not once for each";
  log_one();
  run_until(101);
  EXPECT_EQ(good, 1);
  office->reset();
  const auto rows = (*DeskStore::open(path))->audit(0, 1000);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->back().number, 101u);
  EXPECT_LE(rows->size(), 30u + 30u + 1u) << "the oldest are lost, not the newest";
}

// What a job holds of a request is the loop's: a connection ends there and nowhere else.
TEST(WorkThread, AJobEndsOnTheLoop) {
  struct Held {
    std::thread::id& ended;
    ~Held() { ended = std::this_thread::get_id(); }
  };
  boost::asio::io_context loop;
  std::thread::id ended;
  WorkThread thread(loop, 4);
  bool answered = false;
  ASSERT_TRUE(thread.submit([held = std::make_shared<Held>(ended), &answered]() -> WorkThread::Then {
    return [&answered] { answered = true; };
  }));
  while (!answered) loop.restart(), loop.run_one_for(std::chrono::milliseconds(20));
  EXPECT_EQ(ended, std::this_thread::get_id());
}

TEST(Office, ComparesPasswords) {
  TemporaryFolder folder;
  boost::asio::io_context loop;
  OfficeOptions options;
  options.password = {1, 8192};
  auto office = Office::open(loop, (folder.path() / "desk.db").string(), {}, test::seed_of(1), options);
  ASSERT_TRUE(office);
  std::optional<std::string> hash;
  ASSERT_TRUE((*office)->hash_password("correct horse battery", [&](const auto& made) { hash = made; }));
  while (!hash) loop.run_one_for(std::chrono::milliseconds(20)), loop.restart();
  EXPECT_TRUE(hash->starts_with("$argon2id$"));
  for (const auto& [password, fits] :
       {std::pair{"correct horse battery", true}, {"correct horse batter", false}}) {
    std::optional<bool> answer;
    ASSERT_TRUE((*office)->compare_password(*hash, password, [&](bool given) { answer = given; }));
    while (!answer) loop.run_one_for(std::chrono::milliseconds(20)), loop.restart();
    EXPECT_EQ(*answer, fits);
  }
  std::optional<bool> nobody;
  ASSERT_TRUE((*office)->compare_password("", "anything at all", [&](bool given) { nobody = given; }));
  while (!nobody) loop.run_one_for(std::chrono::milliseconds(20)), loop.restart();
  EXPECT_FALSE(*nobody);
}

TEST(Password, HasALengthAndIsText) {
  EXPECT_FALSE(password_problem("correct horse"));
  EXPECT_TRUE(password_problem("elevenchars"));
  EXPECT_TRUE(password_problem(std::string(257, 'x')));
  EXPECT_TRUE(password_problem("aaaaaaaaaaaaaaaa"));
  EXPECT_TRUE(password_problem("twelve bytes\xff"));
}

}  // namespace
}  // namespace openline::daemon
