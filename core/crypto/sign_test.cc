// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/sign.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "core/crypto/hash.h"
#include "core/crypto/test_identity.h"
#include "core/wire/test_vectors.h"

namespace openline {
namespace {

using Scalar = std::array<std::uint8_t, 32>;

SignedInput input_of(std::string_view payload) { return {kCardLabel, std::nullopt, view_of(payload)}; }

RootKey key_of(const std::string& hex) { return *RootKey::from(unhex(hex)); }

RootKey times_base(const Scalar& scalar) {
  RootKey point;
  EXPECT_EQ(crypto_scalarmult_ed25519_base_noclamp(point.value.data(), scalar.data()), 0);
  return point;
}

// h of RFC 8032 section 5.1.7: SHA-512(R, A, message) as a scalar.
Scalar challenge(const RootKey& r, const RootKey& a, const SignedInput& input) {
  Bytes bytes = copy_of(r.view());
  append(bytes, a.view());
  append(bytes, input.encode());
  std::array<std::uint8_t, 64> digest{};
  crypto_hash_sha512(digest.data(), bytes.data(), bytes.size());
  Scalar scalar;
  crypto_core_ed25519_scalar_reduce(scalar.data(), digest.data());
  return scalar;
}

// r + h * a: with R = r * base and A = a * base (and points of small order added), what a signer would send.
Signature signature_of(const RootKey& r_point, const Scalar& r, const Scalar& a, const Scalar& h) {
  Scalar s;
  crypto_core_ed25519_scalar_mul(s.data(), h.data(), a.data());
  crypto_core_ed25519_scalar_add(s.data(), r.data(), s.data());
  Signature signature;
  std::ranges::copy(r_point.value, signature.value.begin());
  std::ranges::copy(s, signature.value.begin() + 32);
  return signature;
}

// Every encoding of the points of small order: order 1, 2, 4 and 8, then with y above the prime, then a
// negative zero.
const char* const kSmallOrder[] = {"0100000000000000000000000000000000000000000000000000000000000000",
                                   "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                   "0000000000000000000000000000000000000000000000000000000000000000",
                                   "0000000000000000000000000000000000000000000000000000000000000080",
                                   "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                                   "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                                   "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                                   "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                                   "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                   "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                                   "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                   "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                                   "0100000000000000000000000000000000000000000000000000000000000080",
                                   "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};

TEST(Sign, KeysAndSignaturesAreThoseOfRfc8032) {
  struct Case {
    const char *seed, *key, *message, *signature;
  };
  const Case cases[] = {
      // section 7.1, tests 1 to 3
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
       "d25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
       "387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
       "4a7c15e9716ed28dc027beceea1ec40a"}};
  for (const Case& one : cases) {
    const Bytes seed = unhex(one.seed);
    const RootKeyPair pair{SigningSeed(std::span<const std::uint8_t, 32>(seed))};
    EXPECT_EQ(pair.key().hex(), one.key);
    const Bytes message = unhex(one.message);
    Bytes expanded = seed;
    append(expanded, pair.key().view());
    Signature raw;
    crypto_sign_detached(raw.value.data(), nullptr, message.data(), message.size(), expanded.data());
    EXPECT_EQ(raw.hex(), one.signature);
    // Ours is the same over a signed-input.
    const Bytes encoded = input_of("x").encode();
    crypto_sign_detached(raw.value.data(), nullptr, encoded.data(), encoded.size(), expanded.data());
    EXPECT_EQ(pair.sign(input_of("x")), raw);
    EXPECT_TRUE(verify(pair.key(), input_of("x"), raw));
  }
}

TEST(Sign, InputIsLabelLineAndPayload) {
  EXPECT_EQ(to_hex(input_of("p").encode()), "836f6f70656e6c696e6520636172642031404170");
  const LineId line{{9}};
  EXPECT_EQ(to_hex(SignedInput{kRunLabel, line, {}}.encode()),
            "836e6f70656e6c696e652072756e20315820" + line.hex() + "40");
}

TEST(Sign, HoldsForNothingButItsOwnLabelLinePayloadAndKey) {
  const StationKeyPair pair = station_of(1);
  const LineId line{{1}};
  const Bytes payload{1, 2, 3};
  const Signature signature = pair.sign({kRunLabel, line, payload});
  EXPECT_TRUE(verify(pair.key(), {kRunLabel, line, payload}, signature));
  EXPECT_FALSE(verify(pair.key(), {kHeadsLabel, line, payload}, signature));
  EXPECT_FALSE(verify(pair.key(), {kRunLabel, std::nullopt, payload}, signature));
  EXPECT_FALSE(verify(pair.key(), {kRunLabel, LineId{{2}}, payload}, signature));
  EXPECT_FALSE(verify(pair.key(), {kRunLabel, line, Bytes{1, 2}}, signature));
  EXPECT_FALSE(verify(station_of(2).key(), {kRunLabel, line, payload}, signature));
  for (std::size_t at = 0; at < Signature::kSize; ++at) {
    Signature altered = signature;
    altered.value[at] ^= 1;
    EXPECT_FALSE(verify(pair.key(), {kRunLabel, line, payload}, altered)) << at;
  }
}

TEST(Sign, RefusesAnSThatIsNotBelowTheGroupOrder) {
  const RootKeyPair pair = root_of(1);
  Signature signature = pair.sign(input_of("x"));
  const Bytes order = unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  int carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += signature.value[32 + i] + order[i];
    signature.value[32 + i] = static_cast<std::uint8_t>(carry & 0xff);
    carry >>= 8;
  }
  EXPECT_FALSE(verify(pair.key(), input_of("x"), signature));
}

// The equation holds in each of these: only the rule about small order refuses them.
TEST(Sign, RefusesKeysAndNoncesOfSmallOrder) {
  const Scalar a{3}, r{5}, zero{};
  for (const char* hex : kSmallOrder) {
    const RootKey small = key_of(hex);
    EXPECT_FALSE(is_valid_public_key(small.view())) << hex;
    for (int attempt = 0; attempt < 64; ++attempt) {  // among these are h divisible by 8
      const std::string payload = std::to_string(attempt);
      const RootKey key = times_base(a), nonce = times_base(r);
      const auto by_small_key = signature_of(nonce, r, zero, challenge(nonce, small, input_of(payload)));
      EXPECT_FALSE(verify(small, input_of(payload), by_small_key)) << hex;
      const auto with_small_nonce = signature_of(small, zero, a, challenge(small, key, input_of(payload)));
      EXPECT_FALSE(verify(key, input_of(payload), with_small_nonce)) << hex;
    }
  }
}

TEST(Sign, VerifiesWithoutTheCofactor) {
  // A key of mixed order. With the cofactor all of these would verify; without it, about one in eight.
  const Scalar a{3}, r{5};
  RootKey key;
  ASSERT_EQ(crypto_core_ed25519_add(key.value.data(), times_base(a).value.data(),
                                    key_of(kSmallOrder[4]).value.data()),
            0);
  EXPECT_TRUE(is_valid_public_key(key.view()));
  int verified = 0;
  for (int attempt = 0; attempt < 200; ++attempt) {
    const std::string payload = std::to_string(attempt);
    const RootKey nonce = times_base(r);
    const Scalar h = challenge(nonce, key, input_of(payload));
    const bool holds = verify(key, input_of(payload), signature_of(nonce, r, a, h));
    EXPECT_EQ(holds, h[0] % 8 == 0);
    verified += holds ? 1 : 0;
  }
  EXPECT_GT(verified, 0);
}

TEST(Sign, ValidKeysAreCanonicalPointsOnTheCurve) {
  EXPECT_TRUE(is_valid_public_key(root_of(1).key().view()));
  EXPECT_FALSE(is_valid_public_key({}));
  EXPECT_FALSE(is_valid_public_key(Bytes(33, 1)));
  int on_curve = 0;
  for (std::uint8_t y = 2; y < 19; ++y) {
    RootKey above;  // y plus the prime: the same point, had it been canonical
    above.value.fill(0xff);
    above.value[0] = static_cast<std::uint8_t>(0xed + y);
    above.value[31] = 0x7f;
    EXPECT_FALSE(is_valid_public_key(above.view())) << int{y};
    on_curve += is_valid_public_key(RootKey{{y}}.view()) ? 1 : 0;
  }
  EXPECT_GT(on_curve, 0);
  EXPECT_LT(on_curve, 17);  // the others are on no point of the curve
}

}  // namespace
}  // namespace openline
