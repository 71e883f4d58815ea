// SPDX-License-Identifier: Apache-2.0
// A file to attach, as its parts, and a folder to keep it in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/attachment_tree.h"
#include "core/station/store_changes.h"

namespace openline::daemon {

struct TestAttachment {
  explicit TestAttachment(std::size_t size, std::uint8_t seed = 1);
  [[nodiscard]] WritePart part(std::uint64_t number) const;  // 0: the leaves
  [[nodiscard]] std::uint64_t parts() const { return leaves.size(); }

  Bytes bytes;
  std::vector<Hash> leaves;
  Hash hash;
};

// Removed with all that is in it.
class AttachmentFolder {
 public:
  AttachmentFolder();
  ~AttachmentFolder();
  AttachmentFolder(const AttachmentFolder&) = delete;
  AttachmentFolder& operator=(const AttachmentFolder&) = delete;
  [[nodiscard]] std::string path() const { return parent_ + "/attachments"; }
  // The file of this hash would be "<this>", its leaves "<this>.leaves".
  [[nodiscard]] std::string name_of(const Hash& hash) const;
  // Relative to `path()`, sorted; no folders.
  [[nodiscard]] std::vector<std::string> files() const;

 private:
  std::string parent_;
};

[[nodiscard]] std::string read_text(const std::string& path);
void write_text(const std::string& path, std::string_view text);

}  // namespace openline::daemon
