// SPDX-License-Identifier: Apache-2.0
// Export of a line for a third party, and its verification offline (protocol.md section 12; CDDL: export).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto/card.h"
#include "core/crypto/hash.h"
#include "core/record/agreement.h"
#include "core/record/run.h"
#include "core/record/statements.h"

namespace openline {

struct ExportHead {
  LineId line;
  std::vector<SignedAgreement> agreements;  // first, then amendments in force, oldest first
  std::vector<CardChain> cards;             // in the agreement's member order
};

// Writes an export piece by piece, so that a long record need not be in memory. The caller gives runs in
// canonical order of their last entries; `finish` gives the manifest. Each call returns the bytes to append
// to the file.
class ExportWriter {
 public:
  explicit ExportWriter(const ExportHead& head);
  [[nodiscard]] Bytes head();
  [[nodiscard]] Bytes run(std::span<const Entry> entries);
  [[nodiscard]] Bytes heads(const SignedHeads& heads);
  [[nodiscard]] Bytes finish(std::vector<Head> own_heads, WallTime time, const StationKeyPair& exporter);

 private:
  Bytes count(Bytes piece);
  LineId line_;
  bool attested_;
  Bytes head_;
  HashStream hash_;
  std::uint64_t entries_ = 0;
};

// What verification found. `problem` empty: everything that can be proven holds.
struct VerifiedEntry {
  Entry entry;
  std::string author_code;  // of the member party
  bool signed_by_author = false;
  std::vector<std::string>
      stored_by;  // codes of parties whose signed heads cover it, other than the author's
  std::vector<std::string>
      labels;  // "unknown kind", "bad body: …", "after revocation", "cites an unknown entry"
};
struct Verification {
  std::vector<std::string> problems;  // each names the entry and the byte offset where it has one
  ExportHead head;
  std::string exporter_code;
  WallTime exported_at;
  std::vector<VerifiedEntry> entries;  // canonical order
  std::vector<SignedHeads> heads;
  std::vector<Head> exporter_heads;
  std::vector<std::string> forks;  // equivocation and rollback, in words
  bool attested = true;
  [[nodiscard]] bool holds() const { return problems.empty(); }
};
// `roots`: the fingerprints that the user trusts for this check; each member of the agreement must be among
// them. Stops at the `most_problems`th problem. While a run does not hold, `entries` is empty.
[[nodiscard]] Verification verify_export(ByteView file, const std::vector<Fingerprint>& roots,
                                         std::size_t most_problems = 64);

// The claims of section 12 in words, one a line, each with "signed by both", "one side's claim" or "not
// provable".
struct Claim {
  std::string standing;
  std::string text;
};
[[nodiscard]] std::vector<Claim> claims_of(const Verification& verification);

// Whether two exports of one line hold the same entries in the same order up to their common frontier.
struct Comparison {
  bool identical = false;
  std::size_t common = 0;                       // entries at the common frontier
  Hash digest;                                  // of the common ids in canonical order
  std::size_t only_first = 0, only_second = 0;  // beyond it
  std::string difference;                       // the first one, in words; empty when identical
};
[[nodiscard]] Comparison compare_exports(const Verification& first, const Verification& second);

// Ids in canonical order (section 9.6). Entries with parents that are missing come last, by id.
[[nodiscard]] std::vector<std::size_t> canonical_order(const std::vector<const Entry*>& entries);

}  // namespace openline
