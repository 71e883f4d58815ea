// SPDX-License-Identifier: Apache-2.0
#include "daemon/attachment/attachment_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/wire/assert.h"

namespace openline::daemon {
namespace {

using Kind = FileFailure::Kind;
constexpr const char* kUploads = "/uploads";

std::unexpected<FileFailure> damaged(std::string words) {
  return std::unexpected(FileFailure{Kind::kDamaged, std::move(words)});
}

// An answer, no damage.
Filed<Bytes> not_here() { return std::unexpected(FileFailure{Kind::kIo, ""}); }

Filed<Bytes> read_leaf(const DiskFile& file, const Hash& attachment, std::uint64_t part,
                       const std::vector<Hash>& leaves) {
  auto bytes = file.read_at((part - 1) * kAttachmentChunk, kAttachmentChunk);
  if (!bytes) return bytes;
  if (bytes->empty() || attachment_leaf(*bytes) != leaves[part - 1]) {
    return damaged(fmt::format("attachment {}: part {} is damaged on the disk", attachment.hex(), part));
  }
  return bytes;
}

Bytes encode_leaves(const std::vector<Hash>& leaves) {
  Bytes bytes;
  bytes.reserve(leaves.size() * Hash::kSize);
  for (const Hash& leaf : leaves) append(bytes, leaf.view());
  return bytes;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  return names;
}

}  // namespace

Filed<AttachmentFiles> AttachmentFiles::open(std::string folder) {
  AttachmentFiles files(std::move(folder));
  const auto made = make_folder(files.folder_);
  if (!made) return std::unexpected(made.error());
  if (auto uploads = make_folder(files.folder_ + kUploads); !uploads) return std::unexpected(uploads.error());
  if (*made) {
    const std::string parent = std::filesystem::path(files.folder_).parent_path().string();
    if (auto synced = sync_folder(parent.empty() ? "." : parent); !synced)
      return std::unexpected(synced.error());
  }
  if (auto cleaned = files.clean(); !cleaned) return std::unexpected(cleaned.error());
  return files;
}

std::string AttachmentFiles::folder_of(const Hash& attachment) const {
  return folder_ + "/" + attachment.hex().substr(0, 2);
}

std::string AttachmentFiles::name_of(const Hash& attachment) const {
  return folder_of(attachment) + "/" + attachment.hex();
}

Filed<void> AttachmentFiles::make_folder_of(const Hash& attachment) const {
  const auto made = make_folder(folder_of(attachment));
  if (!made) return std::unexpected(made.error());
  return *made ? sync_folder(folder_) : Filed<void>();
}

Filed<void> AttachmentFiles::clean() const {
  for (const std::string& name : names_in(folder_ + kUploads)) remove_file(folder_ + kUploads + "/" + name);
  for (const std::string& name : names_in(folder_)) {
    if (name.size() == 2 && from_hex(name)) clean_folder(folder_ + "/" + name);
  }
  return {};
}

// Files with names that are not ours stay.
void AttachmentFiles::clean_folder(const std::string& folder) const {
  std::set<std::string> attachments;
  for (const std::string& name : names_in(folder)) {
    const auto hash = from_hex(std::string_view(name).substr(0, 2 * Hash::kSize));
    if (!hash || hash->size() != Hash::kSize) continue;
    if (name.ends_with(kUnfinished)) {
      remove_file(folder + "/" + name);
    } else {
      attachments.insert(name.substr(0, 2 * Hash::kSize));
    }
  }
  for (const std::string& hex : attachments) {
    const std::string name = folder + "/" + hex;
    if (file_exists(name)) {
      if (file_exists(name + ".held")) (void)PartialAttachment::settle(name, folder);
    } else if (!PartialAttachment::load(name, *Hash::from(*from_hex(hex)))) {
      PartialAttachment::remove(name);
      remove_file(name + ".leaves");
    }
  }
}

std::optional<AttachmentProgress> AttachmentFiles::progress(const Hash& attachment) const {
  const std::string name = name_of(attachment);
  if (const auto file = DiskFile::open(name); file) {
    const auto size = file->size();
    if (!size) return std::nullopt;
    const std::uint64_t parts = attachment_chunks(*size);
    return AttachmentProgress{*size, parts, parts};
  }
  const auto partial = PartialAttachment::load(name, attachment);
  if (!partial) return std::nullopt;
  return AttachmentProgress{partial->size(), partial->leaves().size(), partial->parts_held()};
}

std::optional<Bytes> AttachmentFiles::read_part(const Hash& attachment, std::uint64_t part,
                                                std::optional<FileFailure>& damage) {
  auto bytes = read_checked(attachment, part);
  if (!bytes) {
    if (!bytes.error().words.empty()) damage = std::move(bytes.error());
    return std::nullopt;
  }
  return std::move(*bytes);
}

Filed<void> AttachmentFiles::open_to_read(const Hash& attachment) {
  if (reading_ && reading_->attachment == attachment) return {};
  reading_.reset();
  auto file = DiskFile::open(name_of(attachment));
  if (!file) return {};  // it is not whole, or not here
  auto leaves = leaves_of_whole(attachment, *file);
  if (!leaves) return std::unexpected(leaves.error());
  reading_ = Whole{attachment, std::move(*file), std::move(*leaves)};
  return {};
}

Filed<Bytes> AttachmentFiles::read_checked(const Hash& attachment, std::uint64_t part) {
  if (const auto opened = open_to_read(attachment); !opened) return std::unexpected(opened.error());
  if (!reading_) return read_partial(attachment, part);
  if (part == 0) return encode_leaves(reading_->leaves);
  return part > reading_->leaves.size() ? not_here()
                                        : read_leaf(reading_->file, attachment, part, reading_->leaves);
}

Filed<Bytes> AttachmentFiles::read_partial(const Hash& attachment, std::uint64_t part) {
  const std::string name = name_of(attachment);
  std::optional<PartialAttachment> loaded;
  const bool is_known = writing_ && writing_->attachment == attachment;
  if (!is_known) loaded = PartialAttachment::load(name, attachment);
  if (!is_known && !loaded) return not_here();
  const PartialAttachment& partial = is_known ? writing_->partial : *loaded;
  if (part == 0) return encode_leaves(partial.leaves());
  if (part > partial.leaves().size() || !partial.holds(part)) return not_here();
  const auto file = DiskFile::open(name + ".part");
  if (!file) return std::unexpected(file.error());
  return read_leaf(*file, attachment, part, partial.leaves());
}

// Leaves that are lost or damaged are computed again: the file itself is what counts.
Filed<std::vector<Hash>> AttachmentFiles::leaves_of_whole(const Hash& attachment,
                                                          const DiskFile& file) const {
  const auto size = file.size();
  if (!size) return std::unexpected(size.error());
  const std::string path = name_of(attachment) + ".leaves";
  if (const auto kept = DiskFile::open(path); kept && *size <= kMaxAttachment) {
    const auto part0 = kept->read_at(0, attachment_chunks(*size) * Hash::kSize + 1);
    auto leaves = part0 ? read_attachment_leaves(*part0, *size, attachment) : Result<std::vector<Hash>>();
    if (part0 && leaves) return std::move(*leaves);
  }
  std::vector<Hash> leaves;
  for (std::uint64_t at = 0; at < std::min(*size, kMaxAttachment); at += kAttachmentChunk) {
    const auto chunk = file.read_at(at, kAttachmentChunk);
    if (!chunk) return std::unexpected(chunk.error());
    if (chunk->empty()) break;
    leaves.push_back(attachment_leaf(*chunk));
  }
  if (*size > kMaxAttachment || leaves.size() != attachment_chunks(*size) ||
      attachment_tree(*size, leaves) != attachment) {
    return damaged(fmt::format("attachment {}: the file is damaged on the disk", attachment.hex()));
  }
  (void)write_whole_file(path, encode_leaves(leaves));
  return leaves;
}

std::vector<PartWritten> AttachmentFiles::write_parts(std::span<const WritePart> parts) {
  OPENLINE_ASSERT(!parts.empty());
  std::vector<PartWritten> answers;
  for (const WritePart& part : parts) {
    OPENLINE_ASSERT(part.attachment == parts.front().attachment);
    answers.push_back({part.write, false, std::nullopt});
  }
  if (const auto done = write_held(parts, answers); !done) {
    writing_.reset();  // what the disk has is what counts
    for (PartWritten& answer : answers) {
      if (!answer.failure) answer.failure = done.error().words;
    }
  }
  return answers;
}

// What is wrong with one part goes into its answer; what is wrong with the disk is the failure of all.
Filed<void> AttachmentFiles::write_held(std::span<const WritePart> parts, std::vector<PartWritten>& answers) {
  const Hash& attachment = parts.front().attachment;
  const std::string folder = folder_of(attachment), name = name_of(attachment);
  const auto complete = [&] {
    for (PartWritten& answer : answers) answer.complete = !answer.failure;
  };
  if (file_exists(name)) {
    writing_.reset();
    if (file_exists(name + ".held")) {
      if (auto settled = PartialAttachment::settle(name, folder); !settled) return settled;
    }
    complete();
    return {};
  }
  if (!writing_ || writing_->attachment != attachment) {
    writing_.reset();
    auto found = partial_for(parts.front());
    if (!found) return std::unexpected(found.error());
    writing_ = Arriving{attachment, std::move(*found)};
  }
  PartialAttachment* const partial = &writing_->partial;
  std::vector<std::uint64_t> written;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const WritePart& part = parts[i];
    if (part.part == 0) continue;  // there since `partial_for`
    if (part.size != partial->size() || part.part > partial->leaves().size() ||
        part.bytes.size() != partial->part_size(part.part) ||
        attachment_leaf(part.bytes) != partial->leaves()[part.part - 1]) {
      answers[i].failure =
          fmt::format("attachment {}: part {} is not the one of its leaves", attachment.hex(), part.part);
      continue;
    }
    if (partial->holds(part.part)) continue;
    if (auto done = partial->write(part.part, part.bytes); !done) return done;
    written.push_back(part.part);
  }
  if (!written.empty()) {
    if (auto kept = partial->keep(written); !kept) return kept;
  }
  if (!partial->is_whole()) return {};
  if (auto finished = partial->finish(folder); !finished) return finished;
  writing_.reset();
  complete();
  return {};
}

