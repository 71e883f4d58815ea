// SPDX-License-Identifier: Apache-2.0
#include "daemon/attachment/partial_attachment.h"

#include <fmt/format.h>

#include <bit>

#include "core/wire/assert.h"
#include "core/wire/big_endian.h"

namespace openline::daemon {
namespace {

constexpr std::size_t kSizeBytes = 8;

std::optional<Bytes> read_small(const std::string& path, std::size_t max_size) {
  const auto file = DiskFile::open(path);
  if (!file) return std::nullopt;
  const auto bytes = file->read_at(0, max_size);
  if (!bytes) return std::nullopt;
  return *bytes;
}

}  // namespace

std::optional<PartialAttachment> PartialAttachment::load(std::string name, const Hash& tree) {
  constexpr std::size_t kMaxParts = kMaxAttachment / kAttachmentChunk;
  const auto map = read_small(name + ".held", kSizeBytes + kMaxParts / 8 + 1);
  const auto part0 = read_small(name + ".leaves", kMaxParts * Hash::kSize + 1);
  if (!map || map->size() < kSizeBytes || !part0) return std::nullopt;
  const auto size = big_endian<std::uint64_t>(*map);
  auto leaves = read_attachment_leaves(*part0, size, tree);
  if (!leaves) return std::nullopt;
  PartialAttachment partial(std::move(name), size, std::move(*leaves));
  if (map->size() != kSizeBytes + partial.held_.size()) return std::nullopt;
  std::copy(map->begin() + kSizeBytes, map->end(), partial.held_.begin());
  // No bits beyond the last part.
  const std::size_t odd = partial.leaves_.size() % 8;
  if (odd != 0) partial.held_.back() &= static_cast<std::uint8_t>((1u << odd) - 1);
  return partial;
}

Filed<PartialAttachment> PartialAttachment::begin(std::string name, const Hash& tree, std::uint64_t size,
                                                  ByteView part0) {
  auto leaves = read_attachment_leaves(part0, size, tree);
  if (!leaves) return std::unexpected(FileFailure{FileFailure::Kind::kDamaged, leaves.error().text()});
  PartialAttachment partial(std::move(name), size, std::move(*leaves));
  remove_file(partial.name_ + ".part");  // of an attempt that cannot be continued
  if (auto done = write_whole_file(partial.name_ + ".leaves", part0); !done)
    return std::unexpected(done.error());
  remove_file(partial.name_ + ".held");
  if (auto done = partial.save_map(); !done) return std::unexpected(done.error());
  return partial;
}

void PartialAttachment::remove(const std::string& name) {
  for (const char* const suffix : {".held", ".part"}) remove_file(name + suffix);
}

bool PartialAttachment::holds(std::uint64_t part) const {
  OPENLINE_ASSERT(part >= 1 && part <= leaves_.size());
  return (held_[(part - 1) / 8] >> ((part - 1) % 8) & 1) != 0;
}

std::uint64_t PartialAttachment::parts_held() const {
  std::uint64_t count = 0;
  for (const std::uint8_t bits : held_) count += static_cast<std::uint64_t>(std::popcount(bits));
  return count;
}

std::size_t PartialAttachment::part_size(std::uint64_t part) const {
  OPENLINE_ASSERT(part >= 1 && part <= leaves_.size());
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(kAttachmentChunk, size_ - (part - 1) * kAttachmentChunk));
}

void PartialAttachment::mark(std::uint64_t part, bool held) {
  const auto bit = static_cast<std::uint8_t>(1u << ((part - 1) % 8));
  std::uint8_t& bits = held_[(part - 1) / 8];
  bits = static_cast<std::uint8_t>(held ? bits | bit : bits & ~bit);
}

Filed<DiskFile*> PartialAttachment::data() {
  if (!data_) {
    auto file = DiskFile::create(name_ + ".part");
    if (!file) return std::unexpected(file.error());
    data_ = std::move(*file);
  }
  return &*data_;
}

Filed<void> PartialAttachment::write(std::uint64_t part, ByteView bytes) {
  OPENLINE_ASSERT(bytes.size() == part_size(part));
  const auto file = data();
  if (!file) return std::unexpected(file.error());
  return (*file)->write_at((part - 1) * kAttachmentChunk, bytes);
}

Filed<void> PartialAttachment::keep(std::span<const std::uint64_t> parts) {
  const auto file = data();
  if (!file) return std::unexpected(file.error());
  if (auto done = (*file)->sync(); !done) return done;
  const Bytes before = held_;
  for (const std::uint64_t part : parts) mark(part, true);
  auto saved = save_map();
  if (!saved) held_ = before;
  return saved;
}

// In place: within one sector, and a part whose bit is lost is only asked for again.
Filed<void> PartialAttachment::save_map() {
  Bytes bytes;
  append_big_endian(bytes, size_);
  append(bytes, held_);
  auto file = DiskFile::create(name_ + ".held");
  if (!file) return std::unexpected(file.error());
  if (auto done = file->write_at(0, bytes); !done) return done;
  return file->sync();
}

Filed<void> PartialAttachment::finish(const std::string& folder) {
  OPENLINE_ASSERT(is_whole());
  const auto file = data();
  if (!file) return std::unexpected(file.error());
  std::uint64_t damaged = 0;
  for (std::uint64_t part = 1; part <= leaves_.size(); ++part) {
    const auto bytes = (*file)->read_at((part - 1) * kAttachmentChunk, part_size(part));
    if (bytes && !bytes->empty() && attachment_leaf(*bytes) == leaves_[part - 1]) continue;
    mark(part, false);
    damaged = part;
  }
  if (damaged != 0) {
    (void)save_map();
    return std::unexpected(FileFailure{
        FileFailure::Kind::kDamaged,
        fmt::format("{}: part {} was damaged on the disk before the last part came; it is needed again",
                    name_, damaged)});
  }
  // The data may be longer than its parts only if another program wrote it.
  const auto size = (*file)->size();
  if (!size) return std::unexpected(size.error());
  if (*size != size_) {
    return std::unexpected(FileFailure{FileFailure::Kind::kDamaged,
                                       fmt::format("{}: it has {} bytes, not {}", name_, *size, size_)});
  }
  if (auto done = (*file)->sync(); !done) return done;
  if (auto done = rename_file(name_ + ".part", name_); !done) return done;
  return settle(name_, folder);
}

Filed<void> PartialAttachment::settle(const std::string& name, const std::string& folder) {
  if (auto done = sync_folder(folder); !done) return done;
  remove(name);
  return {};
}

}  // namespace openline::daemon
