// SPDX-License-Identifier: Apache-2.0
#include "core/line/open_items.h"

#include <algorithm>

#include "core/record/fields.h"

namespace openline {

Bytes OpenMessage::encode() const {
  cbor::MapEncoder map;
  map.field(1).number(serial);
  map.field(2).number(chain.value);
  map.field(3).number(sequence.value);
  map.field(4).bytes(id.view());
  map.field(5).bytes(author.view());
  map.field(6).number(static_cast<std::uint64_t>(kind));
  map.field(7).number(static_cast<std::uint64_t>(precedence));
  map.field(8).number(static_cast<std::uint64_t>(entry_class));
  write_time(map.field(9), time);
  map.field(10).boolean(own);
  map.field(11).boolean(shown);
  cbor::Encoder& codes = map.field(12).array(acknowledged_by.size());
  for (const std::string& code : acknowledged_by) codes.text(code);
  write_time(map.field(13), due);
  return map.take();
}

Result<OpenMessage> OpenMessage::decode(ByteView row) {
  OpenMessage item;
  FieldDecoder in(row, "open item row");
  in.begin_map();
  in.key(1, "serial"), item.serial = in.number();
  in.key(2, "chain"), item.chain.value = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  in.key(3, "sequence"), item.sequence = in.sequence();
  in.key(4, "id"), item.id = in.fixed<EntryId>();
  in.key(5, "author"), item.author = in.fixed<StationKey>();
  in.key(6, "kind"), item.kind = static_cast<Kind>(in.number(UINT16_MAX));
  in.key(7, "precedence"), item.precedence = static_cast<Precedence>(in.number(3));
  in.key(8, "class"), item.entry_class = static_cast<Class>(in.number(3));
  in.key(9, "time"), item.time = in.time();
  in.key(10, "own"), item.own = in.boolean();
  in.key(11, "shown"), item.shown = in.boolean();
  in.key(12, "acknowledged by");
  for (std::size_t left = in.array_within(0, 64); left > 0 && in.ok(); --left)
    item.acknowledged_by.insert(in.code());
  in.key(13, "due"), item.due = in.time();
  in.end_map();
  return in.result(item);
}

bool OpenItems::add(OpenMessage message) {
  if (full(message.own)) return false;
  own_ += message.own ? 1 : 0;
  by_id_[message.id] = message.serial;
  items_.emplace(message.serial, std::move(message));
  return true;
}

void OpenItems::restore(OpenMessage message, Now now, Seconds longest) {
  const Milliseconds left = std::min<Milliseconds>(message.due - now.wall, longest);
  message.deadline = now.monotonic + left;
  add(std::move(message));
}

OpenMessage* OpenItems::find(const EntryId& id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &items_.at(found->second);
}

Result<const OpenMessage*> OpenItems::find_by_prefix(std::string_view prefix) const {
  const OpenMessage* found = nullptr;
  for (const auto& [id, serial] : by_id_) {
    if (!id.hex().starts_with(prefix)) continue;
    if (found != nullptr) {
      return fail("'" + std::string(prefix) + "' names more than one open message: " +
                  found->id.hex().substr(0, 12) + " and " + id.hex().substr(0, 12));
    }
    found = &items_.at(serial);
  }
  if (found == nullptr)
    return fail("no open message has an id that begins with '" + std::string(prefix) + "'");
  return found;
}

void OpenItems::close(const EntryId& id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  const auto item = items_.find(found->second);
  own_ -= item->second.own ? 1 : 0;
  items_.erase(item);
  by_id_.erase(found);
}

std::vector<const OpenMessage*> OpenItems::all() const {
  std::vector<const OpenMessage*> found;
  for (const auto& [serial, item] : items_) found.push_back(&item);
  return found;
}

}  // namespace openline
