// SPDX-License-Identifier: Apache-2.0
// The agreement that defines a line (protocol.md section 8; CDDL: agreement).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/crypto/card.h"
#include "core/crypto/fingerprint.h"
#include "core/crypto/sign.h"
#include "core/record/entry.h"

namespace openline {

enum class RecordMode : std::uint8_t { kAttested = 0, kDeniable = 1 };
enum class Identify : std::uint8_t { kRole = 0, kName = 1 };

struct Member {
  Fingerprint party;
  std::string code;
  std::string desk;
  bool operator==(const Member&) const = default;
};

// CDDL: agreement
struct Agreement {
  std::string name;
  std::vector<Member> members;  // ascending by fingerprint, 2..64
  RecordMode record{};
  std::vector<std::pair<std::string, std::string>> languages;  // (party code, language), ascending by code
  Seconds test_every{3600};                                    // at least 60 s
  std::array<Seconds, 4> answer_within{};                      // by Precedence: [kRoutine] .. [kFlash]
  std::array<std::uint8_t, 4> release{1, 1, 1, 1};             // officers needed, by Precedence
  Identify identify{};
  std::string expires;  // "2028-06-30" or empty
  std::optional<Hash> forms;
  std::optional<Hash> predecessor;
  bool officer_answers_tests = false;

  [[nodiscard]] Bytes encode() const;  // asserts the invariants that decode checks
  [[nodiscard]] static Result<Agreement> decode(ByteView bytes);
  [[nodiscard]] const Member* member(const Fingerprint& party) const;
  bool operator==(const Agreement&) const = default;
};

struct AgreementSignature {
  StationKey station;
  Signature signature;
  bool operator==(const AgreementSignature&) const = default;
};

// CDDL: signed-agreement. Keeps the bytes that were signed. The line id in signed-input is empty for a first
// agreement and the line's id for an amendment.
struct SignedAgreement {
  static constexpr std::size_t kMaxSignatures = 64;
  Agreement agreement;
  Bytes bytes;
  std::vector<AgreementSignature> signatures;  // ascending by station key, one a station

  [[nodiscard]] static SignedAgreement of(Agreement agreement);
  [[nodiscard]] Hash hash() const;
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<SignedAgreement> decode(
      ByteView bytes);  // form only; signatures: `signature_holds`
  [[nodiscard]] bool signature_holds(const AgreementSignature& signature,
                                     const std::optional<LineId>& line) const;
  void sign(const StationKeyPair& station, const std::optional<LineId>& line);
  void add(const AgreementSignature& signature);  // keeps order; replaces none, takes none above the maximum
};

// CDDL: signed-refusal
struct Refusal {
  Hash agreement;
  std::string reason;
  WallTime time;
};
struct SignedRefusal {
  Refusal refusal;
  Bytes bytes;
  StationKey station;
  Signature signature;
  [[nodiscard]] static SignedRefusal sign(const Refusal& refusal, const StationKeyPair& station);
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<SignedRefusal> decode(ByteView bytes);  // and verifies by `station`
};

}  // namespace openline
