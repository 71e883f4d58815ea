// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "daemon/path/path.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;
using Refused = std::vector<std::pair<Address, std::size_t>>;

struct End {
  boost::asio::io_context& loop;
  Refused refused;
  std::vector<Bytes> received;
  std::unique_ptr<Path> path;

  End(boost::asio::io_context& on, const std::string& listen, std::size_t discover_up_to) : loop(on) {
    PathConfig config;
    config.name = "p";
    config.kind = PathKind::kUdp;
    config.listen = Endpoint::parse(listen);
    config.discover_up_to = discover_up_to;
    PathEvents events;
    events.packet = [this](const Address&, ByteView packet) { received.push_back(copy_of(packet)); };
    events.usable = [](bool, const std::string&) {};
    events.room = [] {};
    events.too_large = [this](const Address& to, std::size_t size) { refused.emplace_back(to, size); };
    path = make_path(loop, std::move(config), std::move(events));
    EXPECT_TRUE(path->start());
  }
  [[nodiscard]] Address address() const { return {path->listening_on()}; }
};

bool run_until(boost::asio::io_context& loop, const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!done() && std::chrono::steady_clock::now() < end) loop.run_one_for(50ms);
  return done();
}

TEST(UdpPath, CarriesTheLargestDatagramThatThereIs) {
  for (const auto& [listen, largest] : {std::pair("127.0.0.1:0", 65507UL), {"[::1]:0", 65487UL}}) {
    boost::asio::io_context loop;
    End a(loop, listen, largest), b(loop, listen, 0);
    const Bytes packet(largest, 7);
    a.path->send({b.address(), packet});
    ASSERT_TRUE(run_until(loop, [&] { return !b.received.empty(); })) << listen;
    EXPECT_EQ(b.received[0], packet);
    EXPECT_TRUE(a.refused.empty());
  }
}

// A FLASH among them waits for all that is read at once.
TEST(UdpPath, ReadsFewLargePacketsAtOnceAlsoAfterASmallOne) {
  boost::asio::io_context loop;
  End a(loop, "127.0.0.1:0", 65507), b(loop, "127.0.0.1:0", 65507);
  const auto send = [&](std::size_t count, std::size_t size) {
    for (std::size_t i = 0; i < count; ++i) a.path->send({b.address(), Bytes(size)});
  };
  std::size_t sent = 0;
  for (const std::size_t size : {16384U, 60U}) {
    send(1, size);
    ASSERT_TRUE(run_until(loop, [&, wanted = ++sent] { return b.received.size() == wanted; }));
  }
  send(12, 16384);
  ASSERT_TRUE(run_until(loop, [&] { return b.received.size() > sent; }));
  EXPECT_LE(b.received.size(), sent + 5);
  EXPECT_TRUE(run_until(loop, [&] { return b.received.size() == sent + 12; }));
}

TEST(UdpPath, TellsWhatTheSystemDoesNotSend) {
  boost::asio::io_context loop;
  End a(loop, "127.0.0.1:0", 65507), b(loop, "127.0.0.1:0", 65507);
  a.path->send({b.address(), Bytes(65508)});
  EXPECT_TRUE(a.refused.empty()) << "not from within a call";
  ASSERT_TRUE(run_until(loop, [&] { return !a.refused.empty(); }));
  EXPECT_EQ(a.refused, (Refused{{b.address(), 65508}}));
  a.path->send({b.address(), Bytes(10)});
  EXPECT_TRUE(run_until(loop, [&] { return !b.received.empty(); })) << "the path goes on";
}

TEST(UdpPath, TellsNothingWhenItsSizeIsSet) {
  boost::asio::io_context loop;
  End a(loop, "127.0.0.1:0", 0), b(loop, "127.0.0.1:0", 0);
  a.path->send({b.address(), Bytes(65508)});
  a.path->send({b.address(), Bytes(10)});
  ASSERT_TRUE(run_until(loop, [&] { return !b.received.empty(); }));
  EXPECT_TRUE(a.refused.empty());
}

}  // namespace
}  // namespace openline::daemon
