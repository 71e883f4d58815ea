// SPDX-License-Identifier: Apache-2.0
// What parties hand to each other: card files, and armour for card files and courier keys (protocol.md
// section 4.5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/card.h"
#include "core/crypto/locator.h"

namespace openline {

// CDDL: card-file
struct CardFile {
  CardChain cards;
  std::vector<SignedLocator> locators;  // each of a station on the newest card
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<CardFile> decode(ByteView bytes);
};

inline constexpr std::string_view kCardArmour = "OPENLINE CARD";
inline constexpr std::string_view kCourierKeyArmour = "OPENLINE COURIER KEY";

[[nodiscard]] std::string armour(std::string_view title, ByteView bytes);
// Takes armoured text or, when no armour line is in it, the bytes themselves. Errors name the line.
[[nodiscard]] Result<Bytes> remove_armour(std::string_view title, ByteView text);

}  // namespace openline