Filed<PartialAttachment> AttachmentFiles::partial_for(const WritePart& write) const {
  const std::string name = name_of(write.attachment);
  if (auto partial = PartialAttachment::load(name, write.attachment)) return std::move(*partial);
  if (write.part != 0) {
    return damaged(
        fmt::format("attachment {}: part {} came before its leaves", write.attachment.hex(), write.part));
  }
  if (auto made = make_folder_of(write.attachment); !made) return std::unexpected(made.error());
  auto partial = PartialAttachment::begin(name, write.attachment, write.size, write.bytes);
  if (partial) {
    if (auto synced = sync_folder(folder_of(write.attachment)); !synced)
      partial = std::unexpected(synced.error());
  }
  if (!partial) {
    PartialAttachment::remove(name);
    remove_file(name + ".leaves");
  }
  return partial;
}

Filed<std::unique_ptr<AttachmentUpload>> AttachmentFiles::begin_upload() {
  const std::string path = fmt::format("{}{}/{}", folder_, kUploads, ++uploads_);
  remove_file(path);
  auto file = DiskFile::create(path);
  if (!file) return std::unexpected(file.error());
  return std::unique_ptr<AttachmentUpload>(new AttachmentUpload(folder_, std::move(*file)));
}

// Gone already if it has its name.
AttachmentUpload::~AttachmentUpload() { remove_file(file_.path()); }

