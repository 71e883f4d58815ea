// SPDX-License-Identifier: Apache-2.0
#include "core/link/small_packets.h"

#include <gtest/gtest.h>

#include "core/link/handshake_pieces.h"
#include "core/wire/test_vectors.h"

namespace openline {
namespace {

SymmetricKey key_of(std::uint8_t byte) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(byte);
  return SymmetricKey(std::span<const std::uint8_t, 32>(bytes));
}

Bytes counted(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t at = 0; at < size; ++at) bytes[at] = static_cast<std::uint8_t>(at);
  return bytes;
}

TEST(SmallPackets, ASymbolCostsEightBytesAndReadsBack) {
  const ShortTagKey key(key_of(1));
  const Bytes bytes = counted(52);
  const Bytes packet = write_symbol(key, {0x12345}, {{3}, 0, 11, 200, bytes});
  EXPECT_EQ(packet.size(), bytes.size() + 8);
  const auto symbol = read_symbol(packet);
  ASSERT_TRUE(symbol) << symbol.error().text();
  EXPECT_EQ(symbol->path.value, 3);
  EXPECT_EQ(symbol->number_low, 0x45);
  EXPECT_EQ(symbol->k, 11U);
  EXPECT_EQ(symbol->index, 200);
  EXPECT_EQ(copy_of(symbol->bytes), bytes);
  EXPECT_TRUE(tag_holds(key, packet, {0x12345}));
}

TEST(SmallPackets, TheTagIsOfTheWholeNumberTheDirectionAndEveryByte) {
  const ShortTagKey key(key_of(1)), other_direction(key_of(2));
  const Bytes packet = write_symbol(key, {0x12345}, {{3}, 0, 11, 200, counted(20)});
  EXPECT_FALSE(tag_holds(key, packet, {0x12245})) << "the same low bits: a replay of an older block";
  EXPECT_FALSE(tag_holds(other_direction, packet, {0x12345}));
  for (std::size_t at = 0; at < packet.size(); ++at) {
    if (at == 1) continue;  // the number's low bits say which number is tried
    Bytes changed = packet;
    changed[at] ^= 1;
    EXPECT_FALSE(tag_holds(key, changed, {0x12345})) << at;
  }
}

TEST(SmallPackets, RefusesWhatIsTooShortOrOfTooLargeAGeneration) {
  Bytes packet = write_symbol(ShortTagKey(key_of(1)), {1}, {{0}, 0, 128, 0, counted(1)});
  EXPECT_TRUE(read_symbol(packet));
  packet[2] = 128;
  EXPECT_FALSE(read_symbol(packet));
  EXPECT_FALSE(read_symbol(ByteView(packet).first(kSymbolOverhead)));
  EXPECT_FALSE(read_symbol({}));
}

TEST(SmallPackets, CompletesANumberToTheNearest) {
  EXPECT_EQ(complete_number(0, 0).value, 0U);
  EXPECT_EQ(complete_number(200, 0).value, 200U) << "nothing is below zero";
  EXPECT_EQ(complete_number(2, 255).value, 258U);
  EXPECT_EQ(complete_number(250, 260).value, 250U);
  EXPECT_EQ(complete_number(4, 260).value, 260U);
}

Report full_report() { return {{2}, {{0x1ffff}, 0, 7}, 0xbffe, 200, 13, BlockStanding{{0x1fff0}, 3, 12}}; }

TEST(SmallPackets, AReportHasAtMostTwelveBytesBesideHeadAndTagAndReadsBack) {
  const ShortTagKey key(key_of(1));
  Report report = full_report();
  const Bytes with = write_report(key, report);
  EXPECT_EQ(with.size(), kReportSize);
  EXPECT_LE(kReportSize - 1 - kShortTag, 12U);
  const auto read = read_report(with, 0x20010);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(*read, report);
  EXPECT_TRUE(tag_holds(key, with, read->newest.number));
  report.last_heard.reset();
  EXPECT_EQ(read_report(write_report(key, report), 0x20010).value(), report);
}

TEST(SmallPackets, AReportOfWhatWasNeverSentIsRefused) {
  const Bytes packet = write_report(ShortTagKey(key_of(1)), full_report());
  EXPECT_FALSE(read_report(packet, 0));
  EXPECT_FALSE(read_report(packet, 5));
  EXPECT_FALSE(read_report(ByteView(packet).first(packet.size() - 1), 0x20010));
}

TEST(SmallPackets, AReportSaysWhichNumbersAreDone) {
  const Report report = full_report();
  EXPECT_TRUE(report.says_done({0x1ffff}));
  EXPECT_FALSE(report.says_done({0x20000}));
  EXPECT_FALSE(report.says_done({0x1fffe})) << "bit 0";
  EXPECT_TRUE(report.says_done({0x1fffd})) << "bit 1";
  EXPECT_FALSE(report.says_done({0x1fff0})) << "what it says of one goes before the bits";
  EXPECT_FALSE(report.says_done({0x100}));
}

// A block as its sender makes it: the transport's sealed bytes, cut, repaired and tagged.
nlohmann::json sample() {
  Transport sender({key_of(0x51), key_of(0x52), {}}, 1, 2);
  const PathId path{3};
  for (int skipped = 0; skipped < 0x105; ++skipped) (void)sender.seal(path, {});
  const std::size_t symbol_room = 64 - 4 - kSymbolOverhead;
  Bytes plain = counted(120);
  plain[0] = 1;
  const Cut cut = cut_for(plain.size() + 16, symbol_room);
  Bytes padded = plain;
  padded.resize(cut.bytes() - 16);
  const Transport::Sealed sealed = sender.seal_block(path, padded);
  nlohmann::json json;
  json["sending_key"] = to_hex(Bytes(32, 0x51));
  json["receiver_index"] = 2;
  json["path_id"] = 3;
  json["number"] = sealed.number.value;
  json["plain"] = to_hex(plain);
  json["block"] = to_hex(sealed.packet);
  json["k"] = cut.count;
  for (const int index : {0, 1, 2, 3, 200, 255}) {
    const Bytes bytes = coded_symbol(sealed.packet, cut.count, static_cast<std::uint8_t>(index));
    json["symbols"].push_back(to_hex(write_symbol(
        sender.short_tags(), sealed.number, {path, 0, cut.count, static_cast<std::uint8_t>(index), bytes})));
  }
  json["reports"] = {
      {{"newest", 0x1ffff}, {"packet", to_hex(write_report(sender.short_tags(), full_report()))}},
      {{"newest", 0x1234},
       {"packet", to_hex(write_report(sender.short_tags(), {{0}, {{0x1234}, 128, 0}, 0, 1, 0, {}}))}}};
  const Bytes handshake = counted(150);
  const SessionKey responder = *SessionKey::from(Bytes(32, 0x61));
  const Psk psk(std::span<const std::uint8_t, 32>(Bytes(32, 0x62)));
  json["responder_key"] = responder.hex();
  json["psk"] = to_hex(psk.expose());
  json["handshake_packet"] = to_hex(handshake);
  for (const Bytes& piece : pieces_of(handshake, piece_key(responder, psk), 60, 254))
    json["pieces"].push_back(to_hex(piece));
  return json;
}

TEST(NarrowVectors, AreWhatThisImplementationMakes) {
  EXPECT_EQ(read_vectors("narrow.json"), sample()) << "this implementation makes:\n" << sample().dump(1);
}

}  // namespace
}  // namespace openline
