// SPDX-License-Identifier: Apache-2.0
#include "cli/event_feed.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <charconv>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "cli/http_client.h"
#include "cli/station_api.h"

namespace openline::cli {

struct EventFeed::State {
  Options options;
  int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<FeedItem> waiting;
  bool stopping = false;
  HttpExchange* exchange = nullptr;  // in use by the thread
  std::thread thread;

  explicit State(Options given) : options(std::move(given)) {}

  // False when the owner wants no more.
  bool give(FeedItem item) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stopping || waiting.size() < options.most_waiting; });
    if (stopping) return false;
    waiting.push_back(std::move(item));
    const std::uint64_t one = 1;
    return ::write(wake, &one, sizeof one) == sizeof one;
  }

  bool set_exchange(HttpExchange* now) {
    const std::lock_guard lock(mutex);
    exchange = stopping ? nullptr : now;
    return !stopping;
  }

  void remember_serial(const ServerEvent& event) {
    std::uint64_t serial = 0;
    const char* end = event.id.data() + event.id.size();
    if (std::from_chars(event.id.data(), end, serial).ec == std::errc{} && serial > options.after)
      options.after = serial;
  }

  // One connection, to its end. False: nothing more comes.
  bool follow(std::string& told) {
    HttpExchange mine(options.socket_path);
    if (!set_exchange(&mine)) return false;
    const char joint = options.target.find('?') == std::string::npos ? '?' : '&';
    HttpRequest request{"GET",
                        fmt::format("{}{}after={}", options.target, joint, options.after),
                        {},
                        {},
                        options.quiet_limit};
    add_session(request, options.session);
    EventParser parser;
    std::string refusal;
    const auto head = mine.stream(request, [&](const HttpHead& so_far, std::string_view piece) {
      if (so_far.status != 200) {
        if (refusal.size() < 65536) refusal.append(piece);
        return true;
      }
      if (piece.empty()) {
        told.clear();
        return give({FeedItem::What::kOpen, {}, {}});
      }
      for (ServerEvent& event : parser.feed(piece)) {
        remember_serial(event);
        if (!give({FeedItem::What::kEvent, std::move(event), {}})) return false;
      }
      return !parser.bad();
    });
    if (!set_exchange(nullptr)) return false;
    Failure failure{ExitCode::kUnreachable, "the stream ended"};
    if (head && head->status != 200) failure = failure_of(head->status, refusal);
    if (!head) failure = failure_of(head.error(), options.socket_path);
    if (head && head->status != 200 && failure.code != ExitCode::kStoreUnavailable) {
      return give({FeedItem::What::kRefused, {}, failure}) && false;
    }
    if (told == failure.message) return true;  // said already
    told = failure.message;
    return give({FeedItem::What::kLost, {}, failure});
  }

  void run() {
    std::string told;  // the last reason given
    while (follow(told)) {
      std::unique_lock lock(mutex);
      if (changed.wait_for(lock, options.pause, [&] { return stopping; })) return;
    }
  }
};

EventFeed::EventFeed(Options options) : state_(std::make_unique<State>(std::move(options))) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

EventFeed::~EventFeed() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    if (state_->exchange != nullptr) state_->exchange->stop();
  }
  state_->changed.notify_all();
  state_->thread.join();
  ::close(state_->wake);
}

int EventFeed::descriptor() const { return state_->wake; }

std::vector<FeedItem> EventFeed::take() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(state_->wake, &count, sizeof count);
  const std::lock_guard lock(state_->mutex);
  std::vector<FeedItem> items = std::exchange(state_->waiting, {});
  state_->changed.notify_all();
  return items;
}

}  // namespace openline::cli
