// SPDX-License-Identifier: Apache-2.0
// Whose acts this terminal's are: `openline enrol`, `sign-in`, `sign-out`, `password`, `whoami`.
#pragma once

#include <filesystem>
#include <string>

#include "cli/failure.h"
#include "cli/station_api.h"
#include "cli/terminal.h"

namespace openline::cli {

struct EnrolOptions {
  std::string name, code, password_file;  // empty: asked at the terminal
};
struct SignInOptions {
  std::string name, password_file;
};
struct SignOutOptions {
  bool everywhere = false;  // every session of the officer, not this one alone
};
struct PasswordOptions {
  std::string old_file, new_file;
};
struct WhoamiCommand {};

// `api` of the first two is nobody's. `file`: where the session is kept.
[[nodiscard]] Outcome<void> enrol(Terminal& terminal, const StationApi& api, const EnrolOptions& options);
[[nodiscard]] Outcome<void> sign_in(Terminal& terminal, const StationApi& api,
                                    const std::filesystem::path& file, const SignInOptions& options);
// The file is removed whatever the station says: this terminal is nobody's afterwards.
[[nodiscard]] Outcome<void> sign_out(Terminal& terminal, const std::string& socket_path,
                                     const std::filesystem::path& file, const SignOutOptions& options);
[[nodiscard]] Outcome<void> change_password(Terminal& terminal, const StationApi& api,
                                            const PasswordOptions& options);
[[nodiscard]] Outcome<void> whoami(Terminal& terminal, const StationApi& api);

}  // namespace openline::cli
