// SPDX-License-Identifier: Apache-2.0
// Entries of a line's record: header, id, kinds (protocol.md section 9; CDDL: header).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/crypto/types.h"
#include "core/wire/error.h"
#include "core/wire/precedence.h"
#include "core/wire/time.h"

namespace openline {

// Given by the sender, never inferred, always shown.
enum class Class : std::uint8_t { kLive = 0, kExercise = 1, kTest = 2, kService = 3 };
[[nodiscard]] const char* class_name(Class value);  // "live", "exercise", "test", "service"

// Known kinds. Others are kept and labelled: the number is what counts.
enum class Kind : std::uint16_t {
  kText = 1,
  kShown = 2,
  kAcknowledged = 3,
  kTest = 4,
  kTestAnswer = 5,
  kAttendance = 6,
  kAmendment = 7,
  kAmendmentSignature = 8,
  kAmendmentRefusal = 9,
  kSuspend = 10,
  kResume = 11,
  kObservation = 12,
  kContactRequest = 13,
  kContactAnswer = 14,
  kContactChange = 15,
  kContactUnanswered = 16,
  kNotice = 17,
  kVisit = 18,
  kVisitAct = 19,
  kVisitOutcome = 20,
  kCall = 21,
  kCallAct = 22,
  kReadout = 23,
  kReadoutAnswer = 24,
  kTranslation = 25,
  kDisregard = 26,
};
[[nodiscard]] const char* kind_name(Kind kind);  // "text", "acknowledged", ...; "unknown" for others
[[nodiscard]] bool is_signed_singly(Kind kind, Precedence precedence);  // section 9.3

inline constexpr std::size_t kMaxBody = 65536;
inline constexpr std::size_t kMaxParents = 64;
inline constexpr std::size_t kMaxExercise = 64;
inline constexpr std::uint64_t kMaxSequence = INT64_MAX;                     // fits signed integers of stores
inline constexpr WallTime kLastWallTime{Milliseconds{253'402'300'799'999}};  // the end of the year 9999

// CDDL: position. Names an entry by where it stands and by its id.
struct Position {
  Incarnation incarnation;
  Sequence sequence;
  EntryId id;
  auto operator<=>(const Position&) const = default;
};

// CDDL: header
struct Header {
  LineId line;
  StationKey author;
  Incarnation incarnation;
  Sequence sequence;
  std::optional<EntryId> previous;  // iff sequence is not 0
  std::optional<Position> origin;   // sequence 0 only
  std::vector<Position> parents;    // ascending by (incarnation, sequence, id), at most 64
  Kind kind{};
  Precedence precedence{};
  Class entry_class{};
  std::string exercise;  // not empty iff entry_class is kExercise
  WallTime time;         // the author's own clock
  Hash body_hash;
  std::uint32_t body_size = 0;

  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Header> decode(ByteView bytes);
  bool operator==(const Header&) const = default;
};

// A header with its body; the id is the hash of the header's bytes.
struct Entry {
  Header header;
  EntryId id;
  Bytes body;
  std::optional<Signature> signature;  // of the run that ends here

  // Fills body hash, size and id from the rest.
  [[nodiscard]] static Entry make(Header header, Bytes body);
  [[nodiscard]] Position position() const { return {header.incarnation, header.sequence, id}; }
};

}  // namespace openline
