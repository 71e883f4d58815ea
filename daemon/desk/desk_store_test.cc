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
  const Session session{hash_of(view_of("token")), "ann", at(1), at(2)};
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
        {officer, session, ended, SessionEnded{ended.key}, change, full_draft(),
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
  ASSERT_EQ(rows->accounts.sessions.size(), 1u);
  EXPECT_EQ(rows->accounts.sessions[0].key, session.key);
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
