// SPDX-License-Identifier: Apache-2.0
#include "cli/station_folder.h"

#include <fmt/format.h>

#include "cli/files.h"

namespace openline::cli {

Outcome<StationFolder> find_station(const std::string& given) {
  std::error_code ignored;
  const StationFolder folder{given.empty() ? "." : given};
  if (std::filesystem::exists(folder.config(), ignored)) return folder;
  if (given.empty()) {
    return failed(
        ExitCode::kUsage,
        "which station? Give its folder with -s DIR or in OPENLINE_STATION (the current folder is none)");
  }
  return failed(ExitCode::kNotFound,
                fmt::format("{}: not a station's folder (no station.toml in it); `openline init` "
                            "makes one",
                            given));
}

Outcome<CardFile> read_card_file(const std::filesystem::path& path) {
  const auto text = read_file(path, kMaxCardFile);
  if (!text) return failed(text.error());
  const auto bytes = remove_armour(kCardArmour, *text);
  if (!bytes) return failed(ExitCode::kRefused, fmt::format("{}: {}", path.string(), bytes.error().text()));
  auto card = CardFile::decode(*bytes);
  if (!card) return failed(ExitCode::kRefused, fmt::format("{}: {}", path.string(), card.error().text()));
  return std::move(*card);
}

}  // namespace openline::cli
