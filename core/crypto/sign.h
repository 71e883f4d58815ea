// SPDX-License-Identifier: Apache-2.0
// Ed25519 signatures over labelled input (protocol.md section 3, RFC 8032).
#pragma once

#include <optional>
#include <string_view>

#include "core/crypto/secret.h"
#include "core/crypto/types.h"

namespace openline {

// One label a signed format; a signature for one never verifies as another.
inline constexpr std::string_view kCardLabel = "openline card 1";
inline constexpr std::string_view kLocatorLabel = "openline locator 1";
inline constexpr std::string_view kAgreementLabel = "openline agreement 1";
inline constexpr std::string_view kRefusalLabel = "openline refusal 1";
inline constexpr std::string_view kRunLabel = "openline run 1";
inline constexpr std::string_view kHeadsLabel = "openline heads 1";
inline constexpr std::string_view kPresenceLabel = "openline presence 1";
inline constexpr std::string_view kPeopleLabel = "openline people 1";  // docs/api.md, "People"
inline constexpr std::string_view kExportLabel = "openline export 1";

// signed-input = [label, line or h'', payload]
struct SignedInput {
  std::string_view label;
  std::optional<LineId> line;
  ByteView payload;
  [[nodiscard]] Bytes encode() const;
};

// A key pair from a seed. Move-only, as its secret is. Key is RootKey or StationKey.
template <class Key>
class SigningKeyPair {
 public:
  explicit SigningKeyPair(const SigningSeed& seed);
  [[nodiscard]] const Key& key() const { return key_; }
  [[nodiscard]] Signature sign(const SignedInput& input) const;

 private:
  Key key_;
  Secret<struct ExpandedSigningKeyTag, 64> expanded_;
};
using RootKeyPair = SigningKeyPair<RootKey>;
using StationKeyPair = SigningKeyPair<StationKey>;

// False for a wrong signature, a non-canonical S, A or R, and a small-order A or R.
[[nodiscard]] bool verify(const RootKey& key, const SignedInput& input, const Signature& signature);
[[nodiscard]] bool verify(const StationKey& key, const SignedInput& input, const Signature& signature);
[[nodiscard]] bool is_valid_public_key(ByteView key);  // canonical point on the curve, not of small order

}  // namespace openline
