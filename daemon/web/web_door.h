// SPDX-License-Identifier: Apache-2.0
// The browsers' door to the API (docs/api.md, "The console"): whose pages may ask, how often, and the
// session's cookie in place of a token that a script could read.
#pragma once

#include <functional>
#include <string>

#include "daemon/api/door.h"
#include "daemon/web/rate_limits.h"
#include "daemon/web/web_address.h"

namespace openline::daemon {

// What all of a listener's doors share.
struct WebRules {
  WebAddress address;
  std::function<bool(const HttpRequest&)> has_session;
  std::string cookie;              // its name: one for each station, since browsers do not tell ports apart
  RateLimits requests{{50, 300}};  // of a session, or of an address where there is none
  RateLimits entries{{0.5, 20}};   // sign-ins and enrolments of an address: each costs a password's hash
};

class WebDoor : public Door {
 public:
  // `from`: the client's IP address. `rules` outlive it.
  WebDoor(WebRules& rules, std::string from) : rules_(rules), from_(std::move(from)) {}
  std::optional<HttpResponse> admit(const Fields& head, HttpRequest& request) override;
  void pass(HttpResponse& response) override;

 private:
  [[nodiscard]] std::optional<ApiError> check_origin(const Fields& head, const HttpRequest& request) const;
  [[nodiscard]] std::optional<ApiError> check_rate(const HttpRequest& request);
  [[nodiscard]] std::string cookie_text(const std::string& token) const;
  void give_cookie(HttpResponse& response) const;
  enum class Asked : std::uint8_t { kFile, kApi, kSignIn, kSignOut };
  [[nodiscard]] static Asked what_is_asked(const HttpRequest& request);
  WebRules& rules_;
  const std::string from_;
  Asked asked_ = Asked::kFile;
};

}  // namespace openline::daemon
