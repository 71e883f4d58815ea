// SPDX-License-Identifier: Apache-2.0
// The door by which a request came. The Unix socket's lets everything pass, as the file's mode has decided
// who may open it; the browsers' (daemon/web/) looks at where a request comes from.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "daemon/api/http.h"

namespace openline::daemon {

class Door {
 public:
  // A header field's value; empty: it is not there.
  using Fields = std::function<std::string_view(std::string_view name)>;
  virtual ~Door() = default;
  // Looks at a request's head, before its body is read, and adds what it knows to the request. An answer: the
  // request ends with it and the API never sees it.
  [[nodiscard]] virtual std::optional<HttpResponse> admit(const Fields& head, HttpRequest& request) = 0;
  // Looks at the answer to the request that was admitted last, before it goes out.
  virtual void pass(HttpResponse& response) = 0;
};

class OpenDoor : public Door {
 public:
  std::optional<HttpResponse> admit(const Fields&, HttpRequest&) override { return std::nullopt; }
  void pass(HttpResponse&) override {}
};

}  // namespace openline::daemon
