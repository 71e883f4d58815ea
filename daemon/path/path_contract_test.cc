// SPDX-License-Identifier: Apache-2.0
// What every path adapter promises, on loopback.
#include <gtest/gtest.h>

#include <functional>

#include "daemon/path/path.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

struct Adapter {
  PathKind kind;
  const char* listen;
};

// One station's end: a path and what came out of it.
struct End {
  End(boost::asio::io_context& loop, PathConfig config, PathLimits limits = {}) {
    PathEvents events;
    events.packet = [this](const Address& from, ByteView packet) {
      received.emplace_back(from, copy_of(packet));
    };
    events.usable = [](bool, const std::string&) {};
    events.room = [this] { ++rooms; };
    path = make_path(loop, std::move(config), std::move(events), limits);
  }
  [[nodiscard]] Address address() const { return {path->listening_on()}; }
  std::unique_ptr<Path> path;
  std::vector<std::pair<Address, Bytes>> received;
  int rooms = 0;
};

class PathContract : public testing::TestWithParam<Adapter> {
 protected:
  [[nodiscard]] static PathConfig config(const char* name = "p") {
    PathConfig result;
    result.name = name;
    result.kind = GetParam().kind;
    result.listen = Endpoint::parse(GetParam().listen);
    return result;
  }
  // Until `done`, or long enough that it will never be.
  bool run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!done() && std::chrono::steady_clock::now() < end) loop_.run_one_for(50ms);
    return done();
  }
  boost::asio::io_context loop_;
  End a_{loop_, config()}, b_{loop_, config()};
  void SetUp() override {
    ASSERT_TRUE(a_.path->start());
    ASSERT_TRUE(b_.path->start());
  }
};

TEST_P(PathContract, CarriesPacketsWholeAndBack) {
  Bytes first(1200, 7), second{1};
  a_.path->send({b_.address(), first});
  a_.path->send({b_.address(), second});
  ASSERT_TRUE(run_until([&] { return b_.received.size() == 2; }));
  EXPECT_EQ(b_.received[0].second, first);
  EXPECT_EQ(b_.received[1].second, second);
  b_.path->send({b_.received[0].first, Bytes{9, 9}});
  ASSERT_TRUE(run_until([&] { return a_.received.size() == 1; }));
  EXPECT_EQ(a_.received[0].second, (Bytes{9, 9}));
  EXPECT_EQ(a_.received[0].first, b_.address()) << "answers come from the address that was called";
}

TEST_P(PathContract, CarriesTheLongestPacketThatIsAllowed) {
  const Bytes longest(16384, 3);
  a_.path->send({b_.address(), longest});
  ASSERT_TRUE(run_until([&] { return b_.received.size() == 1; }));
  EXPECT_EQ(b_.received[0].second, longest);
}

TEST_P(PathContract, CarriesManyWhenOnlySentIntoRoom) {
  constexpr std::size_t kCount = 2000;
  std::size_t sent = 0;
  ASSERT_TRUE(run_until([&] {
    // A datagram's reader must keep up, as link's window sees to.
    while (sent < kCount && a_.path->has_room() && sent < b_.received.size() + 64) {
      Bytes packet(1000, static_cast<std::uint8_t>(sent));
      packet[0] = static_cast<std::uint8_t>(sent >> 8);
      a_.path->send({b_.address(), packet});
      ++sent;
    }
    return b_.received.size() == kCount;
  })) << b_.received.size();
  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(b_.received[i].second[0], static_cast<std::uint8_t>(i >> 8));
    ASSERT_EQ(b_.received[i].second[1], static_cast<std::uint8_t>(i));
  }
}

TEST_P(PathContract, GoesOnAfterTheOtherEndWasAway) {
  const Address to = b_.address();
  PathConfig same = config();
  same.listen = Endpoint::parse(to.text);
  b_.path.reset();
  a_.path->send({to, Bytes{1}});
  run_until([this, polls = 0]() mutable { return ++polls > 10; });
  End again(loop_, same);
  ASSERT_TRUE(again.path->start());
  ASSERT_TRUE(run_until([&] {
    if (a_.path->has_room()) a_.path->send({to, Bytes{2}});
    return !again.received.empty();
  }));
  EXPECT_EQ(again.received.back().second, Bytes{2});
}

TEST_P(PathContract, SaysWhichPathAndAddressWhenThePortIsInUse) {
  PathConfig taken = config("fibre");
  taken.listen = Endpoint::parse(a_.address().text);
  End other(loop_, taken);
  const auto started = other.path->start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("path \"fibre\""), std::string::npos);
  EXPECT_NE(started.error().message.find(a_.address().text), std::string::npos);
  EXPECT_NE(started.error().message.find("in use"), std::string::npos);
}

TEST_P(PathContract, StartsWithoutItsInterfaceAndSaysSo) {
  PathConfig absent = config("satellite");
  absent.listen = Endpoint::parse(absent.listen->is_v6() ? "[2001:db8::1]:0" : "192.0.2.1:0");
  End other(loop_, absent);
  ASSERT_TRUE(other.path->start());
  EXPECT_NE(other.path->problem().find("does not have that address"), std::string::npos)
      << other.path->problem();
}

TEST_P(PathContract, DropsWhatGoesToAnAddressThatIsNone) {
  for (const char* text : {"", "nowhere", "127.0.0.1", "fibre:1", "[::1", "127.0.0.1:0"})
    a_.path->send({{text}, Bytes{1}});
  a_.path->send({b_.address(), Bytes{2}});
  ASSERT_TRUE(run_until([&] { return !b_.received.empty(); }));
  EXPECT_EQ(b_.received.back().second, Bytes{2});
}

INSTANTIATE_TEST_SUITE_P(Adapters, PathContract,
                         testing::Values(Adapter{PathKind::kUdp, "127.0.0.1:0"},
                                         Adapter{PathKind::kUdp, "[::1]:0"},
                                         Adapter{PathKind::kTcp, "127.0.0.1:0"},
                                         Adapter{PathKind::kTcp, "[::1]:0"}),
                         [](const auto& which) {
                           return std::string(which.param.kind == PathKind::kUdp ? "Udp" : "Tcp") +
                                  (which.param.listen[0] == '[' ? "V6" : "V4");
                         });

}  // namespace
}  // namespace openline::daemon
