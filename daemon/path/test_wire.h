// SPDX-License-Identifier: Apache-2.0
// For tests: a pseudo-terminal whose other end is in our hands, and two of them joined by a wire.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <string>

namespace openline::daemon::test {

// The master of a new pseudo-terminal, and the device that a path opens.
struct Terminal {
  explicit Terminal(boost::asio::io_context& loop) : master(loop, open_master()) {
    std::array<char, 128> name{};
    if (::ptsname_r(master.native_handle(), name.data(), name.size()) == 0) device = name.data();
  }
  static int open_master() {
    const int descriptor = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ::grantpt(descriptor);
    ::unlockpt(descriptor);
    return descriptor;
  }
  boost::asio::posix::stream_descriptor master;
  std::string device;
};

// What goes in at one end comes out at the other, whoever has the ends open.
class Wire {
 public:
  explicit Wire(boost::asio::io_context& loop) : sides_{{Side(loop), Side(loop)}} {
    carry(sides_[0], sides_[1]);
    carry(sides_[1], sides_[0]);
  }
  [[nodiscard]] const std::string& device(std::size_t end) const { return sides_[end].terminal.device; }

 private:
  struct Side {
    explicit Side(boost::asio::io_context& loop) : terminal(loop), later(loop) {}
    Terminal terminal;
    boost::asio::steady_timer later;
    std::array<char, 4096> buffer{};
  };
  void carry(Side& from, Side& to) {
    from.terminal.master.async_read_some(
        boost::asio::buffer(from.buffer),
        [this, &from, &to](const boost::system::error_code& failed, std::size_t size) {
          if (failed == boost::asio::error::operation_aborted) return;
          if (failed) return carry_later(from, to);  // nobody has it open
          boost::asio::async_write(to.terminal.master, boost::asio::buffer(from.buffer, size),
                                   [this, &from, &to](const boost::system::error_code& ended, std::size_t) {
                                     if (ended != boost::asio::error::operation_aborted) carry(from, to);
                                   });
        });
  }
  void carry_later(Side& from, Side& to) {
    from.later.expires_after(std::chrono::milliseconds(10));
    from.later.async_wait([this, &from, &to](const boost::system::error_code& stopped) {
      if (!stopped) carry(from, to);
    });
  }
  std::array<Side, 2> sides_;
};

}  // namespace openline::daemon::test
