// SPDX-License-Identifier: Apache-2.0
// A running station: one thread that gathers what is ready, steps the core, and passes on what comes out
// (design: the turn). The store, its reader and the attachment files have a thread each and answer onto this
// one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "daemon/alarm_commands.h"
#include "daemon/api/api.h"
#include "daemon/api/http_server.h"
#include "daemon/api/metrics_server.h"
#include "daemon/api/station_port.h"
#include "daemon/attachment_adapter.h"
#include "daemon/config/station_folder.h"
#include "daemon/log.h"
#include "daemon/path/path.h"
#include "daemon/store/committer.h"
#include "daemon/web/web_server.h"

namespace openline::daemon {

// As openlined's exit codes (docs/api.md section 1).
enum class Exit : int {
  kStopped = 0,
  kFailure = 1,
  kUsage = 2,
  kFolder = 3,
  kLocked = 4,
  kCannotListen = 5,
  kStore = 6
};
struct StartProblem {
  Exit code{};
  std::string words;
};

struct DaemonOptions {
  std::size_t inputs_a_turn = 256;  // handlers that are run before the core's outputs are looked at,
  std::chrono::microseconds time_a_turn{500};  // unless that takes longer: a FLASH among them waits for all
  std::size_t packets_a_turn = 256;            // that a path is given before inputs get their turn; and bytes
  std::size_t bytes_a_turn = 64 << 10;
  Milliseconds stalled_store{5000};  // a commit that takes longer is shown to officers
  Milliseconds last_commits{1500};   // at the end: how long what is under way may take to become durable
  Milliseconds goodbye{100};         // then, for the words that the station stops
};

class Daemon : public StationPort {
 public:
  // Opens all there is. The folder's lock is held as long as the daemon lives.
  [[nodiscard]] static std::expected<std::unique_ptr<Daemon>, StartProblem> open(
      const std::filesystem::path& folder, DaemonOptions options = {});
  ~Daemon() override;

  void run();   // until SIGTERM, SIGINT or `stop`
  void stop();  // from the loop's thread

  // StationPort
  void command(Command command, Answer answer) override;
  [[nodiscard]] StationStatus status() const override { return station_->status(now()); }
  [[nodiscard]] std::optional<LineForExport> for_export(const LineId& line) const override {
    return station_->for_export(line);
  }
  [[nodiscard]] std::vector<const Matter*> matters(const LineId& line) const override {
    return station_->matters(line);
  }
  [[nodiscard]] std::vector<MemberCoverage> coverage(const LineId& line) const override {
    return station_->coverage(line);
  }
  [[nodiscard]] std::vector<MemberTraffic> traffic(const LineId& line) const override {
    return station_->traffic(line, now());
  }
  [[nodiscard]] std::vector<openline::AttachmentProgress> arriving() const override {
    return station_->arriving(now());
  }
  [[nodiscard]] CommitTimes commit_times() const override { return commit_times_; }
  [[nodiscard]] CardFile own_card() const override { return station_->own_card(); }
  [[nodiscard]] const StationKeyPair& signing_key() const override { return station_->signing_key(); }
  [[nodiscard]] std::vector<PathView> paths() const override;
  [[nodiscard]] std::optional<ConsoleView> console() const override { return console_view_; }
  [[nodiscard]] Now now() const override;
  [[nodiscard]] Seconds presence_lease() const override { return presence_lease_; }
  [[nodiscard]] bool store_is_full() const override { return store_full_; }
  void run_command(const std::vector<std::string>& command, const std::string& input,
                   std::function<void(const std::string&)> done) override {
    commands_.run(command, input, std::move(done));
  }
  [[nodiscard]] const notices::Editions& editions() const override { return editions_; }

 private:
  Daemon(StationFiles files, FolderLock lock, const StationConfig& config, DaemonOptions options);
  [[nodiscard]] std::optional<StartProblem> open_store();
  [[nodiscard]] std::optional<StartProblem> start_station(StationSetup setup);
  [[nodiscard]] std::optional<StartProblem> open_paths(const std::vector<PathConfig>& paths);
  [[nodiscard]] std::optional<StartProblem> open_office(DeskPlan plan);
  [[nodiscard]] std::optional<StartProblem> open_api();
  void open_metrics(const Endpoint& listen);
  void open_console(const ConsoleConfig& config);
  void watch_signals();

  void turn();
  bool step_out();  // false: there was nothing
  void dispatch(Reply& reply);
  void dispatch(EntryAdded& added);
  void dispatch(StatusChanged& changed);
  void dispatch(ReadRuns& read);
  void dispatch(ReadPart& read);
  void dispatch(WritePart& write);
  void take_batch();
  void send_packets();
  void set_timer();
  void completed(Completion completion);
  void completed(AttachmentCompletion completion);
  void committed(const Committed& done);
  void commit_failed(const CommitFailed& failed);
  void watch_store();
  void note_links();
  void erase_first_session_key();
  void advance_stop();

  const notices::Editions editions_;
  const StationFiles files_;
  const FolderLock lock_;
  const DaemonOptions options_;
  Log log_;
  Seconds presence_lease_;
  boost::asio::io_context loop_{1};
  boost::asio::signal_set signals_{loop_};
  boost::asio::steady_timer timer_{loop_}, stall_timer_{loop_}, stop_timer_{loop_}, note_timer_{loop_};
  MonotonicTime timer_set_for_ = kNever;

  AlarmCommands commands_{loop_};

  std::optional<Station> station_;
  std::vector<StateRow> rows_;  // between `open_store` and `start_station`
  std::vector<std::unique_ptr<Path>> paths_;
  std::vector<PathConfig> path_configs_;
  std::unique_ptr<StoreReader> reader_, search_reader_;
  std::unordered_map<std::uint64_t, Answer> answers_;
  std::uint64_t next_request_ = 1;
  bool committing_ = false, store_full_ = false, store_failed_ = false, first_session_erased_ = false;
  CommitTimes commit_times_;
  MonotonicTime commit_began_{};
  std::unordered_map<std::string, bool> noted_links_;  // path and peer: whether it was up when last logged
  bool note_timer_set_ = false;

  enum class Stage : std::uint8_t { kRunning, kCommitting, kGoodbye, kStopped };
  Stage stage_ = Stage::kRunning;
  MonotonicTime stage_ends_{};

  // In this order: each uses those before it, and ends before they do.
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<AttachmentThread> files_thread_;
  std::unique_ptr<AttachmentAdapter> attachments_;
  std::unique_ptr<ReadWorker> reads_;
  std::unique_ptr<SearchThread> search_;
  std::unique_ptr<Office> office_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<WebServer> console_;  // where station.toml asks for it
  std::optional<ConsoleView> console_view_;
  std::unique_ptr<MetricsServer> metrics_;  // where station.toml asks for it
};

}  // namespace openline::daemon
