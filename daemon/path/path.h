// SPDX-License-Identifier: Apache-2.0
// One way to move packets to other stations, behind one small interface: what a path is to the loop.
//
// A path keeps no queue worth the name: it is asked for room first, and what does not fit is lost like on any
// network, since link repeats it. Everything runs on the loop's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/link/switchboard.h"
#include "daemon/config/station_config.h"

namespace openline::daemon {

struct PathLimits {
  std::size_t max_packet = 16384;    // of anybody: a longer one is dropped (serial) or ends the connection
                                     // (tcp) or helper (exec)
  std::size_t max_datagram = 65507;  // of anybody, udp: all that there can be, so that a search finds it
  std::size_t max_refused = 16;      // udp: sizes that wait to be told to link; it tries again
  std::size_t receive_batch = 32;    // packets read before others get their turn;
  std::size_t receive_bytes = 64 << 10;  // and bytes, of large ones
  std::size_t max_connections = 64;      // tcp, in all; beyond it the one that was silent longest makes room
  std::size_t max_waiting = 4;           // tcp packets that wait for a connection; further ones are lost
  std::size_t max_known_addresses = 1024;  // remembered texts, refused calls
  int send_buffer = 64 << 10;              // udp, bytes in the system
  int receive_buffer = 4 << 20;
  int unsent_low_water = 8 << 10;  // tcp, exec: bytes that the system holds unsent
  Milliseconds first_redial{500};  // after a failed call, or a helper's end; doubled up to
  Milliseconds last_redial{30000};
  Milliseconds reopen_after{5000};          // when what it needs is not there (interface, device gone)
  Milliseconds stalled_after{30000};        // serial, exec: takes nothing for so long: unusable until it does
  Milliseconds helper_patience{1000};       // exec: to end by itself, and again after SIGTERM
  Milliseconds helper_record_time{30000};   // exec: from the first byte of a record to its last
  std::size_t helper_states_a_minute = 20;  // exec: one that cannot make up its mind fills no log
  std::size_t helper_lines_a_minute = 20;   // exec: of its words that go to the log
  Milliseconds noise_noted_every{60000};    // serial: a noisy line fills no log
  Milliseconds dead_after{30000};           // tcp: unacknowledged bytes for so long end a connection
};

// All are called from the loop, never from within a call of the path's own.
struct PathEvents {
  std::function<void(const Address& from, ByteView packet)> packet;
  std::function<void(bool usable, const std::string& why)> usable;  // only changes; a path starts usable
  std::function<void()> room;                                       // it had none and has some again
  std::function<void(const std::string& words)> note{};  // for the log; a path may have nobody to tell
  // udp with packet-size discovery: a packet was lost because the system sends none of its size there.
  std::function<void(const Address& to, std::size_t size)> too_large{};
};

class Path {
 public:
  virtual ~Path() = default;
  // Begins to listen. An error (port in use, not allowed) names path and address; an address that this
  // machine does not have now is no error: the path is unusable until it has.
  [[nodiscard]] virtual Result<void> start() = 0;
  [[nodiscard]] virtual bool has_room() const = 0;
  virtual void send(const OutgoingPacket& packet) = 0;
  // The far end was silent by this address for the detection time: a connection to it may be dead without a
  // sign, and the next packet is to make a new one.
  virtual void start_over(const Address& /*remote*/) {}
  // What it listens on, with the real port; empty: nothing.
  [[nodiscard]] virtual std::string listening_on() const = 0;
  // Why it is unusable; empty: it is usable.
  [[nodiscard]] virtual std::string problem() const = 0;
};

[[nodiscard]] std::unique_ptr<Path> make_path(boost::asio::io_context& loop, PathConfig config,
                                              PathEvents events, PathLimits limits = {});

}  // namespace openline::daemon
