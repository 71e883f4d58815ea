// SPDX-License-Identifier: Apache-2.0
// What a verification found, in words and as JSON.
#pragma once

#include <string>

#include "core/record/export_file.h"
#include "core/record/publication.h"

namespace openline::cli {

struct VerifiedFile {
  std::string name;
  bool trusted_roots = false;  // checked against fingerprints that the user gave
  Verification found;
};

[[nodiscard]] std::string publication_text(const Publication& found);
[[nodiscard]] std::string publication_json(const Publication& found);
[[nodiscard]] std::string verification_text(const VerifiedFile& file, bool colour);
[[nodiscard]] std::string verification_json(const VerifiedFile& file);
[[nodiscard]] std::string comparison_text(const VerifiedFile& first, const VerifiedFile& second,
                                          const Comparison& comparison, bool colour);
[[nodiscard]] std::string comparison_json(const Comparison& comparison);

}  // namespace openline::cli
