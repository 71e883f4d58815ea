// SPDX-License-Identifier: Apache-2.0
// A chain's derived row: {1: number, 2: author, 3: incarnation, 4: branch, 5: first, ? 6: origin, 7: head, 8:
// continued}.
#include "core/record/fields.h"
#include "core/record/joint_record.h"

namespace openline {

Bytes Chain::encode() const {
  cbor::MapEncoder map;
  map.field(1).number(number.value);
  map.field(2).bytes(author.view());
  map.field(3).bytes(incarnation.view());
  map.field(4).number(branch);
  map.field(5).number(first.value);
  if (origin) write_position(map.field(6), *origin);
  write_position(map.field(7), head);
  map.field(8).boolean(continued);
  return map.take();
}

Result<Chain> Chain::decode(ByteView bytes) {
  Chain chain;
  FieldDecoder in(bytes, "chain row");
  in.begin_map();
  in.key(1, "number"), chain.number.value = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  in.key(2, "author"), chain.author = in.fixed<StationKey>();
  in.key(3, "incarnation"), chain.incarnation = in.fixed<Incarnation>();
  in.key(4, "branch"), chain.branch = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  in.key(5, "first"), chain.first = in.sequence();
  if (in.optional_key(6, "origin")) chain.origin = in.position();
  in.key(7, "head"), chain.head = in.position();
  in.key(8, "continued"), chain.continued = in.boolean();
  in.end_map();
  return in.result(chain);
}

}  // namespace openline
