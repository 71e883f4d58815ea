// SPDX-License-Identifier: Apache-2.0
#include "cli/password.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <istream>
#include <system_error>

#include "cli/keyboard.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

constexpr std::size_t kLeastPassword = 12, kMostPassword = 256;  // bytes, docs/api.md "People"

// `next` gives one byte, false at the end. The line's end is not part of it.
template <class Next>
Outcome<SecretText> first_line(const std::string& file, Next next) {
  SecretText line, without_return;
  for (char byte = 0; next(byte) && byte != '\n';) {
    if (!line.add({&byte, 1}))
      return failed(ExitCode::kRefused,
                    fmt::format("{}: its first line is no password, but far too long", file));
  }
  std::string_view text = line.expose();
  if (!text.ends_with('\r')) return line;
  text.remove_suffix(1);
  if (!without_return.add(text)) return failed(ExitCode::kRefused, "a password that is too long");
  return without_return;
}

Outcome<SecretText> from_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return failed(errno == ENOENT ? ExitCode::kNotFound : ExitCode::kRefused,
                  fmt::format("{}: {}", path, std::generic_category().message(errno)));
  }
  // Byte by byte: nothing but the password is taken into memory.
  auto line = first_line(path, [file](char& byte) {
    ssize_t got = 0;
    do {
      got = ::read(file, &byte, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1;
  });
  ::close(file);
  return line;
}

Outcome<SecretText> checked(Outcome<SecretText> password) {
  if (!password) return password;
  if (password->empty()) return failed(ExitCode::kRefused, "no password was given: nothing was done");
  if (!is_utf8(password->expose())) return failed(ExitCode::kRefused, "the password is not UTF-8");
  return password;
}

}  // namespace

Outcome<SecretText> password(Terminal& terminal, const std::string& file, const std::string& question) {
  if (file == "-")
    return checked(
        first_line("standard input", [&](char& byte) { return static_cast<bool>(terminal.in.get(byte)); }));
  if (!file.empty()) return checked(from_file(file));
  if (terminal.keyboard == nullptr) {
    return failed(ExitCode::kUsage,
                  "there is no terminal to ask the password at: --password-file FILE (- is standard input)");
  }
  return checked(terminal.keyboard->ask_secretly(question));
}

Outcome<SecretText> new_password(Terminal& terminal, const std::string& file) {
  auto first = password(terminal, file, "New password (12 bytes or more): ");
  if (!first) return first;
  const std::size_t size = first->expose().size();
  if (size < kLeastPassword || size > kMostPassword) {
    return failed(ExitCode::kRefused, fmt::format("a password has {} to {} bytes: nothing was done",
                                                  kLeastPassword, kMostPassword));
  }
  if (!file.empty()) return first;  // a file has no slip of the finger
  const auto second = password(terminal, "", "The same again: ");
  if (!second) return failed(second.error());
  if (!(*first == *second)) return failed(ExitCode::kRefused, "the two are not the same: nothing was done");
  return first;
}

void SecretJson::name_of(std::string_view name) {
  add(out_.empty() ? "{" : ", ");
  quoted(name);
  add(": ");
}

void SecretJson::quoted(std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  add("\"");
  for (const char character : value) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      add("\\");
      add({&character, 1});
    } else if (byte < 0x20) {
      add("\\u00");
      add({&kDigits[byte >> 4], 1});
      add({&kDigits[byte & 15], 1});
    } else {
      add({&character, 1});
    }
  }
  add("\"");
}

SecretJson& SecretJson::text(std::string_view name, std::string_view value) {
  name_of(name);
  quoted(value);
  return *this;
}

SecretJson& SecretJson::raw(std::string_view name, std::string_view json) {
  name_of(name);
  add(json);
  return *this;
}

Outcome<SecretText> SecretJson::take() {
  if (out_.empty()) add("{");
  add("}");
  if (!fits_) return failed(ExitCode::kRefused, "the request is too long");
  return std::move(out_);
}

}  // namespace openline::cli
