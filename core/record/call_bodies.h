// SPDX-License-Identifier: Apache-2.0
// Calls: agreed, started, ended, who took part; each side says it, or signs what the other said (protocol.md
// section 9.11; CDDL: call-body and call-act-body).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/record/entry.h"
#include "core/record/words.h"

namespace openline {

inline constexpr std::size_t kMaxParticipants = 32;

struct Participant {
  std::string party;  // its code
  std::string role;
  bool operator==(const Participant&) const = default;
};

// What one side says of a call.
enum class CallStage : std::uint8_t { kAgreed = 0, kStarted = 1, kEnded = 2 };
[[nodiscard]] const char* call_stage_name(CallStage stage);
struct CallStatement {
  CallStage stage{};
  WallTime time;
  std::vector<Participant> participants;
  bool operator==(const CallStatement&) const = default;
};

struct CallBody {
  std::string role;
  CallStatement said;              // agreed or started
  std::optional<EntryId> request;  // for contact, that led to it
  std::optional<Words> subject;
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<CallBody> decode(ByteView body);
};

// A statement of its author's own, or a word on one of the other side: signed, or denied.
enum class CallAct : std::uint8_t { kSays = 0, kSigns = 1, kDenies = 2 };
struct CallActBody {
  EntryId call;
  CallAct act{};
  std::string role;
  std::optional<CallStatement> said;  // says: started or ended
  std::optional<EntryId> statement;   // signs, denies: the entry that says it
  std::optional<Words> reason;
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<CallActBody> decode(ByteView body);
};

}  // namespace openline
