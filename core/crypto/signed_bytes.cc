// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/signed_bytes.h"

#include "core/wire/cbor.h"

namespace openline {

Bytes write_signed_bytes(ByteView payload, const Signature& signature) {
  cbor::MapEncoder map;
  map.field(1).bytes(payload);
  map.field(2).bytes(signature.view());
  return map.take();
}

Result<SignedBytes> read_signed_bytes(ByteView bytes) {
  cbor::Decoder decoder(bytes);
  decoder.begin_map();
  decoder.key(1);
  const ByteView payload = decoder.bytes(bytes.size());
  decoder.key(2);
  const auto signature = decoder.fixed<Signature>();
  decoder.end_map();
  decoder.finish();
  if (decoder.error()) return fail(*decoder.error());
  return SignedBytes{payload, signature};
}

Error error_within(ByteView outer, ByteView inner, Error error) {
  if (error.offset) *error.offset += static_cast<std::size_t>(inner.data() - outer.data());
  return error;
}

}  // namespace openline
