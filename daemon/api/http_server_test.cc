// SPDX-License-Identifier: Apache-2.0
// What the server does with real sockets: limits, broken requests, streams and slow readers.
#include "daemon/api/http_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/api/test_stations.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

// A raw client: what it sends is what is written here, to the byte.
class Client {
 public:
  explicit Client(const std::filesystem::path& socket)
      : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  // As much as the socket takes.
  std::size_t write(std::string_view text) const {
    const ssize_t sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  void read() {
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
      if (size > 0) {
        received.append(buffer.data(), static_cast<std::size_t>(size));
        continue;
      }
      ended = ended || size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
      return;
    }
  }
  [[nodiscard]] bool is_connected() const { return connected_; }
  std::string received;
  bool ended = false;

 private:
  int descriptor_;
  bool connected_ = false;
};

class HttpServerTest : public test::ApiTest {
 protected:
  void serve(HttpLimits limits = {}) {
    server_ = std::make_unique<HttpServer>(loop_, *usa_.api, limits);
    ASSERT_TRUE(server_->start(socket_));
  }
  // Sends all of it and waits for an answer that contains `until`.
  std::string exchange(const std::string& request, const std::string& until) {
    Client client(socket_);
    std::size_t sent = 0;
    run_until([&] {
      sent += client.write(std::string_view(request).substr(sent));
      client.read();
      return client.received.find(until) != std::string::npos || client.ended;
    });
    return client.received;
  }
  static std::string get(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: station\r\n\r\n";
  }
  static std::string post(const std::string& target, const std::string& body) {
    return "POST " + target + " HTTP/1.1\r\nHost: station\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  std::filesystem::path socket_ = folder_.path() / "api.sock";
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, IsForTheOwnerAlone) {
  serve();
  struct stat about{};
  ASSERT_EQ(::stat(socket_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600u);
  server_->stop();
  EXPECT_NE(::stat(socket_.c_str(), &about), 0) << "the socket goes with the server";
}

TEST_F(HttpServerTest, ReplacesASocketThatACrashLeft) {
  test::write_file(socket_, "left over");
  serve();
  EXPECT_NE(exchange(get("/v1/status"), "counters").find("HTTP/1.1 200 OK"), std::string::npos);
}

TEST_F(HttpServerTest, AnswersSeveralRequestsOnOneConnection) {
  serve();
  const std::string all =
      exchange(get("/v1/lines") + get("/v1/nothing") + get("/v1/agreements"), "{\"agreements\":[]}");
  EXPECT_NE(all.find("{\"lines\":[]}"), std::string::npos) << all;
  EXPECT_NE(all.find("404"), std::string::npos);
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttp) {
  serve();
  for (const char* request : {"hello\r\n\r\n", "GET /v1/status HTTP/9.9\r\n\r\n",
                              "GET /v1/status HTTP/1.1\r\nbad header\r\n\r\n", "\x16\x03\x01\r\n\r\n"}) {
    const std::string answer = exchange(request, "error");
    EXPECT_NE(answer.find("HTTP/1.1 400"), std::string::npos) << request << "\n" << answer;
  }
  EXPECT_NE(exchange("GET nowhere HTTP/1.1\r\n\r\n", "error").find("HTTP/1.1 400"), std::string::npos);
}

TEST_F(HttpServerTest, RefusesWhatIsTooLarge) {
  serve();
  EXPECT_NE(
      exchange("GET /v1/status HTTP/1.1\r\nX: " + std::string(kMaxRequestHead, 'x') + "\r\n\r\n", "error")
          .find("HTTP/1.1 413"),
      std::string::npos);
  EXPECT_NE(exchange("POST /v1/agreements HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n", "error")
                .find("HTTP/1.1 413"),
            std::string::npos);
  const std::string chunk = "100000\r\n" + std::string(1 << 20, 'x') + "\r\n";
  EXPECT_NE(
      exchange("POST /v1/agreements HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk,
               "error")
          .find("HTTP/1.1 413"),
      std::string::npos);
}

TEST_F(HttpServerTest, SurvivesClientsThatLeaveAtAnyPoint) {
  serve();
  const std::string whole = post("/v1/agreements", R"({"toml":"x"})");
  for (std::size_t size = 1; size < whole.size(); size += 7) {
    Client client(socket_);
    client.write(std::string_view(whole).substr(0, size));
    step();
  }
  ASSERT_TRUE(run_until([&] { return server_->connections() == 0; }));
  EXPECT_NE(exchange(get("/v1/lines"), "lines").find("200"), std::string::npos);
}

TEST_F(HttpServerTest, SaysThatItIsBusyBeyondItsConnections) {
  HttpLimits limits;
  limits.max_connections = 2;
  serve(limits);
  Client one(socket_), two(socket_);
  ASSERT_TRUE(run_until([&] { return server_->connections() == 2; }));
  EXPECT_NE(exchange(get("/v1/lines"), "error").find("HTTP/1.1 503"), std::string::npos);
  one.close();
  ASSERT_TRUE(run_until([&] { return server_->connections() == 1; }));
  EXPECT_NE(exchange(get("/v1/lines"), "lines").find("HTTP/1.1 200"), std::string::npos);
}

TEST_F(HttpServerTest, TakesAFileInPieces) {
  serve();
  const std::string file(300000, 'f');
  const std::string answer = exchange(post("/v1/attachments?name=a.txt", file), "hash");
  EXPECT_NE(answer.find("HTTP/1.1 201"), std::string::npos) << answer;
  EXPECT_EQ(usa_.attachments.held.begin()->second.size(), file.size());
  const std::string chunked =
      "POST /v1/attachments?name=b HTTP/1.1\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  EXPECT_NE(exchange(chunked, "hash").find("\"size\":5"), std::string::npos);
  EXPECT_NE(exchange(post("/v1/attachments?name=empty", ""), "hash").find("\"size\":0"), std::string::npos);
  EXPECT_NE(
      exchange("POST /v1/attachments?name=c HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
               "hash")
          .find("100 Continue"),
      std::string::npos);
}

