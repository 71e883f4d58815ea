// SPDX-License-Identifier: Apache-2.0
// Objects on their way to one peer (protocol.md sections 6.2 and 6.4): cuts them into frames when a
// packet has room, remembers which bytes are acknowledged, and sends again what was lost.
//
// A FLASH goes on every live path: it waits in a lane of its own for each. All else waits in one place
// that any path takes from. What was lost goes before what was never sent, but for a single new object: that
// one would wait for the repairs of others. An object gets its number on the wire when it is first sent, so
// that the receiver's set of finished numbers has gaps only for what is in flight.
//
// While a path has nothing else to do, small objects are repeated before anybody knows that they were lost,
// until it is unlikely that no copy arrives; of large ones go repairs, until it is unlikely that they are not
// enough for what is lost.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "core/link/frames.h"
#include "core/link/range_set.h"
#include "core/link/repairs.h"
#include "core/link/send_queue.h"
#include "core/link/switchboard.h"

namespace openline {

struct Carried {  // bytes of an object that a packet carries
  ObjectHandle object = 0;
  Range part;
  double loss = 1;            // the chance that the packet does not arrive, as estimated when it was sent
  bool is_statement = false;  // sent so that its acknowledgement may wait
  std::optional<std::uint8_t> repair{};  // then this one, and no part
};

// What of an object is still to be done.
struct Outstanding {
  ObjectHandle handle = 0;
  Rank rank = Rank::kRoutine;
  std::uint32_t group = 0;
  std::size_t size = 0, missing = 0;                  // bytes; missing: not acknowledged
  std::size_t unsent = 0;                             // in no packet that is on its way; unused for FLASH
  std::vector<std::pair<PathId, std::size_t>> lanes;  // FLASH only: the same of each live path
  MonotonicTime since{};                              // when it was added
  std::optional<MonotonicTime> sent_at, repeated_at;  // its newest bytes, and the newest unasked copy of it
  PathId sent_by;                                     // which path those took
};

// A path as the sender of objects sees it, when a packet is filled.
struct Way {
  PathId path;
  double loss = 0;
  // Objects of up to so many bytes share a packet; on a slow path a larger one would make the first wait.
  std::size_t together = SIZE_MAX;
  double worth = 0;  // of repeats: how likely at least it must be that no copy arrives
  Microseconds answer = Microseconds::max();  // what is not acknowledged by then is probably lost
  MonotonicTime now{};
  bool is_narrow = false;  // acknowledgements of statements alone are too dear there
  std::size_t room = 0;    // for frames, in an empty packet
};

class ObjectSender {
 public:
  static constexpr double kUnlikely = 1e-3;           // that no copy arrives: then no more are sent unasked
  static constexpr double kUnlikelyStatement = 0.05;  // likewise of a statement: the next one comes soon
  static constexpr double kTooFew = 0.02;           // that parts and repairs of a large object are not enough
  static constexpr std::uint64_t kPassedOver = 10;  // packets after its first: then what was lost goes first
  static constexpr double kLeastLoss = 0.03;        // what is assumed of a path that lost nothing lately

  explicit ObjectSender(const LinkOptions& options) : options_(options) {}

  // Not empty, not above max_object.
  ObjectHandle add(Bytes object, const SendOptions& how, MonotonicTime now = {});
  // Puts other bytes in the place of an object of which nothing was sent. False: it is under way, or done.
  bool replace(ObjectHandle handle, Bytes object);
  void open_lane(PathId path);  // the path is live: FLASH goes on it
  void close_lane(PathId path);

  // The highest rank that has something to send on this path now.
  [[nodiscard]] std::optional<Rank> pending(PathId path, Rank least = Rank::kBulk);
  // Packs what goes next, down to rank `least`; says what was packed.
  [[nodiscard]] std::vector<Carried> fill(FrameWriter& frames, const Way& way, Rank least);
  // Further copies of what is on its way and was not acknowledged, and repairs (object_repeats.cc).
  [[nodiscard]] bool has_repeats(const Way& way) { return !repeats_on(way).empty(); }
  [[nodiscard]] std::vector<Carried> fill_repeats(FrameWriter& frames, const Way& way);
  // When the next of them will have gone unanswered for too long; kNever when none will.
  [[nodiscard]] MonotonicTime next_late(const Way& way);
  // Packs whole objects that wait, for a first message, down to rank `least`; they stay where they are in the
  // queue.
  [[nodiscard]] std::vector<Carried> fill_early(FrameWriter& frames, Rank least = Rank::kBulk);

  void acknowledged(const Carried& carried);
  void lost(PathId path, const Carried& carried);
  void give_up_in_flight();  // the peer forgot: drop whatever was sent in a session

