// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/tls_stream.h"

#include <openssl/ssl.h>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace openline::daemon {

namespace asio = boost::asio;
namespace beast = boost::beast;

struct TlsContext::Inside {
  asio::ssl::context context{asio::ssl::context::tls_server};
};

namespace {

class TlsStream : public ByteStream {
 public:
  TlsStream(asio::ip::tcp::socket socket, std::shared_ptr<TlsContext::Inside> context)
      : context_(std::move(context)), stream_(std::move(socket), context_->context) {}
  asio::any_io_executor executor() override { return stream_.get_executor(); }

  void read_some(asio::mutable_buffer into, Done done) override {
    if (open_) return stream_.async_read_some(into, std::move(done));
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [this, into, done = std::move(done)](Problem problem) mutable {
                              if (problem) return done(problem, 0);
                              open_ = true;
                              stream_.async_read_some(into, std::move(done));
                            });
  }
  void write_some(const Buffers& from, Done done) override {
    stream_.async_write_some(from, std::move(done));
  }
  // Without TLS's own farewell: every answer says how long it is.
  void end_writing() override {
    Problem ignored;
    tcp().socket().shutdown(asio::socket_base::shutdown_send, ignored);
  }
  void close() override { tcp().close(); }
  void expires_after(std::chrono::nanoseconds time) override { tcp().expires_after(time); }
  void expires_never() override { tcp().expires_never(); }

 private:
  using Tcp = beast::basic_stream<asio::ip::tcp>;
  Tcp& tcp() { return stream_.next_layer(); }
  std::shared_ptr<TlsContext::Inside> context_;
  beast::ssl_stream<Tcp> stream_;
  bool open_ = false;
};

}  // namespace

Result<TlsContext> TlsContext::of(const Certificate& certificate) {
  auto inside = std::make_shared<Inside>();
  asio::ssl::context& context = inside->context;
  boost::system::error_code problem;
  context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, problem);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  if (!problem) context.use_certificate_chain(asio::buffer(certificate.certificate), problem);
  if (!problem) context.use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem, problem);
  if (problem) return fail("the console's certificate cannot be used: " + problem.message());
  return TlsContext(std::move(inside));
}

std::unique_ptr<ByteStream> tls_stream(asio::ip::tcp::socket socket, const TlsContext& context) {
  return std::make_unique<TlsStream>(std::move(socket), context.inside_);
}

}  // namespace openline::daemon
