// SPDX-License-Identifier: Apache-2.0
// Entries, batches and a folder for the store's tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/store/store.h"

namespace openline::daemon {

// Removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

template <class Fixed>
Fixed filled(std::uint64_t with) {
  Fixed bytes;
  for (std::size_t i = 0; i < bytes.value.size(); ++i) {
    bytes.value[i] = static_cast<std::uint8_t>((with >> (i % 8 * 8)) + i);
  }
  return bytes;
}

// Makes consecutive entries of one chain. Signatures are marks, not signatures: the store does not verify
// them.
class TestChain {
 public:
  TestChain(std::uint32_t number, std::uint64_t line)
      : number_{number},
        line_(filled<LineId>(line)),
        author_(filled<StationKey>(1000 + number)),
        incarnation_(filled<Incarnation>(2000 + number)) {}
  [[nodiscard]] PutEntry next(Serial serial, std::string_view body, bool is_signed = true);
  void skip() { ++sequence_; }
  [[nodiscard]] ChainNumber number() const { return number_; }
  [[nodiscard]] const LineId& line() const { return line_; }

 private:
  ChainNumber number_;
  LineId line_;
  StationKey author_;
  Incarnation incarnation_;
  std::uint64_t sequence_ = 0;
  EntryId newest_;
};

[[nodiscard]] Signature test_signature(std::uint64_t of);
[[nodiscard]] Batch batch_of(std::uint64_t commit, std::vector<Change> changes);
[[nodiscard]] PutState state(std::string key, std::string_view value);

// A batch whose traces can be told from its number: `entries` entries, a count of them, a row of its own. For
// tests that ask after a crash what is there.
[[nodiscard]] Batch numbered_batch(std::uint64_t number, std::size_t entries, TestChain& chain);
// The newest batch that the store has, after checking that all before it are there, whole, and nothing after.
[[nodiscard]] std::uint64_t newest_whole_batch(Store& store, const LineId& line, std::size_t entries);

}  // namespace openline::daemon
