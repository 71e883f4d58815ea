// SPDX-License-Identifier: Apache-2.0
// Runs and statements as they travel to a station that has some of the record already (protocol.md section
// 9.13; CDDL: brief-run, brief-heads, brief-presence). What the reader holds is not said again: it is named
// by the first bytes of an incarnation and a sequence, and rebuilt from the reader's own record. What is
// rebuilt is what was signed, to the byte; so a reader that has other ideas of the record finds a signature
// that does not hold, or nothing to rebuild from, and asks for the whole form.
//
//   line                   its first 2 bytes
//   incarnation            its first 3 bytes, if these name one only
//   author, signer         left out when it is the station that sends
//   body                   packed, where that is shorter and the reader holds the dictionaries
//   time, counter          6 bytes, milliseconds since 1970, big-endian
#pragma once

#include <functional>
#include <optional>

#include "core/record/joint_record.h"
#include "core/record/run.h"
#include "core/record/statements.h"
#include "core/wire/compression.h"

namespace openline {

using LinePrefix = FixedBytes<struct LinePrefixTag, 2>;
[[nodiscard]] LinePrefix prefix_of(const LineId& line);

// What the writer knows of its reader.
struct BriefWriter {
  const JointRecord& record;
  // Whether the reader surely has the entry there.
  std::function<bool(ChainNumber, Sequence)> reader_has;
  StationKey sender;         // the writer
  Packer* packer = nullptr;  // if the reader holds the dictionaries (section 9.14)

  // The elements of a brief message after its type; nullopt: only the whole form can say it.
  [[nodiscard]] std::optional<Bytes> run(std::span<const Entry> entries) const;
  [[nodiscard]] std::optional<Bytes> heads(const SignedHeads& heads) const;
  [[nodiscard]] std::optional<Bytes> presence(const SignedPresence& presence) const;
};

// What it takes to rebuild one. An error is of its form; an empty optional: it names something that is not
// held here, or no longer remembered.
struct BriefReader {
  const JointRecord& record;
  LineId line;
  StationKey sender;

  [[nodiscard]] Result<std::optional<Run>> run(ByteView elements) const;
  [[nodiscard]] Result<std::optional<SignedHeads>> heads(ByteView elements) const;
  [[nodiscard]] Result<std::optional<SignedPresence>> presence(ByteView elements) const;
};

// The line that a brief message is about: its first element.
[[nodiscard]] Result<LinePrefix> line_of_brief(ByteView elements);

}  // namespace openline
