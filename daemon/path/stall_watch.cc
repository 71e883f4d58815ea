// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/stall_watch.h"

namespace openline::daemon {

StallWatch::StallWatch(boost::asio::io_context& loop, Milliseconds after, std::function<Look()> look,
                       std::function<void(bool stalled)> changed)
    : after_(after), look_(std::move(look)), changed_(std::move(changed)), timer_(loop) {}

void StallWatch::start() {
  stop();
  before_ = look_();
  wait();
}

void StallWatch::stop() {
  timer_.cancel();
  stalled_ = false;
}

void StallWatch::wait() {
  timer_.expires_after(std::chrono::milliseconds(after_.count()));
  timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    wait();
    const Look now = look_();
    const bool stalled = before_.waiting && now.waiting && now.taken == before_.taken;
    before_ = now;
    set(stalled);
  });
}

void StallWatch::look_now() {
  if (!stalled_) return;
  const Look now = look_();
  if (now.waiting && now.taken == before_.taken) return;
  before_ = now;
  set(false);
}

void StallWatch::set(bool stalled) {
  if (stalled == stalled_) return;
  stalled_ = stalled;
  changed_(stalled);
}

}  // namespace openline::daemon
