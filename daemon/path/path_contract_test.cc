// SPDX-License-Identifier: Apache-2.0
// What every path adapter promises: on loopback, over a pseudo-terminal, and through helper programs.
#include <gtest/gtest.h>

#include <functional>

#include "daemon/config/test_folder.h"
#include "daemon/path/path.h"
#include "daemon/path/test_wire.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

// A start that is refused, or that leaves the path unusable: with words that say so.
struct Trouble {
  PathConfig config;
  std::string says;
};

// What two ends of one kind need to reach each other.
class Place {
 public:
  virtual ~Place() = default;
  [[nodiscard]] virtual PathConfig config(std::size_t end) const = 0;
  // What the far end of `path`, which is of end `end`, is called by.
  [[nodiscard]] virtual Address address(std::size_t end, const Path& path) const = 0;
  // As `end` left it, for one that comes after it.
  [[nodiscard]] virtual PathConfig config_again(std::size_t end, const Address& /*address*/) const {
    return config(end);
  }
  [[nodiscard]] virtual Trouble taken(const Path& by) const = 0;
  [[nodiscard]] virtual Trouble absent() const = 0;

 protected:
  [[nodiscard]] static PathConfig named(PathKind kind) {
    PathConfig result;
    result.name = "p";
    result.kind = kind;
    return result;
  }
};

class SocketPlace : public Place {
 public:
  SocketPlace(PathKind kind, std::string listen) : kind_(kind), listen_(std::move(listen)) {}
  [[nodiscard]] PathConfig config(std::size_t) const override { return listening(listen_); }
  [[nodiscard]] Address address(std::size_t, const Path& path) const override {
    return {path.listening_on()};
  }
  [[nodiscard]] PathConfig config_again(std::size_t, const Address& address) const override {
    return listening(address.text);
  }
  [[nodiscard]] Trouble taken(const Path& by) const override {
    return {listening(by.listening_on()), by.listening_on() + ": the port is in use"};
  }
  [[nodiscard]] Trouble absent() const override {
    return {listening(listen_[0] == '[' ? "[2001:db8::1]:0" : "192.0.2.1:0"), "does not have that address"};
  }

 private:
  [[nodiscard]] PathConfig listening(const std::string& address) const {
    PathConfig result = named(kind_);
    result.listen = Endpoint::parse(address);
    return result;
  }
  PathKind kind_;
  std::string listen_;
};

class SerialPlace : public Place {
 public:
  explicit SerialPlace(boost::asio::io_context& loop) : wire_(loop) {}
  [[nodiscard]] PathConfig config(std::size_t end) const override { return on(wire_.device(end)); }
  [[nodiscard]] Address address(std::size_t, const Path&) const override { return {"p"}; }
  [[nodiscard]] Trouble taken(const Path& by) const override {
    return {on(by.listening_on()), by.listening_on() + ": it is in use"};
  }
  [[nodiscard]] Trouble absent() const override {
    return {on("/dev/openline-absent"), "/dev/openline-absent: the device is not there"};
  }

 private:
  [[nodiscard]] static PathConfig on(const std::string& device) {
    PathConfig result = named(PathKind::kSerial);
    result.device = device;
    result.declared_rate = 100 << 20;
    return result;
  }
  test::Wire wire_;
};

class ExecPlace : public Place {
 public:
  [[nodiscard]] PathConfig config(std::size_t end) const override {
    PathConfig result = named(PathKind::kExec);
    result.command = {
        "/usr/bin/env", "python3",       OPENLINE_SOURCE_DIR "/packaging/helpers/openline-path-spool",
        "--name",       address_of(end), "--out",
        folder_.path(), "--in",          folder_.path(),
        "--every",      "0.01"};
    return result;
  }
  [[nodiscard]] Address address(std::size_t end, const Path&) const override { return {address_of(end)}; }
  [[nodiscard]] Trouble taken(const Path&) const override {
    PathConfig result = named(PathKind::kExec);
    result.command = {folder_.path() / "no-helper"};
    return {result, "no-helper: No such file"};
  }
  [[nodiscard]] Trouble absent() const override {
    PathConfig result = config(0);
    result.command[6] = folder_.path() / "absent";
    return {result, "has not said that it is ready"};
  }

 private:
  static std::string address_of(std::size_t end) { return end == 0 ? "north" : "south@sea"; }
  test::TemporaryFolder folder_;
};

struct Adapter {
  const char* name;
  std::unique_ptr<Place> (*place)(boost::asio::io_context& loop);
};
std::ostream& operator<<(std::ostream& out, const Adapter& adapter) { return out << adapter.name; }

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
  std::unique_ptr<Path> path;
  std::vector<std::pair<Address, Bytes>> received;
  int rooms = 0;
};

