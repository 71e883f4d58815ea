// SPDX-License-Identifier: Apache-2.0
// What the API offers at which address, and to whom (docs/api.md sections 3 and 8).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/api/api.h"

namespace openline::daemon {

struct Route {
  enum class Session : std::uint8_t {
    kNeeded,
    kNotNeeded,
    kOrRootKey,  // not needed where the body has the root key's signature, which the handler verifies
  };
  std::string_view method;
  std::vector<std::string_view> path;  // "{}": an argument
  Api::Handler handler;
  Roles roles;  // one of them is needed; under /v1/lines/{} at that line's desk
  Session session = Session::kNeeded;
  bool drafts = false;  // a draft can be made of it: its handler only weighs where it is asked to
  [[nodiscard]] std::string text() const;  // "POST /v1/lines/{}/entries"
};
struct Routes {
  static std::span<const Route> all();

 private:
  static std::vector<Route> of_station_and_lines();
  static std::vector<Route> of_the_desk();
};

}  // namespace openline::daemon
