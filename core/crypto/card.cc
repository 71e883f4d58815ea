// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/card.h"

#include "core/crypto/hash.h"
#include "core/crypto/signed_bytes.h"
#include "core/wire/assert.h"
#include "core/wire/cbor.h"

namespace openline {
namespace {

constexpr std::size_t kMaxLanguages = 8, kMaxStations = 16;

std::string read_text(cbor::Decoder& decoder, std::size_t least, std::size_t most) {
  const std::size_t at = decoder.offset();
  std::string text(decoder.text(most));
  if (decoder.ok() && text.size() < least) {
    decoder.refuse_at(at, "text is shorter than " + std::to_string(least) + " bytes");
  }
  return text;
}

template <class Key>
Key read_public_key(cbor::Decoder& decoder) {
  const std::size_t at = decoder.offset();
  const Key key = decoder.fixed<Key>();
  if (decoder.ok() && !is_valid_public_key(key.view()))
    decoder.refuse_at(at, "not a valid Ed25519 public key");
  return key;
}

// An array with at least one element.
std::size_t read_count(cbor::Decoder& decoder, std::size_t most) {
  const std::size_t at = decoder.offset();
  const std::size_t count = decoder.array(most);
  if (decoder.ok() && count == 0) decoder.refuse_at(at, "array must not be empty");
  return count;
}

std::string read_code(cbor::Decoder& decoder) {
  const std::size_t at = decoder.offset();
  std::string code = read_text(decoder, 2, 12);
  for (const char c : code) {
    const bool allowed = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (!allowed) decoder.refuse_at(at, "a code has only A-Z, 0-9 and -");
  }
  return code;
}

void write_station(cbor::Encoder& encoder, const CardStation& station) {
  cbor::MapEncoder map;
  map.field(1).bytes(station.key.view());
  map.field(2).text(station.name);
  if (station.revoked) {
    cbor::Encoder& list = map.field(3).array(station.revoked->size());
    for (const LastTrusted& last : *station.revoked) {
      list.map(2).number(1).bytes(last.line.view()).number(2).bytes(last.entry.view());
    }
  }
  encoder.raw(map.take());
}

CardStation read_station(cbor::Decoder& decoder) {
  CardStation station;
  decoder.begin_map();
  decoder.key(1);
  station.key = read_public_key<StationKey>(decoder);
  decoder.key(2);
  station.name = read_text(decoder, 1, 64);
  if (decoder.optional_key(3)) {
    station.revoked.emplace();
    for (std::size_t left = decoder.array(SIZE_MAX); left > 0 && decoder.ok(); --left) {
      LastTrusted last;
      decoder.begin_map();
      decoder.key(1);
      last.line = decoder.fixed<LineId>();
      decoder.key(2);
      last.entry = decoder.fixed<EntryId>();
      decoder.end_map();
      station.revoked->push_back(last);
    }
  }
  decoder.end_map();
  return station;
}

void read_stations(cbor::Decoder& decoder, Card& card) {
  for (std::size_t left = read_count(decoder, kMaxStations); left > 0 && decoder.ok(); --left) {
    const std::size_t at = decoder.offset();
    CardStation station = read_station(decoder);
    if (card.station(station.key) != nullptr) decoder.refuse_at(at, "a station is on the card twice");
    card.stations.push_back(std::move(station));
  }
}

}  // namespace

Bytes Card::encode() const {
  cbor::MapEncoder map;
  map.field(1).bytes(root.view());
  map.field(2).number(edition);
  map.field(3).text(code);
  map.field(4).text(name);
  cbor::Encoder& language_list = map.field(5).array(languages.size());
  for (const std::string& language : languages) language_list.text(language);
  cbor::Encoder& station_list = map.field(6).array(stations.size());
  for (const CardStation& one : stations) write_station(station_list, one);
  if (previous) map.field(7).bytes(previous->view());
  if (next_root) map.field(8).bytes(next_root->view());
  return map.take();
}

Result<Card> Card::decode(ByteView bytes) {
  cbor::Decoder decoder(bytes);
  Card card;
  decoder.begin_map();
  decoder.key(1);
  card.root = read_public_key<RootKey>(decoder);
  decoder.key(2);
  const std::size_t edition_at = decoder.offset();
  card.edition = static_cast<std::uint32_t>(decoder.number(UINT32_MAX));
  if (card.edition == 0) decoder.refuse_at(edition_at, "editions count from 1");
  decoder.key(3);
  card.code = read_code(decoder);
  decoder.key(4);
  card.name = read_text(decoder, 1, 100);
  decoder.key(5);
  for (std::size_t left = read_count(decoder, kMaxLanguages); left > 0 && decoder.ok(); --left) {
    card.languages.push_back(read_text(decoder, 2, 16));
  }
  decoder.key(6);
  read_stations(decoder, card);
  const std::size_t previous_at = decoder.offset();
  if (decoder.optional_key(7)) card.previous = decoder.fixed<Hash>();
  if (card.previous.has_value() != (card.edition > 1)) {
    decoder.refuse_at(previous_at, "exactly the editions after the first name the previous one");
  }
  if (decoder.optional_key(8)) card.next_root = decoder.fixed<Hash>();
  decoder.end_map();
  decoder.finish();
  if (decoder.error()) return fail(*decoder.error());
  return card;
}

const CardStation* Card::station(const StationKey& key) const {
  const auto found = std::ranges::find(stations, key, &CardStation::key);
  return found == stations.end() ? nullptr : &*found;
}

SignedCard SignedCard::sign(const Card& card, const RootKeyPair& root) {
  SignedCard result{card, card.encode(), {}};
  OPENLINE_ASSERT(card.root == root.key());
  OPENLINE_ASSERT(Card::decode(result.bytes).has_value());
  result.signature = root.sign({kCardLabel, std::nullopt, result.bytes});
  return result;
}

Bytes SignedCard::encode() const { return write_signed_bytes(bytes, signature); }

Result<SignedCard> SignedCard::decode(ByteView bytes) {
  const auto parts = read_signed_bytes(bytes);
  if (!parts) return fail(parts.error());
  auto card = Card::decode(parts->payload);
  if (!card) return fail(error_within(bytes, parts->payload, card.error()));
  if (!verify(card->root, {kCardLabel, std::nullopt, parts->payload}, parts->signature)) {
    return fail("the card's signature does not verify");
  }
  return SignedCard{std::move(*card), copy_of(parts->payload), parts->signature};
}

Hash SignedCard::hash() const { return hash_of(bytes); }

}  // namespace openline
