// SPDX-License-Identifier: Apache-2.0
#include "core/link/object_sender.h"

#include <algorithm>

#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kEarlyVisits = 64;  // waiting objects that are tried for a first message

Rank rank_of(const SendOptions& how) {
  return how.bulk ? Rank::kBulk : static_cast<Rank>(static_cast<std::uint8_t>(how.precedence) + 1);
}

}  // namespace

ObjectHandle ObjectSender::add(Bytes object, const SendOptions& how, MonotonicTime now) {
  OPENLINE_ASSERT(!object.empty() && object.size() <= options_.max_object);
  const Rank rank = rank_of(how);
  if (const auto replaced = supersede(object, how, rank)) return *replaced;
  const ObjectHandle handle = next_handle_++;
  queued_bytes_ += object.size();
  if (rank == Rank::kBulk) bulk_bytes_ += object.size();
  Object& added = objects_[handle];
  added.bytes = std::move(object);
  added.since = now;
  added.rank = rank;
  added.group = how.group;
  added.supersedes_key = how.supersedes_key;
  if (how.supersedes_key) by_key_[*how.supersedes_key] = handle;
  if (rank != Rank::kFlash) {
    added.common.parts.add(added.all());
    enqueue(common_, added.common, added, handle, false);
    return handle;
  }
  flash_.insert(handle);
  for (auto& [path, lane] : lanes_) {
    added.by_lane[path].parts.add(added.all());
    enqueue(lane, added.by_lane[path], added, handle, false);
  }
  return handle;
}

// The newest state of something takes the place of the one before it. One that is under way whole is given
// up: nobody needs it any more.
std::optional<ObjectHandle> ObjectSender::supersede(Bytes& object, const SendOptions& how, Rank rank) {
  if (!how.supersedes_key) return std::nullopt;
  const auto known = by_key_.find(*how.supersedes_key);
  if (known == by_key_.end()) return std::nullopt;
  Object& older = objects_.at(known->second);
  if (older.id || older.rank != rank || older.group != how.group) {
    if (!older.begun) erase(known->second);
    return std::nullopt;
  }
  renew(older, std::move(object));
  return known->second;
}

bool ObjectSender::replace(ObjectHandle handle, Bytes object) {
  const auto found = objects_.find(handle);
  if (found == objects_.end() || found->second.id) return false;
  renew(found->second, std::move(object));
  return true;
}

void ObjectSender::renew(Object& object, Bytes bytes) {
  const std::size_t more = bytes.size() - object.bytes.size();  // or less, modulo the word's size
  queued_bytes_ += more;
  if (object.rank == Rank::kBulk) bulk_bytes_ += more;
  object.bytes = std::move(bytes);
  const auto all_waits = [&](Waiting& waiting) {
    waiting.parts.clear();
    waiting.parts.add(object.all());
  };
  if (object.rank != Rank::kFlash) all_waits(object.common);
  for (auto& lane : object.by_lane) all_waits(lane.second);
}

void ObjectSender::enqueue(Queues& queues, Waiting& waiting, const Object& object, ObjectHandle handle,
                           bool is_lost) {
  if (waiting.queued || waiting.parts.empty()) return;
  waiting.queued = true;
  if (is_lost) {
    queues.lost.insert(object.rank, object.group, handle);
  } else {
    queues.fresh.push_back(object.rank, object.group, handle);
  }
}

void ObjectSender::open_lane(PathId path) {
  const auto [lane, is_new] = lanes_.try_emplace(path);
  if (!is_new) return;
  for (const ObjectHandle handle : flash_) {
    Object& object = objects_.at(handle);
    Waiting& waiting = object.by_lane[path];
    waiting = {};
    waiting.parts.add(object.all());
    waiting.parts.remove(object.acknowledged);
    enqueue(lane->second, waiting, object, handle, false);
  }
}

