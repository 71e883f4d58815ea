// SPDX-License-Identifier: Apache-2.0
// By what names browsers may ask for the console. A page of another site can make a browser send requests
// here, and a name server of another's can call this address by a name of its own: both are told by the
// names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openline::daemon {

class WebAddress {
 public:
  // `endpoint` as "127.0.0.1:4780" or "[::1]:4780", whose host counts too unless it is a wildcard;
  // "localhost" too if it is a loopback address.
  WebAddress(const std::string& endpoint, bool tls, const std::vector<std::string>& names);
  // A Host header's value, RFC 9110 section 7.2; letters' case does not count.
  [[nodiscard]] bool is_host(std::string_view host) const;
  // An Origin header's value, RFC 6454 section 7, of a page that came from `host`.
  [[nodiscard]] bool is_own_origin(std::string_view origin, std::string_view host) const;
  // What a browser calls the origin of a page that it asked from `host`, which is one of ours.
  [[nodiscard]] std::string origin_of(std::string_view host) const;
  // The name in `host`, without the port; empty where it is an IP address.
  [[nodiscard]] static std::string name_in(std::string_view host);
  [[nodiscard]] bool is_tls() const { return tls_; }
  [[nodiscard]] std::string url() const;  // for a person: the first name's

 private:
  bool tls_;
  std::vector<std::string> hosts_;  // lower case, with the port unless it is the scheme's own
};

}  // namespace openline::daemon
