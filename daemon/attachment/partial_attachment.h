// SPDX-License-Identifier: Apache-2.0
// An attachment whose parts arrive: its leaves, its data so far and which parts of it are durable.
//
// Three files beside the name that the whole one will have:
//   <name>.leaves  part 0 as it came; stays beside the whole file
//   <name>.part    the data, each part at its place
//   <name>.held    size (8 bytes, most significant first), then a bit a part, lowest bit first: set after the
//   data is durable
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/record/attachment_tree.h"
#include "daemon/attachment/disk_file.h"

namespace openline::daemon {

class PartialAttachment {
 public:
  // nullopt: nothing that could be continued is there.
  [[nodiscard]] static std::optional<PartialAttachment> load(std::string name, const Hash& tree);
  // Makes leaves and an empty map durable. `part0` must make the tree hash (a failure in words if not).
  [[nodiscard]] static Filed<PartialAttachment> begin(std::string name, const Hash& tree, std::uint64_t size,
                                                      ByteView part0);
  static void remove(const std::string& name);
  // For a whole file that has its name: makes the name durable. While ".held" is beside it, it may not be.
  [[nodiscard]] static Filed<void> settle(const std::string& name, const std::string& folder);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::vector<Hash>& leaves() const { return leaves_; }
  [[nodiscard]] bool holds(std::uint64_t part) const;  // 1 to the number of leaves
  [[nodiscard]] std::uint64_t parts_held() const;      // without part 0
  [[nodiscard]] bool is_whole() const { return parts_held() == leaves_.size(); }
  [[nodiscard]] std::size_t part_size(std::uint64_t part) const;

  // Writes one part's data; it counts as held after `keep`.
  [[nodiscard]] Filed<void> write(std::uint64_t part, ByteView bytes);
  [[nodiscard]] Filed<void> keep(std::span<const std::uint64_t> parts);
  // Checks all data against the leaves and gives it its name. Parts that are damaged are not held any more.
  [[nodiscard]] Filed<void> finish(const std::string& folder);

 private:
  PartialAttachment(std::string name, std::uint64_t size, std::vector<Hash> leaves)
      : name_(std::move(name)), size_(size), leaves_(std::move(leaves)), held_((leaves_.size() + 7) / 8, 0) {}
  [[nodiscard]] Filed<DiskFile*> data();
  [[nodiscard]] Filed<void> save_map();
  void mark(std::uint64_t part, bool held);

  std::string name_;
  std::uint64_t size_;
  std::vector<Hash> leaves_;
  Bytes held_;
  std::optional<DiskFile> data_;
};

}  // namespace openline::daemon
