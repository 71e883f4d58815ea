// SPDX-License-Identifier: Apache-2.0
#include "core/link/handshake_payload.h"

#include "core/wire/cbor.h"

namespace openline {

Result<HandshakePayload> read_handshake_payload(ByteView plain) {
  cbor::Decoder decoder(plain);
  HandshakePayload payload;
  decoder.begin_map();
  decoder.key(1);
  payload.epoch = decoder.fixed<LinkEpoch>();
  std::optional<ByteView> locator;
  if (decoder.optional_key(2)) locator = decoder.bytes(plain.size());
  decoder.end_map();
  if (!decoder.ok()) return fail(*decoder.error());
  payload.frames = plain.subspan(decoder.offset());
  if (!locator) return payload;
  auto decoded = SignedLocator::decode(*locator);
  if (!decoded) return fail(decoded.error());
  payload.locator = std::move(*decoded);
  return payload;
}

Bytes write_handshake_payload(const LinkEpoch& epoch, const SignedLocator* locator) {
  cbor::MapEncoder map;
  map.field(1).bytes(epoch.view());
  if (locator) map.field(2).bytes(locator->encode());
  return map.take();
}

}  // namespace openline
