// SPDX-License-Identifier: Apache-2.0
// tests/vectors/identity.json: a party with two editions of its card, from fixed seeds. Written by another
// implementation, from protocol.md and openline.cddl alone.
#include <gtest/gtest.h>

#include "core/crypto/card_file.h"
#include "core/crypto/courier_key.h"
#include "core/crypto/hash.h"
#include "core/crypto/test_identity.h"
#include "core/wire/test_vectors.h"

namespace openline {
namespace {

// Byte values of the seeds: each seed is 32 of them.
constexpr std::uint8_t kRoot = 0x11, kNextRoot = 0x12, kStation = 0x21, kRevoked = 0x22, kPeer = 0x23,
                       kSession = 0x31, kCourier = 0x41, kGeneration = 3;

CardFile sample_file() {
  Card first = card_of(kRoot, kRevoked);
  first.next_root = hash_of(root_of(kNextRoot).key().view());
  const SignedCard first_signed = SignedCard::sign(first, root_of(kRoot));
  Card second = successor_of(first_signed);
  second.root = root_of(kNextRoot).key();
  second.next_root.reset();
  second.name = "Nördliches Kommando";
  second.stations[0].revoked = {{LineId{{1, 2, 3}}, EntryId{{4, 5, 6}}}};
  second.stations.push_back({station_of(kStation).key(), "bunker", std::nullopt});
  const SignedCard second_signed = SignedCard::sign(second, root_of(kNextRoot));
  return {CardChain::from({first_signed, second_signed}).value(),
          {SignedLocator::sign(locator_of(kStation, kSession), station_of(kStation))}};
}

nlohmann::json sample() {
  const auto seed = [](std::uint8_t byte) { return to_hex(Bytes(32, byte)); };
  const CardFile file = sample_file();
  const CourierKey courier{seed_of<CourierSecret>(kCourier), kGeneration};
  nlohmann::json json;
  json["root_seed"] = seed(kRoot);
  json["next_root_seed"] = seed(kNextRoot);
  json["station_seed"] = seed(kStation);
  json["revoked_station_seed"] = seed(kRevoked);
  json["peer_station_seed"] = seed(kPeer);
  json["session_secret"] = seed(kSession);
  json["card_file"] = to_hex(file.encode());
  json["card_hashes"] = {file.cards.editions()[0].hash().hex(), file.cards.editions()[1].hash().hex()};
  json["fingerprint"] = file.cards.fingerprint().text();
  json["session_key"] = session_of(kSession).key.hex();
  json["courier_key_file"] = armour(kCourierKeyArmour, courier.encode());
  json["peer_station_key"] = station_of(kPeer).key().hex();
  json["psk"] = to_hex(psk_of(courier, station_of(kStation).key(), station_of(kPeer).key()).expose());
  return json;
}

TEST(IdentityVectors, AreWhatThisImplementationWritesToo) {
  EXPECT_EQ(read_vectors("identity.json"), sample()) << "this implementation writes:\n" << sample().dump(2);
}

TEST(IdentityVectors, ReadBack) {
  const auto vectors = read_vectors("identity.json");
  const auto file = CardFile::decode(unhex(vectors.at("card_file")));
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(file->cards.fingerprint().text(), string_of(vectors.at("fingerprint")));
  EXPECT_EQ(file->locators.at(0).locator.session_key.hex(), string_of(vectors.at("session_key")));
  const auto armoured = vectors.at("courier_key_file").get<std::string>();
  const auto courier = CourierKey::decode(remove_armour(kCourierKeyArmour, view_of(armoured)).value());
  ASSERT_TRUE(courier) << courier.error().text();
  EXPECT_EQ(courier->generation, kGeneration);
}

}  // namespace
}  // namespace openline