void ObjectSender::close_lane(PathId path) {
  lanes_.erase(path);
  for (std::deque<Parked>& parked : parked_) {
    std::erase_if(parked, [&](const Parked& entry) { return entry.lane == path; });
  }
  for (const ObjectHandle handle : flash_) objects_.at(handle).by_lane.erase(path);
}

// The front of a queue, after handles went whose objects are done or have nothing to send there.
std::optional<ObjectSender::Pick> ObjectSender::front_of(SendQueue& queue, std::optional<PathId> lane,
                                                         Rank least) {
  while (const auto handle = queue.front()) {
    if (*queue.rank() < least) return std::nullopt;
    const auto found = objects_.find(*handle);
    if (found == objects_.end()) {
      queue.pop_front();
      continue;
    }
    Object& object = found->second;
    Waiting& waiting = lane ? object.by_lane.at(*lane) : object.common;
    OPENLINE_ASSERT(waiting.queued);
    if (!waiting.parts.empty()) return Pick{&queue, &object, &waiting, *handle, lane};
    waiting.queued = false;
    queue.pop_front();
  }
  return std::nullopt;
}

std::optional<ObjectSender::Pick> ObjectSender::pick_from(Queues& queues, std::optional<PathId> lane,
                                                          Rank least) {
  auto lost = front_of(queues.lost, lane, least);
  auto fresh = front_of(queues.fresh, lane, least);
  if (!lost || !fresh) return lost ? lost : fresh;
  const Rank rank = fresh->object->rank;
  if (lost->object->rank != rank) return lost->object->rank > rank ? lost : fresh;
  const bool single = rank != Rank::kBulk && queues.fresh.size(rank) == 1 && !fresh->object->sent;
  const bool overdue = fills_ - lost->object->begun_at >= kPassedOver;
  return single && !overdue ? fresh : lost;
}

std::optional<ObjectSender::Pick> ObjectSender::pick(PathId path, Rank least) {
  if (const auto lane = lanes_.find(path); lane != lanes_.end()) {
    if (auto found = pick_from(lane->second, path, Rank::kFlash)) return found;
  }
  return least == Rank::kFlash ? std::nullopt : pick_from(common_, std::nullopt, least);
}

std::optional<Rank> ObjectSender::pending(PathId path, Rank least) {
  const auto found = pick(path, least);
  return found ? std::optional(found->object->rank) : std::nullopt;
}

// Unfinished objects take room at the receiver. The urgent find some left by the less urgent.
bool ObjectSender::may_begin(const Object& object) const {
  constexpr std::array<std::size_t, kRanks> kEighths = {2, 4, 5, 6, 8};
  const std::size_t room = options_.max_reassembly / 8 * kEighths[static_cast<std::size_t>(object.rank)];
  return object.begun || begun_bytes_ == 0 || begun_bytes_ + object.bytes.size() <= room;
}

void ObjectSender::park(const Pick& pick) {
  pick.queue->pop_front();
  parked_[static_cast<std::size_t>(pick.object->rank)].push_back({pick.handle, pick.lane});
}

// The receiver has more room: one of each rank is tried again. There is always more room to come while any is
// parked, for it was refused because others were begun.
void ObjectSender::unpark() {
  for (std::deque<Parked>& parked : parked_) {
    bool tried = false;
    while (!parked.empty() && !tried) {
      const Parked entry = parked.front();
      parked.pop_front();
      const auto found = objects_.find(entry.handle);
      if (found == objects_.end()) continue;
      Object& object = found->second;
      Waiting& waiting = entry.lane ? object.by_lane.at(*entry.lane) : object.common;
      waiting.queued = false;
      enqueue(entry.lane ? lanes_.at(*entry.lane) : common_, waiting, object, entry.handle, true);
      tried = true;
    }
  }
}

void ObjectSender::number(Object& object) {
  if (!object.id) object.id = ObjectId{next_id_++};
}