class PathContract : public testing::TestWithParam<Adapter> {
 protected:
  // Until `done`, or long enough that it will never be.
  bool run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!done() && std::chrono::steady_clock::now() < end) loop_.run_one_for(50ms);
    return done();
  }
  [[nodiscard]] Address b() const { return place_->address(1, *b_.path); }
  boost::asio::io_context loop_;
  std::unique_ptr<Place> place_ = GetParam().place(loop_);
  End a_{loop_, place_->config(0)}, b_{loop_, place_->config(1)};
  void SetUp() override {
    ASSERT_TRUE(a_.path->start());
    ASSERT_TRUE(b_.path->start());
    ASSERT_TRUE(run_until([&] { return a_.path->has_room() && b_.path->has_room(); }));
    EXPECT_EQ(a_.path->problem() + b_.path->problem(), "");
  }
};

TEST_P(PathContract, CarriesPacketsWholeAndBack) {
  Bytes first(1200, 7), second{1};
  a_.path->send({b(), first});
  a_.path->send({b(), second});
  ASSERT_TRUE(run_until([&] { return b_.received.size() == 2; }));
  EXPECT_EQ(b_.received[0].second, first);
  EXPECT_EQ(b_.received[1].second, second);
  b_.path->send({b_.received[0].first, Bytes{9, 9}});
  ASSERT_TRUE(run_until([&] { return a_.received.size() == 1; }));
  EXPECT_EQ(a_.received[0].second, (Bytes{9, 9}));
  EXPECT_EQ(a_.received[0].first, b()) << "answers come from the address that was called";
}

TEST_P(PathContract, CarriesTheLongestPacketThatIsAllowed) {
  const Bytes longest(16384, 3);
  a_.path->send({b(), longest});
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
      a_.path->send({b(), packet});
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
  const Address to = b();
  const PathConfig same = place_->config_again(1, to);
  b_.path.reset();
  a_.path->send({to, Bytes{1}});
  run_until([this, polls = 0]() mutable { return ++polls > 10; });
  End again(loop_, same);
  ASSERT_TRUE(again.path->start());
  ASSERT_TRUE(run_until([&] {
    if (a_.path->has_room()) a_.path->send({to, Bytes{2}});
    return !again.received.empty() && again.received.back().second == Bytes{2};
  }));
}

TEST_P(PathContract, SaysWhichPathAndPlaceWhenItCannotStart) {
  Trouble trouble = place_->taken(*a_.path);
  trouble.config.name = "fibre";
  End other(loop_, trouble.config);
  const auto started = other.path->start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("path \"fibre\""), std::string::npos);
  EXPECT_NE(started.error().message.find(trouble.says), std::string::npos) << started.error().message;
}

TEST_P(PathContract, StartsWithoutWhatMayStillComeAndSaysSo) {
  const Trouble trouble = place_->absent();
  End other(loop_, trouble.config);
  ASSERT_TRUE(other.path->start());
  EXPECT_NE(other.path->problem().find(trouble.says), std::string::npos) << other.path->problem();
}

TEST_P(PathContract, DropsWhatGoesToAnAddressThatIsNone) {
  for (const char* text : {"", "nowhere", "127.0.0.1", "fibre:1", "[::1", "127.0.0.1:0"})
    a_.path->send({{text}, Bytes{1}});
  a_.path->send({b(), Bytes{2}});
  ASSERT_TRUE(run_until([&] { return !b_.received.empty(); }));
  EXPECT_EQ(b_.received.back().second, Bytes{2});
}

template <PathKind kind>
std::unique_ptr<Place> on_v4(boost::asio::io_context&) {
  return std::make_unique<SocketPlace>(kind, "127.0.0.1:0");
}
template <PathKind kind>
std::unique_ptr<Place> on_v6(boost::asio::io_context&) {
  return std::make_unique<SocketPlace>(kind, "[::1]:0");
}
std::unique_ptr<Place> on_a_wire(boost::asio::io_context& loop) {
  return std::make_unique<SerialPlace>(loop);
}
std::unique_ptr<Place> with_helpers(boost::asio::io_context&) { return std::make_unique<ExecPlace>(); }

INSTANTIATE_TEST_SUITE_P(Adapters, PathContract,
                         testing::Values(Adapter{"UdpV4", on_v4<PathKind::kUdp>},
                                         Adapter{"UdpV6", on_v6<PathKind::kUdp>},
                                         Adapter{"TcpV4", on_v4<PathKind::kTcp>},
                                         Adapter{"TcpV6", on_v6<PathKind::kTcp>},
                                         Adapter{"Serial", on_a_wire}, Adapter{"Exec", with_helpers}),
                         [](const auto& which) { return which.param.name; });

}  // namespace
}  // namespace openline::daemon