Filed<void> AttachmentUpload::add(ByteView bytes) {
  if (bytes.size() > kMaxAttachment - size_) {
    return std::unexpected(
        FileFailure{Kind::kTooLarge, fmt::format("an attachment has at most {} bytes", kMaxAttachment)});
  }
  size_ += bytes.size();
  while (!bytes.empty()) {
    const std::size_t taken = std::min(bytes.size(), kAttachmentChunk - chunk_.size());
    append(chunk_, bytes.first(taken));
    bytes = bytes.subspan(taken);
    if (chunk_.size() < kAttachmentChunk) continue;
    if (auto done = write_chunk(); !done) return done;
  }
  return {};
}

Filed<void> AttachmentUpload::write_chunk() {
  if (auto done = file_.write_at(leaves_.size() * kAttachmentChunk, chunk_); !done) return done;
  leaves_.push_back(attachment_leaf(chunk_));
  chunk_.clear();
  return {};
}

Filed<UploadedAttachment> AttachmentUpload::finish() {
  if (!chunk_.empty()) {
    if (auto done = write_chunk(); !done) return std::unexpected(done.error());
  }
  const Hash attachment = attachment_tree(size_, leaves_);
  const std::string folder = files_.folder_of(attachment), name = files_.name_of(attachment);
  const UploadedAttachment uploaded{attachment, size_};
  Filed<void> done = files_.make_folder_of(attachment);
  if (done && !file_exists(name)) {
    done = file_.sync();
    if (done) done = write_whole_file(name + ".leaves", encode_leaves(leaves_));
    if (done) done = rename_file(file_.path(), name);
  }
  // Also of one that was there: it may be from a moment ago, with its name not durable yet.
  if (done) done = PartialAttachment::settle(name, folder);
  if (!done) return std::unexpected(done.error());
  return uploaded;
}

}  // namespace openline::daemon
