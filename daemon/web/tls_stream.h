// SPDX-License-Identifier: Apache-2.0
// TLS 1.2 and 1.3 (RFC 5246, 8446) over TCP, by OpenSSL: known to tls_stream.cc and certificate.cc alone.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "daemon/api/byte_stream.h"
#include "daemon/web/certificate.h"

namespace openline::daemon {

class TlsContext {
 public:
  [[nodiscard]] static Result<TlsContext> of(const Certificate& certificate);
  struct Inside;

 private:
  friend std::unique_ptr<ByteStream> tls_stream(boost::asio::ip::tcp::socket socket,
                                                const TlsContext& context);
  explicit TlsContext(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
  std::shared_ptr<Inside> inside_;
};

// The handshake is part of the first read.
[[nodiscard]] std::unique_ptr<ByteStream> tls_stream(boost::asio::ip::tcp::socket socket,
                                                     const TlsContext& context);

}  // namespace openline::daemon
