// SPDX-License-Identifier: Apache-2.0
// Reads an export item by item and checks what one item alone can show: form, membership and signatures.
// What the record as a whole must show is checked by export_verify.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/record/export_parts.h"

namespace openline {

// What is wrong, in the order found; nothing is added beyond the maximum.
class Problems {
 public:
  explicit Problems(std::size_t most) : most_(most) {}
  void add(std::string text, std::optional<std::size_t> offset = std::nullopt) {
    if (!full()) texts_.push_back(Error{std::move(text), offset}.text());
  }
  [[nodiscard]] bool full() const { return texts_.size() >= most_; }
  [[nodiscard]] bool none() const { return texts_.empty(); }
  [[nodiscard]] std::vector<std::string> take() { return std::move(texts_); }

 private:
  std::size_t most_;
  std::vector<std::string> texts_;
};

struct ReadExport {
  struct RunPlace {
    std::size_t first = 0, count = 0;  // into `entries`
    std::size_t offset = 0;            // of the run in the file
  };
  struct HeadsPlace {
    SignedHeads heads;
    std::size_t offset = 0;
  };
  ExportHead head;
  bool attested = true;
  std::vector<Entry> entries;  // in the file's order
  std::vector<RunPlace> runs;
  std::vector<HeadsPlace> heads;
  std::optional<Manifest> manifest;
  std::size_t manifest_offset = 0;
  bool runs_hold = true;  // every run could be read, and its signature and author hold

  // "Entry 17, USA 12 (1a2b3c4d)", counted from 1.
  [[nodiscard]] std::string name(std::size_t index, const Stations& stations) const;
};

// Empty head: the file's head could not be read, and nothing behind it was.
[[nodiscard]] ReadExport read_export(ByteView file, const std::vector<Fingerprint>& roots,
                                     Problems& problems);

}  // namespace openline
