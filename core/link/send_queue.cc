// SPDX-License-Identifier: Apache-2.0
#include "core/link/send_queue.h"

#include <algorithm>

#include "core/wire/assert.h"

namespace openline {

std::deque<ObjectHandle>& SendQueue::group_of(Rank rank, std::uint32_t group) {
  Level& level = levels_[static_cast<std::size_t>(rank)];
  auto [found, is_new] = level.groups.try_emplace(group);
  if (is_new) level.turns.push_back(group);
  ++level.size;
  return found->second;
}

void SendQueue::push_back(Rank rank, std::uint32_t group, ObjectHandle handle) {
  group_of(rank, group).push_back(handle);
}

void SendQueue::insert(Rank rank, std::uint32_t group, ObjectHandle handle) {
  std::deque<ObjectHandle>& handles = group_of(rank, group);
  handles.insert(std::ranges::upper_bound(handles, handle), handle);
}

std::optional<Rank> SendQueue::rank() const {
  for (std::size_t at = kRanks; at > 0; --at) {
    if (!levels_[at - 1].turns.empty()) return static_cast<Rank>(at - 1);
  }
  return std::nullopt;
}

std::optional<ObjectHandle> SendQueue::front() const {
  const auto top = rank();
  if (!top) return std::nullopt;
  const Level& level = levels_[static_cast<std::size_t>(*top)];
  return level.groups.at(level.turns.front()).front();
}

void SendQueue::pop_front() {
  const auto top = rank();
  OPENLINE_ASSERT(top.has_value());
  Level& level = levels_[static_cast<std::size_t>(*top)];
  const auto group = level.groups.find(level.turns.front());
  group->second.pop_front();
  --level.size;
  if (!group->second.empty()) return end_turn();
  level.groups.erase(group);
  level.turns.pop_front();
}

void SendQueue::end_turn() {
  const auto top = rank();
  OPENLINE_ASSERT(top.has_value());
  std::deque<std::uint32_t>& turns = levels_[static_cast<std::size_t>(*top)].turns;
  turns.push_back(turns.front());
  turns.pop_front();
}

void SendQueue::visit(const std::function<bool(ObjectHandle)>& visitor) const {
  for (std::size_t at = kRanks; at > 0; --at) {
    for (const std::uint32_t group : levels_[at - 1].turns) {
      for (const ObjectHandle handle : levels_[at - 1].groups.at(group)) {
        if (!visitor(handle)) return;
      }
    }
  }
}

}  // namespace openline
