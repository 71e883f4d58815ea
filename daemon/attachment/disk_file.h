// SPDX-License-Identifier: Apache-2.0
// Files as owned values with failures in words. Calls block: they are for the attachment thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "core/wire/bytes.h"

namespace openline::daemon {

struct FileFailure {
  enum class Kind : std::uint8_t {
    kFull,      // no space, quota, file size limit
    kReadOnly,  // the folder or its file system may not be written
    kIo,        // the disk refused
    kTooLarge,  // more than an attachment may have
    kBusy,      // too much waits
    kDamaged,   // what is held does not make its hash
  };
  Kind kind = Kind::kIo;
  std::string words;  // for an operator
};
template <class T>
using Filed = std::expected<T, FileFailure>;

// "<doing>: the disk is full (No space left on device)"; `error` is an errno.
[[nodiscard]] FileFailure file_failure(int error, std::string_view doing);

class DiskFile {
 public:
  [[nodiscard]] static Filed<DiskFile> open(const std::string& path);  // to read
  [[nodiscard]] static Filed<DiskFile> create(
      const std::string& path);  // to read and write; keeps what is there
  ~DiskFile();
  DiskFile(DiskFile&& other) noexcept
      : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}
  DiskFile& operator=(DiskFile&& other) noexcept;

  [[nodiscard]] Filed<void> write_at(std::uint64_t offset, ByteView bytes);
  [[nodiscard]] Filed<Bytes> read_at(std::uint64_t offset,
                                     std::size_t size) const;  // fewer at the file's end
  [[nodiscard]] Filed<std::uint64_t> size() const;
  [[nodiscard]] Filed<void> sync();  // contents and length
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  DiskFile(std::string path, int file) : path_(std::move(path)), file_(file) {}
  [[nodiscard]] FileFailure failure(std::string_view doing) const;
  std::string path_;
  int file_ = -1;
};

[[nodiscard]] bool file_exists(const std::string& path);
void remove_file(const std::string& path);  // quietly: what is left over goes at the next start
// Under its name only when whole and durable; the name itself is durable after `sync_folder`.
[[nodiscard]] Filed<void> write_whole_file(const std::string& path, ByteView bytes);
[[nodiscard]] Filed<void> rename_file(const std::string& from, const std::string& to);
[[nodiscard]] Filed<void> sync_folder(const std::string& path);
// True: it was made now. Its parent is not synchronised.
[[nodiscard]] Filed<bool> make_folder(const std::string& path);

inline constexpr std::string_view kUnfinished = ".new";  // suffix of what `write_whole_file` has not finished

}  // namespace openline::daemon