TEST_F(HttpServerTest, RefusesAFileWithoutANameOrSpace) {
  serve();
  EXPECT_NE(exchange(post("/v1/attachments", "x"), "error").find("HTTP/1.1 400"), std::string::npos);
  usa_.attachments.full = true;
  EXPECT_NE(exchange(post("/v1/attachments?name=x", "x"), "error").find("HTTP/1.1 507"), std::string::npos);
}

TEST_F(HttpServerTest, StreamsAFileBack) {
  serve();
  const Bytes file(200000, 'z');
  usa_.attachments.held[hash_of(file)] = file;
  Client client(socket_);
  client.write(get("/v1/attachments/" + hash_of(file).hex()));
  ASSERT_TRUE(run_until([&] {
    client.read();
    return client.received.size() > 200000;
  }));
  EXPECT_NE(client.received.find("Content-Length: 200000\r\n"), std::string::npos);
  EXPECT_TRUE(client.received.ends_with(std::string(200000, 'z')));
}

TEST_F(HttpServerTest, StreamsEventsUntilTheReaderLeaves) {
  open_line();
  serve();
  Client client(socket_);
  client.write("GET /v1/lines/defense/attend?role=watch HTTP/1.1\r\nLast-Event-ID: 0\r\n\r\n");
  ASSERT_TRUE(run_until([&] {
    client.read();
    return client.received.find("event: ready\n") != std::string::npos;
  })) << client.received;
  EXPECT_NE(client.received.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_NE(client.received.find("event: entry\nid: 1\ndata: {"), std::string::npos) << client.received;
  ASSERT_TRUE(run_until([&] { return usa_.status().lines[0].own_desk_state == DeskState::kAttended; }));
  client.close();
  EXPECT_TRUE(run_until([&] { return usa_.status().lines[0].own_desk_state == DeskState::kUnattended; }))
      << "the connection is the attendance";
}

TEST_F(HttpServerTest, WhoReadsLateGetsABacklogThatIsMoreThanMayWait) {
  open_line();
  serve({});
  Client client(socket_);
  client.write(get("/v1/lines/defense/attend?role=watch"));
  ASSERT_TRUE(run_until([&] { return usa_.status().lines[0].own_desk_state == DeskState::kAttended; }));
  const std::string body = json{{"text", std::string(50000, 't')}, {"class", "test"}}.dump();
  for (int i = 0; i < 60; ++i) ASSERT_EQ(ask(usa_, "POST", "/v1/lines/defense/entries", body).status, 201);
  const auto entries = [&] {
    client.read();
    std::size_t found = 0;
    for (std::size_t at = 0; (at = client.received.find("event: entry\n", at)) != std::string::npos; ++at)
      ++found;
    return found;
  };
  EXPECT_TRUE(run_until([&] { return entries() >= 60; })) << entries();
  EXPECT_EQ(client.received.find("event: overflow\n"), std::string::npos);
  EXPECT_FALSE(client.ended);
  EXPECT_EQ(usa_.status().lines[0].own_desk_state, DeskState::kAttended);
}

TEST_F(HttpServerTest, ClosesAReaderThatDoesNotRead) {
  open_line();
  HttpLimits limits;
  limits.stalled_stream = std::chrono::seconds(1);
  serve(limits);
  Client client(socket_);
  client.write(get("/v1/lines/defense/attend?role=watch"));
  ASSERT_TRUE(run_until([&] { return usa_.status().lines[0].own_desk_state == DeskState::kAttended; }));
  const std::string body = json{{"text", std::string(50000, 't')}, {"class", "test"}}.dump();
  for (int i = 0; i < 20; ++i) ASSERT_EQ(ask(usa_, "POST", "/v1/lines/defense/entries", body).status, 201);
  EXPECT_TRUE(run_until([&] { return usa_.status().lines[0].own_desk_state == DeskState::kUnattended; }))
      << "who does not read attends nothing";
  EXPECT_TRUE(run_until([&] {
    client.read();
    return client.ended;
  }));
}

TEST_F(HttpServerTest, EndsIdleConnections) {
  HttpLimits limits;
  limits.idle = std::chrono::seconds(1);
  serve(limits);
  Client client(socket_);
  ASSERT_TRUE(run_until([&] { return server_->connections() == 1; }));
  EXPECT_TRUE(run_until([&] {
    client.read();
    return client.ended;
  }));
}

}  // namespace
}  // namespace openline::daemon
