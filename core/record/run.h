// SPDX-License-Identifier: Apache-2.0
// Runs: 1 to 16 consecutive entries of one chain under one signature (protocol.md section 9.3; CDDL: run).
#pragma once

#include <span>
#include <vector>

#include "core/crypto/sign.h"
#include "core/record/entry.h"

namespace openline {

inline constexpr std::size_t kMaxRun = 16;

struct Run {
  std::vector<Entry> entries;  // headers rebuilt, ids computed; the last carries `signature`
  [[nodiscard]] const LineId& line() const { return entries.front().header.line; }
  [[nodiscard]] const StationKey& author() const { return entries.front().header.author; }

  // The entries must be consecutive in one chain (asserted). The last one's signature, if it has one, goes
  // along.
  [[nodiscard]] static Bytes encode(std::span<const Entry> entries);
  // Rebuilds headers and ids. Says nothing of the signature: ask `signature_holds`.
  [[nodiscard]] static Result<Run> decode(ByteView bytes);
  [[nodiscard]] bool signature_holds() const;  // present, and by the author over the last id
};

// Signs the newest of a run.
void sign_run(std::span<Entry> entries, const StationKeyPair& author);

}  // namespace openline
