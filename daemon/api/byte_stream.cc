// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/byte_stream.h"

#include "daemon/api/socket_stream.h"

namespace openline::daemon {

std::unique_ptr<ByteStream> local_stream(boost::asio::local::stream_protocol::socket socket) {
  return std::make_unique<SocketStream<boost::asio::local::stream_protocol>>(std::move(socket));
}

}  // namespace openline::daemon
