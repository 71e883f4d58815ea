// SPDX-License-Identifier: Apache-2.0
// Follows one of the station's event streams on a thread of its own, and comes again whenever it ends: with
// the last serial, so that nothing is missed. The owner waits on a descriptor, together with whatever else it
// waits for.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/event_stream.h"
#include "cli/failure.h"
#include "cli/session_file.h"

namespace openline::cli {

struct FeedItem {
  enum class What {
    kOpen,     // the station answered: from here events come
    kEvent,    // `event`
    kLost,     // the stream ended: `failure` says why. It is tried again
    kRefused,  // the station does not give this stream: `failure`. Nothing more comes
  };
  What what{};
  ServerEvent event;
  Failure failure;
};

class EventFeed {
 public:
  struct Options {
    std::string socket_path;
    std::string target;                             // without `after`
    std::uint64_t after = 0;                        // entries above this serial come first
    std::chrono::milliseconds pause{1000};          // between attempts
    std::chrono::seconds quiet_limit{45};           // three missed signs of life
    std::shared_ptr<const SessionToken> session{};  // whose stream it is; none: nobody's
    std::size_t most_waiting = 4096;  // items; the reader of the socket waits when they are not taken
  };
  explicit EventFeed(Options options);
  ~EventFeed();  // ends the connection, and the thread
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  [[nodiscard]] int descriptor() const;  // readable while something waits
  [[nodiscard]] std::vector<FeedItem> take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace openline::cli
