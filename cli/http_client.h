// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 over the station's Unix socket. The HTTP library (Boost.Beast) is known to http_client.cc only.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openline::cli {

struct HttpRequest {
  std::string method = "GET";
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::seconds quiet_limit{30};  // nothing heard for so long: broken
  bool is_secret = false;                // the copy of the body that is sent is wiped after it
};

struct HttpHead {
  unsigned status = 0;
  std::optional<unsigned> retry_after;  // seconds
};
struct HttpResponse {
  HttpHead head;
  std::string body;
};

enum class HttpProblem {
  kUnreachable,  // no connection: nothing was asked
  kBroken,       // the connection ended before the answer did: it may have been done
  kStopped,      // by `stop`, or because the receiver of the pieces wanted no more
};
struct HttpFailure {
  HttpProblem what{};
  std::string message;
};
template <class T>
using HttpResult = std::expected<T, HttpFailure>;

// One request on one connection. Objects are used by one thread, but for `stop`.
class HttpExchange {
 public:
  explicit HttpExchange(std::string socket_path);
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  // A body larger than `most` bytes breaks off.
  [[nodiscard]] HttpResult<HttpResponse> request(const HttpRequest& request, std::size_t most = 64 << 20);

  // Gives the body piece by piece as it comes, first an empty piece with the head. `receive` says whether to
  // go on. Success means that the body came whole: a stream cut short is kBroken.
  using Receive = std::function<bool(const HttpHead& head, std::string_view piece)>;
  [[nodiscard]] HttpResult<HttpHead> stream(const HttpRequest& request, const Receive& receive);

  // From any thread, at any time, once or more: the exchange ends soon with kStopped.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace openline::cli
