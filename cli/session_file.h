// SPDX-License-Identifier: Apache-2.0
// Where the command line keeps who is signed in: a file with the session's token that its owner alone can
// read.
#pragma once

#include <filesystem>
#include <optional>

#include "cli/failure.h"
#include "core/crypto/secret.h"

namespace openline::cli {

using SessionToken = Secret<struct SessionTokenTag, 32>;

// 64 hexadecimal digits, as the station gives it; nullopt for anything else.
[[nodiscard]] std::optional<SessionToken> read_token(std::string_view text);

// $OPENLINE_SESSION, else ${XDG_STATE_HOME:-$HOME/.local/state}/openline/<of the station's folder>.session:
// one for each station, outside its folder, which may belong to another account. Empty where none of the
// three is set.
[[nodiscard]] std::filesystem::path session_file(const std::filesystem::path& station_folder);

// nullopt: there is no such file. A file that others can read or that belongs to another account is refused:
// its token is no secret any more, or not ours.
[[nodiscard]] Outcome<std::optional<SessionToken>> read_session(const std::filesystem::path& file);
// Replaces the file, whole or not at all; mode 0600 from its first byte, in a folder of mode 0700 if it is
// made here.
[[nodiscard]] Outcome<void> write_session(const std::filesystem::path& file, const SessionToken& token);
// False: there was none.
[[nodiscard]] Outcome<bool> remove_session(const std::filesystem::path& file);

}  // namespace openline::cli
