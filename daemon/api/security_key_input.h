// SPDX-License-Identifier: Apache-2.0
// What a browser brings from a security key, as JSON has it (docs/api.md, "Security keys").
#pragma once

#include <optional>
#include <string>

#include "daemon/api/api.h"
#include "daemon/api/json_input.h"
#include "daemon/desk/webauthn.h"

namespace openline::daemon {

struct KeyAnswer {
  Bytes key;  // the credential's id
  KeyAssertion assertion;
};

// A name and a right password, and what a security key said where it was asked.
struct Api::SignIn {
  std::string name;
  std::string compared;  // the hash that the password was compared with
  std::optional<KeyAnswer> key;
};

// base64url of 1 to `most` bytes.
[[nodiscard]] Bytes read_bytes(JsonReader& reader, std::string_view name, std::size_t most);
// The field "assertion", which may be left out.
[[nodiscard]] std::optional<KeyAnswer> read_key_answer(JsonReader& reader);

}  // namespace openline::daemon