// Packs some of this part; the range that was packed, empty when it has to wait for the next packet.
Range ObjectSender::pack(FrameWriter& frames, ObjectHandle handle, Range part, bool is_statement) {
  Object& object = objects_.at(handle);
  const Range nothing{part.from, part.from};
  const bool is_whole = part == object.all();
  const ObjectId id = object.id.value_or(ObjectId{next_id_});
  if (is_whole && frames.fits_alone({id, object.bytes})) {
    if (!frames.add(WholeObject{id, object.bytes, is_statement})) return nothing;
    number(object);
    return part;
  }
  OPENLINE_ASSERT(may_begin(object));
  const ByteView bytes = ByteView(object.bytes).subspan(part.from, part.size());
  const std::size_t packed = frames.add_part({id, object.bytes.size(), part.from, bytes});
  if (packed == 0) return nothing;
  number(object);
  if (!std::exchange(object.begun, true)) {
    begun_bytes_ += object.bytes.size();
    repeatable_.insert(handle);
  }
  return {part.from, part.from + packed};
}

// What a copy on this path counts for; null when the path takes no part in it.
ObjectSender::Waiting* ObjectSender::waiting_on(Object& object, PathId path) {
  if (object.rank != Rank::kFlash) return &object.common;
  const auto lane = object.by_lane.find(path);
  return lane == object.by_lane.end() ? nullptr : &lane->second;
}

// Only of what travels whole is it known how many copies are on their way.
void ObjectSender::count_copy(Object& object, Waiting& waiting, ObjectHandle handle, Carried& carried,
                              MonotonicTime now) {
  if (!std::exchange(object.sent, true)) object.begun_at = fills_;
  if (carried.part != object.all()) return;
  ++waiting.on_way;
  waiting.missing *= carried.loss;
  waiting.last = now;
  if (object.rank != Rank::kBulk) repeatable_.insert(handle);
}

std::vector<Carried> ObjectSender::fill(FrameWriter& frames, const Way& way, Rank least) {
  std::vector<Carried> carried;
  const std::size_t empty = frames.room();
  ++fills_;
  bool is_bulk = true;  // parts of files fill the packet: nothing in it is delayed by that
  while (const auto next = pick(way.path, least)) {
    const Object& object = *next->object;
    is_bulk = is_bulk && object.rank == Rank::kBulk;
    const std::size_t packed_so_far = empty - frames.room();
    if (!carried.empty() && !is_bulk && object.bytes.size() > std::max(packed_so_far / 4, way.together))
      break;
    const ObjectId id = object.id.value_or(ObjectId{next_id_});
    if (!frames.fits_alone({id, object.bytes}) && !may_begin(object)) {
      park(*next);
      continue;
    }
    const bool calm = next->object->is_statement(way);
    const Range packed = pack(frames, next->handle, next->waiting->parts.ranges().front(), calm);
    if (packed.size() == 0) break;
    carried.push_back(
        {next->handle, packed, std::max(way.loss, kLeastLoss), calm && packed == next->object->all()});
    count_copy(*next->object, *next->waiting, next->handle, carried.back(), way.now);
    next->object->sent_at = way.now;
    next->object->sent_by = way.path;
    next->waiting->parts.remove(packed);
    if (next->waiting->parts.empty()) {
      next->waiting->queued = false;
      next->queue->pop_front();
    } else {
      next->queue->end_turn();
    }
  }
  return carried;
}

std::vector<Carried> ObjectSender::fill_early(FrameWriter& frames, Rank least) {
  std::vector<Carried> carried;
  std::size_t visits = 0;
  const auto try_one = [&](ObjectHandle handle) {
    const auto found = objects_.find(handle);
    if (found == objects_.end()) return true;
    Object& object = found->second;
    // What a newer one will replace may be old by the time that somebody answers: the session brings it anew.
    const bool lasts = !object.supersedes_key && object.acknowledged.empty();
    if (lasts && object.rank >= least &&
        frames.add(WholeObject{object.id.value_or(ObjectId{next_id_}), object.bytes})) {
      number(object);
      carried.push_back({handle, object.all()});
    }
    return ++visits < kEarlyVisits;
  };
  for (const ObjectHandle handle : flash_) {
    if (!try_one(handle)) return carried;
  }
  common_.fresh.visit(try_one);
  if (visits < kEarlyVisits) common_.lost.visit(try_one);
  return carried;
}

