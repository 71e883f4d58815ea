// SPDX-License-Identifier: Apache-2.0
#include "core/link/object_receiver.h"

#include "core/wire/assert.h"

namespace openline {

ObjectReceiver::Taken ObjectReceiver::take(const WholeObject& object) {
  if (is_finished(object.id)) return {};
  finish(object.id);
  return {true, copy_of(object.bytes)};
}

ObjectReceiver::Taken ObjectReceiver::take(const Fragment& fragment) {
  if (is_finished(fragment.id)) return {};
  const bool fits = fragment.size <= options_.max_object && fragment.offset < fragment.size &&
                    fragment.bytes.size() <= fragment.size - fragment.offset && !fragment.bytes.empty();
  if (!fits) return {};  // no repeat would be better
  auto found = unfinished_.find(fragment.id.value);
  if (found == unfinished_.end()) {
    if (unfinished_bytes_ + fragment.size > options_.max_reassembly) return {false, std::nullopt};
    found = unfinished_.emplace(fragment.id.value, Unfinished{Bytes(fragment.size), {}}).first;
    unfinished_bytes_ += fragment.size;
  }
  Unfinished& object = found->second;
  if (object.bytes.size() != fragment.size) return {};
  if (object.received.ranges().size() >= kMaxPieces) {
    const std::uint64_t end = fragment.offset + fragment.bytes.size();
    const bool touches = (fragment.offset > 0 && object.received.contains(fragment.offset - 1)) ||
                         object.received.contains(end);
    if (!touches) return {false, std::nullopt};
  }
  std::ranges::copy(fragment.bytes, object.bytes.begin() + static_cast<std::ptrdiff_t>(fragment.offset));
  object.received.add({fragment.offset, fragment.offset + fragment.bytes.size()});
  if (!object.received.contains({0, fragment.size})) return {};
  Bytes whole = std::move(object.bytes);
  unfinished_bytes_ -= whole.size();
  unfinished_.erase(found);
  finish(fragment.id);
  return {true, std::move(whole)};
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
    unfinished_bytes_ -= object.second.bytes.size();
    return true;
  });
  finished_.add(gap);
}

void ObjectReceiver::forget(ObjectId id) {
  const auto found = unfinished_.find(id.value);
  if (found == unfinished_.end()) return;
  unfinished_bytes_ -= found->second.bytes.size();
  unfinished_.erase(found);
}

void ObjectReceiver::check_invariants() const {
  std::size_t bytes = 0;
  for (const auto& [id, object] : unfinished_) {
    bytes += object.bytes.size();
    OPENLINE_ASSERT(!finished_.contains(id));
  }
  OPENLINE_ASSERT(bytes == unfinished_bytes_ && bytes <= options_.max_reassembly);
  OPENLINE_ASSERT(finished_.ranges().size() <= kMaxGaps);
}

}  // namespace openline
