// SPDX-License-Identifier: Apache-2.0
#include "core/link/board.h"

#include "core/wire/assert.h"

namespace openline {

Board::Board(LinkOptions link_options, std::vector<LocalPath> own_paths, RandomSeed seed)
    : options(link_options),
      paths(std::move(own_paths)),
      usable(paths.size(), true),
      random(std::move(seed)),
      posted(paths.size()) {
  OPENLINE_ASSERT(options.min_window <= options.initial_window &&
                  options.initial_window <= options.max_window);
  OPENLINE_ASSERT(options.max_object <=
                  options.max_reassembly / 4);  // ObjectSender's share of the least urgent
  OPENLINE_ASSERT(options.min_missed >= 1 && options.min_missed <= options.max_missed);
}

std::size_t LocalPath::packet_limit() const {
  constexpr std::size_t kAlways = 256;
  if (!packet_time || !declared_rate) return max_packet;
  const auto in_time = static_cast<std::size_t>(static_cast<double>(*declared_rate) *
                                                static_cast<double>(packet_time->count()) / 1e6);
  return std::min(max_packet, std::max(in_time, kAlways) - overhead);
}

std::optional<std::uint64_t> LocalPath::rate_to_one() const {
  if (!cover) return declared_rate;
  const std::uint64_t covered =
      (packet_limit() + overhead) * 1'000'000 / static_cast<std::uint64_t>(cover->count());
  return std::max<std::uint64_t>(1, std::min(covered, declared_rate.value_or(covered)));
}

std::uint32_t Board::new_index(Link& link) {
  for (;;) {
    const std::uint32_t index = random.number32();
    if (by_index.emplace(index, &link).second) return index;
  }
}

void Board::post(PathIndex path, const Address& to, Bytes packet) {
  std::deque<OutgoingPacket>& waiting = posted.at(path.value);
  if (waiting.size() >= kMaxPosted) {
    ++counters.over_budget;
    return;
  }
  waiting.push_back({to, std::move(packet)});
}

}  // namespace openline
