// SPDX-License-Identifier: Apache-2.0
// Notices a path that is given something and gets rid of none of it: a line whose flow control is stopped, a
// helper that gives no credit. Core would go on to wait for room there.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>

#include "core/wire/time.h"

namespace openline::daemon {

class StallWatch {
 public:
  struct Look {
    bool waiting = false;     // there is something that it has not taken
    std::uint64_t taken = 0;  // any number that changes whenever it takes something
  };
  // `changed` is called with true once nothing was taken for one to two times `after`, with false when
  // something is again.
  StallWatch(boost::asio::io_context& loop, Milliseconds after, std::function<Look()> look,
             std::function<void(bool stalled)> changed);

  void start();
  void stop();      // as if it had never stalled; no event follows
  void look_now();  // something may have been taken

 private:
  void wait();
  void set(bool stalled);

  const Milliseconds after_;
  std::function<Look()> look_;
  std::function<void(bool)> changed_;
  boost::asio::steady_timer timer_;
  Look before_;
  bool stalled_ = false;
};

}  // namespace openline::daemon
