// SPDX-License-Identifier: Apache-2.0
// Verifies what a browser brings from a security key, by W3C Web Authentication Level 2: sections 7.1
// (registering a new credential) and 7.2 (verifying an assertion), with these choices:
//   - attestation "none": which maker's key it is nobody asks, so steps 18 to 21 of 7.1 have nothing to do;
//   - a person must have touched it (the flag UP); a PIN or a finger (UV) is not asked for, since the
//   password is
//     the other factor;
//   - ES256 and EdDSA (COSE -7 and -8); no extension is asked for, and what one says is passed over.
//
// All bytes are as the browser gave them: authenticator data of section 6.1, the JSON of section 5.8.1, and
// the signature of section 6.3.3. Whoever asks need not be a browser: every bound is ours, and what is wrong
// is an Error in words.
#pragma once

#include <string>

#include "core/crypto/types.h"
#include "core/wire/bytes.h"
#include "core/wire/error.h"
#include "daemon/desk/security_keys.h"

namespace openline::daemon {

inline constexpr std::size_t kMaxAuthenticatorData = 2048;  // bytes: the longest id, a key, and extensions
inline constexpr std::size_t kMaxClientData = 1024;
inline constexpr std::size_t kMaxKeySignature = 256;

// The page that asked, as the browsers' door knows it.
struct KeySite {
  std::string origin;  // "https://desk.example:4780"
  std::string host;    // "desk.example": the RP id
};

struct NewCredential {
  Bytes id;
  KeyAlgorithm algorithm{};
  Bytes public_key;  // as in SecurityKey
  std::uint32_t count = 0;
};

struct KeyAssertion {
  Bytes authenticator_data, client_data, signature;
};

// The challenge that client data answers; whether it was asked is the caller's to know.
[[nodiscard]] Result<Hash> challenge_in(ByteView client_data);

[[nodiscard]] Result<NewCredential> verify_registration(ByteView authenticator_data, ByteView client_data,
                                                        const Hash& challenge, const KeySite& site);
// The key's count of signatures.
[[nodiscard]] Result<std::uint32_t> verify_assertion(const SecurityKey& key, const KeyAssertion& assertion,
                                                     const Hash& challenge, const KeySite& site);

}  // namespace openline::daemon
