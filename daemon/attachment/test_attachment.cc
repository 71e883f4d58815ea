// SPDX-License-Identifier: Apache-2.0
#include "daemon/attachment/test_attachment.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/wire/assert.h"

namespace openline::daemon {

TestAttachment::TestAttachment(std::size_t size, std::uint8_t seed) : bytes(size) {
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(seed + i / 251 + i);
  for (std::size_t at = 0; at < size; at += kAttachmentChunk) {
    leaves.push_back(attachment_leaf(ByteView(bytes).subspan(at, std::min(kAttachmentChunk, size - at))));
  }
  hash = attachment_tree(size, leaves);
}

WritePart TestAttachment::part(std::uint64_t number) const {
  WritePart write{100 + number, hash, bytes.size(), number, {}};
  if (number == 0) {
    for (const Hash& leaf : leaves) append(write.bytes, leaf.view());
  } else {
    const std::size_t at = (number - 1) * kAttachmentChunk;
    write.bytes = copy_of(ByteView(bytes).subspan(at, std::min(kAttachmentChunk, bytes.size() - at)));
  }
  return write;
}

AttachmentFolder::AttachmentFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "openline-test-XXXXXX";
  OPENLINE_ASSERT(::mkdtemp(pattern.data()) != nullptr);
  parent_ = pattern;
}

AttachmentFolder::~AttachmentFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(parent_, ignored);
}

std::string AttachmentFolder::name_of(const Hash& hash) const {
  return path() + "/" + hash.hex().substr(0, 2) + "/" + hash.hex();
}

std::vector<std::string> AttachmentFolder::files() const {
  std::vector<std::string> files;
  for (const auto& at : std::filesystem::recursive_directory_iterator(path())) {
    if (!at.is_directory()) files.push_back(std::filesystem::relative(at.path(), path()).string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void write_text(const std::string& path, std::string_view text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace openline::daemon
