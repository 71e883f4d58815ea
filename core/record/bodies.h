// SPDX-License-Identifier: Apache-2.0
// What entries say, by kind (CDDL: text-body and following). Decoding is strict; a body that does not decode
// labels its entry and never rejects it (protocol.md section 9.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/record/agreement.h"
#include "core/record/entry.h"

namespace openline {

struct AttachmentRef {
  Hash hash;  // tree hash, section 11
  std::uint64_t size = 0;
  std::string name;
  bool operator==(const AttachmentRef&) const = default;
};

struct TextBody {
  std::string text;
  std::string language;
  std::vector<AttachmentRef> attachments;
  std::string role;  // of the officer who sent it; empty: not said
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<TextBody> decode(ByteView body);
};
struct ShownBody {
  std::vector<EntryId> entries;  // 1..64
  std::string role;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<ShownBody> decode(ByteView body);
};
struct AcknowledgedBody {
  EntryId entry;
  std::string role;
  bool authenticated = false;  // the officer, in person
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<AcknowledgedBody> decode(ByteView body);
};
struct TestBody {
  std::uint64_t number = 0;
  std::size_t padding = 0;  // zero bytes, so that a test has the size of a live message; encoded as zeros
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<TestBody> decode(ByteView body);
};
struct TestAnswerBody {
  EntryId test;
  std::optional<std::string> role;  // an officer answered
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<TestAnswerBody> decode(ByteView body);
};
struct AttendanceBody {
  bool attended = false;
  std::string role;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<AttendanceBody> decode(ByteView body);
};
struct AmendmentBody {
  SignedAgreement successor;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<AmendmentBody> decode(ByteView body);
};
struct AmendmentSignatureBody {
  Hash successor;
  AgreementSignature signature;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<AmendmentSignatureBody> decode(ByteView body);
};
struct AmendmentRefusalBody {
  Hash successor;
  std::string reason;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<AmendmentRefusalBody> decode(ByteView body);
};
struct ReasonBody {  // kinds suspend and resume
  std::string reason;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<ReasonBody> decode(ByteView body);
};
enum class Observation : std::uint8_t {
  kPathDown = 0,
  kPathUp = 1,
  kTestUnanswered = 2,
  kSilent = 3,
  kHeardAgain = 4
};
[[nodiscard]] const char* observation_name(Observation what);  // "path down", ...
struct ObservationBody {                                       // one side's claim
  Observation what{};
  WallTime since;
  std::string detail;  // the path's name, or empty
  std::optional<EntryId> entry;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<ObservationBody> decode(ByteView body);
};

}  // namespace openline
