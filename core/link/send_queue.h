// SPDX-License-Identifier: Apache-2.0
// Which object goes next (protocol.md section 6.4): the highest rank, in it the groups in turn, in a
// group the first come. Holds handles only; a handle that became stale is popped by its owner.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>

namespace openline {

using ObjectHandle = std::uint64_t;  // an object's number at its sender's caller

// Precedences in their order, and attachments below all of them.
enum class Rank : std::uint8_t { kBulk = 0, kRoutine, kPriority, kImmediate, kFlash };
inline constexpr std::size_t kRanks = 5;

class SendQueue {
 public:
  void push_back(Rank rank, std::uint32_t group, ObjectHandle handle);
  void insert(Rank rank, std::uint32_t group,
              ObjectHandle handle);                // before all of its group that came later
  [[nodiscard]] std::optional<Rank> rank() const;  // of `front`
  [[nodiscard]] std::optional<ObjectHandle> front() const;
  [[nodiscard]] std::size_t size(Rank rank) const { return levels_[static_cast<std::size_t>(rank)].size; }
  void pop_front();  // and the group's turn is over
  void end_turn();   // the front stays, its group goes to the end of its rank
  // Highest rank first, until the visitor says false.
  void visit(const std::function<bool(ObjectHandle)>& visitor) const;

 private:
  struct Level {
    std::deque<std::uint32_t> turns;  // groups that have something, in order of turn
    std::unordered_map<std::uint32_t, std::deque<ObjectHandle>> groups;
    std::size_t size = 0;  // handles
  };
  std::deque<ObjectHandle>& group_of(Rank rank, std::uint32_t group);
  std::array<Level, kRanks> levels_;
};

}  // namespace openline
