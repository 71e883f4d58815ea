// SPDX-License-Identifier: Apache-2.0
// A readout alone, with what proves it, for publication (protocol.md section 12; CDDL: publication).
#pragma once

#include <string>
#include <vector>

#include "core/record/export_file.h"
#include "core/record/readout_bodies.h"

namespace openline {

// The readout of this line whose id begins with `prefix`, with the signatures under it. `entries`: the
// line's, of which the rest stays behind. Deniable lines prove nothing: refused.
[[nodiscard]] Result<Bytes> publish_readout(const ExportHead& head, const std::vector<const Entry*>& entries,
                                            std::string_view prefix);

struct Publication {
  std::vector<std::string> problems;  // each in words; empty: everything that can be proven holds
  std::string line, author_code;
  Entry readout;
  ReadoutBody body;
  std::vector<std::string> signed_by;  // others whose root was given
  std::vector<std::string> untrusted;  // others who signed, whose root was not given
  bool revoked = false;                // the author's station is on its newest card as revoked
  [[nodiscard]] bool holds() const { return problems.empty(); }
};
// `roots`: the fingerprints that the user trusts; the author's must be among them.
[[nodiscard]] Publication verify_publication(ByteView file, const std::vector<Fingerprint>& roots);
[[nodiscard]] bool is_publication(ByteView file);  // by how it begins

}  // namespace openline
