// SPDX-License-Identifier: Apache-2.0
#include "daemon/daemon.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;
constexpr auto kNoteInterval = 1s;

}  // namespace

Now Daemon::now() const {
  const auto steady = std::chrono::steady_clock::now().time_since_epoch();
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return {MonotonicTime(std::chrono::duration_cast<Microseconds>(steady)),
          WallTime(std::chrono::duration_cast<Milliseconds>(wall))};
}

void Daemon::run() {
  turn();
  while (stage_ != Stage::kStopped) {
    loop_.run_one();
    const auto end = std::chrono::steady_clock::now() + options_.time_a_turn;
    for (std::size_t i = 0; i < options_.inputs_a_turn && loop_.poll_one() > 0; ++i) {
      if (std::chrono::steady_clock::now() >= end) break;
    }
    turn();
  }
  metrics_.reset();
  console_.reset();
  server_.reset();  // its connections end before what they ask
  api_.reset();
  search_.reset();
  reads_.reset();  // the last reader: the store can put its log away
  files_thread_->stop();
  const auto closed = committer_->stop();
  if (!closed) log_.write(LogLevel::kError, "not-committed", {{"why", closed.error().words}});
  log_.write(LogLevel::kInfo, "stopped");
}

void Daemon::turn() {
  if (station_->next_timeout() <= now().monotonic) station_->run_timers(now());
  // Answers may ask the station again (the API's do): until there is nothing left.
  int rounds = 0;
  while (step_out() && ++rounds < 16) {
  }
  if (rounds == 16) boost::asio::post(loop_, [] {});  // the rest in the next turn
  if (stage_ != Stage::kRunning) advance_stop();
  set_timer();
}

// What became durable goes to officers and to the far ends before whoever asked for it is answered.
bool Daemon::step_out() {
  std::vector<Output> outputs = station_->take_outputs();
  std::vector<Reply> replies;
  for (Output& output : outputs) {
    if (auto* reply = std::get_if<Reply>(&output.what)) {
      replies.push_back(std::move(*reply));
    } else {
      std::visit([this](auto& what) { dispatch(what); }, output.what);
    }
  }
  take_batch();
  send_packets();
  for (Reply& reply : replies) dispatch(reply);
  return !outputs.empty();
}

void Daemon::dispatch(Reply& reply) {
  const auto found = answers_.find(reply.request);
  if (found == answers_.end()) return;
  const Answer answer = std::move(found->second);
  answers_.erase(found);
  answer(std::move(reply.result));
}

void Daemon::dispatch(EntryAdded& added) {
  if (log_.takes(LogLevel::kDebug)) {
    log_.write(LogLevel::kDebug, "entry",
               {{"serial", std::to_string(added.serial.value)},
                {"kind", kind_name(added.entry.header.kind)},
                {"precedence", precedence_name(added.entry.header.precedence)},
                {"own", added.own ? "yes" : "no"}});
  }
  if (api_) api_->entry_added(added);
}

void Daemon::dispatch(StatusChanged& changed) {
  if (api_) api_->changed(changed.line);
  if (note_timer_set_) return;
  note_timer_set_ = true;
  note_timer_.expires_after(kNoteInterval);
  note_timer_.async_wait([this](const boost::system::error_code& stopped) {
    note_timer_set_ = false;
    if (!stopped) note_links();
  });
}

void Daemon::dispatch(ReadRuns& read) { committer_->read(read); }
void Daemon::dispatch(ReadPart& read) { files_thread_->read(read); }
void Daemon::dispatch(WritePart& write) { files_thread_->write(std::move(write)); }

void Daemon::command(Command command, Answer answer) {
  const std::uint64_t request = next_request_++;
  answers_.emplace(request, std::move(answer));
  station_->command(request, std::move(command), now());
}

void Daemon::take_batch() {
  auto batch = station_->take_batch(now());
  if (!batch) return;
  committing_ = true;
  commit_began_ = now().monotonic;
  committer_->submit(std::move(*batch));
  watch_store();
}

// A disk that hangs gives no error: what waits is shown all the same.
void Daemon::watch_store() {
  stall_timer_.expires_after(std::chrono::milliseconds(options_.stalled_store.count()));
  stall_timer_.async_wait([this](const boost::system::error_code& stopped) {
    const auto since = committer_->busy_since();
    if (stopped || !committing_ || !since) return;
    const auto waited = std::chrono::floor<std::chrono::seconds>(Committer::Clock::now() - *since);
    const std::string words = fmt::format("the store has not answered for {} s", waited.count());
    log_.write(LogLevel::kWarning, "store-stalled", {{"why", words}});
    if (!store_failed_) station_->commit_failed(0, words, now());
    watch_store();
  });
}

void Daemon::completed(Completion completion) {
  if (auto* read = std::get_if<RunsRead>(&completion)) {
    if (read->failure) log_.write(LogLevel::kError, "store-read-failed", {{"why", *read->failure}});
    return station_->runs_read(std::move(*read), now());
  }
  if (const auto* done = std::get_if<Committed>(&completion)) return committed(*done);
  commit_failed(std::get<CommitFailed>(completion));
}

