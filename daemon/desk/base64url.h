// SPDX-License-Identifier: Apache-2.0
// Bytes as browsers write them in JSON: base64url, RFC 4648 section 5, without padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/wire/bytes.h"

namespace openline::daemon {

[[nodiscard]] std::string base64url(ByteView bytes);
// One spelling a value: nullopt for padding, other characters, and bits that say nothing but are set.
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace openline::daemon
