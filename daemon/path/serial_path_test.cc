// SPDX-License-Identifier: Apache-2.0
// Lines that misbehave, with the real adapter on a pseudo-terminal whose other end is in the test's hands.
#include "daemon/path/serial_path.h"

#include <random>

#include "daemon/config/test_folder.h"
#include "daemon/path/test_end.h"
#include "daemon/path/test_wire.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;
using test::TestEnd;

constexpr std::uint64_t kFast = 100 << 20;

class SerialPathTest : public testing::Test {
 protected:
  void start(std::uint64_t rate = kFast) {
    PathConfig config;
    config.name = "hf";
    config.kind = PathKind::kSerial;
    config.device = device().string();
    config.declared_rate = rate;
    PathLimits limits;
    limits.reopen_after = Milliseconds{20};
    limits.stalled_after = Milliseconds{100};
    limits.noise_noted_every = Milliseconds{20};
    end_ = std::make_unique<TestEnd>(loop_, config, limits);
    const auto started = end_->path->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  // A name that devices come and go by, as /dev/serial/by-id has them.
  [[nodiscard]] std::filesystem::path device() const { return folder_.path() / "modem"; }
  void plug_in() {
    terminal_ = std::make_unique<test::Terminal>(loop_);
    terminal_->master.non_blocking(true);
    std::filesystem::create_symlink(terminal_->device, device());
  }
  void unplug() {
    std::filesystem::remove(device());
    terminal_.reset();
  }
  void far_end_writes(ByteView bytes) {
    std::size_t done = 0;
    ASSERT_TRUE(run_until([&] {
      const ByteView rest = bytes.subspan(done);
      const ssize_t size = ::write(terminal_->master.native_handle(), rest.data(), rest.size());
      if (size > 0) done += static_cast<std::size_t>(size);
      return done == bytes.size();
    }));
  }
  // All that is there now, without waiting.
  Bytes far_end_reads() {
    Bytes all;
    std::array<std::uint8_t, 4096> some{};
    for (ssize_t size = 0; (size = ::read(terminal_->master.native_handle(), some.data(), some.size())) > 0;)
      append(all, ByteView(some).first(static_cast<std::size_t>(size)));
    return all;
  }
  bool run_until(const std::function<bool()>& done) { return test::run_until(loop_, done); }
  bool carries_both_ways() {
    end_->path->send({{"hf"}, Bytes{4, 5, 6}});
    Bytes read;
    const bool out = run_until([&] {
      append(read, far_end_reads());
      const Bytes frame = serial_frame(Bytes{4, 5, 6});
      return std::ranges::search(read, frame).begin() != read.end();
    });
    const std::size_t before = end_->received.size();
    far_end_writes(serial_frame(Bytes{1, 2, 3}));
    return out && run_until([&] { return end_->received.size() > before; }) &&
           end_->received.back() == std::pair<std::string, Bytes>{"hf", {1, 2, 3}};
  }
  test::TemporaryFolder folder_;
  boost::asio::io_context loop_;
  std::unique_ptr<test::Terminal> terminal_;
  std::unique_ptr<TestEnd> end_;
};

// What a bad line does to the bytes of one frame.
Bytes damaged(Bytes frame, unsigned kind, std::mt19937& random) {
  const std::size_t at = random() % frame.size();
  const auto place = frame.begin() + static_cast<std::ptrdiff_t>(at);
  switch (kind % 5) {
    case 0:
      frame[at] ^= static_cast<std::uint8_t>(1U << random() % 8);
      return frame;
    case 1:
      frame.erase(place);
      return frame;
    case 2:
      frame.insert(place, frame[at]);
      return frame;
    case 3:
      frame.resize(at);  // cut in the middle
      return frame;
    default:
      frame.clear();
      for (std::size_t i = 0; i < at; ++i) frame.push_back(static_cast<std::uint8_t>(random()));
      return frame;
  }
}

TEST_F(SerialPathTest, LosesWhatTheLineDamagesAndTheFrameAfterItAtMost) {
  plug_in();
  start();
  std::mt19937 random(7);
  std::vector<Bytes> sound;  // that must come: neither damaged nor run into by damage
  std::vector<Bytes> sent;
  std::size_t faults = 0;
  for (bool after_damage = false; sent.size() < 500;) {
    Bytes packet(1 + random() % 200);
    for (auto& byte : packet) byte = static_cast<std::uint8_t>(random());
    sent.push_back(packet);
    Bytes frame = serial_frame(packet);
    const bool is_hit = random() % 3 == 0;
    if (is_hit) {
      frame = damaged(std::move(frame), static_cast<unsigned>(faults++), random);
    } else if (!after_damage) {
      sound.push_back(packet);
    }
    after_damage = is_hit;
    far_end_writes(frame);
  }
  far_end_writes(Bytes{0});
  const Bytes last{9, 9, 9, 9};
  sound.push_back(last);
  sent.push_back(last);
  far_end_writes(serial_frame(last));
  ASSERT_TRUE(run_until([&] { return !end_->received.empty() && end_->received.back().second == last; }));
  std::size_t next = 0, next_sent = 0;
  for (const auto& [from, packet] : end_->received) {
    if (next < sound.size() && packet == sound[next]) ++next;
    while (next_sent < sent.size() && sent[next_sent] != packet) ++next_sent;
    ASSERT_LT(next_sent, sent.size()) << "a packet that nobody sent";
  }
  EXPECT_EQ(next, sound.size()) << "sound frames that were lost";
  EXPECT_GT(faults, 100U);
  EXPECT_EQ(end_->path->problem(), "");
  EXPECT_TRUE(run_until([&] { return !end_->notes.empty(); }));
  EXPECT_NE(end_->notes[0].find("damaged frames of"), std::string::npos) << end_->notes[0];
}

TEST_F(SerialPathTest, KeepsNothingOfAnEndlessNoiseWithoutAZero) {
  plug_in();
  start();
  for (int i = 0; i < 64; ++i) far_end_writes(Bytes(4096, 0x55));
  far_end_writes(Bytes{0});
  EXPECT_TRUE(carries_both_ways());
}

TEST_F(SerialPathTest, ComesBackAfterALineHungUp) {
  plug_in();
  start();
  ASSERT_TRUE(carries_both_ways());
  for (int i = 0; i < 3; ++i) {
    unplug();
    ASSERT_TRUE(run_until([&] { return end_->said_unusable("modem hung up"); })) << end_->history();
    ASSERT_TRUE(run_until([&] { return end_->said_unusable("the device is not there"); })) << end_->history();
    EXPECT_FALSE(end_->path->has_room());
    end_->path->send({{"hf"}, Bytes{1}});  // lost, as on any network
    plug_in();
    ASSERT_TRUE(run_until([&] { return end_->is_usable_again(); })) << end_->history();
    EXPECT_TRUE(carries_both_ways());
    end_->changes.clear();
  }
}

TEST_F(SerialPathTest, UsesADeviceThatAppearsLateAndSaysMeanwhileWhatIsWrong) {
  start();
  EXPECT_NE(end_->path->problem().find("path \"hf\""), std::string::npos);
  EXPECT_NE(end_->path->problem().find("the device is not there"), std::string::npos);
  test::write_file(device(), "no line\n");
  ASSERT_TRUE(run_until([&] { return end_->said_unusable("it is not a serial line"); })) << end_->history();
  std::filesystem::remove(device());
  plug_in();
  ASSERT_TRUE(run_until([&] { return end_->is_usable_again(); })) << end_->history();
  EXPECT_TRUE(carries_both_ways());
}

// A line whose flow is stopped: the far end of the pseudo-terminal is not read until the system's buffer is
// full.
TEST_F(SerialPathTest, HoldsOneFrameOfALineThatTakesNoneAndBlocksNobody) {
  plug_in();
  start();
  std::size_t sent = 0, turns = 0;
  ASSERT_TRUE(run_until([&] {
    ++turns;
    for (; end_->path->has_room(); sent += 1000) end_->path->send({{"hf"}, Bytes(1000, 7)});
    return end_->said_unusable("takes no bytes");
  })) << end_->history();
  EXPECT_GT(turns, 1U);
  EXPECT_FALSE(end_->path->has_room());
  const int rooms = end_->rooms;
  Bytes read;
  ASSERT_TRUE(run_until([&] {
    append(read, far_end_reads());
    return end_->is_usable_again() && end_->rooms > rooms;
  })) << end_->history();
  ASSERT_TRUE(run_until([&] {
    append(read, far_end_reads());
    return read.size() >= sent / 1000 * serial_frame(Bytes(1000, 7)).size();
  }));
  std::size_t whole = 0;
  SerialDeframer(16384).take(read, [&](ByteView packet) { whole += packet.size(); });
  EXPECT_EQ(whole, sent) << "what was taken is whole, in spite of the halt";
  EXPECT_TRUE(carries_both_ways());
}

TEST_F(SerialPathTest, EndsAtOnceWhileTheLineTakesNone) {
  plug_in();
  start();
  for (int i = 0; i < 1000 && end_->path->has_room(); ++i) end_->path->send({{"hf"}, Bytes(1000, 7)});
  end_.reset();
  start();
  EXPECT_EQ(end_->path->problem(), "") << "it was given back";
}

// Precedence is decided when a frame is begun: whatever is asked, the device is never given more than its
// rate allowed so far, a head start, and the frame that then begins.
TEST_F(SerialPathTest, GivesTheDeviceOneFrameAtMostBeforeItsTime) {
  constexpr std::uint64_t kRate = 1600;  // 64 bytes take 40 ms
  constexpr double kHeadStart = 0.1;
  plug_in();
  start(kRate);
  const auto since = std::chrono::steady_clock::now();
  std::size_t frames = 0, bytes = 0;
  int seen = -1;
  ASSERT_TRUE(run_until([&] {
    if (end_->rooms == seen) return frames >= 25;  // nobody asks: it says when there is room
    seen = end_->rooms;
    while (end_->path->has_room()) {
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - since;
      EXPECT_LE(static_cast<double>(bytes), (passed.count() + kHeadStart) * kRate);
      end_->path->send({{"hf"}, Bytes(60, 7)});
      bytes += 64;
      ++frames;
    }
    return frames >= 25;
  })) << frames;
}

TEST(SerialPathRate, CountsForAPacketWhatItsFrameHasOnABusyLine) {
  PathConfig config;
  config.kind = PathKind::kSerial;
  EXPECT_EQ(config.local_path().overhead, serial_frame(Bytes(60, 7)).size() - 60);
}

}  // namespace
}  // namespace openline::daemon
