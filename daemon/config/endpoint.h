// SPDX-License-Identifier: Apache-2.0
// An IP address and port in text and for sockets: "192.0.2.1:4700", "[2001:db8::1]:4700". No names: nothing
// here asks a name server.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace openline::daemon {

struct Endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;

  // One spelling an endpoint: what `text` gives parses, and text that parses gives the canonical spelling.
  [[nodiscard]] static std::optional<Endpoint> parse(std::string_view text);
  [[nodiscard]] static Endpoint from(const sockaddr_storage& address, socklen_t size) {
    return {address, size};
  }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool is_v6() const { return address.ss_family == AF_INET6; }
  [[nodiscard]] bool is_wildcard() const;  // 0.0.0.0 or ::
  [[nodiscard]] bool is_loopback() const;  // 127.0.0.0/8 or ::1
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&address); }
  bool operator==(const Endpoint& other) const { return text() == other.text(); }
};

}  // namespace openline::daemon
