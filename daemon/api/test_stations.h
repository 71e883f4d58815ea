// SPDX-License-Identifier: Apache-2.0
// For tests: two stations of the production core with real stores, joined by a path in memory, behind the
// API's seam. One thread, but for the reading one; commits are made at once.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/config/agreement_toml.h"
#include "daemon/config/test_folder.h"
#include "daemon/store/sqlite_store.h"

namespace openline::daemon::test {

// Attachments in memory.
class MemoryAttachments : public AttachmentPort {
 public:
  struct MemoryUpload : Upload {
    explicit MemoryUpload(MemoryAttachments& to) : files(to) {}
    void add(Bytes piece, std::function<void(Stored<void>)> done) override {
      append(bytes, piece);
      if (files.full) return done(std::unexpected(StoreFailure{StoreFailure::Kind::kFull, "no space"}));
      done({});
    }
    void finish(std::function<void(Stored<StoredAttachment>)> done) override {
      const Hash hash = hash_of(bytes);
      files.held[hash] = bytes;
      done(StoredAttachment{hash, bytes.size()});
    }
    MemoryAttachments& files;
    Bytes bytes;
  };
  std::shared_ptr<Upload> start_upload() override { return std::make_shared<MemoryUpload>(*this); }
  void find(const Hash& hash, std::function<void(Found)> done) override {
    if (incomplete == hash) return done({Presence::kIncomplete, 1});
    const auto found = held.find(hash);
    done(found == held.end() ? Found{} : Found{Presence::kWhole, found->second.size()});
  }
  void read_chunk(const Hash& hash, std::uint64_t chunk,
                  std::function<void(std::optional<Bytes>)> done) override {
    const Bytes& bytes = held.at(hash);
    const std::size_t from = chunk * 65536, to = std::min<std::size_t>(from + 65536, bytes.size());
    done(Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from),
               bytes.begin() + static_cast<std::ptrdiff_t>(to)));
  }
  std::map<Hash, Bytes> held;
  std::optional<Hash> incomplete;
  bool full = false;
};

class TestStation : public StationPort {
 public:
  TestStation(boost::asio::io_context& loop, const std::filesystem::path& folder, const std::string& code,
              MonotonicTime& clock)
      : clock_(clock),
        party(make_station_folder(folder, code,
                                  "[[path]]\nname = \"p\"\nkind = \"udp\"\nlisten = \"127.0.0.1:1\"\n")) {
    auto setup = read_station_folder({folder});
    auto opened = SqliteStore::open((folder / "station.db").string());
    store_ = std::move(*opened);
    reads = std::make_unique<ReadWorker>(std::move(*store_->open_reader()), loop);
    search = std::make_unique<SearchThread>(
        (folder / "search.db").string(), std::move(*store_->open_reader()), editions_held,
        [&loop](SearchThread::Then then) { boost::asio::post(loop, std::move(then)); },
        [](const std::string&, const std::string&) {});
    auto started = Station::start(setup->config.options, std::move(setup->identity), {{"p", "udp", 1200, {}}},
                                  {}, secret_of<RandomSeed>(code + " seed"), now());
    station.emplace(std::move(*started));
    folder_ = folder;
    open_office(loop);
    api = std::make_unique<Api>(loop, *this, *reads, attachments, *office, *search);
  }
  void open_office(boost::asio::io_context& loop) {
    OfficeOptions options;
    options.password = {1, 8192};  // what libsodium takes at least: tests sign in often
    office = std::move(
        *Office::open(loop, (folder_ / "desk.db").string(), plan, secret_of<RandomSeed>("office"), options));
  }
  // With the plan as it is now.
  void restart_office(boost::asio::io_context& loop) {
    loop.poll();  // a daemon never goes on without its API: nothing of the old one waits
    api.reset();
    office.reset();
    open_office(loop);
    api = std::make_unique<Api>(loop, *this, *reads, attachments, *office, *search);
  }
  void command(Command command, Answer answer) override {
    answers_[++requests_] = std::move(answer);
    station->command(requests_, std::move(command), now());
  }
  StationStatus status() const override { return station->status(now()); }
  std::optional<LineForExport> for_export(const LineId& line) const override {
    return station->for_export(line);
  }
  std::vector<const Matter*> matters(const LineId& line) const override { return station->matters(line); }
  std::vector<MemberTraffic> traffic(const LineId& line) const override {
    return station->traffic(line, now());
  }
  std::vector<openline::AttachmentProgress> arriving() const override { return station->arriving(now()); }
  CommitTimes commit_times() const override { return {}; }
  std::vector<MemberCoverage> coverage(const LineId& line) const override { return station->coverage(line); }
  CardFile own_card() const override { return station->own_card(); }
  const StationKeyPair& signing_key() const override { return station->signing_key(); }
  std::vector<PathView> paths() const override { return {{"p", "udp", "127.0.0.1:1", ""}}; }
  Now now() const override {
    return {clock_, WallTime(Milliseconds(1'700'000'000'000 + clock_.time_since_epoch().count() / 1000))};
  }
  Seconds presence_lease() const override { return Seconds{90}; }
  bool store_is_full() const override { return full; }
  void run_command(const std::vector<std::string>& command, const std::string& input,
                   std::function<void(const std::string&)> done) override {
    commands_run.push_back({command, input, std::move(done)});
  }
  struct CommandRun {
    std::vector<std::string> command;
    std::string input;
    std::function<void(const std::string&)> done;
  };
  std::vector<CommandRun> commands_run;
  const notices::Editions& editions() const override { return editions_held; }

