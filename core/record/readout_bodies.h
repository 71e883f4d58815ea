// SPDX-License-Identifier: Apache-2.0
// Words about other entries: a side's readout, a translation, "disregard" (protocol.md section 9.12; CDDL:
// readout-body and following).
#pragma once

#include <optional>
#include <string>

#include "core/record/entry.h"
#include "core/record/words.h"

namespace openline {

inline constexpr std::size_t kMaxAccount = 16'000;  // bytes of a readout or a translation

// One side's own account, or one text that both sign.
enum class ReadoutMark : std::uint8_t { kNational = 0, kAgreed = 1 };
[[nodiscard]] const char* readout_mark_name(ReadoutMark mark);
struct ReadoutBody {
  EntryId of;  // a call or a visit
  ReadoutMark mark{};
  std::string role;
  Words text;
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<ReadoutBody> decode(ByteView body);
};

// To an agreed readout: our signature on its text, or not.
struct ReadoutAnswerBody {
  EntryId readout;
  bool signs = false;
  std::string role;
  std::optional<Words> reason;
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<ReadoutAnswerBody> decode(ByteView body);
};

enum class TranslationStage : std::uint8_t { kSight = 0, kRough = 1, kOfficial = 2 };
[[nodiscard]] const char* translation_stage_name(TranslationStage stage);
// A courtesy: the original stays the authoritative text.
struct TranslationBody {
  EntryId of;
  TranslationStage stage{};
  std::string role;
  Words text;
  std::string reviewer;  // a role; empty: not reviewed
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<TranslationBody> decode(ByteView body);
};

struct DisregardBody {
  EntryId entry;  // of its author's own party
  std::string role;
  std::optional<Words> reason;
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<DisregardBody> decode(ByteView body);
};

}  // namespace openline
