// SPDX-License-Identifier: Apache-2.0
#include "sim/disk.h"

namespace openline::sim {
namespace {

void turn_a_bit(Chance& chance, Bytes& bytes) {
  bytes[chance.below(bytes.size())] ^= static_cast<std::uint8_t>(1u << chance.below(8));
}

}  // namespace

Microseconds DiskFaults::commit_time(Chance& chance) const {
  Microseconds time = commit;
  if (slow.count() > 0) time += chance.up_to(slow);
  if (chance.happens(stall)) time += stalled;
  return time;
}

bool DiskFaults::rots(Chance& chance, RunsRead& answer) const {
  if (answer.entries.empty() || !chance.happens(rot)) return false;
  Entry& entry = answer.entries[chance.below(answer.entries.size())];
  if (entry.body.empty()) return false;
  turn_a_bit(chance, entry.body);
  return true;
}

bool DiskFaults::rots(Chance& chance, PartRead& answer) const {
  if (!answer.bytes || answer.bytes->empty() || !chance.happens(rot)) return false;
  turn_a_bit(chance, *answer.bytes);
  return true;
}

}  // namespace openline::sim
