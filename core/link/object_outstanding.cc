// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/link/object_sender.h"

namespace openline {

std::vector<Outstanding> ObjectSender::outstanding() const {
  std::vector<Outstanding> all;
  all.reserve(objects_.size());
  for (const auto& [handle, object] : objects_) {
    Outstanding one;
    one.handle = handle;
    one.rank = object.rank;
    one.group = object.group;
    one.size = object.bytes.size();
    one.missing = one.size - static_cast<std::size_t>(object.acknowledged.total());
    one.unsent = static_cast<std::size_t>(object.common.parts.total());
    for (const auto& [path, waiting] : object.by_lane)
      one.lanes.emplace_back(path, static_cast<std::size_t>(waiting.parts.total()));
    one.since = object.since;
    one.sent_at = object.sent_at;
    one.repeated_at = object.repeated_at;
    one.sent_by = object.sent_by;
    all.push_back(std::move(one));
  }
  std::ranges::sort(all, [](const Outstanding& one, const Outstanding& other) {
    return one.rank != other.rank ? one.rank > other.rank : one.handle < other.handle;
  });
  return all;
}

}  // namespace openline
