// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/sign.h"

#include <sodium.h>

#include "core/wire/cbor.h"

namespace openline {
namespace {

// RFC 8032 section 5.1.3: the encoded y, without the sign bit of x, is below p = 2^255 - 19.
bool is_canonical_point(ByteView point) {
  if ((point[31] & 0x7f) != 0x7f) return true;
  for (std::size_t at = 30; at > 0; --at) {
    if (point[at] != 0xff) return true;
  }
  return point[0] < 0xed;
}

// crypto_sign_verify_detached of libsodium 1.0.18 demands S below the group order, a canonical A, and A and R
// not of small order in any encoding. R it compares, byte for byte, with the canonical encoding of
// S*B - h*A: a non-canonical R can equal none. So it checks all that protocol.md section 3 asks, and there
// is no cofactor in its equation. sign_test.cc shows each of these, for other versions.
bool verify_bytes(ByteView key, const SignedInput& input, const Signature& signature) {
  const Bytes message = input.encode();
  return crypto_sign_verify_detached(signature.value.data(), message.data(), message.size(), key.data()) == 0;
}

}  // namespace

Bytes SignedInput::encode() const {
  cbor::Encoder encoder;
  encoder.array(3).text(label).bytes(line ? line->view() : ByteView{}).bytes(payload);
  return encoder.take();
}

template <class Key>
SigningKeyPair<Key>::SigningKeyPair(const SigningSeed& seed) {
  crypto_sign_seed_keypair(key_.value.data(), expanded_.expose_mutable().data(), seed.expose().data());
}

template <class Key>
Signature SigningKeyPair<Key>::sign(const SignedInput& input) const {
  const Bytes message = input.encode();
  Signature signature;
  crypto_sign_detached(signature.value.data(), nullptr, message.data(), message.size(),
                       expanded_.expose().data());
  return signature;
}

template class SigningKeyPair<RootKey>;
template class SigningKeyPair<StationKey>;

bool verify(const RootKey& key, const SignedInput& input, const Signature& signature) {
  return verify_bytes(key.view(), input, signature);
}

bool verify(const StationKey& key, const SignedInput& input, const Signature& signature) {
  return verify_bytes(key.view(), input, signature);
}

// Not crypto_core_ed25519_is_valid_point: it refuses points outside the prime-order group too, which
// `verify` takes, and the two must agree.
bool is_valid_public_key(ByteView key) {
  if (key.size() != RootKey::kSize || !is_canonical_point(key)) return false;
  RootKey multiple = *RootKey::from(key);
  for (int doubling = 0; doubling < 3; ++doubling) {
    const RootKey half = multiple;
    if (crypto_core_ed25519_add(multiple.value.data(), half.value.data(), half.value.data()) != 0)
      return false;
  }
  const RootKey neutral{{1}};  // eight times any point of small order
  return multiple != neutral;
}

}  // namespace openline
