// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/console_files.h"

#include <algorithm>

namespace openline::daemon {

const ConsoleFile* console_file(std::string_view path) {
  if (path == "/") path = "/index.html";
  const auto files = console_files();
  const auto found = std::ranges::find(files, path, &ConsoleFile::path);
  return found == files.end() ? nullptr : &*found;
}

}  // namespace openline::daemon
