// SPDX-License-Identifier: Apache-2.0
// Requests and answers as plain values: what the API's work is done with, apart from sockets (docs/api.md
// section 2).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/wire/bytes.h"
#include "core/wire/error.h"

namespace openline::daemon {

inline constexpr std::size_t kMaxRequestHead = 16 << 10;
inline constexpr std::size_t kMaxJson = 2 << 20;

// What a browser must have a security key sign (docs/api.md, "Security keys").
struct KeyQuestion {
  std::string challenge, rp_id;   // base64url; a host name
  std::vector<std::string> keys;  // base64url: one of these
};

struct ApiError {
  int status = 500;
  std::string code;
  std::string message;
  std::string field;   // empty: none
  unsigned needs = 0;  // people who must stand behind it; 0: not about that
  std::optional<std::int64_t> retry_after = std::nullopt;  // seconds
  std::optional<KeyQuestion> asks = std::nullopt;
};
[[nodiscard]] ApiError bad_request(std::string message);
[[nodiscard]] ApiError bad_field(std::string field, std::string message);
[[nodiscard]] ApiError not_found(std::string message);
[[nodiscard]] ApiError refused(std::string message);
[[nodiscard]] ApiError busy(std::string message);
[[nodiscard]] ApiError internal(std::string message);

struct HttpRequest {
  std::string method;
  std::vector<std::string> path;  // segments, decoded
  std::vector<std::pair<std::string, std::string>> query;
  std::string idempotency_key;  // empty: none
  std::string last_event_id;
  std::string authorization;  // "Bearer …"; empty: none
  bool from_browser =
      false;              // it came by the console's door, where nobody speaks for a station without officers
  bool upgrades = false;  // it asks for a WebSocket
  // Of the page that asks, as the door knows it: "https://desk.example:4780" and "desk.example". The name is
  // empty where the page was asked for by an IP address; both are where it is no page.
  std::string origin, host_name;
  std::string from;  // from which address a page asks
  std::string body;
};
[[nodiscard]] std::string address_of(const HttpRequest& request);  // "/v1/lines/defense", decoded
[[nodiscard]] std::string place_of(const HttpRequest& request);  // where one signs in; empty: at the station
// Splits "/v1/lines/a%20b?after=7". Refuses bad escapes, control characters, and a query parameter given
// twice.
[[nodiscard]] std::expected<void, ApiError> read_target(std::string_view target, HttpRequest& into);

// docs/api.md section 4.
struct Event {
  std::string name;
  std::optional<std::uint64_t> id = std::nullopt;  // an entry's serial
  std::string data = "{}";                         // JSON on one line
};
// "event: …", "id: …", "data: …" and an empty line: text/event-stream.
[[nodiscard]] std::string stream_text(const Event& event);

// Events that come one by one to one reader. Pushes beyond the bounds end it with the event `overflow`.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void push(Event event) = 0;
  virtual void end() = 0;  // after what was pushed
  [[nodiscard]] virtual bool is_drained() const = 0;
  [[nodiscard]] virtual bool is_half_full() const = 0;  // what can be read later should be
  std::function<void()> on_drained;  // everything pushed was written; called once, then forgotten
  std::function<void()> on_closed;   // the reader went, or is too slow; called once, unless `end` was called
};

// Bytes that are asked for piece by piece.
class BodySource {
 public:
  virtual ~BodySource() = default;
  struct Piece {
    Bytes bytes;
    bool last = false;
    bool failed = false;  // the answer is cut short so that the client sees it
  };
  virtual void next(std::function<void(Piece)> done) = 0;
};

struct HttpResponse {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  // Instead of `body`:
  std::function<void(std::shared_ptr<EventSink>)> events;  // text/event-stream; called once it is open
  bool web_socket = false;                                 // `events` go as its frames
  std::shared_ptr<BodySource> source;
  std::optional<std::uint64_t> length;  // of `source`, where it is known
};
[[nodiscard]] HttpResponse error_response(const ApiError& error);
[[nodiscard]] const char* status_text(int status);

// May be called at once or later, exactly once.
using Respond = std::function<void(HttpResponse)>;

// A body that is not JSON, taken as it comes. The next piece comes after `done`.
class UploadSink {
 public:
  virtual ~UploadSink() = default;  // without `finish`: given up
  virtual void write(Bytes piece, std::function<void(std::optional<ApiError>)> done) = 0;
  virtual void finish(Respond respond) = 0;
};

}  // namespace openline::daemon
