// SPDX-License-Identifier: Apache-2.0
// Opening what a station needs, in the order in which a failure is cheapest.
#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "daemon/api/metrics.h"
#include "daemon/daemon.h"
#include "daemon/store/sqlite_store.h"

namespace openline::daemon {
namespace {

std::optional<RandomSeed> system_seed() {
  RandomSeed seed;
  const auto bytes = seed.expose_mutable();
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return std::nullopt;
  return seed;
}

}  // namespace

std::expected<std::unique_ptr<Daemon>, StartProblem> Daemon::open(const std::filesystem::path& folder,
                                                                  DaemonOptions options) {
  if (::sodium_init() < 0)
    return std::unexpected(StartProblem{Exit::kFailure, "libsodium cannot start on this machine"});
  const StationFiles files{folder};
  std::error_code failed;
  if (!std::filesystem::is_directory(folder, failed)) {
    return std::unexpected(
        StartProblem{Exit::kFolder, folder.string() + ": there is no such folder (openline init makes one)"});
  }
  auto setup = read_station_folder(files);
  if (!setup)
    return std::unexpected(
        StartProblem{Exit::kFolder, fmt::format("{}: {}", folder.string(), setup.error().text())});
  auto lock = FolderLock::take(files);
  if (!lock) return std::unexpected(StartProblem{Exit::kLocked, lock.error().text()});

  const std::vector<PathConfig> paths = setup->config.paths;
  const std::optional<Endpoint> metrics = setup->config.metrics;
  const std::optional<ConsoleConfig> console = setup->config.console;
  DeskPlan plan = std::move(setup->desk_plan);
  auto daemon = std::unique_ptr<Daemon>(new Daemon(files, std::move(*lock), setup->config, options));
  if (auto problem = daemon->open_store()) return std::unexpected(std::move(*problem));
  if (auto problem = daemon->open_office(std::move(plan))) return std::unexpected(std::move(*problem));
  if (auto problem = daemon->start_station(std::move(*setup))) return std::unexpected(std::move(*problem));
  if (auto problem = daemon->open_paths(paths)) return std::unexpected(std::move(*problem));
  if (auto problem = daemon->open_api()) return std::unexpected(std::move(*problem));
  if (metrics) daemon->open_metrics(*metrics);
  if (console) daemon->open_console(*console);
  for (const std::string& problem : daemon->editions_.problems())
    daemon->log_.write(LogLevel::kWarning, "forms-not-held", {{"why", problem}});
  daemon->watch_signals();
  return daemon;
}

Daemon::Daemon(StationFiles files, FolderLock lock, const StationConfig& config, DaemonOptions options)
    : editions_(files.forms()),
      files_(std::move(files)),
      lock_(std::move(lock)),
      options_(options),
      log_(config.log_level),
      presence_lease_(config.options.presence_lease) {}

Daemon::~Daemon() = default;

std::optional<StartProblem> Daemon::open_store() {
  const auto failure = [this](const StoreFailure& failed) {
    return StartProblem{Exit::kStore, fmt::format("{}: {}", files_.store().string(), failed.words)};
  };
  auto store = SqliteStore::open(files_.store().string());
  if (!store) return failure(store.error());
  auto state = (*store)->load_state();
  if (!state) return failure(state.error());
  rows_ = std::move(state->rows);
  auto reader = (*store)->open_reader();
  if (!reader) return failure(reader.error());
  reader_ = std::move(*reader);
  auto searched = (*store)->open_reader();
  if (!searched) return failure(searched.error());
  search_reader_ = std::move(*searched);
  auto attachments = AttachmentFiles::open(files_.attachments().string());
  if (!attachments)
    return StartProblem{Exit::kStore,
                        fmt::format("{}: {}", files_.attachments().string(), attachments.error().words)};
  // From the threads onto the loop.
  const auto post = [this](auto completion) {
    boost::asio::post(
        loop_, [this, completion = std::move(completion)]() mutable { completed(std::move(completion)); });
  };
  committer_ = std::make_unique<Committer>(std::move(*store), post);
  files_thread_ = std::make_unique<AttachmentThread>(std::move(*attachments), post);
  attachments_ = std::make_unique<AttachmentAdapter>(*files_thread_, loop_);
  return std::nullopt;
}

std::optional<StartProblem> Daemon::start_station(StationSetup setup) {
  auto seed = system_seed();
  if (!seed) return StartProblem{Exit::kFailure, "the system gives no random numbers"};
  std::vector<LocalPath> paths;
  for (const PathConfig& path : setup.config.paths) paths.push_back(path.local_path());
  setup.config.options.software = "openline 0.1.0";
  auto station = Station::start(setup.config.options, std::move(setup.identity), std::move(paths),
                                std::exchange(rows_, {}), std::move(*seed), now());
  if (!station) {
    return StartProblem{Exit::kStore, fmt::format("{}: the station does not start on this store: {}",
                                                  files_.store().string(), station.error().text())};
  }
  station_.emplace(std::move(*station));
  return std::nullopt;
}

std::optional<StartProblem> Daemon::open_paths(const std::vector<PathConfig>& paths) {
  path_configs_ = paths;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const PathIndex index{static_cast<std::uint8_t>(i)};
    PathEvents events;
    events.packet = [this, index](const Address& from, ByteView packet) {
      station_->receive(index, from, packet, now());
    };
    events.usable = [this, index, name = paths[i].name](bool usable, const std::string& why) {
      log_.write(LogLevel::kWarning, usable ? "path-usable" : "path-unusable",
                 {{"path", name}, {"why", why}});
      station_->set_path_usable(index, usable, now());
    };
    events.room = [] {};  // the turn that follows asks every path
    events.note = [this, name = paths[i].name](const std::string& words) {
      log_.write(LogLevel::kInfo, "path-note", {{"path", name}, {"what", words}});
    };
    events.too_large = [this, index](const Address& to, std::size_t size) {
      station_->packet_refused(index, to, size, now());
    };
    paths_.push_back(make_path(loop_, paths[i], std::move(events)));
    const auto started = paths_.back()->start();
    if (!started) return StartProblem{Exit::kCannotListen, started.error().text()};
    const std::string problem = paths_.back()->problem();
    if (problem.empty()) continue;
    log_.write(LogLevel::kWarning, "path-unusable", {{"path", paths[i].name}, {"why", problem}});
    // A tcp path that cannot be called can still call.
    if (paths[i].kind != PathKind::kTcp) station_->set_path_usable(index, false, now());
  }
  return std::nullopt;
}

