// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/locator.h"

#include <algorithm>

#include "core/crypto/signed_bytes.h"
#include "core/wire/assert.h"
#include "core/wire/cbor.h"

namespace openline {
namespace {

constexpr std::size_t kMaxAddresses = 8, kMaxDictionaries = 8;

// Kinds that this version does not know are kept: a station that gains one stays reachable by the others.
bool is_kind(std::string_view kind) {
  return !kind.empty() &&
         std::ranges::all_of(kind, [](char letter) { return letter >= 'a' && letter <= 'z'; });
}

LocatorAddress read_address(cbor::Decoder& decoder) {
  const std::size_t at = decoder.offset();
  if (decoder.array(3) != 3) decoder.refuse_at(at, "an address has three elements");
  LocatorAddress address;
  address.path = decoder.text(32);
  if (address.path.empty()) decoder.refuse_at(at, "the path of an address has no name");
  address.kind = decoder.text(8);
  if (!is_kind(address.kind)) decoder.refuse_at(at, "the kind of an address is 1 to 8 of a-z");
  address.endpoint = decoder.text(255);
  if (address.endpoint.empty()) decoder.refuse_at(at, "an address has no endpoint");
  return address;
}

void read_dictionaries(cbor::Decoder& decoder, std::vector<std::uint32_t>& editions) {
  const std::size_t at = decoder.offset();
  const std::size_t count = decoder.array(kMaxDictionaries);
  if (count == 0) decoder.refuse_at(at, "a station that holds no dictionary does not list them");
  while (editions.size() < count && decoder.ok()) {
    editions.push_back(static_cast<std::uint32_t>(decoder.number(UINT32_MAX)));
    const bool ascends = editions.size() < 2 || editions[editions.size() - 2] < editions.back();
    if (!ascends) decoder.refuse_at(at, "editions must ascend and not repeat");
  }
}

}  // namespace

Bytes Locator::encode() const {
  cbor::MapEncoder map;
  map.field(1).bytes(station.view());
  map.field(2).number(counter);
  map.field(3).bytes(session_key.view());
  cbor::Encoder& list = map.field(4).array(addresses.size());
  for (const LocatorAddress& address : addresses) {
    list.array(3).text(address.path).text(address.kind).text(address.endpoint);
  }
  if (!dictionaries.empty()) {
    cbor::Encoder& editions = map.field(5).array(dictionaries.size());
    for (const std::uint32_t edition : dictionaries) editions.number(edition);
  }
  return map.take();
}

Result<Locator> Locator::decode(ByteView bytes) {
  cbor::Decoder decoder(bytes);
  Locator locator;
  decoder.begin_map();
  decoder.key(1);
  locator.station = decoder.fixed<StationKey>();
  decoder.key(2);
  locator.counter = decoder.number();
  decoder.key(3);
  locator.session_key = decoder.fixed<SessionKey>();
  decoder.key(4);
  for (std::size_t left = decoder.array(kMaxAddresses); left > 0 && decoder.ok(); --left) {
    locator.addresses.push_back(read_address(decoder));
  }
  if (decoder.optional_key(5)) read_dictionaries(decoder, locator.dictionaries);
  decoder.end_map();
  decoder.finish();
  if (decoder.error()) return fail(*decoder.error());
  return locator;
}

SignedLocator SignedLocator::sign(const Locator& locator, const StationKeyPair& station) {
  SignedLocator result{locator, locator.encode(), {}};
  OPENLINE_ASSERT(locator.station == station.key());
  OPENLINE_ASSERT(Locator::decode(result.bytes).has_value());
  result.signature = station.sign({kLocatorLabel, std::nullopt, result.bytes});
  return result;
}

Bytes SignedLocator::encode() const { return write_signed_bytes(bytes, signature); }

Result<SignedLocator> SignedLocator::decode(ByteView bytes) {
  const auto parts = read_signed_bytes(bytes);
  if (!parts) return fail(parts.error());
  auto locator = Locator::decode(parts->payload);
  if (!locator) return fail(error_within(bytes, parts->payload, locator.error()));
  if (!verify(locator->station, {kLocatorLabel, std::nullopt, parts->payload}, parts->signature)) {
    return fail("the locator's signature does not verify");
  }
  return SignedLocator{std::move(*locator), copy_of(parts->payload), parts->signature};
}

}  // namespace openline
