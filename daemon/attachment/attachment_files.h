// SPDX-License-Identifier: Apache-2.0
// Attachments as files named by their tree hash (protocol.md section 11): <folder>/ab/<hex>, with
// <hex>.leaves beside it.
//
// Nothing has its final name before it is whole, checked and durable. What arrives in parts is continued
// after a restart (PartialAttachment); an upload that was cut off is removed at the next start. Calls block:
// one thread's.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/station/store_changes.h"
#include "daemon/attachment/disk_file.h"
#include "daemon/attachment/partial_attachment.h"

namespace openline::daemon {

struct AttachmentProgress {
  std::uint64_t size = 0;
  std::uint64_t parts = 0;  // without part 0
  std::uint64_t parts_held = 0;
  [[nodiscard]] bool complete() const { return parts == parts_held; }
};

class AttachmentUpload;

class AttachmentFiles {
 public:
  // Makes the folder if there is none, and removes what cannot be continued.
  [[nodiscard]] static Filed<AttachmentFiles> open(std::string folder);

  // Part 0 or a part that is held, also of a file that is not whole yet. nullopt: not held, or damaged on the
  // disk; then `damage` says so.
  [[nodiscard]] std::optional<Bytes> read_part(const Hash& attachment, std::uint64_t part,
                                               std::optional<FileFailure>& damage);
  // Parts of one attachment (asserted), durable together: one synchronisation for all. Answers in their
  // order. Part 0 must come first; a part that is held already is answered so.
  [[nodiscard]] std::vector<PartWritten> write_parts(std::span<const WritePart> parts);
  // nullopt: nothing of it is here.
  [[nodiscard]] std::optional<AttachmentProgress> progress(const Hash& attachment) const;

  [[nodiscard]] Filed<std::unique_ptr<AttachmentUpload>> begin_upload();

 private:
  friend class AttachmentUpload;
  explicit AttachmentFiles(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::string folder_of(const Hash& attachment) const;
  [[nodiscard]] std::string name_of(const Hash& attachment) const;
  [[nodiscard]] Filed<void> make_folder_of(const Hash& attachment) const;
  [[nodiscard]] Filed<std::vector<Hash>> leaves_of_whole(const Hash& attachment, const DiskFile& file) const;
  [[nodiscard]] Filed<Bytes> read_checked(const Hash& attachment, std::uint64_t part);
  [[nodiscard]] Filed<void> open_to_read(const Hash& attachment);
  [[nodiscard]] Filed<Bytes> read_partial(const Hash& attachment, std::uint64_t part);
  [[nodiscard]] Filed<PartialAttachment> partial_for(const WritePart& write) const;
  [[nodiscard]] Filed<void> write_held(std::span<const WritePart> parts, std::vector<PartWritten>& answers);
  [[nodiscard]] Filed<void> clean() const;
  void clean_folder(const std::string& folder) const;

  struct Whole {
    Hash attachment;
    DiskFile file;
    std::vector<Hash> leaves;
  };
  struct Arriving {
    Hash attachment;
    PartialAttachment partial;
  };
  std::string folder_;
  std::uint64_t uploads_ = 0;
  // What was read and written last: parts of one file come one after the other.
  std::optional<Whole> reading_;
  std::optional<Arriving> writing_;
};

struct UploadedAttachment {
  Hash attachment;
  std::uint64_t size = 0;
};

// A local file that becomes an attachment, as a stream: at most one chunk of it is in memory. Removed unless
// finished.
class AttachmentUpload {
 public:
  ~AttachmentUpload();
  AttachmentUpload(const AttachmentUpload&) = delete;
  AttachmentUpload& operator=(const AttachmentUpload&) = delete;

  [[nodiscard]] Filed<void> add(ByteView bytes);
  // Durable under its hash when it returns.
  [[nodiscard]] Filed<UploadedAttachment> finish();

 private:
  friend class AttachmentFiles;
  AttachmentUpload(std::string folder, DiskFile file) : files_(std::move(folder)), file_(std::move(file)) {}
  [[nodiscard]] Filed<void> write_chunk();

  const AttachmentFiles files_;  // knows the folder's names
  DiskFile file_;
  Bytes chunk_;
  std::vector<Hash> leaves_;
  std::uint64_t size_ = 0;
};

}  // namespace openline::daemon
