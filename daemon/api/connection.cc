// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/connection.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "daemon/api/event_queue.h"
#include "daemon/api/web_socket.h"

namespace openline::daemon {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Problem = boost::system::error_code;

constexpr std::size_t kReadAhead = 64 << 10;

class HttpConnection : public Connection, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::unique_ptr<ByteStream> stream, Api& api, Door& door, const HttpLimits& limits,
                 std::function<void()> gone)
      : stream_(std::move(stream)),
        alive_(stream_.get_executor()),
        api_(api),
        door_(door),
        limits_(limits),
        gone_(std::move(gone)) {}
  ~HttpConnection() override { gone_(); }

  void read_request() override {
    waiting_ = true;
    head_.emplace();
    head_->header_limit(kMaxRequestHead);
    head_->body_limit(boost::none);
    stream_->expires_after(limits_.idle);
    http::async_read_header(
        stream_, buffer_, *head_,
        [self = shared_from_this()](Problem problem, std::size_t) { self->head_read(problem); });
  }

  void answer_busy() override {
    keep_ = false;
    waiting_ = true;
    answer(error_response(busy("too many connections are open")));
  }

  [[nodiscard]] bool is_waiting() const override { return waiting_; }
  void close() override {
    waiting_ = false;  // who needs the room of another looks further
    stream_->close();
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
    upgrade_.reset();
    if (!fields[http::field::upgrade].empty()) upgrade_.emplace(fields.base());
    request_.upgrades = upgrade_ && asks_for_web_socket(*upgrade_);
    const auto field = [&](std::string_view name) { return text_of_field(fields, name); };
    auto answered = door_.admit(field, request_);
    body_limit_ = api_.body_limit(request_);
    waiting_ = body_limit_ < kMaxJson;  // of nobody's session: also while it is answered
    if (answered) {
      keep_ = keep_ && !has_body();
      return answer(std::move(*answered));
    }
    const bool waits = beast::iequals(fields[http::field::expect], "100-continue");
    if (Api::is_upload(request_)) return start_upload(waits);
    if (head_->content_length() && *head_->content_length() > body_limit_) return answer_too_large();
    whole_.emplace(std::move(*head_));
    whole_->body_limit(body_limit_);
    if (!waits) return read_body();
    go_on([self = shared_from_this()] { self->read_body(); });
  }

  // The body is not read of what is answered by the head alone; the connection then ends with the answer.
  [[nodiscard]] bool has_body() const { return head_->chunked() || head_->content_length().value_or(0) != 0; }

  static std::string_view text_of_field(const http::fields& fields, std::string_view name) {
    const auto value = fields[beast::string_view(name.data(), name.size())];
    return {value.data(), value.size()};
  }

  void go_on(std::function<void()> then) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue),
                      [self = shared_from_this(), then = std::move(then)](Problem problem, std::size_t) {
                        if (!problem) then();
                      });
  }

  void read_body() {
    stream_->expires_after(limits_.progress);
    http::async_read(stream_, buffer_, *whole_, [self = shared_from_this()](Problem problem, std::size_t) {
      if (problem == http::error::body_limit) return self->answer_too_large();
      if (problem == beast::error::timeout) return;
      if (problem) return;
      self->request_.body = std::move(self->whole_->get().body());
      self->whole_.reset();
      self->stream_->expires_never();
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
    stream_->expires_after(limits_.progress);
    http::async_read(stream_, buffer_, *pieces_, [self = shared_from_this()](Problem problem, std::size_t) {
      self->piece_read(problem);
    });
  }

  void piece_read(Problem problem) {
    if (problem && problem != http::error::need_buffer) return upload_.reset();
    stream_->expires_never();
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
    door_.pass(out_);
    if (out_.events && out_.web_socket) return answer_web_socket();
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
    stream_->expires_after(limits_.progress);
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
    stream_->end_writing();
    stream_->expires_after(std::chrono::seconds(1));
    piece_.resize(kReadAhead);
    drain();
  }

  // What the client still sends is read for a moment, so that it gets the answer and not a broken connection.
  void drain() {
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
    stream_->expires_never();
    out_.source->next([self = shared_from_this()](BodySource::Piece piece) {
      if (piece.failed) return self->stream_->close();
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

  void answer_web_socket() {
    waiting_ = false;
    stream_->expires_never();
    serve_web_socket(std::move(stream_), *upgrade_, limits_, std::exchange(out_.events, nullptr),
                     shared_from_this());
  }

  // Event streams. Reading notices that the client went.
  void answer_events() {
    text_ = head_of(out_, false);
    sink_ = std::make_shared<EventQueue>(limits_.max_events, limits_.max_event_bytes);
    const std::weak_ptr<HttpConnection> weak = shared_from_this();
    sink_->wake = [weak] {
      if (const auto self = weak.lock()) self->write_events();
    };
    writing_ = true;
    sink_->set_writing(true);
    stream_->expires_never();
    watch();
    write_text([self = shared_from_this()] { self->events_written(); });
    keep_alive();
    const auto opened = std::exchange(out_.events, nullptr);
    opened(sink_);
  }

  void watch() {
    watched_.resize(1024);
    stream_.async_read_some(asio::buffer(watched_),
                            [self = shared_from_this()](Problem problem, std::size_t) {
                              if (problem) return self->gone_away();
                              self->watch();
                            });
  }

  void keep_alive() {
    alive_.expires_after(limits_.alive);
    alive_.async_wait([self = shared_from_this()](Problem stopped) {
      if (stopped || self->sink_->is_ended()) return;
      if (self->sink_->is_drained()) self->write_stream(": alive\n\n");
      self->keep_alive();
    });
  }

  void write_events() {
    if (writing_) return;
    std::string events;
    while (events.size() < kReadAhead) {
      const auto event = sink_->take();
      if (!event) break;
      events += stream_text(*event);
    }
    if (!events.empty()) return write_stream(std::move(events));
    if (sink_->is_ended()) close_stream();
  }

  void write_stream(std::string text) {
    text_ = std::move(text);
    writing_ = true;
    sink_->set_writing(true);
    stream_->expires_after(limits_.stalled_stream);
    asio::async_write(stream_, asio::buffer(text_),
                      [self = shared_from_this()](Problem problem, std::size_t) {
                        problem ? self->gone_away() : self->events_written();
                      });
  }

  void events_written() {
    stream_->expires_never();
    writing_ = false;
    sink_->set_writing(false);
    write_events();
  }

  void close_stream() {
    alive_.cancel();
    stream_->end_writing();
    stream_->close();
  }

  void gone_away() {
    alive_.cancel();
    if (sink_) sink_->reader_went();
    stream_->close();
  }

  AnyStream stream_;
  asio::steady_timer alive_;
  Api& api_;
  Door& door_;
  const HttpLimits limits_;
  std::function<void()> gone_;
  beast::flat_buffer buffer_{kMaxRequestHead + kReadAhead};
  std::optional<http::request_parser<http::empty_body>> head_;
  std::optional<http::request_parser<http::string_body>> whole_;
  std::optional<http::request_parser<http::buffer_body>> pieces_;
  std::optional<UpgradeRequest> upgrade_;
  HttpRequest request_;
  bool keep_ = false, is_head_ = false;
  std::size_t body_limit_ = kMaxJson;
  std::shared_ptr<UploadSink> upload_;
  Bytes piece_, watched_;
  std::size_t drained_ = 0;
  HttpResponse out_;
  std::string text_;  // being written
  bool waiting_ = false, writing_ = false;
  std::shared_ptr<EventQueue> sink_;
};

}  // namespace

std::shared_ptr<Connection> make_connection(std::unique_ptr<ByteStream> stream, Api& api, Door& door,
                                            const HttpLimits& limits, std::function<void()> gone) {
  return std::make_shared<HttpConnection>(std::move(stream), api, door, limits, std::move(gone));
}

}  // namespace openline::daemon
