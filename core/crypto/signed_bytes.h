// SPDX-License-Identifier: Apache-2.0
// The shape that signed-card and signed-locator share: { 1: bstr, 2: signature } (protocol.md section 4).
#pragma once

#include "core/crypto/types.h"
#include "core/wire/error.h"

namespace openline {

struct SignedBytes {
  ByteView payload;  // borrowed from the input
  Signature signature;
};
[[nodiscard]] Bytes write_signed_bytes(ByteView payload, const Signature& signature);
[[nodiscard]] Result<SignedBytes> read_signed_bytes(ByteView bytes);

// An error about `inner`, a part of `outer`, with its offset counted from the start of `outer`.
[[nodiscard]] Error error_within(ByteView outer, ByteView inner, Error error);

}  // namespace openline
