// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/card_file.h"

#include "core/crypto/signed_bytes.h"
#include "core/wire/assert.h"
#include "core/wire/cbor.h"

namespace openline {
namespace {

constexpr std::size_t kMaxLocators = 16;

// Decodes each item of an array. A bad one is refused where it is bad.
template <class Item>
std::vector<Item> read_items(cbor::Decoder& decoder, ByteView whole, std::size_t most) {
  std::vector<Item> items;
  for (std::size_t left = decoder.array(most); left > 0 && decoder.ok(); --left) {
    const std::size_t at = decoder.offset();
    const ByteView raw = decoder.item();
    if (!decoder.ok()) break;
    auto item = Item::decode(raw);
    if (item) {
      items.push_back(std::move(*item));
    } else {
      const Error error = error_within(whole, raw, item.error());
      decoder.refuse_at(error.offset.value_or(at), error.message);
    }
  }
  return items;
}

}  // namespace

Bytes CardFile::encode() const {
  OPENLINE_ASSERT(locators.size() <= kMaxLocators);
  cbor::MapEncoder map;
  cbor::Encoder& card_list = map.field(1).array(cards.editions().size());
  for (const SignedCard& card : cards.editions()) card_list.raw(card.encode());
  cbor::Encoder& locator_list = map.field(2).array(locators.size());
  for (const SignedLocator& locator : locators) locator_list.raw(locator.encode());
  return map.take();
}

Result<CardFile> CardFile::decode(ByteView bytes) {
  cbor::Decoder decoder(bytes);
  decoder.begin_map();
  decoder.key(1);
  auto editions = read_items<SignedCard>(decoder, bytes, CardChain::kMaxEditions);
  decoder.key(2);
  auto locators = read_items<SignedLocator>(decoder, bytes, kMaxLocators);
  decoder.end_map();
  decoder.finish();
  if (decoder.error()) return fail(*decoder.error());
  auto cards = CardChain::from(std::move(editions));
  if (!cards) return fail(cards.error());
  for (const SignedLocator& locator : locators) {
    if (cards->newest().station(locator.locator.station) == nullptr) {
      return fail("a locator is of a station that is not on the newest card");
    }
  }
  return CardFile{std::move(*cards), std::move(locators)};
}

}  // namespace openline