std::optional<StartProblem> Daemon::open_office(DeskPlan plan) {
  auto seed = system_seed();
  if (!seed) return StartProblem{Exit::kFailure, "the system gives no random numbers"};
  auto office = Office::open(loop_, files_.desk().string(), std::move(plan), std::move(*seed));
  if (!office)
    return StartProblem{Exit::kStore, fmt::format("{}: {}", files_.desk().string(), office.error().words)};
  office_ = std::move(*office);
  office_->note_failures(
      [this](const std::string& why) { log_.write(LogLevel::kError, "desk-failed", {{"why", why}}); });
  return std::nullopt;
}

std::optional<StartProblem> Daemon::open_api() {
  reads_ = std::make_unique<ReadWorker>(std::move(reader_), loop_);
  search_ = std::make_unique<SearchThread>(
      files_.search().string(), std::move(search_reader_), editions_,
      [this](SearchThread::Then then) { boost::asio::post(loop_, std::move(then)); },
      [this](const std::string& event, const std::string& why) {
        log_.write(LogLevel::kWarning, event, {{"why", why}});
      });
  api_ = std::make_unique<Api>(loop_, *this, *reads_, *attachments_, *office_, *search_);
  server_ = std::make_unique<HttpServer>(loop_, *api_);
  const auto started = server_->start(files_.socket());
  if (!started) return StartProblem{Exit::kCannotListen, started.error().text()};
  return std::nullopt;
}

// A line is not given up for want of metrics.
void Daemon::open_metrics(const Endpoint& listen) {
  metrics_ = std::make_unique<MetricsServer>(loop_, [this] { return metrics_text(*this); });
  const auto started = metrics_->start(listen);
  if (!started) log_.write(LogLevel::kError, "metrics-not-offered", {{"why", started.error().text()}});
}

// Nor for want of a screen: the command line is there, and the status says what is wrong.
void Daemon::open_console(const ConsoleConfig& config) {
  WebServer::Options options;
  options.listen = config.listen;
  options.names = config.names;
  const std::string station = station_->status(now()).station.hex().substr(0, 8);
  options.cookie = (config.tls ? "__Host-openline-" : "openline-") + station;
  const auto give_up = [this](const Error& error) {
    console_view_ = ConsoleView{"", "", error.text()};
    log_.write(LogLevel::kError, "console-not-offered", {{"why", error.text()}});
  };
  std::string fingerprint;
  if (config.tls) {
    std::vector<std::string> names = config.names;
    const std::string listen = config.listen.text();
    if (!config.listen.is_wildcard()) names.push_back(listen.substr(0, listen.rfind(':')));
    auto certificate = Certificate::open(files_.folder, names);
    if (!certificate) return give_up(certificate.error());
    fingerprint = certificate->fingerprint;
    options.tls = std::move(*certificate);
  }
  console_ = std::make_unique<WebServer>(loop_, *api_, std::move(options));
  if (auto started = console_->start(); !started) return give_up(started.error());
  console_view_ = ConsoleView{console_->url(), fingerprint, ""};
  log_.write(LogLevel::kInfo, "console", {{"address", console_->url()}, {"certificate_sha256", fingerprint}});
}

void Daemon::watch_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  signals_.async_wait([this](const boost::system::error_code& stopped, int signal) {
    if (stopped) return;
    log_.write(LogLevel::kInfo, "stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
    stop();
  });
  std::string listening;
  for (const auto& path : paths_) listening += (listening.empty() ? "" : " ") + path->listening_on();
  const StationStatus status = station_->status(now());
  log_.write(LogLevel::kInfo, "started",
             {{"party", status.code},
              {"station", status.station.hex().substr(0, 16)},
              {"folder", files_.folder.string()},
              {"listen", listening},
              {"lines", std::to_string(status.lines.size())}});
}

// Who steals the disk later shall not read what was sent early to the first session key. Overwritten first:
// where the file system writes in place, that is all of it.
void Daemon::erase_first_session_key() {
  first_session_erased_ = true;
  const std::string path = files_.first_session().string();
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  const std::string zeros(65, '0');
  const bool written = ::pwrite(file, zeros.data(), zeros.size(), 0) == static_cast<ssize_t>(zeros.size()) &&
                       ::fsync(file) == 0;
  ::close(file);
  const bool gone = ::unlink(path.c_str()) == 0;
  if (!written || !gone) log_.write(LogLevel::kError, "first-session-key-not-erased", {{"file", path}});
}

}  // namespace openline::daemon
