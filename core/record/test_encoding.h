// SPDX-License-Identifier: Apache-2.0
// What every strict decoder of this folder must do with damaged input.
#pragma once

#include <gtest/gtest.h>

#include "core/wire/error.h"

namespace openline {

// Cut short, made longer or changed in one bit, the bytes are refused or mean just what they say: `decode`
// gives something that encodes to the same bytes.
template <class Decode>
void expect_one_encoding(const Bytes& encoded, Decode decode) {
  const auto intact = decode(encoded);
  ASSERT_TRUE(intact.has_value()) << intact.error().text();
  EXPECT_EQ(intact->encode(), encoded);
  for (std::size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_FALSE(decode(ByteView(encoded).first(size))) << "cut to " << size;
  }
  Bytes longer = encoded;
  longer.push_back(0);
  EXPECT_FALSE(decode(longer));
  for (std::size_t bit = 0; bit < encoded.size() * 8; ++bit) {
    Bytes changed = encoded;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << (bit % 8));
    const auto decoded = decode(changed);
    if (decoded) {
      EXPECT_EQ(decoded->encode(), changed) << "bit " << bit;
    }
  }
}

// The error names the format and the field, and where it is.
template <class Value>
void expect_refused(const Result<Value>& result, const std::string& text) {
  ASSERT_FALSE(result.has_value()) << "was taken, though: " << text;
  EXPECT_NE(result.error().text().find(text), std::string::npos) << result.error().text();
}

}  // namespace openline
