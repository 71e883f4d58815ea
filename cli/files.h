// SPDX-License-Identifier: Apache-2.0
// Files and system randomness, with errors that name the file.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "cli/failure.h"
#include "core/wire/bytes.h"

namespace openline::cli {

// Refuses what is larger than `most` bytes.
[[nodiscard]] Outcome<Bytes> read_file(const std::filesystem::path& path, std::size_t most);
// "-": standard input, to its end.
[[nodiscard]] Outcome<std::string> read_text(std::istream& in, std::size_t most);

// Makes a file that is not there yet, durable before this returns. Mode 0600 for what others must not read.
[[nodiscard]] Outcome<void> write_new_file(const std::filesystem::path& path, std::string_view text,
                                           unsigned mode);

// A file that appears whole or not at all: written beside its place, then moved there.
class WholeFile {
 public:
  [[nodiscard]] static Outcome<WholeFile> open(const std::filesystem::path& path);
  WholeFile(WholeFile&& other) noexcept;
  WholeFile& operator=(WholeFile&&) = delete;
  ~WholeFile();  // removes it unless finished
  [[nodiscard]] Outcome<void> add(std::string_view piece);
  [[nodiscard]] Outcome<void> finish();  // durable, and in its place; replaces an older file

 private:
  WholeFile(std::filesystem::path path, std::string temporary, int descriptor);
  std::filesystem::path path_;
  std::string temporary_;
  int descriptor_ = -1;
};

void fill_with_system_randomness(std::span<std::uint8_t> out);

}  // namespace openline::cli
