// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/tcp_path.h"

#include <gtest/gtest.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

class TcpPathTest : public testing::Test {
 protected:
  void start(PathLimits limits = {}) {
    PathConfig config;
    config.name = "backup";
    config.kind = PathKind::kTcp;
    config.listen = Endpoint::parse("127.0.0.1:0");
    PathEvents events;
    events.packet = [this](const Address&, ByteView packet) { received_.push_back(copy_of(packet)); };
    events.room = [] {};
    path_ = std::make_unique<TcpPath>(loop_, config, std::move(events), limits);
    ASSERT_TRUE(path_->start());
  }
  [[nodiscard]] tcp::socket connect() {
    const auto port = Endpoint::parse(path_->listening_on())->port();
    tcp::socket socket(loop_);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    const std::size_t before = path_->connections();
    run_until([&, polls = 0]() mutable { return path_->connections() != before || ++polls > 20; });
    return socket;
  }
  static void write(tcp::socket& socket, const Bytes& bytes) {
    boost::asio::write(socket, boost::asio::buffer(bytes));
  }
  template <class Done>
  bool run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!done() && std::chrono::steady_clock::now() < end) loop_.run_one_for(20ms);
    return done();
  }
  boost::asio::io_context loop_;
  std::unique_ptr<TcpPath> path_;
  std::vector<Bytes> received_;
};

TEST_F(TcpPathTest, PutsPacketsTogetherFromAnyPieces) {
  start();
  tcp::socket socket = connect();
  for (const std::uint8_t byte : Bytes{0, 3, 1, 2, 3, 0, 1}) {
    write(socket, {byte});
    loop_.run_one_for(5ms);
  }
  write(socket, {9});
  ASSERT_TRUE(run_until([&] { return received_.size() == 2; }));
  EXPECT_EQ(received_, (std::vector<Bytes>{{1, 2, 3}, {9}}));
}

TEST_F(TcpPathTest, ClosesAConnectionWithALengthThatIsNotAllowed) {
  start();
  for (const Bytes& length : {Bytes{0, 0}, Bytes{0xff, 0xff}}) {
    tcp::socket socket = connect();
    ASSERT_EQ(path_->connections(), 1u);
    write(socket, length);
    EXPECT_TRUE(run_until([&] { return path_->connections() == 0; }));
  }
  EXPECT_TRUE(received_.empty());
}

TEST_F(TcpPathTest, KeepsTheConnectionsThatSpeakWhenThereAreTooMany) {
  PathLimits limits;
  limits.max_connections = 3;
  start(limits);
  std::vector<tcp::socket> sockets;
  sockets.push_back(connect());
  write(sockets[0], {0, 1, 42});
  ASSERT_TRUE(run_until([&] { return received_.size() == 1; }));
  write(sockets[0], {0, 1, 43});
  ASSERT_TRUE(run_until([&] { return received_.size() == 2; }));
  for (int i = 0; i < 5; ++i) {
    sockets.push_back(connect());
    write(sockets[0], {0, 1, 44});
    ASSERT_TRUE(run_until([&] { return received_.size() == 3u + static_cast<std::size_t>(i); }));
    EXPECT_LE(path_->connections(), 3u);
  }
}

TEST_F(TcpPathTest, DoesNotCallBackAConnectionThatCameIn) {
  start();
  std::string caller;
  {
    tcp::socket socket = connect();
    caller = "127.0.0.1:" + std::to_string(socket.local_endpoint().port());
  }
  ASSERT_TRUE(run_until([&] { return path_->connections() == 0; }));
  path_->send({{caller}, Bytes{1}});
  EXPECT_EQ(path_->connections(), 0u);
}

TEST_F(TcpPathTest, DialsAgainAfterItWasToldThatTheFarEndIsSilent) {
  start();
  tcp::acceptor far(loop_, {boost::asio::ip::make_address("127.0.0.1"), 0});
  const Address to{"127.0.0.1:" + std::to_string(far.local_endpoint().port())};
  path_->send({to, {1}});
  tcp::socket dead = far.accept();  // stays open, and nobody reads
  ASSERT_TRUE(run_until([&] { return path_->connections() == 1; }));
  path_->start_over(to);
  EXPECT_EQ(path_->connections(), 0u);
  path_->send({to, {2}});
  tcp::socket fresh = far.accept();
  std::array<std::uint8_t, 3> packet{};
  bool read = false;
  boost::asio::async_read(fresh, boost::asio::buffer(packet), [&](auto, auto) { read = true; });
  ASSERT_TRUE(run_until([&] { return read; }));
  EXPECT_EQ(packet, (std::array<std::uint8_t, 3>{0, 1, 2}));
}

TEST_F(TcpPathTest, HasNoRoomWhileTheFarEndDoesNotRead) {
  start();
  tcp::socket socket = connect();
  const Address to{"127.0.0.1:" + std::to_string(socket.local_endpoint().port())};
  std::size_t sent = 0;
  while (path_->has_room() && sent < 10000) {
    path_->send({to, Bytes(4096, 1)});
    ++sent;
    loop_.poll();
  }
  ASSERT_LT(sent, 10000u);
  std::size_t bytes = 0;
  std::array<char, 65536> buffer{};
  socket.non_blocking(true);
  EXPECT_TRUE(run_until([&] {
    boost::system::error_code none;
    bytes += socket.read_some(boost::asio::buffer(buffer), none);
    return path_->has_room() && bytes >= sent * 4098;
  })) << "what was sent arrives, and there is room again";
}

}  // namespace
}  // namespace openline::daemon
