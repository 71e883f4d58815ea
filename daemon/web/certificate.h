// SPDX-License-Identifier: Apache-2.0
// The console's certificate: the desk's own, or made here and signed by itself, since no authority has to be
// asked for two people of one house to trust a screen: they compare the fingerprint.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/wire/error.h"

namespace openline::daemon {

struct Certificate {
  std::string certificate;  // PEM, with its chain if it has one
  std::string key;          // PEM
  std::string fingerprint;  // SHA-256 of the certificate, "3F:A0:…", as browsers show it
  std::string expires;      // "2028-11-26"

  // Reads `folder`/console.crt and console.key (mode 0600, else refused). If neither is there they are made:
  // ECDSA on P-256, for `names` (host names and IP addresses), for two years. A certificate that has expired
  // is refused.
  [[nodiscard]] static Result<Certificate> open(const std::filesystem::path& folder,
                                                const std::vector<std::string>& names);
};

}  // namespace openline::daemon