  void turn() {
    if (station->next_timeout() <= clock_) station->run_timers(now());
    outputs();
    while (auto batch = station->take_batch(now())) {
      const auto stored = store_->commit(*batch);
      if (!stored) throw std::runtime_error(stored.error().words);
      station->committed(batch->commit, now());
      outputs();
    }
  }

 private:
  MonotonicTime& clock_;
  std::filesystem::path folder_;
  std::unique_ptr<SqliteStore> store_;
  std::uint64_t requests_ = 0;
  std::map<std::uint64_t, Answer> answers_;
  void outputs() {
    for (Output& output : station->take_outputs()) {
      if (auto* reply = std::get_if<Reply>(&output.what)) {
        auto answer = std::move(answers_.extract(reply->request).mapped());
        answer(std::move(reply->result));
      } else if (auto* added = std::get_if<EntryAdded>(&output.what)) {
        api->entry_added(*added);
      } else if (auto* changed = std::get_if<StatusChanged>(&output.what)) {
        api->changed(changed->line);
      } else if (auto* read = std::get_if<ReadRuns>(&output.what)) {
        station->runs_read(store_->read_runs(*read), now());
      }
    }
  }

 public:
  TestParty party;
  MemoryAttachments attachments;
  notices::Editions editions_held;
  bool full = false;
  std::unique_ptr<ReadWorker> reads;
  std::unique_ptr<SearchThread> search;
  std::optional<Station> station;
  DeskPlan plan;
  std::unique_ptr<Office> office;
  std::unique_ptr<Api> api;  // last: it uses the others
};

class ApiTest : public testing::Test {
 protected:
  struct Answer {
    int status = 0;
    nlohmann::json body;
    HttpResponse raw;
  };

  // Asks a station's API and lets everything run until it has answered.
  Answer ask(TestStation& station, const std::string& method, const std::string& target,
             const std::string& body = "", const std::string& key = "", const std::string& token = "") {
    HttpRequest request;
    if (!token.empty()) request.authorization = "Bearer " + token;
    request.method = method;
    if (!read_target(target, request)) throw std::runtime_error("bad target " + target);
    request.body = body;
    request.idempotency_key = key;
    std::optional<HttpResponse> response;
    station.api->handle(std::move(request), [&](HttpResponse given) { response = std::move(given); });
    if (!run_until([&] { return response.has_value(); })) throw std::runtime_error("no answer to " + target);
    return {response->status, nlohmann::json::parse(response->body, nullptr, false), *response};
  }
  Answer get(const std::string& target) { return ask(usa_, "GET", target); }
  Answer post(const std::string& target, const nlohmann::json& body, const std::string& key = "") {
    return ask(usa_, "POST", target, body.dump(), key);
  }

  template <class Done>
  bool run_until(Done done) {
    for (int i = 0; i < 3000 && !done(); ++i) {
      step();
      if (!done()) loop_.run_one_for(std::chrono::milliseconds(2));
    }
    return done();
  }
  void step() {
    clock_ += Milliseconds{5};
    loop_.poll();
    usa_.turn();
    chn_.turn();
    carry(usa_, chn_);
    carry(chn_, usa_);
  }
  static void carry(TestStation& from, TestStation& to) {
    for (int i = 0; i < 64; ++i) {
      const auto packet = from.station->next_packet(PathIndex{0}, 1200, from.now());
      if (!packet) return;
      to.station->receive(PathIndex{0},
                          Address{"127.0.0.1:" + std::string(from.party.code == "USA" ? "1" : "2")},
                          packet->bytes, to.now());
    }
  }

  [[nodiscard]] std::string agreement(const std::string& name = "defense") const {
    const auto member = [](const TestParty& party) {
      return "{ party = \"" + party.code + "\", root = \"" + party.fingerprint.text() +
             "\", desk = \"defense\" }";
    };
    return "line = \"" + name + "\"\nmembers = [ " + member(usa_.party) + ", " + member(chn_.party) +
           " ]\nrecord = \"attested\"\nlanguages = { USA = \"en\", CHN = \"zh\" }\ntest_every = \"1h\"\n"
           "answer_within = { flash = \"10min\", immediate = \"30min\", priority = \"3h\", routine = \"24h\" "
           "}\n" +
           agreement_more_;
  }
  // Both stations know each other and hold the line "defense".
  void open_line() {
    for (auto [one, other] : {std::pair{&usa_, &chn_}, std::pair{&chn_, &usa_}}) {
      const Answer accepted =
          ask(*one, "POST", "/v1/cards",
              nlohmann::json{{"card", armour(kCardArmour, other->party.card.encode())}}.dump());
      ASSERT_EQ(accepted.status, 201) << accepted.body;
    }
    const std::string body = nlohmann::json{{"toml", agreement()}}.dump();
    ASSERT_EQ(ask(usa_, "POST", "/v1/agreements", body).status, 201);
    ASSERT_EQ(ask(chn_, "POST", "/v1/agreements", body).status, 201);
    ASSERT_TRUE(
        run_until([&] { return usa_.status().lines.size() == 1 && chn_.status().lines.size() == 1; }));
    ASSERT_TRUE(run_until([&] {
      return usa_.status().lines[0].members[0].reachable && chn_.status().lines[0].members[0].reachable;
    }));
  }

  std::string agreement_more_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      loop_.get_executor()};  // waits for the reading thread
  TemporaryFolder folder_;
  MonotonicTime clock_{Seconds{1000}};
  TestStation usa_{loop_, folder_.path() / "usa", "USA", clock_},
      chn_{loop_, folder_.path() / "chn", "CHN", clock_};
};

}  // namespace openline::daemon::test