  [[nodiscard]] std::vector<ObjectHandle> take_delivered() { return std::exchange(delivered_, {}); }
  [[nodiscard]] bool knows(ObjectHandle handle) const { return objects_.contains(handle); }
  [[nodiscard]] bool empty() const { return objects_.empty(); }
  [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }
  // Without parts of attachments: nothing else waits for these.
  [[nodiscard]] std::size_t queued_before_bulk() const { return queued_bytes_ - bulk_bytes_; }
  [[nodiscard]] std::size_t count() const { return objects_.size(); }
  // All objects, the most urgent first, then the oldest (object_outstanding.cc).
  [[nodiscard]] std::vector<Outstanding> outstanding() const;
  void check_invariants() const;

 private:
  struct Waiting {  // bytes of an object that wait in one place
    RangeSet parts;
    bool queued = false;       // there, or parked
    std::uint32_t on_way = 0;  // copies of all of it
    double missing = 1;        // the chance that none of these arrives
    MonotonicTime last{};      // when the last of them was sent
  };
  struct Queues {
    SendQueue fresh, lost;
  };
  struct Object {
    Bytes bytes;
    Rank rank = Rank::kRoutine;
    std::uint32_t group = 0;
    std::optional<std::uint64_t> supersedes_key;
    std::optional<ObjectId> id;
    bool sent = false;           // some of it, in a session
    std::uint64_t begun_at = 0;  // how many packets had been filled before its first
    bool begun = false;          // as fragments: it takes room at the receiver
    RangeSet acknowledged;
    MonotonicTime since{};
    std::optional<MonotonicTime> sent_at, repeated_at;
    PathId sent_by;
    std::optional<Repairs> repairs;     // cut for the path that the first went on
    Waiting common;                     // unused for FLASH
    std::map<PathId, Waiting> by_lane;  // FLASH only
    [[nodiscard]] Range all() const { return {0, bytes.size()}; }
    [[nodiscard]] bool is_statement(const Way& way) const { return supersedes_key && way.is_narrow; }
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
  void renew(Object& object, Bytes bytes);
  static void enqueue(Queues& queues, Waiting& waiting, const Object& object, ObjectHandle handle,
                      bool is_lost);
  [[nodiscard]] std::optional<Pick> pick(PathId path, Rank least);
  [[nodiscard]] std::optional<Pick> pick_from(Queues& queues, std::optional<PathId> lane, Rank least);
  [[nodiscard]] std::optional<Pick> front_of(SendQueue& queue, std::optional<PathId> lane, Rank least);
  [[nodiscard]] Waiting* waiting_on(Object& object, PathId path);
  struct Choice {  // of what may be repeated
    Rank rank;
    bool late;  // an answer could have come
    std::size_t on_way;
    ObjectHandle handle;
    bool is_repair;
    bool likely_lost;  // enough for another without an answer being late
  };
  [[nodiscard]] std::optional<Choice> choice_of(ObjectHandle handle, const Way& way);
  [[nodiscard]] std::vector<Choice> repeats_on(const Way& way);  // of most use first
  [[nodiscard]] static bool goes_in_parts(const Object& object, const Way& way);
  [[nodiscard]] static Cut cut_of(const Object& object, const Way& way);
  [[nodiscard]] MonotonicTime late_at(Object& object, const Way& way);
  [[nodiscard]] static std::optional<Carried> add_repair(FrameWriter& frames, Object& object,
                                                         ObjectHandle handle, const Way& way);
  [[nodiscard]] static bool is_there(const Object& object);  // with what repairs stand for
  void count_copy(Object& object, Waiting& waiting, ObjectHandle handle, Carried& carried, MonotonicTime now);
  [[nodiscard]] bool may_begin(const Object& object) const;
  void park(const Pick& pick);
  void unpark();
  [[nodiscard]] Range pack(FrameWriter& frames, ObjectHandle handle, Range part, bool is_statement);
  void number(Object& object);
  void erase(ObjectHandle handle);

  const LinkOptions& options_;
  std::unordered_map<ObjectHandle, Object> objects_;
  std::set<ObjectHandle> flash_;
  std::unordered_map<std::uint64_t, ObjectHandle> by_key_;
  Queues common_;
  std::map<PathId, Queues> lanes_;
  std::set<ObjectHandle> repeatable_;  // on their way: whole in a packet and no attachments, or in parts
  std::array<std::deque<Parked>, kRanks> parked_;
  std::uint64_t fills_ = 0;
  ObjectHandle next_handle_ = 0;
  std::uint64_t next_id_ = 0;
  std::size_t queued_bytes_ = 0, bulk_bytes_ = 0;
  std::size_t begun_bytes_ = 0;
  std::vector<ObjectHandle> delivered_;
};

}  // namespace openline
