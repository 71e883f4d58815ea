// SPDX-License-Identifier: Apache-2.0
// Notices: codes and values in an agreed form (protocol.md section 9.9; CDDL: notice-body). What the numbers
// mean is said by the forms' edition, which is data: here only the shape is known.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "core/record/entry.h"

namespace openline {

struct FormsTagName;
using FormsTag = FixedBytes<FormsTagName, 8>;  // the first bytes of an edition's hash

struct NoticePosition {
  std::int64_t latitude = 0, longitude = 0;  // 1e-5 degrees, north and east positive
  bool operator==(const NoticePosition&) const = default;
};
inline constexpr std::int64_t kMaxLatitude = 9'000'000, kMaxLongitude = 18'000'000;
using NoticeValue = std::variant<std::int64_t, std::string, NoticePosition>;

struct NoticeBody {
  FormsTag edition;
  std::uint64_t form = 0;
  std::map<std::uint64_t, NoticeValue> fields;  // at most 32; texts to 1,000 bytes
  std::optional<EntryId> refers;                // the entry that it answers, corrects or withdraws
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<NoticeBody> decode(ByteView body);
};

}  // namespace openline
