// SPDX-License-Identifier: Apache-2.0
// Changes of people signed with the party's root key, in the place of the two who would agree to them
// (docs/api.md, "People").
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "cli/failure.h"
#include "core/crypto/secret.h"
#include "core/crypto/types.h"

namespace openline::cli {

struct RootChallenge {
  Hash value;          // once, and for ten minutes
  StationKey station;  // no other station takes the signature
};

// A seed file of docs/api.md section 1: 64 hexadecimal digits and a line end.
[[nodiscard]] Outcome<SigningSeed> read_root_key(const std::filesystem::path& file);

// `body`: a JSON object in UTF-8, returned with "root" in it. `address`: the request's, such as
// "/v1/officers".
[[nodiscard]] Outcome<std::string> signed_by_root(const SigningSeed& seed, const RootChallenge& challenge,
                                                  std::string_view address, std::string_view body);

}  // namespace openline::cli
