// SPDX-License-Identifier: Apache-2.0
// What a path sends while it has nothing else to do: copies and repairs of what was not acknowledged.
#include <algorithm>
#include <tuple>

#include "core/link/ack_tracker.h"
#include "core/link/object_sender.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kVisits = 64;          // objects on their way that are looked at
constexpr std::size_t kAroundAnObject = 10;  // bytes of its frame at most
// What may ride along with a repair, so that all repairs of an object have one size.
constexpr std::size_t kBesideARepair = 12;

}  // namespace

bool ObjectSender::goes_in_parts(const Object& object, const Way& way) {
  return object.begun && object.bytes.size() + kAroundAnObject > way.room;
}

Cut ObjectSender::cut_of(const Object& object, const Way& way) {
  constexpr std::size_t kLeastSymbol = 64;
  constexpr std::size_t kAround = FrameWriter::kAroundRepair + kBesideARepair;
  if (object.repairs) return object.repairs->cut();
  return cut_for(object.bytes.size(), std::max(way.room, kAround + kLeastSymbol) - kAround);
}

bool ObjectSender::is_there(const Object& object) {
  if (object.acknowledged.contains(object.all())) return true;
  if (!object.repairs || object.repairs->arrived() == 0) return false;
  const Cut& cut = object.repairs->cut();
  return whole_symbols(object.acknowledged, cut, object.bytes.size()) + object.repairs->arrived() >=
         cut.count;
}

// When what is on its way of it by this path will have gone unanswered for too long; kNever when nothing is.
MonotonicTime ObjectSender::late_at(Object& object, const Way& way) {
  const Waiting* waiting = waiting_on(object, way.path);
  if (!waiting || way.answer == Microseconds::max()) return kNever;
  if (goes_in_parts(object, way)) {
    if (!waiting->parts.empty() || !object.sent_at) return kNever;
    const auto repaired = object.repairs ? object.repairs->last_sent() : std::nullopt;
    return std::max(*object.sent_at, repaired.value_or(MonotonicTime::min())) + way.answer;
  }
  if (waiting->on_way == 0) return kNever;
  return waiting->last + way.answer + (object.is_statement(way) ? AckTracker::kConvenience : Milliseconds{});
}

MonotonicTime ObjectSender::next_late(const Way& way) {
  MonotonicTime next = kNever;
  std::size_t visits = 0;
  for (const ObjectHandle handle : repeatable_) {
    if (++visits > kVisits) break;
    if (const MonotonicTime late = late_at(objects_.at(handle), way); late > way.now)
      next = std::min(next, late);
  }
  return next;
}

std::optional<ObjectSender::Choice> ObjectSender::choice_of(ObjectHandle handle, const Way& way) {
  Object& object = objects_.at(handle);
  const Waiting* waiting = waiting_on(object, way.path);
  if (!waiting) return std::nullopt;
  const bool late = way.now >= late_at(object, way);
  if (!goes_in_parts(object, way)) {
    if (waiting->on_way == 0) return std::nullopt;
    const double unlikely = object.is_statement(way) ? kUnlikelyStatement : kUnlikely;
    return Choice{object.rank, late,  waiting->on_way,
                  handle,      false, waiting->missing > std::max(unlikely, way.worth)};
  }
  const Cut cut = cut_of(object, way);
  if (!waiting->parts.empty() || cut.count > kMaxGeneration) return std::nullopt;
  if (object.repairs && !object.repairs->next()) return std::nullopt;
  const std::size_t on_way = object.repairs ? object.repairs->on_way() : 0;
  const std::size_t unanswered = cut.count - whole_symbols(object.acknowledged, cut, object.bytes.size());
  const std::size_t needed = unanswered - (object.repairs ? object.repairs->arrived() : 0);
  const double chance = chance_of_too_few(needed, unanswered + on_way, std::max(way.loss, kLeastLoss));
  return Choice{object.rank, late, on_way, handle, true, chance > kTooFew};
}

std::vector<ObjectSender::Choice> ObjectSender::repeats_on(const Way& way) {
  std::vector<Choice> choices;
  std::size_t visits = 0;
  for (const ObjectHandle handle : repeatable_) {
    if (++visits > kVisits) break;
    const auto choice = choice_of(handle, way);
    if (choice && (choice->late || choice->likely_lost)) choices.push_back(*choice);
  }
  std::ranges::sort(choices, [](const Choice& one, const Choice& other) {
    return std::tie(other.rank, other.late, one.on_way, one.handle) <
           std::tie(one.rank, one.late, other.on_way, other.handle);
  });
  return choices;
}

std::optional<Carried> ObjectSender::add_repair(FrameWriter& frames, Object& object, ObjectHandle handle,
                                                const Way& way) {
  const Cut cut = cut_of(object, way);
  const std::uint8_t index = object.repairs.value_or(Repairs(cut)).next().value();
  Bytes data = object.bytes;
  data.resize(cut.bytes());
  const std::size_t padded_by = cut.bytes() - object.bytes.size();
  if (!frames.add(Repair{*object.id, cut.count, padded_by, index, coded_symbol(data, cut.count, index)}))
    return std::nullopt;
  if (!object.repairs) object.repairs.emplace(cut);
  object.repairs->sent(index, way.now);
  return Carried{handle, {}, std::max(way.loss, kLeastLoss), false, index};
}

// The first of them that fits.
std::vector<Carried> ObjectSender::fill_repeats(FrameWriter& frames, const Way& way) {
  for (const Choice& choice : repeats_on(way)) {
    Object& object = objects_.at(choice.handle);
    object.repeated_at = way.now;
    if (choice.is_repair) {
      if (const auto carried = add_repair(frames, object, choice.handle, way)) return {*carried};
      continue;
    }
    const bool calm = object.is_statement(way);
    if (!frames.add(WholeObject{*object.id, object.bytes, calm})) continue;
    Carried carried{choice.handle, object.all(), std::max(way.loss, kLeastLoss), calm, std::nullopt};
    count_copy(object, *waiting_on(object, way.path), choice.handle, carried, way.now);
    return {carried};
  }
  return {};
}

}  // namespace openline