void ObjectSender::acknowledged(const Carried& carried) {
  const auto found = objects_.find(carried.object);
  if (found == objects_.end()) return;
  Object& object = found->second;
  if (carried.repair) {
    if (object.repairs) object.repairs->acknowledged(*carried.repair);
    if (!is_there(object)) return;
  } else if (carried.part != object.all()) {
    object.acknowledged.add(carried.part);
    if (!is_there(object)) {
      object.common.parts.remove(carried.part);
      for (auto& lane : object.by_lane) lane.second.parts.remove(carried.part);
      return;
    }
  }
  delivered_.push_back(carried.object);
  erase(carried.object);
}

void ObjectSender::lost(PathId path, const Carried& carried) {
  const auto found = objects_.find(carried.object);
  if (found == objects_.end()) return;
  Object& object = found->second;
  if (carried.repair) {
    if (object.repairs) object.repairs->lost(*carried.repair);
    return;
  }
  const bool is_flash = object.rank == Rank::kFlash;
  const auto lane = lanes_.find(path);
  if (is_flash && lane == lanes_.end()) return;  // the path is down; when it comes back, all goes again
  Waiting& waiting = is_flash ? object.by_lane.at(path) : object.common;
  if (carried.part == object.all() && waiting.on_way > 0) {
    --waiting.on_way;
    waiting.missing = waiting.on_way == 0 ? 1 : std::min(1.0, waiting.missing / carried.loss);
    if (waiting.on_way > 0) return;  // another copy may still arrive
  }
  waiting.parts.add(carried.part);
  waiting.parts.remove(object.acknowledged);
  enqueue(is_flash ? lane->second : common_, waiting, object, carried.object, true);
}

void ObjectSender::give_up_in_flight() {
  std::vector<ObjectHandle> in_flight;
  for (const auto& [handle, object] : objects_) {
    if (object.sent) in_flight.push_back(handle);
  }
  for (const ObjectHandle handle : in_flight) erase(handle);
}

void ObjectSender::erase(ObjectHandle handle) {
  const auto found = objects_.find(handle);
  const Object& object = found->second;
  const bool made_room = object.begun;
  queued_bytes_ -= object.bytes.size();
  if (object.rank == Rank::kBulk) bulk_bytes_ -= object.bytes.size();
  if (made_room) begun_bytes_ -= object.bytes.size();
  if (object.supersedes_key) {
    const auto key = by_key_.find(*object.supersedes_key);
    if (key != by_key_.end() && key->second == handle) by_key_.erase(key);
  }
  if (object.rank == Rank::kFlash) flash_.erase(handle);
  repeatable_.erase(handle);
  objects_.erase(found);
  if (made_room) unpark();
}

void ObjectSender::check_invariants() const {
  std::size_t queued = 0, bulk = 0, begun = 0;
  for (const auto& [handle, object] : objects_) {
    queued += object.bytes.size();
    if (object.rank == Rank::kBulk) bulk += object.bytes.size();
    if (object.begun) begun += object.bytes.size();
    OPENLINE_ASSERT(flash_.contains(handle) == (object.rank == Rank::kFlash));
    OPENLINE_ASSERT(object.by_lane.size() <= lanes_.size());
    OPENLINE_ASSERT(!object.sent || object.id);
    OPENLINE_ASSERT(!object.acknowledged.contains(object.all()));
  }
  OPENLINE_ASSERT(queued == queued_bytes_ && bulk == bulk_bytes_ && begun == begun_bytes_);
  OPENLINE_ASSERT(by_key_.size() <= objects_.size());
}

}  // namespace openline