void Daemon::completed(AttachmentCompletion completion) {
  if (auto* read = std::get_if<PartRead>(&completion)) return station_->part_read(std::move(*read), now());
  if (auto* written = std::get_if<PartWritten>(&completion)) {
    if (written->failure)
      log_.write(LogLevel::kError, "attachment-not-written", {{"why", *written->failure}});
    return station_->part_written(std::move(*written), now());
  }
  log_.write(LogLevel::kError, "attachment-damaged", {{"why", std::get<AttachmentDamage>(completion).words}});
}

void Daemon::committed(const Committed& done) {
  committing_ = false;
  commit_times_.add(static_cast<double>((now().monotonic - commit_began_).count()) / 1e6);
  stall_timer_.cancel();
  if (store_failed_) log_.write(LogLevel::kWarning, "store-works-again");
  store_failed_ = store_full_ = false;
  station_->committed(done.commit, now());
  if (!first_session_erased_) erase_first_session_key();
}

void Daemon::commit_failed(const CommitFailed& failed) {
  if (!store_failed_) {
    log_.write(LogLevel::kError, "store-failed",
               {{"why", failed.failure.words}, {"kind", failure_name(failed.failure.kind)}});
  }
  store_failed_ = true;
  store_full_ = failed.failure.kind == StoreFailure::Kind::kFull;
  station_->commit_failed(failed.commit, failed.failure.words, now());
}

void Daemon::send_packets() {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const PathIndex index{static_cast<std::uint8_t>(i)};
    std::size_t sent = 0, bytes = 0;
    while (paths_[i]->has_room()) {
      if (sent == options_.packets_a_turn || bytes >= options_.bytes_a_turn) {
        boost::asio::post(loop_, [] {});  // go on after inputs had their turn
        break;
      }
      const auto packet = station_->next_packet(index, path_configs_[i].largest_packet(), now());
      if (!packet) break;
      paths_[i]->send(*packet);
      ++sent;
      bytes += packet->bytes.size();
    }
  }
}

void Daemon::set_timer() {
  const MonotonicTime next = station_->next_timeout();
  if (next == timer_set_for_) return;
  timer_set_for_ = next;
  if (next == kNever) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(std::chrono::steady_clock::time_point(next.time_since_epoch()));
  timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (!stopped) timer_set_for_ = kNever;  // the turn runs what is due and sets it again
  });
}

std::vector<PathView> Daemon::paths() const {
  std::vector<PathView> result;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    result.push_back({path_configs_[i].name, path_configs_[i].kind_name(), paths_[i]->listening_on(),
                      paths_[i]->problem()});
  }
  return result;
}

// Paths that came up or went down, for the log.
void Daemon::note_links() {
  const StationStatus status = station_->status(now());
  for (const PeerStatus& peer : status.peers) {
    for (const LinkStatus& link : peer.links) {
      for (const PathStatus& path : link.paths) {
        if (path.state == PathState::kUntried) continue;
        const bool up = path.state == PathState::kUp;
        const auto [noted, is_new] =
            noted_links_.try_emplace(peer.code + "/" + path.name + "/" + path.remote.text, !up);
        if (noted->second == up) continue;
        noted->second = up;
        if (!up) paths_[path.path.value]->start_over(path.remote);
        log_.write(up ? LogLevel::kInfo : LogLevel::kWarning, up ? "path-up" : "path-down",
                   {{"peer", peer.code}, {"path", path.name}, {"remote", path.remote.text}});
      }
    }
  }
  if (noted_links_.size() > 4096) noted_links_.clear();
}

void Daemon::stop() {
  if (stage_ != Stage::kRunning) return;
  api_->events().stop();
  server_->stop();
  if (console_) console_->stop();
  if (metrics_) metrics_->stop();
  stage_ = Stage::kCommitting;
  stage_ends_ = now().monotonic + options_.last_commits;
  stop_timer_.expires_after(std::chrono::milliseconds(options_.last_commits.count()));
  stop_timer_.async_wait([](const boost::system::error_code&) {});  // wakes the loop
}

// First what is under way becomes durable, so that it is answered; then the others are told; then the end.
void Daemon::advance_stop() {
  const MonotonicTime at = now().monotonic;
  if (stage_ == Stage::kCommitting && (!committing_ || at >= stage_ends_)) {
    station_->stop("stopped by its operator", now());
    stage_ = Stage::kGoodbye;
    stage_ends_ = at + options_.goodbye;
    stop_timer_.expires_after(std::chrono::milliseconds(options_.goodbye.count()));
    stop_timer_.async_wait([](const boost::system::error_code&) {});
    send_packets();
  } else if (stage_ == Stage::kGoodbye && at >= stage_ends_) {
    stage_ = Stage::kStopped;
  }
}

}  // namespace openline::daemon
