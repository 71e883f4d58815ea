// SPDX-License-Identifier: Apache-2.0
// The console's files, inside the program: built from console/ (cmake/console.cmake).
#pragma once

#include <span>
#include <string_view>

namespace openline::daemon {

struct ConsoleFile {
  std::string_view path;  // "/index.html", "/assets/desk-1f3a.js"
  std::string_view type;  // its media type
  std::string_view tag;   // of its bytes, for ETag
  std::string_view bytes;
  std::string_view packed;  // by gzip; empty where that saves nothing
};
// Empty: this program was built without the console.
[[nodiscard]] std::span<const ConsoleFile> console_files();
// nullptr: there is none. "/" is "/index.html".
[[nodiscard]] const ConsoleFile* console_file(std::string_view path);

}  // namespace openline::daemon
