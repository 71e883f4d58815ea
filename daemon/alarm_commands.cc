// SPDX-License-Identifier: Apache-2.0
#include "daemon/alarm_commands.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

#include "daemon/path/child_process.h"

namespace openline::daemon {

namespace asio = boost::asio;

struct AlarmCommands::Running {
  Running(asio::io_context& loop, ChildProcess its_child, Done its_done)
      : child(std::move(its_child)),
        ended(loop, ::dup(child.watch())),
        timer(loop),
        done(std::move(its_done)) {}
  ChildProcess child;
  asio::posix::stream_descriptor ended;
  asio::steady_timer timer;
  Done done;
  bool was_ended = false;  // by us
};

AlarmCommands::AlarmCommands(asio::io_context& loop, AlarmCommandLimits limits)
    : loop_(loop), limits_(limits) {}

AlarmCommands::~AlarmCommands() {
  for (const auto& one : running_) one->child.end(std::chrono::milliseconds(200));
}

void AlarmCommands::run(const std::vector<std::string>& command, const std::string& input, Done done) {
  const auto say = [this, done](std::string words) {
    asio::post(loop_, [done, words = std::move(words)] { done(words); });
  };
  if (running_.size() >= limits_.running) return say("was not started: too many run already");
  auto child = ChildProcess::start(command);
  if (!child) return say("could not be started: " + child.error());
  auto running = std::make_shared<Running>(loop_, std::move(*child), std::move(done));
  // It fits the socket's buffer, or a program that reads nothing gets a part: it never holds up the station.
  static_cast<void>(::send(running->child.in.get(), input.data(), input.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
  running->child.in = Descriptor();
  running->child.out = Descriptor();
  running->child.error = Descriptor();
  running_.push_back(running);
  const std::weak_ptr<Running> weak = running;
  running->ended.async_wait(asio::posix::stream_descriptor::wait_read,
                            [this, weak](const boost::system::error_code& stopped) {
                              const auto one = weak.lock();
                              if (stopped || !one) return;
                              one->timer.cancel();
                              const std::string words = one->child.reap();
                              running_.remove(one);
                              one->done(one->was_ended ? "took too long and " + words : words);
                            });
  running->timer.expires_after(limits_.patience);
  running->timer.async_wait([weak](const boost::system::error_code& stopped) {
    const auto one = weak.lock();
    if (stopped || !one) return;
    one->was_ended = true;
    one->child.signal(SIGKILL);
  });
}

}  // namespace openline::daemon
