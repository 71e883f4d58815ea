// SPDX-License-Identifier: Apache-2.0
// Objects that stations send each other (protocol.md section 7; CDDL: message).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/crypto/card.h"
#include "core/crypto/locator.h"
#include "core/record/agreement.h"
#include "core/record/run.h"
#include "core/record/statements.h"

namespace openline {

struct Hello {
  std::uint32_t own_edition = 0;
  std::uint64_t own_locator = 0;
  std::uint32_t your_edition = 0;  // what the sender holds of the receiver
  std::uint64_t your_locator = 0;
  std::string software;
};
struct CardsMessage {
  std::vector<SignedCard> editions;
};
struct AttachmentRequest {
  LineId line;
  Hash attachment;
  std::uint64_t part = 0;
};
struct AttachmentData {
  LineId line;
  Hash attachment;
  std::uint64_t part = 0;
  Bytes bytes;
};
struct AttachmentMissing {
  LineId line;
  Hash attachment;
};
// The sender has no session with these stations: their heads are to be passed on to it (section 10).
struct HeadsWanted {
  static constexpr std::size_t kMaxSigners = 256;
  LineId line;
  std::vector<StationKey> signers;
};
// A run or a statement for a reader that has some of the record (core/record/brief.h).
struct BriefMessage {
  enum class Of : std::uint8_t { kRun = 13, kHeads = 14, kPresence = 15 };
  Of of{};
  Bytes elements;  // a CBOR sequence
};
// The sender could not rebuild a brief message: from now on in this session it wants whole ones.
struct WholeWanted {};
using Message = std::variant<Hello, CardsMessage, SignedLocator, SignedAgreement, SignedRefusal, Run,
                             SignedHeads, SignedPresence, AttachmentRequest, AttachmentData,
                             AttachmentMissing, HeadsWanted, BriefMessage, WholeWanted>;

[[nodiscard]] Bytes encode_message(const Hello& hello);
[[nodiscard]] Bytes encode_message(const CardsMessage& cards);
[[nodiscard]] Bytes encode_message(const SignedLocator& locator);
[[nodiscard]] Bytes encode_message(const SignedAgreement& agreement);
[[nodiscard]] Bytes encode_message(const SignedRefusal& refusal);
[[nodiscard]] Bytes encode_message(std::span<const Entry> run);
[[nodiscard]] Bytes encode_message(const SignedHeads& heads);
[[nodiscard]] Bytes encode_message(const SignedPresence& presence);
[[nodiscard]] Bytes encode_message(const AttachmentRequest& request);
[[nodiscard]] Bytes encode_message(const AttachmentData& data);
[[nodiscard]] Bytes encode_message(const AttachmentMissing& missing);
[[nodiscard]] Bytes encode_message(const HeadsWanted& wanted);
[[nodiscard]] Bytes encode_message(const BriefMessage& brief);
[[nodiscard]] Bytes encode_message(WholeWanted wanted);
// An unknown type is an error like any other: the object is dropped and counted.
[[nodiscard]] Result<Message> decode_message(ByteView object);

}  // namespace openline
