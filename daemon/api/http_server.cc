// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/http_server.h"

#include <sys/stat.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <deque>

namespace openline::daemon {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Socket = beast::basic_stream<asio::local::stream_protocol>;
using Problem = boost::system::error_code;

constexpr std::size_t kReadAhead = 64 << 10;

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(asio::io_context& its_loop, Api& its_api, HttpLimits its_limits)
      : loop(its_loop), api(its_api), limits(its_limits), acceptor(its_loop), pause(its_loop) {}
  void accept();
  asio::io_context& loop;
  Api& api;
  HttpLimits limits;
  asio::local::stream_protocol::acceptor acceptor;
  asio::steady_timer pause;
  std::filesystem::path path;
  std::size_t connections = 0;
  bool stopping = false;
};

namespace {

// One event stream's queue. The connection writes it.
class StreamSink : public EventSink {
 public:
  explicit StreamSink(const HttpLimits& limits) : limits_(limits) {}
  void push(std::string event) override {
    if (ended_) return;
    bytes_ += event.size();
    queue_.push_back(std::move(event));
    if (queue_.size() > limits_.max_events || bytes_ > limits_.max_event_bytes) return overflow();
    if (wake) wake();
  }
  void end() override {
    ended_ = true;
    if (wake) wake();
  }
  [[nodiscard]] bool is_drained() const override { return queue_.empty() && !writing; }
  [[nodiscard]] bool is_ended() const { return ended_; }
  [[nodiscard]] std::string take() {
    std::string all;
    while (!queue_.empty() && all.size() < kReadAhead) {
      all += queue_.front();
      queue_.pop_front();
    }
    bytes_ -= all.size();
    return all;
  }
  void closed() {
    ended_ = true;
    queue_.clear();
    if (on_closed) std::exchange(on_closed, nullptr)();
  }
  std::function<void()> wake;
  bool writing = false;

 private:
  void overflow() {
    queue_.clear();
    const std::string event = event_text("overflow", std::nullopt, "{}");
    bytes_ = event.size();
    queue_.push_back(event);
    closed_by_overflow();
  }
  void closed_by_overflow() {
    ended_ = true;
    if (wake) wake();
    if (on_closed) std::exchange(on_closed, nullptr)();
  }
  const HttpLimits limits_;
  std::deque<std::string> queue_;
  std::size_t bytes_ = 0;
  bool ended_ = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::local::stream_protocol::socket socket, Api& api, const HttpLimits& limits,
             std::function<void()> gone)
      : stream_(std::move(socket)),
        alive_(stream_.get_executor()),
        api_(api),
        limits_(limits),
        gone_(std::move(gone)) {}
  ~Connection() { gone_(); }

  void read_request() {
    head_.emplace();
    head_->header_limit(kMaxRequestHead);
    head_->body_limit(boost::none);
    stream_.expires_after(limits_.idle);
    http::async_read_header(
        stream_, buffer_, *head_,
        [self = shared_from_this()](Problem problem, std::size_t) { self->head_read(problem); });
  }

  void answer_busy() {
    keep_ = false;
    answer(error_response(busy("too many connections are open")));
  }

 private:
  void head_read(Problem problem) {
    if (problem == http::error::header_limit)
      return answer_and_close({413, "too_large", "the request's head is too large", ""});
    if (problem && problem.category() == http::make_error_code(http::error::bad_method).category() &&
        problem != http::error::end_of_stream && problem != http::error::partial_message) {
      return answer_and_close(bad_request("this is not HTTP: " + problem.message()));
    }
    if (problem) return;
    const auto& fields = head_->get();
    request_ = {};
    request_.method = std::string(fields.method_string());
    is_head_ = request_.method == "HEAD";
    request_.idempotency_key = std::string(fields["Idempotency-Key"]);
    request_.last_event_id = std::string(fields["Last-Event-ID"]);
    request_.authorization = std::string(fields[http::field::authorization]);
    keep_ = fields.keep_alive();
    const auto target =
        read_target(std::string_view(fields.target().data(), fields.target().size()), request_);
    if (!target) return answer_and_close(target.error());
    const bool waits = beast::iequals(fields[http::field::expect], "100-continue");
    if (Api::is_upload(request_)) return start_upload(waits);
    body_limit_ = api_.body_limit(request_);
    if (head_->content_length() && *head_->content_length() > body_limit_) return answer_too_large();
    whole_.emplace(std::move(*head_));
    whole_->body_limit(body_limit_);
    if (!waits) return read_body();
    go_on([self = shared_from_this()] { self->read_body(); });
  }

