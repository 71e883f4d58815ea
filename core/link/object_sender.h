// SPDX-License-Identifier: Apache-2.0
// Objects on their way to one peer (protocol.md sections 6.2 and 6.4): cuts them into frames when a
// packet has room, remembers which bytes are acknowledged, and sends again what was lost.
//
// A FLASH goes on every live path: it waits in a lane of its own for each. All else waits in one queue
// that any path takes from. An object gets its number on the wire when it is first sent, so that the
// receiver's set of finished numbers has gaps only for what is in flight.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "core/link/frames.h"
#include "core/link/range_set.h"
#include "core/link/send_queue.h"
#include "core/link/switchboard.h"

namespace openline {

struct Carried {  // bytes of an object that a packet carries
  ObjectHandle object = 0;
  Range part;
};

class ObjectSender {
 public:
  explicit ObjectSender(const LinkOptions& options) : options_(options) {}

  ObjectHandle add(Bytes object, const SendOptions& how);  // not empty, not above max_object
  void open_lane(PathId path);                             // the path is live: FLASH goes on it
  void close_lane(PathId path);

  // The highest rank that has something to send on this path now.
  [[nodiscard]] std::optional<Rank> pending(PathId path, Rank least = Rank::kBulk);
  // Packs what goes next, down to rank `least`; says what was packed.
  [[nodiscard]] std::vector<Carried> fill(FrameWriter& frames, PathId path, Rank least);
  // Packs whole objects that wait, for a first message; they stay where they are in the queue.
  [[nodiscard]] std::vector<Carried> fill_early(FrameWriter& frames);

  void acknowledged(const Carried& carried);
  void lost(PathId path, const Carried& carried);
  void give_up_in_flight();  // the peer forgot: drop whatever was sent in a session

  [[nodiscard]] std::vector<ObjectHandle> take_delivered() { return std::exchange(delivered_, {}); }
  [[nodiscard]] bool empty() const { return objects_.empty(); }
  [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }
  [[nodiscard]] std::size_t count() const { return objects_.size(); }
  void check_invariants() const;

 private:
  struct Waiting {  // bytes of an object that wait in one queue
    RangeSet parts;
    bool queued = false;  // there, or parked
  };
  struct Object {
    Bytes bytes;
    Rank rank = Rank::kRoutine;
    std::uint32_t group = 0;
    std::optional<std::uint64_t> supersedes_key;
    std::optional<ObjectId> id;
    bool sent = false;   // some of it, in a session
    bool begun = false;  // as fragments: it takes room at the receiver
    RangeSet acknowledged;
    Waiting common;                     // unused for FLASH
    std::map<PathId, Waiting> by_lane;  // FLASH only
    [[nodiscard]] Range all() const { return {0, bytes.size()}; }
  };
  struct Pick {
    SendQueue* queue = nullptr;
    Object* object = nullptr;
    Waiting* waiting = nullptr;
    ObjectHandle handle = 0;
    std::optional<PathId> lane;
  };
  struct Parked {  // an object that waits for room at the receiver
    ObjectHandle handle = 0;
    std::optional<PathId> lane;
  };
  [[nodiscard]] std::optional<ObjectHandle> supersede(Bytes& object, const SendOptions& how, Rank rank);
  void enqueue(SendQueue& queue, Waiting& waiting, const Object& object, ObjectHandle handle, bool at_front);
  [[nodiscard]] std::optional<Pick> pick(PathId path, Rank least);
  [[nodiscard]] std::optional<Pick> pick_from(SendQueue& queue, std::optional<PathId> lane, Rank least);
  [[nodiscard]] bool may_begin(const Object& object) const;
  void park(const Pick& pick);
  void unpark();
  [[nodiscard]] Range pack(FrameWriter& frames, Object& object, Range part);
  void number(Object& object);
  void erase(ObjectHandle handle);

  const LinkOptions& options_;
  std::unordered_map<ObjectHandle, Object> objects_;
  std::set<ObjectHandle> flash_;
  std::unordered_map<std::uint64_t, ObjectHandle> by_key_;
  SendQueue common_;
  std::map<PathId, SendQueue> lanes_;
  std::array<std::deque<Parked>, kRanks> parked_;
  ObjectHandle next_handle_ = 0;
  std::uint64_t next_id_ = 0;
  std::size_t queued_bytes_ = 0;
  std::size_t begun_bytes_ = 0;
  std::vector<ObjectHandle> delivered_;
};

}  // namespace openline
