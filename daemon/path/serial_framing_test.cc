// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/serial_framing.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace openline::daemon {
namespace {

struct Reader {
  explicit Reader(std::size_t max_packet = 16384) : deframer(max_packet) {}
  void take(ByteView bytes) {
    deframer.take(bytes, [this](ByteView packet) { packets.push_back(copy_of(packet)); });
  }
  SerialDeframer deframer;
  std::vector<Bytes> packets;
};

Bytes random_bytes(std::mt19937& random, std::size_t size) {
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

// By hand: CRC-16/GENIBUS of "123456789" is d64e (the catalogue's check value).
TEST(SerialFraming, HasTheShapeThatTheProtocolDocumentGives) {
  const std::string digits = "123456789";
  const Bytes packet(digits.begin(), digits.end());
  Bytes expected{12};
  append(expected, packet);
  append(expected, Bytes{0xd6, 0x4e, 0});
  EXPECT_EQ(serial_frame(packet), expected);
  EXPECT_EQ(serial_frame(Bytes{0, 7, 0}).front(), 1) << "a zero right away is a group of none";
}

TEST(SerialFraming, CarriesSixtyBytesInSixtyFour) {
  EXPECT_EQ(serial_frame(Bytes(60, 9)).size(), 64u);
  EXPECT_EQ(serial_frame(Bytes(60, 0)).size(), 64u);
  EXPECT_EQ(serial_frame(Bytes(512, 9)).size(), 518u);
}

TEST(SerialFraming, CarriesEveryLengthAroundItsGroupsWithAndWithoutZeros) {
  Reader reader;
  std::vector<Bytes> sent;
  for (const std::size_t size :
       std::vector<std::size_t>{1, 2, 251, 252, 253, 254, 255, 256, 506, 507, 508, 509, 510, 16383, 16384}) {
    for (const std::uint8_t fill : Bytes{0, 1, 255}) {
      Bytes packet(size, fill);
      sent.push_back(packet);
      packet.back() = 0;
      sent.push_back(packet);
      packet.front() = 0;
      sent.push_back(packet);
    }
  }
  for (const Bytes& packet : sent) reader.take(serial_frame(packet));
  EXPECT_EQ(reader.packets, sent);
  EXPECT_EQ(reader.deframer.damaged_frames(), 0u);
}

TEST(SerialFraming, TakesBytesInAnyPieces) {
  Reader reader;
  Bytes line{0, 0};
  for (const Bytes& packet : {Bytes{1, 0, 2}, Bytes(300, 5)}) append(line, serial_frame(packet));
  for (const std::uint8_t byte : line) reader.take(Bytes{byte});
  EXPECT_EQ(reader.packets, (std::vector<Bytes>{{1, 0, 2}, Bytes(300, 5)}));
  EXPECT_EQ(reader.deframer.damaged_frames(), 0u) << "zeros between frames are no damage";
}

TEST(SerialFraming, TakesAGroupOfNoneAfterAFullOneAtTheEnd) {
  // As some encoders write it. 252 bytes and their CRC fill a group exactly.
  std::mt19937 random(1);
  for (int tries = 0; tries < 100; ++tries) {
    Bytes packet(252, 1);
    packet[0] = static_cast<std::uint8_t>(random() % 255 + 1);
    Bytes frame = serial_frame(packet);
    if (frame.front() != 255) continue;  // a zero in the CRC
    frame.back() = 1;
    frame.push_back(0);
    Reader reader;
    reader.take(frame);
    EXPECT_EQ(reader.packets, std::vector<Bytes>{packet});
    return;
  }
  FAIL();
}

TEST(SerialFraming, DropsAFrameWithAnyOneBitChangedAndTakesTheNext) {
  const Bytes packet{7, 0, 0, 9, 200, 31, 0};
  const Bytes frame = serial_frame(packet);
  for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
    Bytes damaged = frame;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    Reader reader;
    reader.take(damaged);
    reader.take(Bytes{0});  // the line was idle
    reader.take(serial_frame(Bytes{5}));
    EXPECT_EQ(reader.packets, std::vector<Bytes>{{5}}) << bit;
    EXPECT_GE(reader.deframer.damaged_frames(), 1u) << bit;
  }
}

TEST(SerialFraming, FindsTheNextFrameAfterBytesWereLost) {
  const Bytes frame = serial_frame(Bytes{1, 2, 0, 3, 4});
  for (std::size_t from = 0; from < frame.size(); ++from) {
    for (std::size_t to = from + 1; to < frame.size(); ++to) {
      Bytes cut = frame;
      cut.erase(cut.begin() + static_cast<std::ptrdiff_t>(from),
                cut.begin() + static_cast<std::ptrdiff_t>(to));
      Reader reader;
      reader.take(cut);
      reader.take(serial_frame(Bytes{8, 8}));
      EXPECT_EQ(reader.packets, (std::vector<Bytes>{{8, 8}}));
    }
  }
}

TEST(SerialFraming, KeepsOneFrameOfNoiseThatNeverEnds) {
  Reader reader(64);
  for (int i = 0; i < 1000; ++i) reader.take(Bytes(1024, 0x55));
  reader.take(Bytes{0});
  EXPECT_EQ(reader.deframer.damaged_frames(), 1u);
  EXPECT_EQ(reader.deframer.damaged_bytes(), 1024000u);
  reader.take(serial_frame(Bytes(64, 1)));
  reader.take(serial_frame(Bytes(65 + 3, 1)));
  EXPECT_EQ(reader.packets, std::vector<Bytes>{Bytes(64, 1)}) << "what is too long is dropped";
}

TEST(SerialFraming, FindsEveryFrameBetweenRandomNoise) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed=" + std::to_string(seed));
  std::mt19937 random(seed);
  Reader reader;
  std::vector<Bytes> sent;
  for (int i = 0; i < 2000; ++i) {
    reader.take(random_bytes(random, random() % 600));
    // The noise ends a frame of its own where the next begins: the zero after silence.
    reader.take(Bytes{0});
    sent.push_back(random_bytes(random, random() % 400 + 4));
    reader.take(serial_frame(sent.back()));
  }
  // One in 65,536 pieces of noise has a CRC that fits; what they carry then fails authentication.
  std::size_t found = 0;
  for (const Bytes& packet : reader.packets) {
    if (found < sent.size() && packet == sent[found]) ++found;
  }
  EXPECT_EQ(found, sent.size());
  EXPECT_LE(reader.packets.size(), sent.size() + 10);
  EXPECT_GE(reader.deframer.damaged_frames(), 1000u);
}

}  // namespace
}  // namespace openline::daemon
