// SPDX-License-Identifier: Apache-2.0
// Symbols, reports and pieces of handshakes: what is read is, written again, the same bytes but for its tag;
// and a tag that nobody made does not hold.
#include "core/link/handshake_pieces.h"
#include "core/link/small_packets.h"
#include "core/record/test_record.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

SymmetricKey key_of(std::uint8_t byte) { return SymmetricKey(seed_of(byte).expose()); }
const ShortTagKey& tags() {
  static const ShortTagKey key(key_of(1));
  return key;
}

bool same_but_for_the_tag(ByteView one, ByteView other) {
  return one.size() == other.size() &&
         std::ranges::equal(one.first(one.size() - kShortTag), other.first(other.size() - kShortTag));
}

void check_symbol(Input& in) {
  const auto next = static_cast<std::uint32_t>(in.any_number(kEndOfNumbers - 1));
  const ByteView packet = in.rest();
  const auto symbol = read_symbol(packet);
  if (!symbol) return;
  const PacketNumber number = complete_number(symbol->number_low, next);
  OPENLINE_ASSERT(static_cast<std::uint8_t>(number.value) == symbol->number_low &&
                  number.value < kEndOfNumbers);
  const Bytes again = write_symbol(tags(), number, *symbol);
  OPENLINE_ASSERT(same_but_for_the_tag(again, packet) && tag_holds(tags(), again, number));
}

void check_report(Input& in) {
  const auto next = static_cast<std::uint32_t>(in.any_number(kEndOfNumbers));
  const ByteView packet = in.rest();
  const auto report = read_report(packet, next);
  if (!report) return;
  OPENLINE_ASSERT(report->newest.number.value < next);
  OPENLINE_ASSERT(!report->says_done({next}));
  const Bytes again = write_report(tags(), *report);
  OPENLINE_ASSERT(same_but_for_the_tag(again, packet) && read_report(again, next) == *report);
}

void check_piece(Input& in) {
  const SymmetricKey key = key_of(2);
  PieceSlots slots;
  const auto piece = read_piece(in.rest());
  if (!piece) return;
  OPENLINE_ASSERT(piece->k >= 1 && piece->k <= kMaxGeneration);
  (void)slots.take({0}, {"hf"}, StationKey{{1}}, *piece);
  OPENLINE_ASSERT(slots.size() <= PieceSlots::kMax);
}

// A packet comes whole out of any of its pieces, in whatever order and however often they come.
void check_pieces(Input& in) {
  const SymmetricKey key = key_of(2);
  const std::size_t room = 30 + in.index(98);
  const std::uint8_t first = in.byte();
  Bytes packet = copy_of(in.bytes(1000));
  packet.resize(std::max<std::size_t>(packet.size(), 1));
  if (packet.size() > kMaxGeneration * (room - kPieceOverhead) / 2) return;
  const auto pieces = pieces_of(packet, key, room, first);
  PieceSlots slots;
  std::optional<Bytes> whole;
  while (!in.done() && !whole) {
    const auto read = read_piece(pieces[in.index(pieces.size())]);
    OPENLINE_ASSERT(read && read->holds(key));
    whole = slots.take({0}, {"hf"}, StationKey{{1}}, *read);
  }
  if (whole) OPENLINE_ASSERT(*whole == packet);
}

using Check = void (*)(Input&);
constexpr Check kChecks[] = {check_symbol, check_report, check_piece, check_pieces};

}  // namespace

void run(ByteView input) {
  Input in(input);
  kChecks[in.index(std::size(kChecks))](in);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  const auto add = [&](Bytes head, const Bytes& packet) {
    all.push_back(std::move(head));
    append(all.back(), packet);
  };
  add({0, 0, 70}, write_symbol(tags(), {69}, {{3}, 69, 11, 200, Bytes(20, 9)}));
  Report report{{3}, {{300}, 2, 9}, 0x5555, 7, 3, std::nullopt};
  add({1, 1, 0, 0, 1, 45}, write_report(tags(), report));
  report.last_heard = {{290}, 1, 4};
  add({1, 1, 0, 0, 1, 45}, write_report(tags(), report));
  for (const Bytes& piece : pieces_of(Bytes(150, 4), key_of(2), 60, 250)) add({2}, piece);
  add({3, 30, 250, 0, 100}, Bytes(160, 1));
  return all;
}

}  // namespace openline::fuzz
