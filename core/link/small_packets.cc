// SPDX-License-Identifier: Apache-2.0
#include "core/link/small_packets.h"

#include "core/link/coding.h"
#include "core/wire/assert.h"
#include "core/wire/big_endian.h"

namespace openline {
namespace {

constexpr std::uint8_t kSymbol = 0x20, kReport = 0x30;
constexpr std::size_t kReportFixed = 1 + 8 + kShortTag, kStanding = 3;
static_assert(kReportFixed + kStanding == kReportSize);

std::size_t number_bytes(std::uint8_t type) { return is_symbol(type) ? 1 : 2; }

// What the tag covers: the number is whole.
Bytes tagged(ByteView untagged, PacketNumber number) {
  Bytes bytes{untagged[0]};
  append_big_endian(bytes, number.value);
  append(bytes, untagged.subspan(1 + number_bytes(untagged[0])));
  return bytes;
}

void append_tag(Bytes& packet, const ShortTagKey& key, PacketNumber number) {
  key.append_tag(packet, tagged(packet, number));
}

// The largest number below `next` that ends with these bits.
std::optional<PacketNumber> below(std::uint32_t next, std::uint32_t low, std::uint32_t span) {
  if (next == 0) return std::nullopt;
  const std::uint32_t newest = next - 1, back = (newest - low) % span;
  if (back > newest) return std::nullopt;
  return PacketNumber{newest - back};
}

}  // namespace

bool is_symbol(std::uint8_t type) { return (type & 0xf0) == kSymbol; }
bool is_report(std::uint8_t type) { return (type & 0xf0) == kReport; }

Result<Symbol> read_symbol(ByteView packet) {
  if (packet.size() <= kSymbolOverhead) return fail("symbol packet is too short");
  if (!is_symbol(packet[0])) return fail("not a symbol packet", 0);
  if (packet[2] >= kMaxGeneration) return fail("a generation has at most 128 symbols", 2);
  return Symbol{{static_cast<std::uint8_t>(packet[0] & 0x0f)},
                packet[1],
                std::size_t{packet[2]} + 1,
                packet[3],
                packet.subspan(4, packet.size() - kSymbolOverhead)};
}

Bytes write_symbol(const ShortTagKey& key, PacketNumber number, const Symbol& symbol) {
  OPENLINE_ASSERT(symbol.k >= 1 && symbol.k <= kMaxGeneration && symbol.path.value < Transport::kMaxPaths);
  Bytes packet{static_cast<std::uint8_t>(kSymbol | symbol.path.value),
               static_cast<std::uint8_t>(number.value), static_cast<std::uint8_t>(symbol.k - 1),
               symbol.index};
  append(packet, symbol.bytes);
  append_tag(packet, key, number);
  return packet;
}

PacketNumber complete_number(std::uint8_t low, std::uint32_t next) {
  constexpr std::uint32_t kSpan = 256;
  const std::uint32_t number = (next & ~(kSpan - 1)) | low;
  if (number >= next + kSpan / 2 && number >= kSpan) return {number - kSpan};
  if (number + kSpan / 2 < next && number + kSpan < kEndOfNumbers) return {number + kSpan};
  return {number};
}

bool Report::says_done(PacketNumber number) const {
  if (number == newest.number) return newest.missing == 0;
  if (last_heard && number == last_heard->number) return last_heard->missing == 0;
  if (number > newest.number) return false;
  const std::uint32_t back = newest.number.value - number.value - 1;
  return back < kDone && (done >> back & 1) != 0;
}

Result<Report> read_report(ByteView packet, std::uint32_t next) {
  if (packet.size() != kReportFixed && packet.size() != kReportSize) return fail("report is of another size");
  if (!is_report(packet[0])) return fail("not a report", 0);
  const auto newest = below(next, big_endian<std::uint16_t>(packet.subspan(1)), 1U << 16);
  if (!newest) return fail("report is of a packet that was never sent", 1);
  Report report;
  report.path = {static_cast<std::uint8_t>(packet[0] & 0x0f)};
  report.newest = {*newest, packet[3], packet[4]};
  report.done = big_endian<std::uint16_t>(packet.subspan(5));
  report.came = packet[7];
  report.missed = packet[8];
  if (packet.size() == kReportFixed) return report;
  const auto other = below(newest->value, packet[9], 1U << 8);
  if (!other) return fail("report is of a packet that was never sent", 9);
  report.last_heard = {*other, packet[10], packet[11]};
  return report;
}

Bytes write_report(const ShortTagKey& key, const Report& report) {
  Bytes packet{static_cast<std::uint8_t>(kReport | report.path.value)};
  append_big_endian(packet, static_cast<std::uint16_t>(report.newest.number.value));
  append(packet, Bytes{report.newest.missing, report.newest.index});
  append_big_endian(packet, report.done);
  append(packet, Bytes{report.came, report.missed});
  if (report.last_heard) {
    OPENLINE_ASSERT(report.last_heard->number < report.newest.number);
    append(packet, Bytes{static_cast<std::uint8_t>(report.last_heard->number.value),
                         report.last_heard->missing, report.last_heard->index});
  }
  append_tag(packet, key, report.newest.number);
  return packet;
}

bool tag_holds(const ShortTagKey& key, ByteView packet, PacketNumber number) {
  OPENLINE_ASSERT(packet.size() > kSymbolOverhead);
  const std::size_t end = packet.size() - kShortTag;
  return key.holds(tagged(packet.first(end), number), packet.subspan(end));
}

}  // namespace openline
