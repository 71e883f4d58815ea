// SPDX-License-Identifier: Apache-2.0
// The index of words over a real record, with the thread that keeps it.
#include "daemon/search/search_thread.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <map>

#include "core/record/bodies.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"
#include "daemon/store/sqlite_store.h"
#include "daemon/store/test_entries.h"
#include "daemon/store/test_faulty_vfs.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

struct Written {
  std::string text;
  Precedence precedence = Precedence::kRoutine;
  Class entry_class = Class::kLive;
  std::string exercise{};
};

class SearchThreadTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(*SqliteStore::open(folder_.path("station.db")));
    options_.gather = 0ms;
  }
  void start(const char* vfs = nullptr) {
    thread_.reset();
    options_.vfs = vfs;
    thread_ = std::make_unique<SearchThread>(
        index_path(), std::move(*store_->open_reader()), editions_,
        [](const SearchThread::Then& then) { then(); },
        [this](const std::string& event, const std::string& why) {
          const std::lock_guard lock(mutex_);
          notes_.push_back(event + ": " + why);
        },
        options_);
  }
  std::string index_path() const { return folder_.path("search.db"); }

  // One entry in one commit.
  Serial put(Kind kind, const Bytes& body, const Written& how, std::uint64_t line = 1) {
    Header header;
    header.line = filled<LineId>(line);
    header.author = filled<StationKey>(1000 + line);
    header.incarnation = filled<Incarnation>(2000 + line);
    header.sequence = {sequences_[line]++};
    if (header.sequence.value > 0) header.previous = newest_[line];
    header.kind = kind;
    header.precedence = how.precedence;
    header.entry_class = how.entry_class;
    header.exercise = how.exercise;
    const Serial serial{++serial_};
    header.time = WallTime(Milliseconds(1'700'000'000'000 + static_cast<std::int64_t>(serial.value) * 1000));
    PutEntry put{serial, ChainNumber{static_cast<std::uint32_t>(line)}, Entry::make(std::move(header), body),
                 false};
    newest_[line] = put.entry.id;
    Batch batch{++commit_, {}};
    batch.changes.push_back(std::move(put));
    const auto done = store_->commit(batch);
    EXPECT_TRUE(done) << (done ? "" : done.error().words);
    if (thread_) thread_->entries_came();
    return serial;
  }
  Serial write(const Written& what, std::uint64_t line = 1) {
    return put(Kind::kText, TextBody{what.text, "en", {}, "officer"}.encode(), what, line);
  }
  Searched ask(const SearchQuery& query) {
    std::promise<Searched> promise;
    EXPECT_TRUE(thread_->search(query, [&](const Searched& found, StoreReader&) {
      return [&promise, found] { promise.set_value(found); };
    }));
    return promise.get_future().get();
  }
  static SearchQuery query(const std::string& words, std::uint64_t line = 1) {
    SearchQuery result;
    result.line = filled<LineId>(line);
    result.words = words;
    return result;
  }
  std::vector<std::uint64_t> serials(const Searched& searched) {
    std::vector<std::uint64_t> result;
    EXPECT_TRUE(searched) << (searched ? "" : searched.error().words);
    if (!searched) return result;
    for (const StoredEntry& entry : searched->entries) result.push_back(entry.serial.value);
    return result;
  }
  std::vector<std::uint64_t> find(const std::string& words, std::uint64_t line = 1) {
    return serials(ask(query(words, line)));
  }
  std::vector<std::string> notes() {
    const std::lock_guard lock(mutex_);
    return notes_;
  }
  using Serials = std::vector<std::uint64_t>;

  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
  notices::Editions editions_;
  SearchOptions options_;
  std::map<std::uint64_t, std::uint64_t> sequences_;
  std::map<std::uint64_t, EntryId> newest_;
  std::uint64_t serial_ = 0, commit_ = 0;
  std::mutex mutex_;
  std::vector<std::string> notes_;
  std::unique_ptr<SearchThread> thread_;
};

TEST_F(SearchThreadTest, FindsWordsInAnyScriptTheNewestFirst) {
  write({"Our aircraft over the strait is in DISTRESS."});
  write({"Наш самолёт терпит бедствие над проливом"});
  write({"طائرتنا في مِحْنَة فوق المضيق"});
  write({"我方飞机在海峡上空遇险"});
  write({"Aircraft in distress: which one?"});
  start();
  EXPECT_EQ(find("distress"), (Serials{5, 1}));
  EXPECT_EQ(find("distr airc"), (Serials{5, 1}));
  EXPECT_EQ(find("distress strait"), (Serials{1}));
  EXPECT_EQ(find("САМОЛЕТ"), (Serials{2}));
  EXPECT_EQ(find("محنة"), (Serials{3}));
  EXPECT_EQ(find("海峡"), (Serials{4}));
  EXPECT_EQ(find("峡上空"), (Serials{4}));
  EXPECT_EQ(find("险"), (Serials{4}));
  EXPECT_EQ(find("上海"), (Serials{})) << "both characters are there, and not so";
  EXPECT_EQ(find("nothing"), (Serials{}));
  EXPECT_EQ(find("..."), (Serials{}));
}

