// SPDX-License-Identifier: Apache-2.0
#include "core/link/object_receiver.h"

#include "core/link/repairs.h"
#include "core/wire/assert.h"

namespace openline {

ObjectReceiver::Taken ObjectReceiver::take(const WholeObject& object) {
  if (is_finished(object.id)) return {};
  finish(object.id);
  return {true, copy_of(object.bytes)};
}

// Where an object is put together; nullopt: no room.
std::optional<ObjectReceiver::Place> ObjectReceiver::place_for(ObjectId id, std::uint64_t size) {
  const auto found = unfinished_.find(id.value);
  if (found != unfinished_.end()) return found;
  if (unfinished_bytes_ + size > options_.max_reassembly) return std::nullopt;
  unfinished_bytes_ += size;
  return unfinished_.emplace(id.value, Unfinished{Bytes(size), {}, {}, {}}).first;
}

ObjectReceiver::Taken ObjectReceiver::take(const Fragment& fragment) {
  if (is_finished(fragment.id)) return {};
  const bool fits = fragment.size <= options_.max_object && fragment.offset < fragment.size &&
                    fragment.bytes.size() <= fragment.size - fragment.offset && !fragment.bytes.empty();
  if (!fits) return {};  // no repeat would be better
  const auto place = place_for(fragment.id, fragment.size);
  if (!place) return {false, std::nullopt};
  Unfinished& object = (*place)->second;
  if (object.bytes.size() != fragment.size) return {};
  if (object.received.ranges().size() >= kMaxPieces) {
    const std::uint64_t end = fragment.offset + fragment.bytes.size();
    const bool touches = (fragment.offset > 0 && object.received.contains(fragment.offset - 1)) ||
                         object.received.contains(end);
    if (!touches) return {false, std::nullopt};
  }
  std::ranges::copy(fragment.bytes, object.bytes.begin() + static_cast<std::ptrdiff_t>(fragment.offset));
  object.received.add({fragment.offset, fragment.offset + fragment.bytes.size()});
  return taken_of(*place);
}

ObjectReceiver::Taken ObjectReceiver::take(const Repair& repair) {
  if (is_finished(repair.id)) return {};
  if (repair.size() > options_.max_object) return {};
  const auto place = place_for(repair.id, repair.size());
  if (!place) return {false, std::nullopt};
  Unfinished& object = (*place)->second;
  if (object.repairs.empty()) object.cut = {repair.k, repair.bytes.size()};
  const bool agrees = object.bytes.size() == repair.size() && object.cut.count == repair.k &&
                      object.cut.size == repair.bytes.size();
  const auto is_this = [&](const auto& held) { return held.first == repair.index; };
  const bool known = std::ranges::any_of(object.repairs, is_this);
  if (!agrees || known) return {};
  if (unfinished_bytes_ + repair.bytes.size() > options_.max_reassembly) return {false, std::nullopt};
  object.repairs.emplace_back(repair.index, copy_of(repair.bytes));
  unfinished_bytes_ += repair.bytes.size();
  return taken_of(*place);
}

// The object, if what came of it is enough.
ObjectReceiver::Taken ObjectReceiver::taken_of(Place place) {
  Unfinished& object = place->second;
  const bool all_parts = object.received.contains({0, object.bytes.size()});
  if (!all_parts && !object.is_enough()) return {};
  Bytes whole = all_parts ? std::move(object.bytes) : object.solved();
  const ObjectId id{place->first};
  unfinished_bytes_ -= whole.size() + object.repairs.size() * object.cut.size;
  unfinished_.erase(place);
  finish(id);
  return {true, std::move(whole)};
}

bool ObjectReceiver::Unfinished::is_enough() const {
  return !repairs.empty() && whole_symbols(received, cut, bytes.size()) + repairs.size() >= cut.count;
}

Bytes ObjectReceiver::Unfinished::solved() const {
  Bytes padded = bytes;
  padded.resize(cut.bytes());
  Generation generation(cut.count, cut.size);
  for (std::size_t at = 0; at < cut.count; ++at) {
    const std::size_t from = at * cut.size;
    if (received.contains({from, std::min(from + cut.size, bytes.size())}))
      generation.add(static_cast<std::uint8_t>(at), ByteView(padded).subspan(from, cut.size));
  }
  for (const auto& [index, symbol] : repairs) generation.add(index, symbol);
  Bytes whole = generation.data();
  whole.resize(bytes.size());
  return whole;
}

void ObjectReceiver::start_over(RangeSet finished) {
  finished_ = std::move(finished);
  unfinished_.clear();
  unfinished_bytes_ = 0;
}

void ObjectReceiver::finish(ObjectId id) {
  forget(id);
  finished_.add({id.value, id.value + 1});
  if (finished_.ranges().size() <= kMaxGaps) return;
  // Only a peer that leaves out numbers comes here: an honest one has gaps for what is in flight.
  const Range gap{finished_.ranges()[0].to, finished_.ranges()[1].from};
  std::erase_if(unfinished_, [&](const auto& object) {
    if (object.first < gap.from || object.first >= gap.to) return false;
    unfinished_bytes_ -= object.second.held();
    return true;
  });
  finished_.add(gap);
}

void ObjectReceiver::forget(ObjectId id) {
  const auto found = unfinished_.find(id.value);
  if (found == unfinished_.end()) return;
  unfinished_bytes_ -= found->second.held();
  unfinished_.erase(found);
}

void ObjectReceiver::check_invariants() const {
  std::size_t bytes = 0;
  for (const auto& [id, object] : unfinished_) {
    bytes += object.held();
    OPENLINE_ASSERT(!finished_.contains(id));
  }
  OPENLINE_ASSERT(bytes == unfinished_bytes_ && bytes <= options_.max_reassembly);
  OPENLINE_ASSERT(finished_.ranges().size() <= kMaxGaps);
}

}  // namespace openline
