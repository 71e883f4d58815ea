// SPDX-License-Identifier: Apache-2.0
// The head and the manifest of an export file, between writer and verifier (CDDL: export-head,
// export-manifest).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/record/export_file.h"

namespace openline {

// CDDL: export-manifest
struct Manifest {
  StationKey exporter;
  WallTime time;
  std::uint64_t entries = 0;
  Hash hash;  // of all bytes of the file before the manifest
  std::vector<Head> heads;
  std::optional<Signature> signature;  // absent on deniable lines

  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] Bytes signed_bytes() const;  // the map without its signature
  [[nodiscard]] static Result<Manifest> decode(ByteView bytes);
};

[[nodiscard]] Bytes encode_export_head(const ExportHead& head);
// Form, and the signatures of cards: a chain of cards exists only with them.
[[nodiscard]] Result<ExportHead> decode_export_head(ByteView bytes);
// Roots, members and agreements, in words.
[[nodiscard]] std::vector<std::string> problems_of_head(const ExportHead& head,
                                                        const std::vector<Fingerprint>& roots);

// Whose stations are whose, by every edition of the cards in an export.
class Stations {
 public:
  explicit Stations(const ExportHead& head);
  [[nodiscard]] std::optional<std::size_t> member_of(const StationKey& station) const;
  // The party's code, or "station 1a2b3c4d" for a stranger.
  [[nodiscard]] std::string code_of(const StationKey& station) const;
  [[nodiscard]] const std::string& code(std::size_t member) const { return codes_[member]; }
  [[nodiscard]] std::size_t members() const { return codes_.size(); }
  [[nodiscard]] const std::vector<std::string>& shared() const {
    return shared_;
  }  // keys on two parties' cards

 private:
  std::map<StationKey, std::size_t> member_of_;
  std::vector<std::string> codes_, shared_;
};

[[nodiscard]] std::string short_id(const EntryId& id);                              // 8 hex digits
[[nodiscard]] std::string entry_name(const std::string& code, const Entry& entry);  // "USA 12 (1a2b3c4d)"

}  // namespace openline
