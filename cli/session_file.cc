// SPDX-License-Identifier: Apache-2.0
#include "cli/session_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "cli/files.h"
#include "cli/secret_text.h"
#include "core/crypto/hash.h"

namespace openline::cli {
namespace {

constexpr std::size_t kTokenDigits = 2 * SessionToken::kSize;

std::filesystem::path from_environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets them
  return value == nullptr ? "" : value;
}

std::unexpected<Failure> failed_at(const std::filesystem::path& path, int problem) {
  return failed(ExitCode::kRefused,
                fmt::format("{}: {}", path.string(), std::generic_category().message(problem)));
}

// What is wrong with a file as the keeper of a secret; nullopt: nothing.
std::optional<std::string> distrust(const struct stat& state) {
  if (!S_ISREG(state.st_mode)) return "not a file";
  if (state.st_uid != ::geteuid()) return "it belongs to another account";
  if ((state.st_mode & 077) != 0)
    return fmt::format(
        "others can read it (mode {:04o}, it must be 0600), so what it says is no secret any more",
        state.st_mode & 07777);
  return std::nullopt;
}

// The folder that this program keeps its state in. Others must not be able to put a session of theirs into
// it.
Outcome<void> make_folder(const std::filesystem::path& folder) {
  std::error_code problem;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), problem);
  if (::mkdir(folder.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return failed_at(folder, errno);
  struct stat state{};
  if (::stat(folder.c_str(), &state) != 0) return failed_at(folder, errno);
  if (!S_ISDIR(state.st_mode)) return failed_at(folder, ENOTDIR);
  if (state.st_uid != ::geteuid() || (state.st_mode & 022) != 0) {
    return failed(
        ExitCode::kRefused,
        fmt::format("{}: others can write into this folder: `chmod 700` it first", folder.string()));
  }
  return {};
}

}  // namespace

std::optional<SessionToken> read_token(std::string_view text) {
  if (text.size() != kTokenDigits) return std::nullopt;
  auto bytes = from_hex(text);
  if (!bytes) return std::nullopt;
  SessionToken token{std::span<const std::uint8_t, SessionToken::kSize>(*bytes)};
  wipe(*bytes);
  return token;
}

std::filesystem::path session_file(const std::filesystem::path& station_folder) {
  if (auto given = from_environment("OPENLINE_SESSION"); !given.empty()) return given;
  // XDG Base Directory Specification 0.8: a path that is not absolute is to be ignored.
  std::filesystem::path state = from_environment("XDG_STATE_HOME");
  if (!state.is_absolute()) {
    const std::filesystem::path home = from_environment("HOME");
    if (!home.is_absolute()) return {};
    state = home / ".local/state";
  }
  std::error_code problem;
  auto whole = std::filesystem::canonical(station_folder, problem);
  if (problem) whole = std::filesystem::absolute(station_folder, problem);
  return state / "openline" / (hash_of(view_of(whole.string())).hex().substr(0, 16) + ".session");
}

Outcome<std::optional<SessionToken>> read_session(const std::filesystem::path& path) {
  if (path.empty()) return std::nullopt;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (file < 0) return failed_at(path, errno);
  struct stat state{};
  const int problem = ::fstat(file, &state) == 0 ? 0 : errno;
  std::optional<std::string> wrong;
  if (problem == 0) wrong = distrust(state);
  std::array<char, kTokenDigits + 2> bytes{};  // the digits and a line end; one more shows a longer file
  const ssize_t got = problem == 0 && !wrong ? ::read(file, bytes.data(), bytes.size()) : 0;
  ::close(file);
  if (problem != 0) return failed_at(path, problem);
  if (!wrong) {
    std::string_view text(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (text.ends_with('\n')) text.remove_suffix(1);
    auto token = read_token(text);
    wipe({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    if (token) return token;
    wrong = "not a session's token";
  }
  return failed(ExitCode::kRefused,
                fmt::format("{}: {}. `openline sign-out` removes it, `openline sign-in NAME` makes a new one",
                            path.string(), *wrong));
}

Outcome<void> write_session(const std::filesystem::path& path, const SessionToken& token) {
  if (path.empty()) {
    return failed(ExitCode::kRefused,
                  "there is no place to keep the session in: set HOME, XDG_STATE_HOME or OPENLINE_SESSION");
  }
  if (from_environment("OPENLINE_SESSION").empty()) {
    if (auto made = make_folder(path.parent_path()); !made) return made;
  }
  std::array<std::uint8_t, 8> random{};
  fill_with_system_randomness(random);
  const std::filesystem::path temporary = path.string() + ".new-" + to_hex(random);
  std::string text = to_hex(token.expose()) + "\n";
  auto written = write_new_file(temporary, text, 0600);
  wipe_text(text);
  if (!written) return written;
  if (::rename(temporary.c_str(), path.c_str()) == 0) return {};
  const int problem = errno;
  ::unlink(temporary.c_str());
  return failed_at(path, problem);
}

Outcome<bool> remove_session(const std::filesystem::path& path) {
  if (path.empty()) return false;
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return failed_at(path, errno);
}

}  // namespace openline::cli
