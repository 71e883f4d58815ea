// SPDX-License-Identifier: Apache-2.0
// A chain's derived row: {1: number, 2: author, 3: incarnation, 4: branch, 5: first, ? 6: origin, 7: head, 8: continued}.
#include "core/record/joint_record.h"
#include "core/record/position_codec.h"
#include "core/wire/cbor.h"

namespace openline {

Bytes Chain::encode() const {
  cbor::MapEncoder map;
  map.field(1).number(number.value);
  map.field(2).bytes(author.view());
  map.field(3).bytes(incarnation.view());
  map.field(4).number(branch);
  map.field(5).number(first.value);
  if (origin) encode_position(map.field(6), *origin);
  encode_position(map.field(7), head);
  map.field(8).boolean(continued);
  return map.take();
}

Result<Chain> Chain::decode(ByteView bytes) {
  Chain chain;
  cbor::Decoder in(bytes);
  in.begin_map();
  in.key(1), chain.number.value = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  in.key(2), chain.author = in.fixed<StationKey>();
  in.key(3), chain.incarnation = in.fixed<Incarnation>();
  in.key(4), chain.branch = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  in.key(5), chain.first = {in.number()};
  if (in.optional_key(6)) chain.origin = decode_position(in);
  in.key(7), chain.head = decode_position(in);
  in.key(8), chain.continued = in.boolean();
  in.end_map();
  in.finish();
  if (in.error()) return fail(*in.error());
  return chain;
}

}  // namespace openline
