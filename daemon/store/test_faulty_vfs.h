// SPDX-License-Identifier: Apache-2.0
// An SQLite file layer over the system's that fails when it is told to, and that knows what a power cut would
// leave: sectors that were written and not synchronised since are there or not, each by chance. A
// synchronisation that fails drops what it was about (Linux marks such pages clean), so that only writing
// again makes it durable.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>

#include "core/wire/bytes.h"

namespace openline::daemon {

class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();  // after the last connection is closed
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;
  [[nodiscard]] const char* name() const { return name_.c_str(); }

  // Writes, truncations and synchronisations since the last call of this, which are those that can fail.
  [[nodiscard]] std::uint64_t operations() const { return operations_; }
  // The operation after `after` more gives this SQLite result; also all that follow, if `lasting`.
  void fail(std::uint64_t after, int code, bool lasting);
  void work() { armed_ = false; }

  // Writes what a power cut at this moment leaves of every file into `folder`, under their own names.
  void cut_power(const std::string& folder, std::mt19937_64& random) const;

  // For the file layer.
  struct Image {
    Bytes durable;
    std::set<std::uint64_t> changed;  // sectors written since
  };
  [[nodiscard]] int next_operation();  // SQLITE_OK or the failure
  [[nodiscard]] Image& image(const std::string& path) { return images_[path]; }
  [[nodiscard]] sqlite3_vfs* below() const { return below_; }

 private:
  std::string name_;
  sqlite3_vfs* below_;
  sqlite3_vfs* vfs_;
  std::map<std::string, Image> images_;
  std::uint64_t operations_ = 0;
  std::uint64_t left_ = 0;
  int code_ = 0;
  bool armed_ = false;
  bool lasting_ = false;
};

}  // namespace openline::daemon