TEST_F(SearchThreadTest, AQuotedPhraseStandsSoAndNeverAcrossTwoTexts) {
  write({"hold your fire"});
  write({"hold fire, if that is yours"});
  const TextBody with_file{"we hold", "en", {{filled<Hash>(1), 1, "fire plan.pdf"}}, ""};
  put(Kind::kText, with_file.encode(), {});
  start();
  EXPECT_EQ(find("hold fire"), (Serials{3, 2, 1}));
  EXPECT_EQ(find("\"hold fire\""), (Serials{2}));
  EXPECT_EQ(find("\"hold your\" fire"), (Serials{1}));
  EXPECT_EQ(find("\"hold you\""), (Serials{})) << "a quoted word is whole";
  EXPECT_EQ(find("plan pdf"), (Serials{3})) << "files by their names";
}

TEST_F(SearchThreadTest, WhatWasJustWrittenIsFound) {
  start();
  EXPECT_EQ(find("anything"), (Serials{}));
  for (std::uint64_t i = 1; i <= 20; ++i) {
    write({fmt::format("number{}", i)});
    const Searched found = ask(query(fmt::format("number{}", i)));
    ASSERT_EQ(serials(found), (Serials{i}));
    EXPECT_EQ(found->indexed_to.value, i);
    EXPECT_TRUE(found->is_complete);
  }
}

TEST_F(SearchThreadTest, ALineFindsItsOwnEntriesAlone) {
  write({"ours"}, 1);
  write({"ours"}, 2);
  start();
  EXPECT_EQ(find("ours", 1), (Serials{1}));
  EXPECT_EQ(find("ours", 2), (Serials{2}));
  EXPECT_EQ(find("ours", 3), (Serials{}));
}

TEST_F(SearchThreadTest, FiltersByAuthorKindPrecedenceClassAndTime) {
  write({"word", Precedence::kFlash, Class::kExercise, "JUNE"});
  write({"word", Precedence::kRoutine, Class::kLive});
  put(Kind::kTranslation, TranslationBody{{}, {}, "linguist", {"en", "word"}, ""}.encode(), {});
  start();
  SearchQuery one = query("word");
  one.precedence = Precedence::kFlash;
  EXPECT_EQ(serials(ask(one)), (Serials{1}));
  one = query("word");
  one.entry_class = Class::kLive;
  EXPECT_EQ(serials(ask(one)), (Serials{3, 2}));
  one.kind = Kind::kTranslation;
  EXPECT_EQ(serials(ask(one)), (Serials{3}));
  one = query("word");
  one.authors = {filled<StationKey>(1001), filled<StationKey>(7)};
  EXPECT_EQ(serials(ask(one)), (Serials{3, 2, 1}));
  one.authors = std::vector<StationKey>{filled<StationKey>(7)};
  EXPECT_EQ(serials(ask(one)), (Serials{}));
  one.authors = std::vector<StationKey>{};
  EXPECT_EQ(serials(ask(one)), (Serials{}));
  one = query("");
  one.from = WallTime(Milliseconds(1'700'000'002'000));
  one.to = WallTime(Milliseconds(1'700'000'003'000));
  EXPECT_EQ(serials(ask(one)), (Serials{2})) << "without words: what the filters say";
  EXPECT_EQ(find("june"), (Serials{1})) << "an exercise by its name";
}

TEST_F(SearchThreadTest, GivesPagesThatFollowEachOther) {
  for (int i = 0; i < 25; ++i) write({"again"});
  start();
  SearchQuery page = query("again");
  page.limit = 10;
  Serials all;
  for (bool more = true; more;) {
    const Searched found = ask(page);
    ASSERT_TRUE(found);
    for (const std::uint64_t serial : serials(found)) all.push_back(serial);
    page.before = found->entries.back().serial;
    more = found->more;
  }
  ASSERT_EQ(all.size(), 25U);
  for (std::uint64_t i = 0; i < 25; ++i) EXPECT_EQ(all[i], 25 - i);
}

TEST_F(SearchThreadTest, FindsSubjectsGoalsAndNamesOfVisits) {
  VisitBody visit;
  visit.name = "June talks";
  visit.role = "minister";
  visit.terms.place = "Genève";
  visit.language = "en";
  visit.goals = {"a hotline at sea", "fewer overflights"};
  put(Kind::kVisit, visit.encode(), {});
  start();
  for (const char* words : {"june", "geneve", "hotline", "overflights sea"})
    EXPECT_EQ(find(words), (Serials{1}));
  EXPECT_EQ(find("minister"), (Serials{})) << "who speaks is no word of it";
}

