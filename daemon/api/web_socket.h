// SPDX-License-Identifier: Apache-2.0
// Events to one reader over WebSocket (RFC 6455; docs/api.md section 4): each a text frame
// {"event", "id"?, "data"}. Whoever holds the other end says nothing; what it says is read and forgotten.
#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <memory>

#include "daemon/api/byte_stream.h"
#include "daemon/api/event_queue.h"
#include "daemon/api/http_limits.h"

namespace openline::daemon {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::empty_body>;
[[nodiscard]] bool asks_for_web_socket(const UpgradeRequest& request);

// Answers the request for an upgrade and writes what `opened`'s sink is given, until either side ends it.
// `kept` lives as long.
void serve_web_socket(AnyStream stream, const UpgradeRequest& request, const HttpLimits& limits,
                      std::function<void(std::shared_ptr<EventSink>)> opened, std::shared_ptr<void> kept);

}  // namespace openline::daemon