  void go_on(std::function<void()> then) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue),
                      [self = shared_from_this(), then = std::move(then)](Problem problem, std::size_t) {
                        if (!problem) then();
                      });
  }

  void read_body() {
    stream_.expires_after(limits_.progress);
    http::async_read(stream_, buffer_, *whole_, [self = shared_from_this()](Problem problem, std::size_t) {
      if (problem == http::error::body_limit) return self->answer_too_large();
      if (problem == beast::error::timeout) return;
      if (problem) return;
      self->request_.body = std::move(self->whole_->get().body());
      self->whole_.reset();
      self->stream_.expires_never();
      self->api_.handle(std::move(self->request_),
                        [self](HttpResponse response) { self->answer(std::move(response)); });
    });
  }

  // Uploads.
  void start_upload(bool waits) {
    auto sink = api_.start_upload(request_);
    if (!sink) return answer_and_close(sink.error());
    upload_ = std::move(*sink);
    pieces_.emplace(std::move(*head_));
    pieces_->body_limit(boost::none);
    piece_.resize(kReadAhead);
    if (!waits) return read_piece();
    go_on([self = shared_from_this()] { self->read_piece(); });
  }

  void read_piece() {
    pieces_->get().body().data = piece_.data();
    pieces_->get().body().size = piece_.size();
    stream_.expires_after(limits_.progress);
    http::async_read(stream_, buffer_, *pieces_, [self = shared_from_this()](Problem problem, std::size_t) {
      self->piece_read(problem);
    });
  }

  void piece_read(Problem problem) {
    if (problem && problem != http::error::need_buffer) return upload_.reset();
    stream_.expires_never();
    const std::size_t size = piece_.size() - pieces_->get().body().size;
    const bool whole = pieces_->is_done();
    upload_->write(Bytes(piece_.begin(), piece_.begin() + static_cast<std::ptrdiff_t>(size)),
                   [self = shared_from_this(), whole](std::optional<ApiError> failed) {
                     if (failed) {
                       self->upload_.reset();
                       return self->answer_and_close(*failed);
                     }
                     if (!whole) return self->read_piece();
                     self->upload_->finish([self](HttpResponse response) {
                       self->upload_.reset();
                       self->pieces_.reset();
                       self->answer(std::move(response));
                     });
                   });
  }

  // Answers.
  void answer_too_large() {
    answer_and_close(
        {413, "too_large", "the body is larger than " + std::to_string(body_limit_ >> 10) + " KiB", ""});
  }

  void answer_and_close(const ApiError& error) {
    keep_ = false;
    answer(error_response(error));
  }

  void answer(HttpResponse response) {
    out_ = std::move(response);
    if (out_.events) return answer_events();
    if (out_.source) return answer_source();
    text_ = head_of(out_, true);
    if (!is_head_) text_ += out_.body;  // RFC 9110 section 9.3.2
    write_text([self = shared_from_this()] { self->answered(); });
  }

  [[nodiscard]] std::string head_of(const HttpResponse& response, bool whole) const {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " + status_text(response.status) +
                       "\r\nContent-Type: " + response.type + "\r\n";
    for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
    if (whole) {
      head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    } else if (response.length) {
      head += "Content-Length: " + std::to_string(*response.length) + "\r\n";
    } else if (response.source) {
      head += "Transfer-Encoding: chunked\r\n";
    }
    return head + (keep_ && !response.events ? "\r\n" : "Connection: close\r\n\r\n");
  }

  template <class Then>
  void write_text(Then then) {
    stream_.expires_after(limits_.progress);
    asio::async_write(stream_, asio::buffer(text_),
                      [self = shared_from_this(), then](Problem problem, std::size_t) {
                        if (!problem) return then();
                        self->gone_away();
                      });
  }

  void answered() {
    out_ = {};
    text_.clear();
    if (keep_) return read_request();
    Problem ignored;
    stream_.socket().shutdown(asio::local::stream_protocol::socket::shutdown_send, ignored);
    drain();
  }

  // What the client still sends is read for a moment, so that it gets the answer and not a broken connection.
  void drain() {
    stream_.expires_after(std::chrono::seconds(1));
    piece_.resize(kReadAhead);
    stream_.async_read_some(asio::buffer(piece_),
                            [self = shared_from_this()](Problem problem, std::size_t size) {
                              self->drained_ += size;
                              if (!problem && self->drained_ < 4 * kMaxJson) self->drain();
                            });
  }

  void answer_source() {
    text_ = head_of(out_, false);
    write_text([self = shared_from_this()] { self->next_of_source(); });
  }

  void next_of_source() {
    stream_.expires_never();
    out_.source->next([self = shared_from_this()](BodySource::Piece piece) {
      if (piece.failed) return self->stream_.close();
      const bool chunked = !self->out_.length;
      self->text_.clear();
      if (chunked && !piece.bytes.empty()) {
        char size[24];
        std::snprintf(size, sizeof size, "%zx\r\n", piece.bytes.size());
        self->text_ += size;
      }
      self->text_.append(text_of(piece.bytes));
      if (chunked && !piece.bytes.empty()) self->text_ += "\r\n";
      if (chunked && piece.last) self->text_ += "0\r\n\r\n";
      self->write_text([self, last = piece.last] { last ? self->answered() : self->next_of_source(); });
    });
  }

  // Event streams. Reading notices that the client went.
  void answer_events() {
    text_ = head_of(out_, false);
    sink_ = std::make_shared<StreamSink>(limits_);
    const std::weak_ptr<Connection> weak = shared_from_this();
    sink_->wake = [weak] {
      if (const auto self = weak.lock()) self->write_events();
    };
    sink_->writing = true;
    write_text([self = shared_from_this()] { self->events_written(); });
    watch();
    keep_alive();
    const auto opened = std::exchange(out_.events, nullptr);
    opened(sink_);
  }

  void watch() {
    watched_.resize(1024);
    stream_.socket().async_read_some(asio::buffer(watched_),
                                     [self = shared_from_this()](Problem problem, std::size_t) {
                                       if (problem) return self->gone_away();
                                       self->watch();
                                     });
  }

  void keep_alive() {
    alive_.expires_after(limits_.alive);
    alive_.async_wait([self = shared_from_this()](Problem stopped) {
      if (stopped || self->sink_->is_ended()) return;
      if (self->sink_->is_drained()) self->sink_->push(": alive\n\n");
      self->keep_alive();
    });
  }

  void write_events() {
    if (sink_->writing) return;
    text_ = sink_->take();
    if (text_.empty()) {
      if (sink_->is_ended()) close_stream();
      return;
    }
    sink_->writing = true;
    stream_.expires_after(limits_.stalled_stream);
    asio::async_write(stream_, asio::buffer(text_),
                      [self = shared_from_this()](Problem problem, std::size_t) {
                        problem ? self->gone_away() : self->events_written();
                      });
  }

  void events_written() {
    stream_.expires_never();
    sink_->writing = false;
    write_events();
    if (sink_->is_drained() && sink_->on_drained) std::exchange(sink_->on_drained, nullptr)();
  }

  void close_stream() {
    alive_.cancel();
    Problem ignored;
    stream_.socket().shutdown(asio::local::stream_protocol::socket::shutdown_both, ignored);
  }

  void gone_away() {
    alive_.cancel();
    if (sink_) sink_->closed();
    stream_.close();
  }

  Socket stream_;
  asio::steady_timer alive_;
  Api& api_;
  const HttpLimits limits_;
  std::function<void()> gone_;
  beast::flat_buffer buffer_{kMaxRequestHead + kReadAhead};
  std::optional<http::request_parser<http::empty_body>> head_;
  std::optional<http::request_parser<http::string_body>> whole_;
  std::optional<http::request_parser<http::buffer_body>> pieces_;
  HttpRequest request_;
  bool keep_ = false, is_head_ = false;
  std::size_t body_limit_ = kMaxJson;
  std::shared_ptr<UploadSink> upload_;
  Bytes piece_, watched_;
  std::size_t drained_ = 0;
  HttpResponse out_;
  std::string text_;  // being written
  std::shared_ptr<StreamSink> sink_;
};

}  // namespace