TEST_F(SearchThreadTest, TheFileIsItsOwnersAloneAndGoesOnAfterARestart) {
  write({"before"});
  start();
  EXPECT_EQ(find("before"), (Serials{1}));
  struct stat about{};
  ASSERT_EQ(::stat(index_path().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  start();
  write({"after"});
  EXPECT_EQ(find("before"), (Serials{1}));
  EXPECT_EQ(find("after"), (Serials{2}));
  EXPECT_TRUE(notes().empty());
}

TEST_F(SearchThreadTest, ADamagedFileIsMadeAnewAndTheLogSaysSo) {
  write({"word"});
  start();
  EXPECT_EQ(find("word"), (Serials{1}));
  thread_.reset();
  std::ofstream(index_path(), std::ios::binary) << std::string(20000, 'x');
  start();
  EXPECT_EQ(find("word"), (Serials{1}));
  ASSERT_EQ(notes().size(), 1U);
  EXPECT_NE(notes()[0].find("search-made-anew"), std::string::npos);
}

TEST_F(SearchThreadTest, AFileOfAnotherVersionOrAnotherRecordIsMadeAnew) {
  write({"word"});
  for (const char* change : {"UPDATE state SET version = 'old'", "UPDATE state SET id = zeroblob(32)",
                             "UPDATE state SET serial = 99", "DROP TABLE word"}) {
    start();
    EXPECT_EQ(find("word"), (Serials{1}));
    thread_.reset();
    auto database = Database::open(index_path(), Database::Access::kWrite, nullptr);
    ASSERT_TRUE(database && database->execute(change));
    database = std::unexpected(StoreFailure{});
    start();
    EXPECT_EQ(find("word"), (Serials{1})) << change;
    EXPECT_FALSE(notes().empty()) << change;
    notes_.clear();
  }
}

TEST_F(SearchThreadTest, WhatTheFileSaysOfAnotherLineIsNotTold) {
  write({"secret"}, 2);
  start();
  EXPECT_EQ(find("secret", 2), (Serials{1}));
  thread_.reset();
  write({"secret"}, 2);
  {
    auto index = SearchIndex::open(index_path());
    ASSERT_TRUE(index);
    Header header;
    header.line = filled<LineId>(1);  // and it is of the other line
    ASSERT_TRUE(index->add({{Serial{2}, header, {"secret"}}}, {Serial{2}, newest_[2]}));
  }
  start();
  EXPECT_EQ(find("secret", 1), (Serials{}));
  EXPECT_EQ(find("secret", 2), (Serials{1})) << "it was taken as it is";
  EXPECT_TRUE(notes().empty());
}

TEST_F(SearchThreadTest, AFullDiskIsSaidAndSearchGoesOnWhenThereIsRoom) {
  FaultyVfs disk;
  options_.gather = 1h;  // queries alone use the disk
  options_.try_again = 50ms;
  write({"word"});
  start(disk.name());
  EXPECT_EQ(find("word"), (Serials{1}));
  disk.fail(0, SQLITE_FULL, true);
  write({"more"});
  const Searched refused = ask(query("more"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, StoreFailure::Kind::kFull);
  disk.work();
  std::this_thread::sleep_for(options_.try_again);
  EXPECT_EQ(find("more"), (Serials{2}));
  EXPECT_EQ(find("word"), (Serials{1}));
  ASSERT_EQ(notes().size(), 1U);
  EXPECT_NE(notes()[0].find("search-unavailable"), std::string::npos);
  thread_.reset();
}

TEST_F(SearchThreadTest, AFolderThatMayNotBeWrittenIsNoReasonToStop) {
  write({"word"});
  std::filesystem::create_directory(folder_.path("search.db"));
  start();
  EXPECT_FALSE(ask(query("word")));
}

TEST_F(SearchThreadTest, WritersAndSearchersDoNotDisturbEachOther) {
  start();
  std::atomic<bool> done = false;
  std::thread searcher([&] {
    while (!done) (void)ask(query("word"));
  });
  for (int i = 0; i < 200; ++i) write({fmt::format("word {}", i)});
  done = true;
  searcher.join();
  SearchQuery all = query("word");
  all.limit = 1000;
  EXPECT_EQ(serials(ask(all)).size(), 200U);
}

TEST_F(SearchThreadTest, TooManyQueriesAreRefusedAndAllAreDroppedAtTheEnd) {
  options_.max_waiting = 2;
  start();
  std::promise<void> hold, held;
  std::atomic<int> answered = 0;
  EXPECT_TRUE(thread_->search(query("x"), [&](const Searched&, StoreReader&) {
    held.set_value();
    hold.get_future().wait();
    return [&] { ++answered; };
  }));
  held.get_future().wait();
  const auto count = [&](const Searched&, StoreReader&) { return [&] { ++answered; }; };
  EXPECT_TRUE(thread_->search(query("x"), count));
  EXPECT_TRUE(thread_->search(query("x"), count));
  EXPECT_FALSE(thread_->search(query("x"), count));
  hold.set_value();
  thread_.reset();
  EXPECT_LE(answered, 3);
  EXPECT_GE(answered, 1);
}

}  // namespace
}  // namespace openline::daemon
