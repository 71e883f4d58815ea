// SPDX-License-Identifier: Apache-2.0
// What parties hand to each other: cards, locators, card files, courier keys, armour, fingerprints. What is
// taken is, written again, the same; a card or a locator that is taken can be signed (`sign` asserts its
// rules).
#include "core/crypto/card_file.h"
#include "core/crypto/courier_key.h"
#include "core/link/handshake_payload.h"
#include "core/record/test_record.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

template <class Format>
void check_encoding(ByteView bytes) {
  const Result<Format> format = Format::decode(bytes);
  if (format) OPENLINE_ASSERT(std::ranges::equal(format->encode(), bytes));
}

void check_card(ByteView bytes) {
  Result<Card> card = Card::decode(bytes);
  if (!card) return;
  OPENLINE_ASSERT(std::ranges::equal(card->encode(), bytes));
  const RootKeyPair root(seed_of(1));
  card->root = root.key();
  const Bytes whole = SignedCard::sign(*card, root).encode();
  const auto read = SignedCard::decode(whole);
  OPENLINE_ASSERT(read && read->card == *card);
  const auto chain = CardChain::start(*read);
  if (!chain) return;
  const Bytes file = CardFile{*chain, {}}.encode();
  OPENLINE_ASSERT(CardFile::decode(file).value().encode() == file);
}

void check_locator(ByteView bytes) {
  Result<Locator> locator = Locator::decode(bytes);
  if (!locator) return;
  OPENLINE_ASSERT(std::ranges::equal(locator->encode(), bytes));
  const StationKeyPair station(seed_of(2));
  locator->station = station.key();
  const auto read = SignedLocator::decode(SignedLocator::sign(*locator, station).encode());
  OPENLINE_ASSERT(read && read->locator == *locator);
}

void check_armour(ByteView bytes) {
  const auto wrapped = armour(kCardArmour, bytes);
  const auto back = remove_armour(kCardArmour, view_of(wrapped));
  OPENLINE_ASSERT(back && std::ranges::equal(*back, bytes));
  OPENLINE_ASSERT(!remove_armour(kCourierKeyArmour, view_of(wrapped)));
  const auto removed = remove_armour(kCardArmour, bytes);
  OPENLINE_ASSERT(removed || !removed.error().message.empty());
}

void check_fingerprint(ByteView bytes) {
  const auto read = Fingerprint::parse(text_of(bytes));
  if (!read) return;
  OPENLINE_ASSERT(Fingerprint::parse(read->text()) == *read && Fingerprint::parse(read->compact()) == *read);
}

void check_payload(ByteView bytes) {
  const auto payload = read_handshake_payload(bytes);
  if (!payload) return;
  Bytes again = write_handshake_payload(payload->epoch, payload->locator ? &*payload->locator : nullptr);
  append(again, payload->frames);
  OPENLINE_ASSERT(std::ranges::equal(again, bytes));
}

using Check = void (*)(ByteView);
constexpr Check kChecks[] = {check_card,
                             check_encoding<SignedCard>,
                             check_encoding<CardFile>,
                             check_locator,
                             check_encoding<SignedLocator>,
                             check_encoding<CourierKey>,
                             check_armour,
                             check_fingerprint,
                             check_payload};

}  // namespace

void run(ByteView input) {
  Input in(input);
  const Check check = kChecks[in.index(std::size(kChecks))];
  check(in.rest());
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  const auto add = [&](std::uint8_t which, ByteView bytes) {
    all.push_back({which});
    append(all.back(), bytes);
  };
  const TestParty party("USA", 1);
  const SignedCard& card = party.cards.editions().front();
  Card revised = card.card;
  revised.edition = 2;
  revised.previous = card.hash();
  revised.stations.front().revoked = {{LineId{{1}}, EntryId{{2}}}};
  Locator locator{party.station.key(),
                  3,
                  SessionKey{{4}},
                  {{"fibre", "udp", "192.0.2.1:4700"}, {"hf", "serial", "hf"}},
                  {1}};
  const SignedLocator signed_locator = SignedLocator::sign(locator, party.station);
  const CardFile file{party.cards, {signed_locator}};
  add(0, card.bytes);
  add(0, revised.encode());
  add(1, card.encode());
  add(2, file.encode());
  add(3, locator.encode());
  add(4, signed_locator.encode());
  add(5, CourierKey{CourierSecret(seed_of(7).expose()), 3}.encode());
  add(6, Bytes(100, 5));
  add(6, view_of(armour(kCardArmour, Bytes(100, 5))));
  add(7, view_of(party.fingerprint().text()));
  add(8, write_handshake_payload(LinkEpoch{{1, 2}}, &signed_locator));
  return all;
}

}  // namespace openline::fuzz
