// SPDX-License-Identifier: Apache-2.0
#include "core/link/handshake_pieces.h"

#include <gtest/gtest.h>

namespace openline {
namespace {

constexpr std::size_t kPacket = 60;

Psk psk_of_byte(std::uint8_t byte) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(byte);
  return Psk(std::span<const std::uint8_t, 32>(bytes));
}

const SessionKey kResponder{{1, 2, 3}};
const StationKey kPeer{{4}}, kOther{{5}};
const Address kFrom{"hf"};

Bytes message(std::uint8_t fill, std::size_t size = 200) { return Bytes(size, fill); }

struct Pieces : ::testing::Test {
  SymmetricKey key = piece_key(kResponder, psk_of_byte(1));
  PieceSlots slots;
  std::optional<Bytes> give(const Bytes& piece, const StationKey& peer = kPeer) {
    const auto read = read_piece(piece);
    EXPECT_TRUE(read);
    EXPECT_TRUE(read->holds(key));
    return slots.take({0}, kFrom, peer, *read);
  }
};

TEST_F(Pieces, AnyThatAreEnoughMakeThePacketAgain) {
  for (const std::size_t size : {1U, 46U, 47U, 200U, 752U}) {
    Bytes packet = message(9, size);
    packet.back() = 0;  // zeros at its end are its own
    const auto pieces = pieces_of(packet, key, kPacket, 250);
    std::optional<Bytes> whole;
    for (std::size_t at = pieces.size(); at > 0 && !whole; --at) {
      EXPECT_LE(pieces[at - 1].size(), kPacket);
      whole = give(pieces[at - 1]);
    }
    EXPECT_EQ(whole, packet) << size;
  }
}

TEST_F(Pieces, RepeatsAddToWhatCameBefore) {
  const auto first = pieces_of(message(9), key, kPacket, 0), again = pieces_of(message(9), key, kPacket, 100);
  const std::size_t k = read_piece(first[0])->k;
  for (std::size_t at = 0; at + 1 < k; ++at) EXPECT_FALSE(give(first[at]));
  EXPECT_EQ(give(again[0]), message(9));
}

TEST_F(Pieces, AnotherKeyOrAChangedByteDoesNotHold) {
  const Bytes piece = pieces_of(message(9), key, kPacket, 0)[0];
  EXPECT_FALSE(read_piece(piece)->holds(piece_key(kResponder, psk_of_byte(2))));
  EXPECT_FALSE(read_piece(piece)->holds(piece_key(SessionKey{{9}}, psk_of_byte(1))));
  for (std::size_t at = 1; at < piece.size(); ++at) {
    Bytes changed = piece;
    changed[at] ^= 1;
    const auto read = read_piece(changed);
    EXPECT_FALSE(read && read->holds(key)) << at;
  }
  EXPECT_FALSE(read_piece(ByteView(piece).first(kPieceOverhead)));
}

TEST_F(Pieces, OfTwoPeersAreNotMixedAndPlacesAreFew) {
  const auto pieces = pieces_of(message(9), key, kPacket, 0);
  for (std::size_t at = 0; at < pieces.size(); ++at)
    EXPECT_FALSE(give(pieces[at], at % 2 == 0 ? kPeer : kOther)) << "each has less than k";
  for (std::uint8_t fill = 0; fill < 50; ++fill)
    EXPECT_FALSE(give(pieces_of(message(fill), key, kPacket, 0)[0]));
  EXPECT_EQ(slots.size(), PieceSlots::kMax);
}

TEST_F(Pieces, APacketThatNeedsTooManyIsNotCut) {
  EXPECT_TRUE(pieces_of(message(1, 47 * 128), key, kPacket, 0).empty());
  EXPECT_FALSE(pieces_of(message(1, 47 * 128 - 1), key, kPacket, 0).empty());
}

}  // namespace
}  // namespace openline