void HttpServer::State::accept() {
  acceptor.async_accept([self = shared_from_this()](Problem problem,
                                                    asio::local::stream_protocol::socket socket) {
    if (self->stopping || problem == asio::error::operation_aborted) return;
    if (problem) {  // out of descriptors, as a rule: come again later instead of turning in place
      self->pause.expires_after(std::chrono::milliseconds(200));
      self->pause.async_wait([self](Problem stopped) {
        if (!stopped) self->accept();
      });
      return;
    }
    ++self->connections;
    const auto connection = std::make_shared<Connection>(std::move(socket), self->api, self->limits,
                                                         [self] { --self->connections; });
    self->connections > self->limits.max_connections ? connection->answer_busy() : connection->read_request();
    self->accept();
  });
}

HttpServer::HttpServer(asio::io_context& loop, Api& api, HttpLimits limits)
    : state_(std::make_shared<State>(loop, api, limits)) {}

HttpServer::~HttpServer() { stop(); }

Result<void> HttpServer::start(const std::filesystem::path& socket) {
  const auto failure = [&](const Problem& problem) {
    return fail("cannot open the API's socket " + socket.string() + ": " + problem.message());
  };
  std::error_code ignored;
  std::filesystem::remove(socket, ignored);
  // sun_path has room for 107 bytes.
  if (socket.string().size() > 107)
    return fail("the socket's path is longer than 107 bytes: " + socket.string());
  Problem problem;
  state_->acceptor.open(asio::local::stream_protocol(), problem);
  if (problem) return failure(problem);
  // Private from its first moment: nobody can connect between bind and chmod.
  const mode_t before = ::umask(0177);
  state_->acceptor.bind(asio::local::stream_protocol::endpoint(socket.string()), problem);
  ::umask(before);
  if (problem) return failure(problem);
  state_->acceptor.listen(asio::socket_base::max_listen_connections, problem);
  if (problem) return failure(problem);
  state_->path = socket;
  state_->accept();
  return {};
}

void HttpServer::stop() {
  if (state_->stopping) return;
  state_->stopping = true;
  Problem ignored;
  state_->acceptor.close(ignored);
  state_->pause.cancel();
  if (!state_->path.empty()) ::unlink(state_->path.c_str());
}

std::size_t HttpServer::connections() const { return state_->connections; }

}  // namespace openline::daemon
