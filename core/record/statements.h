// SPDX-License-Identifier: Apache-2.0
// Statements of heads and of presence: the newest replaces the older (protocol.md section 10).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/crypto/sign.h"
#include "core/record/entry.h"

namespace openline {

// CDDL: head. Everything up to here in this branch, with its ancestry, is durable at the signer.
struct Head {
  StationKey author;
  Position position;
  auto operator<=>(const Head&) const = default;
};

inline constexpr std::uint64_t kMaxCounter = INT64_MAX;  // of statements; fits signed integers of stores

// CDDL: heads
struct Heads {
  std::uint64_t counter = 0;
  std::vector<Head> heads;    // ascending
  std::vector<EntryId> held;  // above a gap, at most 32
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Heads> decode(ByteView bytes);
  bool operator==(const Heads&) const = default;
};

// CDDL: presence
struct Presence {
  std::uint64_t counter = 0;
  bool attended = false;
  std::string role;  // empty iff not attended
  Seconds lease{};   // from arrival, by the receiver's monotonic clock
  WallTime since;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Presence> decode(ByteView bytes);
  bool operator==(const Presence&) const = default;
};

// CDDL: signed-heads, signed-presence. The signature is absent (an empty byte string) on deniable lines.
template <class Statement>
struct Signed {
  LineId line;
  StationKey signer;
  Statement statement;
  Bytes bytes;  // of the statement, as signed
  std::optional<Signature> signature;

  [[nodiscard]] static Signed make(const LineId& line, const Statement& statement,
                                   const StationKeyPair& signer, bool attested);
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Signed> decode(ByteView bytes);  // form only
  [[nodiscard]] bool signature_holds() const;                  // present and by the signer
};
using SignedHeads = Signed<Heads>;
using SignedPresence = Signed<Presence>;

}  // namespace openline
