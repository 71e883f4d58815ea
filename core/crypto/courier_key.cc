// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/courier_key.h"

#include "core/crypto/hash.h"
#include "core/wire/assert.h"
#include "core/wire/cbor.h"

namespace openline {

Bytes CourierKey::encode() const {
  OPENLINE_ASSERT(generation > 0);
  cbor::MapEncoder map;
  map.field(1).bytes(secret.expose());
  map.field(2).number(generation);
  return map.take();
}

Result<CourierKey> CourierKey::decode(ByteView bytes) {
  cbor::Decoder decoder(bytes);
  decoder.begin_map();
  decoder.key(1);
  const std::size_t secret_at = decoder.offset();
  const ByteView secret = decoder.bytes(CourierSecret::kSize);
  if (secret.size() != CourierSecret::kSize) decoder.refuse_at(secret_at, "a courier key has 32 bytes");
  decoder.key(2);
  const std::size_t generation_at = decoder.offset();
  const std::uint64_t generation = decoder.number(255);
  if (generation == 0) decoder.refuse_at(generation_at, "generations count from 1");
  decoder.end_map();
  decoder.finish();
  if (decoder.error()) return fail(*decoder.error());
  return CourierKey{CourierSecret(secret.first<CourierSecret::kSize>()),
                    static_cast<std::uint8_t>(generation)};
}

Psk psk_of(const CourierKey& key, const StationKey& one, const StationKey& other) {
  Bytes info{key.generation};
  append(info, std::min(one, other).view());
  append(info, std::max(one, other).view());
  return Psk(hkdf_sha256(view_of("openline courier key 1"), key.secret.expose(), info).expose());
}

Psk psk_without_courier_key(const StationKey& one, const StationKey& other) {
  return psk_of({CourierSecret{}, 0}, one, other);
}

}  // namespace openline
