// SPDX-License-Identifier: Apache-2.0
// A station's folder as the command line sees it (docs/api.md section 1).
#pragma once

#include <filesystem>
#include <string>

#include "cli/failure.h"
#include "core/crypto/card_file.h"

namespace openline::cli {

struct StationFolder {
  std::filesystem::path path;
  [[nodiscard]] std::filesystem::path config() const { return path / "station.toml"; }
  [[nodiscard]] std::filesystem::path station_key() const { return path / "station.key"; }
  [[nodiscard]] std::filesystem::path session_key() const { return path / "session.key"; }
  [[nodiscard]] std::filesystem::path root_key() const { return path / "root.key"; }
  [[nodiscard]] std::filesystem::path card() const { return path / "card.openline"; }
  [[nodiscard]] std::filesystem::path socket() const { return path / "api.sock"; }
};

// `given` (from -s or OPENLINE_STATION), or the current folder if that is a station's.
[[nodiscard]] Outcome<StationFolder> find_station(const std::string& given);

inline constexpr std::size_t kMaxCardFile = 1 << 20;  // bytes; a card file of 64 editions is far smaller
// An armoured or bare card file. Errors name the file and the place in it.
[[nodiscard]] Outcome<CardFile> read_card_file(const std::filesystem::path& path);

}  // namespace openline::cli
